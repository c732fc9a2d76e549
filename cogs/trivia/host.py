"""Hosting one channel's round: posting, waiting, closing, and going on after an interruption.

What happens is decided by :class:`~.round.Round` and made durable in the ledger before anybody is
told of it. The host owns the task and the timers; nothing of it need survive, because the ledger
has all that another host needs to go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.errors import LedgerError, UserError
from bot.ui.message import Message

from . import render
from .models import Answer, Question, RoundRecord, Wish
from .queries import rounds
from .round import End, Locked, Phase, Round, TooLate
from .times import now_ms, reading_seconds, snowflake_ms

if TYPE_CHECKING:
    from bot.client import Marquee

log = logging.getLogger(__name__)

LEAD_SECONDS = 3.0
GAP_SECONDS = 4.0
# A click that Discord stamped in time may reach us so much later and still counts.
GRACE_SECONDS = 1.0
# An interrupted round goes on only while people may still be there.
RESUME_WITHIN_MS = 10 * 60 * 1000
# How long a click waits for the question it belongs to, just posted, to be in the ledger.
_OPENING_SECONDS = 10.0

# A post is tried again after so long when the connection was lost under it.
_RETRY_SECONDS = (1.0, 2.0, 4.0)
_CUT_OFF = (aiohttp.ClientError, OSError, TimeoutError)
_GONE = (discord.NotFound, discord.Forbidden)
CLOSED = "That question is closed."
_RENEWED = "I am being updated. No points, no penalty; the round goes on when I am back."


class Host:
    """Runs one round in one channel until it is over or :meth:`suspend` is called."""

    def __init__(self, bot: Marquee, record: RoundRecord, current: Round) -> None:
        self._bot = bot
        self.record = record
        self.round = current
        self._channel = bot.get_partial_messageable(record.channel, guild_id=record.guild)
        self._message: discord.PartialMessage | None = None
        self._asked_step = min(current.step, len(current.questions) - 1)
        self._wish: Wish | None = None
        self._closing = False
        self._leaving = False
        # What this host has locked in for the open question, only to tell a first answer from a
        # change. The answers that count are the ledger's.
        self._given: dict[int, Answer] = {}
        self._opened = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self) -> None:
        """Play the round to its end."""
        await self._guarded(self._play())

    async def resume(self, interrupted: int | None) -> None:
        """Go on with a round that another host left; ``interrupted`` is its open question."""
        await self._bot.wait_until_ready()
        await self._guarded(self._go_on(interrupted))

    async def suspend(self) -> None:
        """Leave the round to the next host: the open question is dropped without penalty.

        The host does that itself when it has done what it is about: nothing is said twice.
        """
        self._leaving = True
        self._bot.dispatch("round_wish", self.record.id)
        await self._idle.wait()

    async def lock_in(self, answer: Answer, step: int, message: int | None) -> Locked:
        """Make a player's answer durable.

        :raises UserError: when it is too late, or the button is not this question's.
        """
        await self._until_opened(step)
        if step != self.round.step or self.round.phase is not Phase.OPEN:
            raise UserError(CLOSED)
        if self._message is None or message != self._message.id:
            raise UserError("That button does not belong to the question that is open.")
        before = self._given.get(answer.user)
        try:
            locked = self.round.weigh(answer, before)
        except TooLate:
            raise UserError("That was just too late: the question has closed.") from None
        if locked is Locked.SAME:
            return locked  # durable since the first press, whose time counts
        if not await rounds.lock_in(self._bot.ledger, self.record.id, step, answer):
            raise UserError(CLOSED)
        self._given[answer.user] = max(answer, before or answer, key=lambda given: given.click)
        return locked

    def wish(self, wish: Wish) -> None:
        """Skip the open question, or stop the round, which nothing takes back."""
        if self._wish is not Wish.STOP:
            self._wish = wish
        self._bot.dispatch("round_wish", self.record.id)

    @property
    def is_open(self) -> bool:
        """Whether a question is open."""
        return self.round.phase is Phase.OPEN and not self._closing

    @property
    def _asked(self) -> Question:
        """The question that was asked last."""
        return self.round.questions[self._asked_step]

    @property
    def _of(self) -> int:
        return len(self.round.questions)

    async def _guarded(self, play: Coroutine[Any, Any, None]) -> None:
        """Whatever befalls the round, its channel is free for another afterwards."""
        self._idle.clear()
        try:
            await play
        except _GONE as error:
            # The channel or the right to write in it is gone; what was earned is in the ledger.
            log.info("Round %d lost its channel: %s", self.record.id, error.text)
            await self._give_up()
        except Exception:
            log.exception("Round %d broke down", self.record.id)
            await self._give_up()
        finally:
            self._idle.set()

    async def _give_up(self) -> None:
        """End the round as far as that can still be done.

        A ledger that cannot be written keeps it live; the next start in the channel takes it up.
        """
        with contextlib.suppress(LedgerError, discord.DiscordException, *_CUT_OFF):
            await self._end(End.LOST)
            await self._show_board(End.LOST)

    async def _go_on(self, interrupted: int | None) -> None:
        if interrupted is not None:
            await self._drop_interrupted(interrupted)
        if self.round.phase is not Phase.ENDED and self._is_stale():
            self.round = self.round.stop(End.LOST)
        await self._play()

    async def _play(self) -> None:
        if self.round.phase is not Phase.ENDED:
            await self._rest(LEAD_SECONDS)
        while self.round.phase is not Phase.ENDED and not self._leaving:
            await self._play_question()
        if self.round.phase is Phase.ENDED:
            await self._finish()

    async def _play_question(self) -> None:
        await self._ask()
        is_up = await self._pause(
            (self.round.deadline - self.round.opened_at) / 1000 + GRACE_SECONDS
        )
        match self._granted():
            case Wish.STOP:
                self.round = self.round.stop()
            case Wish.SKIP:
                await self._void("It was skipped.")
            case None if is_up:
                await self._close()
            case None:
                await self._void(_RENEWED)
        if self.round.phase is not Phase.ENDED:
            await self._rest(GAP_SECONDS)

    async def _rest(self, seconds: float) -> None:
        """A pause between questions, in which the round can only be stopped."""
        await self._pause(seconds)
        if self._granted() is Wish.STOP:
            self.round = self.round.stop()

    def _granted(self) -> Wish | None:
        """What was wished for during the last pause, once."""
        wish, self._wish = self._wish, None
        return wish

    async def _ask(self) -> None:
        step, asked = self.round.step, self.round.question
        allowed = self.record.seconds + reading_seconds(asked.text, asked.options)
        closes_at = math.ceil(discord.utils.utcnow().timestamp() + allowed)
        self._opened.clear()
        shown = render.question(asked, self.record.id, step, self._of, closes_at)
        message = await self._say(shown, step, "question")
        # Discord's own time of the message is the one that clicks are measured by.
        opened_at = snowflake_ms(message.id)
        after = self.round.open(opened_at, opened_at + allowed * 1000)
        await rounds.open_question(
            self._bot.ledger, self.record, step, message.id, after.opened_at, after.deadline
        )
        self.round, self._asked_step = after, step
        self._given.clear()
        self._message = self._channel.get_partial_message(message.id)
        self._opened.set()

    async def _close(self) -> None:
        self._closing = True  # too late to skip it
        try:
            self.round, outcome = await rounds.close_question(
                self._bot.ledger, self.record.id, self.round
            )
        finally:
            self._closing = False
        await self._say(render.result(outcome, self._of), outcome.step, "result")
        await self._retire_message()

    async def _void(self, why: str) -> None:
        """Drop the open question and tell the channel why."""
        step, asked = self.round.step, self.round.question
        self.round = self.round.void()
        await rounds.void_question(self._bot.ledger, self.record.id, step)
        await self._say(render.voided(asked, step, self._of, why), step, "void")
        await self._retire_message()

    async def _finish(self) -> None:
        end = self.round.end or End.DONE
        await self._end(end)
        await self._show_board(end)

    async def _show_board(self, end: End) -> None:
        await self._retire_message()
        await self._say(render.final(end, self.round.standings()), self._of, "board")

    async def _end(self, end: End) -> None:
        await rounds.end_round(self._bot.ledger, self.record.id, end, now_ms())

    async def _drop_interrupted(self, message: int) -> None:
        """Tell the channel that the question left open by a crash does not count."""
        self._message = self._channel.get_partial_message(message)
        self.round = self.round.open(0, 0)
        await self._void("I was interrupted. No points, no penalty.")

    def _is_stale(self) -> bool:
        return now_ms() - self.record.last_sign > RESUME_WITHIN_MS

    async def _say(self, message: Message, step: int, part: str) -> discord.Message:
        """Post a step of the round. Its nonce lets Discord drop a repetition after a 5xx."""
        nonce = f"{self.record.id}-{step}-{part[0]}"
        for delay in _RETRY_SECONDS:
            try:
                return await self._channel.send(**message.to_send(), nonce=nonce)
            except _CUT_OFF:  # discord.py retries what Discord answers, not a lost connection
                await asyncio.sleep(delay)
        return await self._channel.send(**message.to_send(), nonce=nonce)

    async def _retire_message(self) -> None:
        """Take the buttons off the last question; it does no harm when that fails."""
        message, self._message = self._message, None
        if message is not None:
            shown = render.closed_question(self._asked, self._asked_step, self._of)
            with contextlib.suppress(discord.HTTPException, *_CUT_OFF):
                await message.edit(**shown.to_edit())

    async def _until_opened(self, step: int) -> None:
        """Wait for a question that members see already, but that is not in the ledger yet."""
        if step == self.round.step and self.round.phase is Phase.WAITING:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_OPENING_SECONDS):
                    await self._opened.wait()

    async def _pause(self, seconds: float) -> bool:
        """Wait, unless or until somebody wishes for something; whether all of the time passed.

        By the monotonic clock: a wall clock that is set right neither ends nor freezes a round.
        """
        until = time.monotonic() + seconds
        while self._wish is None and not self._leaving:
            if (left := until - time.monotonic()) <= 0:
                return True
            try:
                await self._bot.wait_for("round_wish", check=self._is_mine, timeout=left)
            except TimeoutError:
                # discord.py keeps a waiter that timed out until the next event of its name.
                self._bot.dispatch("round_wish", 0)
        return False

    def _is_mine(self, round_id: int) -> bool:
        return round_id == self.record.id
