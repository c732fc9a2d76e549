"""The ``film`` option that several commands have: its autocomplete and its meaning."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from ..catalog.films import FilmRef, complete_film, find_film
from ..catalog.reader import Reading
from ..errors import CatalogError, FilmUnclear
from .text import clip

if TYPE_CHECKING:
    from ..client import Marquee

log = logging.getLogger(__name__)

# Discord drops an autocomplete after three seconds, and it cannot be deferred.
AUTOCOMPLETE_SECONDS = 2.0


async def offered(
    load: Callable[[], Awaitable[list[app_commands.Choice[str]]]],
) -> list[app_commands.Choice[str]]:
    """What ``load`` gives in time; nothing when it is slow or the catalog cannot be read.

    An empty list is an answer: whoever types sees no error, and can type on.
    """
    try:
        async with asyncio.timeout(AUTOCOMPLETE_SECONDS):
            return await load()
    except (TimeoutError, CatalogError) as error:
        log.warning("An autocomplete had nothing to offer: %r", error)
        return []


async def film_choices(
    interaction: discord.Interaction[Marquee], typed: str
) -> list[app_commands.Choice[str]]:
    """Films whose names begin as typed, with their years."""

    async def load() -> list[app_commands.Choice[str]]:
        async with interaction.client.catalog.reading() as read:
            return await named_choices(read, typed)

    return await offered(load)


async def named_choices(read: Reading, typed: str) -> list[app_commands.Choice[str]]:
    """The choices of :func:`film_choices`."""
    films = await complete_film(read, typed)
    return [app_commands.Choice(name=clip(film.label, 100), value=film.id) for film in films]


async def plain_film(read: Reading, interaction: discord.Interaction[Marquee]) -> FilmRef | None:
    """The film that the channel makes plain, or the only one; ``None`` when it could be several."""
    try:
        return await chosen_film(read, interaction, None)
    except FilmUnclear:
        return None


async def chosen_film(
    read: Reading, interaction: discord.Interaction[Marquee], typed: str | None
) -> FilmRef:
    """The film that the option names, or that the channel makes plain.

    :raises FilmNotFound: or :raises FilmUnclear: with what to do about it.
    """
    channel = interaction.channel
    name = None
    if typed is None and isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        parent = (
            channel.parent.name if isinstance(channel, discord.Thread) and channel.parent else ""
        )
        name = f"{parent} {channel.name}"
    return await find_film(read, typed, name)
