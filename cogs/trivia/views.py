"""The buttons of a question: stateless, so they work for as long as the message stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Self

import discord

from bot.ui.buttons import Pressable, button_row
from bot.ui.forms import Form, TextField
from bot.ui.text import clip

from .models import LETTERS, Place

if TYPE_CHECKING:
    from .models import Question

_MAX_LABEL = 80
# The code of a Place.
PLACE = r"(?P<place>[0-9]{1,18}:[0-9]{1,3}|d[0-9]{1,18})"
_STEP = r"(?P<round>[0-9]{1,18}):(?P<step>[0-9]{1,3})"


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


class _StepButton(Pressable, template=""):
    """A button that belongs to one question of one round."""

    label_text: ClassVar[str] = "…"

    def __init__(self, round_id: int, step: int) -> None:
        super().__init__(f"{self.prefix}:{round_id}:{step}", self.label_text)
        self.round_id = round_id
        self.step = step

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(int(match["round"]), int(match["step"]))


class HintButton(_StepButton, template=f"hint:{_STEP}"):
    """Asks for the hint, which only who asks is told."""

    label_text = "Hint (half the points)"
    row = 1


class SkipButton(_StepButton, template=f"skip:{_STEP}"):
    """Votes for skipping the question."""

    label_text = "Skip"
    row = 1


class TypeButton(_StepButton, template=f"type:{_STEP}"):
    """Opens the form for a typed answer."""

    label_text = "Type your answer"


class ReportButton(Pressable, template=f"report:{PLACE}"):
    """Opens the form that says what is wrong with a question."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"report:{place.code}", "Report a mistake")
        self.place = place

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(Place.from_code(match["place"]))


class TypedAnswer(Form, template=f"typed:{_STEP}"):
    """An answer in the player's own words."""

    fields = (TextField("text", "Answer", hint="Small slips do not matter"),)

    def __init__(self, round_id: int, step: int) -> None:
        super().__init__(f"typed:{round_id}:{step}", "Your answer")
        self.round_id = round_id
        self.step = step

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(int(match["round"]), int(match["step"]))

    @property
    def text(self) -> str:
        return self.values.get("text", "")


class ReportForm(Form, template=f"reported:{PLACE}"):
    """What a member says is wrong with a question."""

    fields = (
        TextField(
            "text",
            "What is wrong?",
            hint="Another answer is right too, the source says otherwise, a typo, …",
            length=400,
            long=True,
        ),
    )

    def __init__(self, place: Place) -> None:
        super().__init__(f"reported:{place.code}", "What is wrong with this question?")
        self.place = place

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(Place.from_code(match["place"]))

    @property
    def text(self) -> str:
        return self.values.get("text", "")


def question_buttons(round_id: int, step: int, asked: Question, *, typed: bool) -> discord.ui.View:
    """The lettered options, or the way to type an answer; and the help that there is."""
    options = (
        [TypeButton(round_id, step)]
        if typed
        else [AnswerButton(round_id, step, slot, text) for slot, text in enumerate(asked.options)]
    )
    return button_row(*options, HintButton(round_id, step), SkipButton(round_id, step))
