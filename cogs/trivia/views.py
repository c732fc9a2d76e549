"""The buttons of a question: stateless, so they work for as long as the message stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord

from bot.ui.buttons import Pressable, button_row
from bot.ui.text import clip

from .models import LETTERS

if TYPE_CHECKING:
    from .models import Question

_MAX_LABEL = 80


class AnswerButton(
    Pressable,
    template=r"answer:(?P<round>[0-9]{1,18}):(?P<step>[0-9]{1,3}):(?P<slot>[0-3])",
):
    """One option of one question. It says nothing of what is right."""

    def __init__(self, round_id: int, step: int, slot: int, text: str = "") -> None:
        super().__init__(
            f"answer:{round_id}:{step}:{slot}",
            clip(f"{LETTERS[slot]}. {text}", _MAX_LABEL),
            discord.ButtonStyle.primary,
        )
        self.round_id = round_id
        self.step = step
        self.slot = slot

    @classmethod
    def from_match(cls, match: re.Match[str]) -> AnswerButton:
        return cls(int(match["round"]), int(match["step"]), int(match["slot"]))


class BoardPage(
    Pressable,
    template=r"board:(?P<board>server|solo):(?P<page>[0-9]{1,6})",
):
    """Another page of a server's board."""

    def __init__(self, board: str, page: int, label: str = "…") -> None:
        super().__init__(f"board:{board}:{page}", label)
        self.board = board
        self.page = page

    @classmethod
    def from_match(cls, match: re.Match[str]) -> BoardPage:
        return cls(match["board"], int(match["page"]))


def answer_buttons(round_id: int, step: int, question: Question) -> discord.ui.View:
    """The lettered options of a question, each with its text."""
    return button_row(
        *(AnswerButton(round_id, step, slot, text) for slot, text in enumerate(question.options))
    )
