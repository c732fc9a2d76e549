"""Telling a round's channel of verdicts and of their undoing: each once, also after a crash."""

from __future__ import annotations

import contextlib
import functools
import logging
from typing import TYPE_CHECKING

import discord

from bot.errors import LedgerError
from bot.ledger.patience import durably
from bot.network import CUT_OFF

from ..poster import Poster
from ..times import RESUME_WITHIN_MS
from . import render
from .models import Regraded
from .queries import notices

if TYPE_CHECKING:
    from bot.client import Marquee

log = logging.getLogger(__name__)


class Notices:
    """What is to be told is in the ledger before it is.

    Whatever is posted twice has the same nonce, and is looked for in the channel after a restart.
    """

    def __init__(self, bot: Marquee) -> None:
        self._bot = bot
        self._ledger = bot.ledger

    async def tell(self, change: Regraded, *, look_since: int | None = None) -> bool:
        """Tell the round's channel; whether that could be done. The verdict stands in any case.

        :param look_since: see :meth:`.Poster.say`.
        """
        nonce = f"{'g' if change.undone_by is None else 'u'}{change.id}"
        poster = Poster(self._bot, change.guild, change.channel)
        try:
            message = await poster.say(render.announced(change), nonce, look_since=look_since)
        except CUT_OFF as error:
            log.info("Verdict %d cannot be told now: %r", change.id, error)
            return False  # it is told when the bot starts again soon
        except discord.HTTPException as error:
            log.info("Verdict %d cannot be told: %s", change.id, error)
            message = 0
        with contextlib.suppress(LedgerError):
            await durably(functools.partial(notices.told, self._ledger, change, message))
        return message != 0

    async def tell_untold(self) -> None:
        """Tell what was decided a short while ago, and not told since the bot went down."""
        await self._bot.connected.wait()
        # Behind every write of the code before us, which may be under way still.
        await durably(lambda: self._ledger.write(lambda _: None))
        since = self._bot.clock.now_ms() - RESUME_WITHIN_MS
        for change in await notices.untold(self._ledger, since):
            await self.tell(change, look_since=since)
