"""The buttons and the form with which moderators decide on reports."""

from __future__ import annotations

import re
from typing import Self

import discord

from bot.ui.buttons import Pressable
from bot.ui.forms import Form, TextField

from ..models import Place
from ..views import PLACE
from .models import VOIDING, Choice

# A Choice as its code: one more option, what a player typed, or nothing counts.
_VERDICT = rf"{PLACE}:(?P<choice>[0-3]|v|t[0-9]{{1,20}})"
_MAX_REASON = 300


class ReportsPage(Pressable, template=r"reports:(?P<page>[0-9]{1,6})"):
    """Another question of the queue."""

    def __init__(self, page: int, label: str = "…") -> None:
        super().__init__(f"reports:{page}", label)
        self.page = page

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(int(match["page"]))


class RegradesPage(Pressable, template=r"regrades:(?P<page>[0-9]{1,6})"):
    """Other regrades of the server."""

    def __init__(self, page: int, label: str = "…") -> None:
        super().__init__(f"regrades:{page}", label)
        self.page = page

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(int(match["page"]))


class VerdictButton(Pressable, template=f"verdict:{_VERDICT}"):
    """Opens the form that asks for the reason of a verdict."""

    def __init__(self, place: Place, choice: Choice, label: str = "…") -> None:
        style = discord.ButtonStyle.danger if choice == VOIDING else discord.ButtonStyle.primary
        super().__init__(f"verdict:{place.code}:{choice.code}", label, style)
        self.place = place
        self.choice = choice

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(Place.from_code(match["place"]), Choice.from_code(match["choice"]))


class VerdictForm(Form, template=f"ruled:{_VERDICT}"):
    """Why a verdict is passed; everybody will read it."""

    fields = (
        TextField(
            "text",
            "Why?",
            hint="The channel will read this, with your name",
            length=_MAX_REASON,
            long=True,
        ),
    )

    def __init__(self, place: Place, choice: Choice) -> None:
        heading = "Void the question" if choice == VOIDING else "One more right answer"
        super().__init__(f"ruled:{place.code}:{choice.code}", heading)
        self.place = place
        self.choice = choice

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(Place.from_code(match["place"]), Choice.from_code(match["choice"]))

    @property
    def text(self) -> str:
        return self.values.get("text", "")[:_MAX_REASON]


class DismissButton(Pressable, template=f"dismiss:{PLACE}"):
    """Takes the reports of a question off the queue; nothing else changes."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"dismiss:{place.code}", "Dismiss")
        self.place = place

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(Place.from_code(match["place"]))


class UndoButton(Pressable, template=r"undo:(?P<regrade>[0-9]{1,18}):(?P<page>[0-9]{1,6})"):
    """Takes a regrade back."""

    def __init__(self, regrade_id: int, page: int) -> None:
        super().__init__(f"undo:{regrade_id}:{page}", f"Undo #{regrade_id}")
        self.regrade_id = regrade_id
        self.page = page

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(int(match["regrade"]), int(match["page"]))
