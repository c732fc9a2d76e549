"""Discord's clock, as far as it can be told from here.

Rounds are judged by the times in Discord's own snowflakes. What the bot shows and waits for has to
follow the same clock, also on a machine whose own clock is wrong, runs fast or slow, or is set
right while it runs: so the newest snowflake of the last minutes is the time, and from there on it
is counted. Before the first one, when interrupted rounds are taken up, it is what Discord's web
server says.
"""

from __future__ import annotations

import asyncio
import contextlib
from email.utils import parsedate_to_datetime

import aiohttp
import discord
from discord.http import Route

from .network import OUT_OF_REACH

_ASK_SECONDS = 2.0
# What was learnt holds for so long, or twice as long at most. No clock runs away noticeably within
# that, and a lively server has sent dozens of snowflakes that came without delay.
_WINDOW_MS = 600_000
EPOCH_MS = discord.utils.DISCORD_EPOCH  # what the times in snowflakes count from


def snowflake_ms(snowflake: int) -> int:
    """When Discord made an id, in ms since 1970."""
    return (snowflake >> 22) + EPOCH_MS


class Clock:
    """Discord's time in ms since 1970; the machine's own until a snowflake was seen."""

    def __init__(self) -> None:
        # How far it is ahead of the event loop's clock, in ms, by this window and the one before.
        self._ahead: float | None = None
        self._ahead_before: float | None = None
        self._since = 0.0  # when this window began

    def see(self, snowflake: int) -> None:
        """Learn from an id that Discord has just made.

        Every one is a little late when it gets here, so the one that says the latest is right.
        """
        self._learn(snowflake_ms(snowflake) - _counted())

    async def ask_discord(self) -> None:
        """Learn the time from the header of an answer; without one the machine's has to do."""
        with contextlib.suppress(*OUT_OF_REACH, KeyError, ValueError):
            async with (
                asyncio.timeout(_ASK_SECONDS),
                aiohttp.ClientSession() as session,
                session.get(f"{Route.BASE}/gateway") as response,
            ):
                told = parsedate_to_datetime(response.headers["Date"])
                # Whole seconds, so it was half a second later on average.
                self._learn(told.timestamp() * 1000 + 500 - _counted())

    def now_ms(self) -> int:
        if self._ahead is None:
            return int(discord.utils.utcnow().timestamp() * 1000)
        before = self._ahead if self._ahead_before is None else self._ahead_before
        return int(_counted() + max(self._ahead, before))

    def _learn(self, ahead: float) -> None:
        age = _counted() - self._since
        if self._ahead is None or age >= _WINDOW_MS:
            self._ahead_before = self._ahead if age < 2 * _WINDOW_MS else None
            self._ahead, self._since = ahead, _counted()
        else:
            self._ahead = max(self._ahead, ahead)


def _counted() -> float:
    """The event loop's own time, which nobody can set, in ms."""
    return asyncio.get_running_loop().time() * 1000
