"""Waiting for a time, unless somebody wishes for something sooner.

Through the client's own ``dispatch`` and ``wait_for``: a simulated Discord knows what waits on
those, so it can tell when the bot is at rest, and moves its clock from there. An
:class:`asyncio.Event` would do the same on the real one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from .models import Wish

if TYPE_CHECKING:
    from bot.client import Marquee

_RANK = {wish: rank for rank, wish in enumerate(Wish)}


class Wishes:
    """What is wished for in one round; the strongest wish stands until it is granted."""

    def __init__(self, bot: Marquee, round_id: int) -> None:
        self._bot = bot
        self._round_id = round_id
        self._wish: Wish | None = None
        # By how many seconds the last pause was longer than asked for.
        self.overslept = 0.0

    def make(self, wish: Wish) -> None:
        """Cut the wait short."""
        if self._wish is None or _RANK[wish] > _RANK[self._wish]:
            self._wish = wish
        self._bot.dispatch("round_wish", self._round_id)

    def grant(self) -> Wish | None:
        """What was wished for, once."""
        wish, self._wish = self._wish, None
        return wish

    async def granted(self, grace: float) -> Wish | None:
        """What was wished for, once; ``None`` for SETTLED after so many seconds without another."""
        wish = self.grant()
        while wish is Wish.SETTLED:
            is_quiet = await self.pause(grace)
            wish = None if is_quiet else self.grant()
        return wish

    async def pause(self, seconds: float, least: Wish = Wish.SETTLED) -> bool:
        """Wait, unless or until somebody wishes for something; whether all of the time passed.

        A wish weaker than ``least`` comes too late and is dropped. By the event loop's clock: a
        wall clock that is set right neither ends nor freezes a round.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._wish is None or _RANK[self._wish] < _RANK[least]:
            self._wish = None
            if (left := until - loop.time()) <= 0:
                self.overslept = -left
                return True
            try:
                # Not with wait_for's own timeout: in Python 3.11 it loses a cancellation that
                # comes in the same moment as the wish, and the host would play on.
                async with asyncio.timeout(left):
                    await self._bot.wait_for("round_wish", check=self._is_mine)
            except TimeoutError:
                self._clear_waiter()
            except asyncio.CancelledError:
                self._clear_waiter()
                raise
        return False

    def _clear_waiter(self) -> None:
        """discord.py keeps one that has ended until the next event of its name."""
        self._bot.dispatch("round_wish", 0)

    def _is_mine(self, round_id: int) -> bool:
        return round_id == self._round_id
