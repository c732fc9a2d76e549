"""The buttons of a daily question: stateless, so they work for as long as the message stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord

from bot.ui.buttons import Pressable, button_row
from bot.ui.text import clip

from ..models import LETTERS

if TYPE_CHECKING:
    from ..models import Question

_MAX_LABEL = 80


class DailyButton(Pressable, template=r"daily:(?P<daily>[0-9]{1,18}):(?P<slot>[0-3])"):
    """One option of one day's question. It says nothing of what is right."""

    def __init__(self, daily_id: int, slot: int, text: str = "") -> None:
        super().__init__(
            f"daily:{daily_id}:{slot}",
            clip(f"{LETTERS[slot]}. {text}", _MAX_LABEL),
            discord.ButtonStyle.primary,
        )
        self.daily_id = daily_id
        self.slot = slot

    @classmethod
    def from_match(cls, match: re.Match[str]) -> DailyButton:
        return cls(int(match["daily"]), int(match["slot"]))


def daily_buttons(daily_id: int, asked: Question) -> discord.ui.View:
    """The lettered options."""
    return button_row(
        *(DailyButton(daily_id, slot, text) for slot, text in enumerate(asked.options))
    )
