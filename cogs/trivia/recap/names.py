"""Names of players whom no press has named since the bot started: Discord is asked for them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable

import discord

from ..poster import CUT_OFF

# A picture has no more rows with names.
MOST = 10
# How long a board may wait for names; those that have not come by then are shown as numbers.
_PATIENCE = 2.0


async def asked_for(guild: discord.Guild | None, users: Iterable[int]) -> dict[int, str]:
    """The names of those of ``users`` who are in the server, as far as they come in time."""
    names: dict[int, str] = {}
    if guild is None:
        return names
    with contextlib.suppress(discord.HTTPException, *CUT_OFF):
        async with asyncio.timeout(_PATIENCE):
            for user in users:
                with contextlib.suppress(discord.NotFound):  # who has left
                    names[user] = (await guild.fetch_member(user)).display_name
    return names
