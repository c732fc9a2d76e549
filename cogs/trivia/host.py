"""Hosting one channel's round: posting, waiting, closing, and going on where another host left off.

What happens is decided by :class:`~.round.Round`, and in the ledger before anybody is told of it.
The host may be cancelled or killed at any moment: another one plays the round again from the ledger
(:func:`.queries.kept.restored`), tells what was not told, and leaves an open question open.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import discord

from bot.clock import snowflake_ms
from bot.errors import LedgerError, UserError
from bot.ledger.patience import durably

from . import times
from .losing import lose
from .models import Answer, Mode, Outcome, Wish
from .poster import CUT_OFF
from .queries import rounds
from .recap.board import FinalBoards
from .refusals import BY_RULE, CLOSED, FOREIGN, RENEWING
from .replay import Restored
from .round import End, IsOut, Locked, Phase, TooLate
from .teams import queries as teams
from .teams.rules import Members
from .teller import Teller
from .traffic import Traffic
from .wishes import Wishes

if TYPE_CHECKING:
    from bot.client import Marquee

log = logging.getLogger(__name__)


class Host:
    """Runs one round in one channel until it is over or its task is cancelled."""

    def __init__(
        self, bot: Marquee, restored: Restored, traffic: Traffic, boards: FinalBoards
    ) -> None:
        self._bot = bot
        self._ledger = bot.ledger
        self._now = bot.clock.now_ms
        self.record = restored.record
        self.round = restored.round
        self._untold = restored.untold
        self._teller = Teller(bot, restored, traffic, boards)
        self._wishes = Wishes(bot, restored.record.id)
        self._closing = False
        # What is locked in for the open question, only to tell a first answer from a change. The
        # answers that count are the ledger's.
        self.given: dict[int, Answer] = dict(restored.round.answers)
        self.members: Members = restored.members
        self.names: dict[int, str] = {}  # for the picture at the end, and never stored
        self._opened = asyncio.Event()
        if self.round.phase is Phase.OPEN and not self.round.is_nearly_over(self._now()):
            self._opened.set()
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

    def wish(self, wish: Wish) -> None:
        """End the open question, or the round, which nothing takes back."""
        self._wishes.make(wish)

    def show_count(self) -> None:
        """Show how many have answered, if it is news and there is room."""
        if self.is_open:
            self._teller.refresh(len(self.given))

    @property
    def is_open(self) -> bool:
        """Whether a question is open."""
        return self.round.phase is Phase.OPEN and not self._closing

    @property
    def is_decided(self) -> bool:
        """Whether the open question only waits for clicks that were made before this moment."""
        return self._is_won or self.round.left(self._now()) <= 0

    @property
    def _is_won(self) -> bool:
        return self.round.recall(self.given.values()).is_settled

    async def _guarded(self, play: Coroutine[Any, Any, None]) -> None:
        """Whatever befalls the round, its channel is free for another afterwards."""
        try:
            await play
        except asyncio.CancelledError:
            self._teller.abandon()
            raise
        except (discord.NotFound, discord.Forbidden) as error:
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

    async def _go_on(self) -> None:
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

    async def _play(self) -> None:
        # Since the start, that is, or the last question's end; not anew after every crash.
        rested = (self._now() - self.record.last_sign) / 1000
        if self.round.phase is Phase.WAITING:
            lead = times.lead_seconds(self.record.rules, self.round.step)
            if (starts_at := times.lobby_ends_at(self.record, self.round)) is not None:
                await self._open_lobby(starts_at)
            await self._rest(min(max(lead - rested, 0), lead))
        while self.round.phase is not Phase.ENDED:
            await self._ask()
            await self._see_out()
        await self._finish()

    async def _open_lobby(self, starts_at: int) -> None:
        if not await teams.is_lobby_open(self._ledger, self.record.id):
            message = await self._teller.lobby(self.members, starts_at)
            await durably(lambda: teams.told_lobby(self._ledger, self.record.id, message))

    async def _ask(self) -> None:
        step, asked = self.round.step, self.round.question
        allowed = times.allowed_seconds(self.record.seconds, asked, self.record.rules)
        closes_at = math.ceil(self._now() / 1000 + allowed)
        self._opened.clear()
        self.given.clear()
        message = await self._teller.ask(step, closes_at)
        # Discord's own time of the message is the one that clicks are measured by.
        after = self.round.open(snowflake_ms(message), allowed * 1000)
        await durably(lambda: rounds.open_question(self._ledger, self.record, message, after))
        self.round, self._teller.message = after, message
        await self._reopen_if_short()  # it was posted long ago, by a host that could not say so
        self._teller.watch(self.round)
        self._opened.set()

    async def _see_out(self) -> None:
        """Wait for the open question's end, and make it so."""
        wish = await self._ended_by()
        if wish is Wish.STOP:
            self.round = self.round.stop()
        elif wish is Wish.SKIP:
            await self._void()
        else:
            await self._close()
        if self.round.phase is not Phase.ENDED:
            await self._rest(times.GAP_SECONDS)

    async def _ended_by(self) -> Wish | None:
        """Wait for what ends the open question: a wish, or ``None`` for its time or a race won."""
        while True:
            await self._until_due()
            # An earlier click may be on its way; if it is the winner's own, and wrong, all go on.
            wish = await self._wishes.granted(times.GRACE_SECONDS)
            if wish is not None or self.is_decided:
                return wish

    async def _until_due(self) -> None:
        """Wait for the deadline, or a wish.

        A question whose time ran out while Discord was out of reach gets all of it anew.
        """
        if self._is_won:
            self.wish(Wish.SETTLED)
        while await self._wishes.pause(self.round.left(self._now()) / 1000 + times.GRACE_SECONDS):
            if self._bot.connected.is_set():
                # After a standstill of this process, clicks of that time are still to be read.
                if self._wishes.overslept > times.STANDSTILL_SECONDS:
                    await self._wishes.pause(times.GRACE_SECONDS)
                return
            self._opened.clear()
            await self._bot.connected.wait()
            await self._reopen_if_short()
            self._opened.set()

    async def _reopen_if_short(self) -> None:
        """Give all of its time again to a question whose time nearly ran out in an outage."""
        if not self.round.is_nearly_over(self._now()) or self._is_won:
            return
        notice = await self._teller.reopened(self.round)
        after = self.round.put_off(snowflake_ms(notice) + self.round.allowed)
        step = self.round.step
        await durably(lambda: rounds.put_off(self._ledger, self.record.id, step, after.deadline))
        self.round = after
        await self._teller.put_off(after)

    async def _close(self) -> None:
        self._closing = True  # too late to skip it
        try:
            self.round, outcome = await durably(
                lambda: rounds.close_question(self._ledger, self.record, self.round)
            )
        finally:
            self._closing = False
        await self._tell(outcome.step, outcome)

    async def _void(self) -> None:
        """Drop the open question."""
        step = self.round.step
        await durably(lambda: rounds.void_question(self._ledger, self.record.id, step))
        self.round = self.round.void()
        await self._tell(step, None)

    async def _tell(self, step: int, outcome: Outcome | None) -> None:
        """Say how a question ended, and take the buttons off it."""
        message = await self._teller.result(step, outcome, self.round, self.members)
        await durably(lambda: rounds.told_result(self._ledger, self.record.id, step, message))
        await self._teller.retire(step)

    async def _finish(self) -> None:
        end, at = self.round.end or End.DONE, self._now()
        end = await durably(lambda: rounds.end_round(self._ledger, self.record.id, end, at))
        message = await self._teller.board(end, self.round, self.members, self.names)
        await durably(lambda: rounds.told_board(self._ledger, self.record.id, message))

    async def _rest(self, seconds: float) -> None:
        """A pause between questions, in which the round can only be stopped."""
        if not await self._wishes.pause(seconds, least=Wish.STOP):
            self._wishes.grant()
            self.round = self.round.stop()

    async def _until_opened(self, step: int) -> None:
        """Wait for a question that is open for members already, but not in the ledger yet."""
        is_coming = step == self.round.step and self.round.phase is not Phase.ENDED
        if is_coming and not self._opened.is_set():  # which it is for nearly every click
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._opened.wait(), times.OPENING_SECONDS)
