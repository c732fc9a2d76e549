"""Posting in a round's channel: each thing once, however the connection behaves.

Whatever is posted twice has the same nonce, of which Discord takes one for some minutes. Who goes
on for somebody who was ended, maybe longer ago, looks for the message in the channel first.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.ui.message import Message

from .traffic import Traffic

if TYPE_CHECKING:
    from bot.client import Marquee

# A post is tried again after so long when the connection was lost under it, or Discord fails for
# longer than discord.py is patient.
_RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0)
CUT_OFF = (
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    discord.DiscordServerError,
    discord.RateLimited,
)
_TOO_MANY_REQUESTS = 429
# What one request gives. In a channel that had more since, an earlier post is not found.
_LOOKED_THROUGH = 100


class Poster:
    """One channel, as far as the bot writes there by itself."""

    def __init__(
        self, bot: Marquee, guild: int, channel: int, traffic: Traffic | None = None
    ) -> None:
        self._bot = bot
        self._looks_first = False
        self._channel = bot.get_partial_messageable(channel, guild_id=guild)
        self._traffic = traffic or Traffic()

    def has_room(self) -> bool:
        """Whether something that is not needed can be written, and nothing else has to wait."""
        return self._traffic.has_room(self._channel.id, _now())

    def look_first(self) -> None:
        """Mind that somebody before us may have made the next post, and been ended then.

        That may be longer ago than a nonce helps.
        """
        self._looks_first = True

    async def say(self, message: Message, nonce: str) -> int:
        """Post a message, unless it was found to be there; its id.

        Within some minutes Discord posts nothing twice that has the same nonce, which is what
        makes it safe to try again.

        :param nonce: at most 25 characters.
        """
        looks, self._looks_first = self._looks_first, False
        if looks and (earlier := await self._found(message)) is not None:
            self._bot.clock.see(earlier)
            return earlier
        for delay in (*_RETRY_SECONDS, None):
            self._traffic.note(self._channel.id, _now())
            try:
                sent = await self._send(message, nonce)
            except CUT_OFF:
                if delay is None:
                    raise
                await asyncio.sleep(delay)
            else:
                self._bot.clock.see(sent.id)
                return sent.id
        raise AssertionError("the last try returns or raises")

    async def _found(self, message: Message) -> int | None:
        """The latest message of ours with the same buttons, which hold a round's and step's ids.

        ``None`` also for what has no buttons, or where the history may not be read.
        """
        wanted = [] if message.view is None else _custom_ids(message.view.walk_children())
        if wanted:
            with contextlib.suppress(discord.HTTPException, *CUT_OFF):
                async for sent in self._channel.history(limit=_LOOKED_THROUGH):
                    rows = [row for row in sent.components if isinstance(row, discord.ActionRow)]
                    known = _custom_ids(item for row in rows for item in row.children)
                    if sent.author == self._bot.user and known == wanted:
                        return sent.id
        return None

    async def _send(self, message: Message, nonce: str) -> discord.Message:
        """Post once; what discord.py makes of too many refusals is no refusal of the message.

        :raises RateLimited: when all of discord.py's tries met with the rate limit.
        """
        try:
            return await self._channel.send(**message.to_send(), nonce=nonce)
        except discord.HTTPException as error:
            if error.status != _TOO_MANY_REQUESTS:
                raise
            seconds = float(error.response.headers.get("Retry-After", 0))
            raise discord.RateLimited(seconds) from error

    async def change(self, message: int, shown: Message) -> None:
        """Edit a message; it does no harm when that fails, or the message is gone."""
        self._traffic.note(self._channel.id, _now())
        with contextlib.suppress(discord.HTTPException, *CUT_OFF):
            await self._channel.get_partial_message(message).edit(**shown.to_edit())


def _custom_ids(items: Iterable[object]) -> list[str]:
    ids = (getattr(item, "custom_id", None) for item in items)
    return [each for each in ids if isinstance(each, str)]


def _now() -> float:
    return asyncio.get_running_loop().time()
