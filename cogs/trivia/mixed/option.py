"""The ``film`` option of a round, which may be all films: its autocomplete and its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.catalog.films import MAX_CHOICES, FilmRef, complete_film, films_named
from bot.catalog.names import fold
from bot.catalog.reader import Reading
from bot.errors import FilmUnclear, UserError
from bot.ui.film_option import chosen_film, named_choices, offered

from ..models import ALL_FILMS
from .render import ALL, OR_ALL

if TYPE_CHECKING:
    from bot.client import Marquee

_SPELT = frozenset({"all", fold(ALL)})


async def round_choices(
    interaction: discord.Interaction[Marquee], typed: str
) -> list[app_commands.Choice[str]]:
    """All films first, where there are several and nothing else is typed; then film by film."""

    async def load() -> list[app_commands.Choice[str]]:
        async with interaction.client.catalog.reading() as read:
            choices = await named_choices(read, typed)
            if ALL.casefold().startswith(typed.strip().casefold()) and await _are_several(read):
                choices = [app_commands.Choice(name=ALL, value=ALL_FILMS), *choices]
        return choices[:MAX_CHOICES]

    return await offered(load)


async def chosen_for_round(
    read: Reading, interaction: discord.Interaction[Marquee], typed: str | None
) -> FilmRef | None:
    """The film that the option names or the channel makes plain; ``None`` for all of them.

    Where there is one film, that is all of them.

    :raises UserError: when it is neither, with what to do about it.
    """
    if typed is not None and await means_all(read, typed):
        if await _are_several(read):
            return None
        typed = None
    try:
        return await chosen_film(read, interaction, typed)
    except FilmUnclear as unclear:
        if typed is not None:
            raise
        raise UserError(f"{unclear} {OR_ALL}") from None


async def means_all(read: Reading, typed: str) -> bool:
    """Whether all films were chosen, or typed while no film is called that."""
    if typed == ALL_FILMS:
        return True
    return fold(typed) in _SPELT and not await films_named(read, typed)


async def _are_several(read: Reading) -> bool:
    return len(await complete_film(read, "")) > 1
