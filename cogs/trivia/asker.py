"""Asking a round's questions in its channel, one after another, up to the final board.

What happens is decided by :class:`~.round.Round`, and is in the ledger before anybody is told of
it. Each step can be the last one: whoever goes on then begins with what the ledger has.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from bot.clock import snowflake_ms
from bot.ledger.patience import durably

from . import times
from .models import Answer, Outcome, Wish
from .queries import rounds
from .recap.board import FinalBoards
from .replay import Restored
from .round import End, Phase
from .teams import queries as teams
from .teams.rules import Members
from .teller import Teller
from .traffic import Traffic
from .wishes import Wishes

if TYPE_CHECKING:
    from bot.client import Marquee


class Asker:
    """A round as time plays it: posting, waiting, closing. Its answers are somebody else's care."""

    def __init__(
        self, bot: Marquee, restored: Restored, traffic: Traffic, boards: FinalBoards
    ) -> None:
        self._bot = bot
        self._ledger = bot.ledger
        self._now = bot.clock.now_ms
        self.record = restored.record
        self.round = restored.round
        self._teller = Teller(bot, restored, traffic, boards)
        self._wishes = Wishes(bot, restored.record.id)
        self._closing = False
        # What is locked in for the open question, only to tell a first answer from a change. The
        # answers that count are the ledger's.
        self.given: dict[int, Answer] = dict(restored.round.answers)
        self.votes: tuple[int, int] = (0, 0)  # to skip the open question, and how many it takes
        self.members: Members = restored.members
        self.names: dict[int, str] = {}  # for the picture at the end, and never stored
        # Set while the open question is in the ledger, and takes answers.
        self._opened = asyncio.Event()
        if self.round.phase is Phase.OPEN and not self.round.is_nearly_over(self._now()):
            self._opened.set()

    def wish(self, wish: Wish) -> None:
        """End the open question, or the round, which nothing takes back."""
        self._wishes.make(wish)

    @property
    def open_message(self) -> int | None:
        """The message of the question that is open, if one is."""
        return None if self._closing or self.round.phase is not Phase.OPEN else self._teller.message

    @property
    def is_decided(self) -> bool:
        """Whether the open question only waits for clicks that were made before this moment."""
        return self._is_won or self.round.left(self._now()) <= 0

    @property
    def _is_won(self) -> bool:
        return self.round.recall(self.given.values()).is_settled

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
        if await teams.lobby_of(self._ledger, self.record.id) is None:
            message = await self._teller.lobby(self.members, starts_at)
            await durably(lambda: teams.told_lobby(self._ledger, self.record.id, message))

    async def _ask(self) -> None:
        step, asked = self.round.step, self.round.question
        allowed = times.allowed_seconds(self.record.seconds, asked, self.record.rules)
        closes_at = math.ceil(self._now() / 1000 + allowed)
        self._opened.clear()
        self.given.clear()
        self.votes = (0, 0)
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
        """Give all of its time again to a question whose time nearly ran out in an outage.

        Twice if need be: the notice may be one of long ago, by a host that was ended right then.
        """
        for _ in range(2):
            if self.round.is_nearly_over(self._now()) and not self._is_won:
                await self._reopen()

    async def _reopen(self) -> None:
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
        if self.record.rules.teams:
            lobby = await teams.lobby_of(self._ledger, self.record.id)
            await self._teller.retire_lobby(lobby, self.members)
        message = await self._teller.board(end, self.round, self.members, self.names)
        await durably(lambda: rounds.told_board(self._ledger, self.record.id, message))

    async def _rest(self, seconds: float) -> None:
        """A pause between questions, in which the round can only be stopped."""
        if not await self._wishes.pause(seconds, least=Wish.STOP):
            self._wishes.grant()
            self.round = self.round.stop()
