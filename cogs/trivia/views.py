"""The buttons of a question: stateless, so they work for as long as the message stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import UserError
from bot.ui.buttons import Pressable, button_row
from bot.ui.text import clip

from .models import LETTERS

if TYPE_CHECKING:
    from bot.client import Marquee

    from .cog import Trivia
    from .models import Question

_Button = discord.ui.Button[Any]
_MAX_LABEL = 80
RENEWING = "I am being renewed just now. Try again in a moment."


class AnswerButton(
    Pressable[_Button],
    discord.ui.DynamicItem[_Button],
    template=r"answer:(?P<round>[0-9]{1,18}):(?P<step>[0-9]{1,3}):(?P<slot>[0-3])",
):
    """One option of one question. It says nothing of what is right."""

    def __init__(self, round_id: int, step: int, slot: int, text: str = "") -> None:
        super().__init__(
            _Button(
                label=clip(f"{LETTERS[slot]}. {text}", _MAX_LABEL),
                style=discord.ButtonStyle.primary,
                custom_id=f"answer:{round_id}:{step}:{slot}",
            )
        )
        self.round_id = round_id
        self.step = step
        self.slot = slot

    @classmethod
    def from_match(cls, match: re.Match[str]) -> AnswerButton:
        return cls(int(match["round"]), int(match["step"]), int(match["slot"]))

    async def pressed(self, interaction: discord.Interaction[Marquee]) -> None:
        await _trivia(interaction).lock_in(interaction, self)


class BoardPage(
    Pressable[_Button],
    discord.ui.DynamicItem[_Button],
    template=r"board:(?P<board>server|solo):(?P<page>[0-9]{1,6})",
):
    """Another page of a server's board."""

    def __init__(self, board: str, page: int, label: str = "…") -> None:
        super().__init__(_Button(label=label, custom_id=f"board:{board}:{page}"))
        self.board = board
        self.page = page

    @classmethod
    def from_match(cls, match: re.Match[str]) -> BoardPage:
        return cls(match["board"], int(match["page"]))

    async def pressed(self, interaction: discord.Interaction[Marquee]) -> None:
        await _trivia(interaction).turn_board(interaction, self)


def answer_buttons(round_id: int, step: int, question: Question) -> discord.ui.View:
    """The lettered options of a question, each with its text."""
    return button_row(
        *(AnswerButton(round_id, step, slot, text) for slot, text in enumerate(question.options))
    )


def _trivia(interaction: discord.Interaction[Marquee]) -> Trivia:
    cog = interaction.client.get_cog("Trivia")
    if cog is None:  # it is being replaced just now
        raise UserError(RENEWING)
    return cog  # pyright: ignore[reportReturnType] - after a reload its class is another object
