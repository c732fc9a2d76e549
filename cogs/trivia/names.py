"""Names of players whom no press has named since the bot started: Discord is asked for them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

import discord

from .poster import CUT_OFF

if TYPE_CHECKING:
    from bot.client import Marquee

# How long what shows them may wait for names; those that have not come by then are left out.
_PATIENCE = 2.0


async def of_members(guild: discord.Guild | None, users: Iterable[int]) -> dict[int, str]:
    """The names of those of ``users`` who are in the server, as far as they come in time."""
    return await _asked_for(users, guild.fetch_member) if guild else {}


async def of_users(bot: Marquee, users: Iterable[int]) -> dict[int, str]:
    """The names that ``users`` have in no server in particular, as far as they come in time."""
    return await _asked_for(users, bot.fetch_user)


async def _asked_for(
    users: Iterable[int], fetch: Callable[[int], Awaitable[discord.User | discord.Member]]
) -> dict[int, str]:
    names: dict[int, str] = {}
    with contextlib.suppress(discord.HTTPException, *CUT_OFF):
        async with asyncio.timeout(_PATIENCE):
            for user in users:
                with contextlib.suppress(discord.NotFound):  # who has left, or is no more
                    names[user] = (await fetch(user)).display_name
    return names
