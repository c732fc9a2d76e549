"""The buttons of the film commands; all they need is in their ``custom_id``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord

from bot.catalog.vocabulary import Topic
from bot.ui.buttons import Pressable

if TYPE_CHECKING:
    from bot.client import Marquee

    from .cog import Films

_Button = discord.ui.Button[Any]
_NO_TOPIC = "all"


def _films(interaction: discord.Interaction[Marquee]) -> Films:
    cog = interaction.client.get_cog("Films")
    assert cog is not None, "these buttons are registered by the cog"
    return cog  # pyright: ignore[reportReturnType] - after a reload its class is another object


class AnotherFact(
    Pressable[_Button],
    discord.ui.DynamicItem[_Button],
    template=r"fact:(?P<film>[a-z0-9-]{1,40}):(?P<topic>[a-z-]{3,12})"
    r":(?P<seed>[0-9]{1,10}):(?P<at>[0-9]{1,6})",
):
    """The next fact in the order that ``seed`` gives."""

    def __init__(
        self, film: str, topic: Topic | None, seed: int, at: int, label: str = "Another"
    ) -> None:
        custom_id = f"fact:{film}:{topic or _NO_TOPIC}:{seed}:{at}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id))
        self.film = film
        self.topic = topic
        self.seed = seed
        self.at = at

    @classmethod
    def from_match(cls, match: re.Match[str]) -> AnotherFact:
        topic = Topic(match["topic"]) if match["topic"] in list(Topic) else None
        return cls(match["film"], topic, int(match["seed"]), int(match["at"]))

    async def pressed(self, interaction: discord.Interaction[Marquee]) -> None:
        await _films(interaction).next_fact(interaction, self)


class FactSearch(
    Pressable[_Button],
    discord.ui.DynamicItem[_Button],
    template=r"find:(?P<film>[a-z0-9-]{0,40}):(?P<page>[0-9]{1,3}):(?P<tokens>[\w+]{1,48})",
):
    """Another page of a search. ``tokens`` are folded words, joined by plus signs."""

    def __init__(self, film: str | None, page: int, tokens: str, label: str = "…") -> None:
        super().__init__(
            discord.ui.Button(label=label, custom_id=f"find:{film or ''}:{page}:{tokens}")
        )
        self.film = film
        self.page = page
        self.tokens = tokens

    @classmethod
    def from_match(cls, match: re.Match[str]) -> FactSearch:
        return cls(match["film"] or None, int(match["page"]), match["tokens"])

    async def pressed(self, interaction: discord.Interaction[Marquee]) -> None:
        await _films(interaction).turn_search(interaction, self)


class FilmPage(
    Pressable[_Button], discord.ui.DynamicItem[_Button], template=r"films:(?P<page>[0-9]{1,6})"
):
    """Another page of the list of films."""

    def __init__(self, page: int, label: str = "…") -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"films:{page}"))
        self.page = page

    @classmethod
    def from_match(cls, match: re.Match[str]) -> FilmPage:
        return cls(int(match["page"]))

    async def pressed(self, interaction: discord.Interaction[Marquee]) -> None:
        await _films(interaction).turn_list(interaction, self.page)
