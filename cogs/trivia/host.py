"""Hosting one channel's round: taking its answers, and going on where another host left off.

The host owns a task and its timers, and may be cancelled or killed at any moment: another one plays
the round again from the ledger (:func:`.queries.kept.restored`), tells what was not told, and
leaves an open question open. Whatever is posted twice that way has the same nonce.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import LedgerError, UserError
from bot.network import CUT_OFF

from . import times
from .asker import Asker
from .losing import lose
from .models import Answer, Mode, Wish
from .queries import rounds
from .recap.board import FinalBoards
from .refusals import BY_RULE, CLOSED, FOREIGN, RENEWING
from .replay import Restored
from .round import End, IsOut, Locked, Phase, TooLate
from .tally import Count
from .teams import queries as teams
from .traffic import Traffic

if TYPE_CHECKING:
    from bot.client import Marquee

log = logging.getLogger(__name__)


class Host(Asker):
    """Runs one round in one channel until it is over or its task is cancelled."""

    def __init__(
        self, bot: Marquee, restored: Restored, traffic: Traffic, boards: FinalBoards
    ) -> None:
        super().__init__(bot, restored, traffic, boards)
        self._untold = restored.untold
        self.task: asyncio.Task[None] | None = None
        self.is_left = False  # to another host, which takes all the answers from now on

    async def run(self) -> None:
        """Play the round to its end."""
        await self._guarded(self._play())

    async def resume(self) -> None:
        """Go on with a round that another host left."""
        await self._bot.wait_until_ready()
        self._teller.take_over()
        await self._guarded(self._go_on())

    async def lock_in(self, answer: Answer, step: int, message: int | None) -> Locked:
        """Make a player's answer durable; each player's one after another.

        :raises UserError: when it is too late, or the button is not this question's.
        """
        await self._until_opened(step)
        if step != self.round.step or self.round.phase is not Phase.OPEN:
            raise UserError(CLOSED)
        if message != self._teller.message:
            raise UserError(FOREIGN)
        before = self.given.get(answer.user)
        try:
            locked = self.round.weigh(answer, before)
        except (TooLate, IsOut) as refused:
            raise UserError(BY_RULE[type(refused)]) from None
        mode = self.record.rules.mode
        if self.record.rules.teams and answer.user not in self.members:
            await self.join(answer.user)
        if self.is_left:  # whoever goes on with the round has read what was written before this
            raise UserError(RENEWING)
        if locked in (Locked.SAME, Locked.KEPT):
            return locked  # durable since the first press, whose time counts
        if not await rounds.lock_in(self._ledger, self.record.id, step, answer, mode):
            raise UserError(CLOSED)
        self.given[answer.user] = answer
        if mode is Mode.RACE and answer.slot == self.round.questions[step].right:
            self.wish(Wish.SETTLED)
        return locked

    async def join(self, user: int, team: int | None = None) -> None:
        """Put a player into a team, or into the smallest; see :func:`.teams.queries.join`."""
        many = self.record.rules.teams
        self.members = await teams.join(self._ledger, self.record.id, many, user, team)

    def show_count(self) -> None:
        """Show how many have answered, or want to skip, if it is news and there is room."""
        if self.open_message is not None:
            self._teller.refresh(Count(len(self.given), *self.votes))

    async def _until_opened(self, step: int) -> None:
        """Wait for a question that is open for members already, but not in the ledger yet."""
        is_coming = step == self.round.step and self.round.phase is not Phase.ENDED
        if is_coming and not self._opened.is_set():  # which it is for nearly every click
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._opened.wait(), times.OPENING_SECONDS)

    async def _go_on(self) -> None:
        """Tell what was not told, and play on, unless nobody can be waiting any more."""
        if self._untold is not None:
            await self._tell(*self._untold)
        is_stale = self._now() - self.record.last_sign > times.RESUME_WITHIN_MS
        if is_stale and self.round.phase is Phase.OPEN:
            await self._close()
        if is_stale and self.round.phase is not Phase.ENDED:
            self.round = self.round.stop(End.LOST)
        if self.round.phase is Phase.OPEN:
            await self._reopen_if_short()
            self._teller.watch(self.round)
            self._opened.set()
            await self._see_out()
        await self._play()

    async def _guarded(self, play: Coroutine[Any, Any, None]) -> None:
        """Whatever befalls the round, its channel is free for another afterwards."""
        try:
            await play
        except asyncio.CancelledError:
            self._teller.abandon()
            raise
        except (discord.NotFound, discord.Forbidden) as error:
            # The channel is gone, or the right to write in it; what is locked in counts.
            log.info("Round %d lost its channel: %s", self.record.id, error.text)
            await self._give_up()
        except Exception:
            log.exception("Round %d broke down", self.record.id)
            await self._give_up()

    async def _give_up(self) -> None:
        """End the round as far as that can still be done.

        A ledger that cannot be written keeps it live; the next start in the channel takes it up.
        """
        with contextlib.suppress(LedgerError, discord.DiscordException, *CUT_OFF):
            self.round, last, end = await lose(self._ledger, self.record, self.round, self._now())
            if last is not None:
                await self._tell(last.step, last)
            await self._teller.board(end, self.round, self.members, self.names)
