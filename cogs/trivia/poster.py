"""Posting in a round's channel: each thing once, however the connection behaves.

Whatever is posted twice has the same nonce, of which Discord takes one for some minutes. Who goes
on for somebody who was ended, maybe longer ago, says so, and the channel is looked through first.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import discord

from bot.clock import EPOCH_MS
from bot.network import CUT_OFF
from bot.ui.message import Message

from .traffic import Traffic

if TYPE_CHECKING:
    from bot.client import Marquee

# A post is tried again after so long when the connection was lost under it, or Discord fails for
# longer than discord.py is patient.
_RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0)
_TOO_MANY_REQUESTS = 429
# What one request gives. In a channel that had more since, an earlier post is not found.
_LOOKED_THROUGH = 100


class Poster:
    """One channel, as far as the bot writes there by itself."""

    def __init__(
        self, bot: Marquee, guild: int, channel: int, traffic: Traffic | None = None
    ) -> None:
        self._bot = bot
        self._channel = bot.get_partial_messageable(channel, guild_id=guild)
        self._traffic = traffic or Traffic()

    def has_room(self) -> bool:
        """Whether something that is not needed can be written, and nothing else has to wait."""
        return self._traffic.has_room(self._channel.id, _now())

    async def say(self, message: Message, nonce: str, *, look_since: int | None = None) -> int:
        """Post a message; its id.

        Within some minutes Discord posts nothing twice that has the same nonce, which is what
        makes it safe to try again.

        :param nonce: at most 25 characters.
        :param look_since: when somebody before us may have posted it, and been ended before that
            was written down: it is looked for among what came since, in ms since 1970.
        """
        if (earlier := await self.find(message, look_since)) is not None:
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

    async def find(self, message: Message, since: int | None) -> int | None:
        """The latest message of ours that says the same, if any came since, in ms since 1970.

        Where the history may not be read there is none, as a message had better stand there twice
        than not at all.
        """
        if since is None:
            return None
        after = discord.Object((since - EPOCH_MS) << 22)
        with contextlib.suppress(discord.HTTPException, *CUT_OFF):
            async for sent in self._channel.history(
                limit=_LOOKED_THROUGH, after=after, oldest_first=False
            ):
                if sent.author == self._bot.user and _says(sent, message):
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


def _says(sent: discord.Message, message: Message) -> bool:
    """Whether a message of ours was posted as ``message``, whatever has been added to it.

    Buttons hold the ids of what they are for. A message without any begins with the same words.
    """
    if message.view is not None:
        rows = [row for row in sent.components if isinstance(row, discord.ActionRow)]
        known = _custom_ids(item for row in rows for item in row.children)
        return known == _custom_ids(message.view.walk_children())
    if message.embed is None or not sent.embeds:
        return False
    begun, wanted = sent.embeds[0], message.embed
    is_same = begun.title == wanted.title
    return is_same and (begun.description or "").startswith(wanted.description or "")


def _custom_ids(items: Iterable[object]) -> list[str]:
    ids = (getattr(item, "custom_id", None) for item in items)
    return [each for each in ids if isinstance(each, str)]


def _now() -> float:
    return asyncio.get_running_loop().time()
