"""An option of a few words to choose from, each shown as it is written everywhere else."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Generic, TypeVar

import discord
from discord import app_commands

Word = TypeVar("Word", bound=StrEnum)


class Words(app_commands.Transformer, Generic[Word]):
    """The values of an enumeration as an option's choices.

    discord.py shows the members' names instead, in capitals.
    """

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self._words = words

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        return [app_commands.Choice(name=word.value, value=word.value) for word in self._words]

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> Word:
        return self._words(value)
