"""Names of players whom no press has named since the bot started: Discord is asked for them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

import discord

from bot.network import CUT_OFF

if TYPE_CHECKING:
    from bot.client import Marquee

# How long what shows them may wait for names; those that have not come by then are left out.
_PATIENCE = 2.0
# So many users' names are remembered, for so many seconds: they may be changed.
_REMEMBERED = 1_000
_HOLDS = 3_600.0


class UserNames:
    """The names that users have in no server in particular, the latest of them remembered."""

    def __init__(self, bot: Marquee) -> None:
        self._bot = bot
        # With the time until when it holds; the oldest first.
        self._known: OrderedDict[int, tuple[str, float]] = OrderedDict()

    def see(self, user: discord.User | discord.Member) -> None:
        """Learn the name of somebody who is at hand, though not the one in their server."""
        self._remember(user.id, user.global_name or user.name)

    async def of(self, users: Iterable[int]) -> dict[int, str]:
        """The names of ``users``, as far as they come in time; the first are asked for first."""
        now, wanted = _seconds(), list(dict.fromkeys(users))
        held = {user: self._known[user] for user in wanted if user in self._known}
        names = {user: name for user, (name, until) in held.items() if now < until}
        lacking = [user for user in wanted if user not in names]
        for user, name in (await _asked_for(lacking, self._bot.fetch_user)).items():
            names[user] = name
            self._remember(user, name)
        return names

    def _remember(self, user: int, name: str) -> None:
        self._known[user] = (name, _seconds() + _HOLDS)
        self._known.move_to_end(user)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


async def of_members(guild: discord.Guild | None, users: Iterable[int]) -> dict[int, str]:
    """The names of those of ``users`` who are in the server, as far as they come in time."""
    return await _asked_for(users, guild.fetch_member) if guild else {}


async def _asked_for(
    users: Iterable[int], fetch: Callable[[int], Awaitable[discord.User | discord.Member]]
) -> dict[int, str]:
    names: dict[int, str] = {}
    with contextlib.suppress(*CUT_OFF):
        async with asyncio.timeout(_PATIENCE):
            for user in users:
                # Who has left, is no more, or is refused for another reason: not so the others.
                with contextlib.suppress(discord.HTTPException):
                    names[user] = (await fetch(user)).display_name
    return names


def _seconds() -> float:
    return asyncio.get_running_loop().time()
