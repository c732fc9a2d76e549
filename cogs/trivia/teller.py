"""What a round says in its channel, each thing once.

Every message has a nonce of its round and step, so that whoever goes on with the round after a
crash can say it again without it standing there twice. That holds for minutes; so the first thing
said after another host is looked for as well.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bot.clock import snowflake_ms

from . import render
from .poster import Poster
from .round import End, Round
from .tally import NOTHING, Count, Tally
from .teams import render as teams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.client import Marquee

    from .models import Outcome
    from .recap.board import FinalBoards
    from .replay import Restored
    from .teams.rules import Members
    from .traffic import Traffic


class Teller:
    """The messages of one round; ``message`` is the last question's, while it has buttons."""

    def __init__(
        self, bot: Marquee, restored: Restored, traffic: Traffic, boards: FinalBoards
    ) -> None:
        self._boards = boards
        self._record = restored.record
        self._questions = restored.round.questions
        self._of = len(self._questions)
        self._poster = Poster(bot, restored.record.guild, restored.record.channel, traffic)
        self._tally: Tally | None = None
        self._asked: Round | None = None
        self.message = restored.message
        self._unsure_since: int | None = None

    def take_over(self) -> None:
        """Mind that another host may have said the next thing, and been ended right then.

        It has said one thing at most that the ledger does not know, and that after its last
        question, or after the start.
        """
        asked = self.message
        self._unsure_since = self._record.last_sign if asked is None else snowflake_ms(asked)

    def _unsure(self) -> int | None:
        """Since when what is said now may have been said by another host, in ms since 1970."""
        since, self._unsure_since = self._unsure_since, None
        return since

    async def lobby(self, members: Members, starts_at: int | None) -> int:
        """Let players choose their teams until the first question; the message's id."""
        shown = teams.lobby(self._record, members, starts_at)
        nonce = f"{self._record.id}-0-t"
        return await self._poster.say(shown, nonce, look_since=self._unsure())

    async def retire_lobby(self, message: int | None, members: Members) -> None:
        """Take the buttons off the message with which teams were joined, if there is one."""
        if message is not None:
            await self._poster.change(message, teams.closed_lobby(self._record, members))

    async def ask(self, step: int, closes_at: int) -> int:
        """Post a question; its message's id."""
        shown = render.question(self._questions[step], self._record, step, self._of, closes_at)
        nonce = f"{self._record.id}-{step}-q"
        return await self._poster.say(shown, nonce, look_since=self._unsure())

    def watch(self, current: Round) -> None:
        """The question just asked is open."""
        self._asked, self._tally = current, Tally(self._show_question, self._poster.has_room)

    def refresh(self, count: Count) -> None:
        """Show the open question's count, if that is news and there is room."""
        if self._tally is not None:
            self._tally.refresh(count)

    def abandon(self) -> None:
        """Leave off; another one goes on."""
        if self._tally is not None:
            self._tally.abandon()

    async def reopened(self, current: Round) -> int:
        """Say that the open question has all of its time again; the message's id.

        That another host has said so is no reason not to: it promised another time.
        """
        step, seconds = current.step, current.allowed // 1000
        nonce = f"{self._record.id}-{step}-a{current.deadline % 10**9}"
        return await self._poster.say(render.reopened(step, self._of, seconds), nonce)

    async def put_off(self, current: Round) -> None:
        """Show the open question's new deadline."""
        self._asked = current
        await self._show_question(self._tally.shown if self._tally is not None else NOTHING)

    async def result(
        self, step: int, outcome: Outcome | None, current: Round, members: Members
    ) -> int:
        """Say how a question ended; the message's id."""
        if outcome is None:
            shown = render.skipped(self._questions[step], self._record, step, self._of)
        else:
            shown = render.result(outcome, self._of, self._record, current, members)
        nonce = f"{self._record.id}-{step}-r"
        return await self._poster.say(shown, nonce, look_since=self._unsure())

    async def retire(self, step: int) -> None:
        """Take the buttons off the last question."""
        tally, self._tally = self._tally, None
        if tally is not None:
            await tally.settle()
        message, self.message = self.message, None
        if message is not None:
            shown = render.closed_question(self._questions[step], step, self._of, self._record)
            await self._poster.change(message, shown)

    async def board(
        self, end: End, current: Round, members: Members, names: Mapping[int, str]
    ) -> int:
        """Say how the round ended; the message's id."""
        if end is End.STOPPED or end is End.LOST:
            await self.retire(min(current.step, self._of - 1))
        since = self._unsure()
        return await self._boards.post(
            self._poster, self._record, current, end, members, names, look_since=since
        )

    async def _show_question(self, count: Count) -> None:
        """Show the open question as it stands, with its count."""
        assert self._asked is not None, "a question is watched once it is open"
        if self.message is None:
            return
        closes_at = math.ceil(self._asked.deadline / 1000)
        step = self._asked.step
        shown = render.question(
            self._questions[step], self._record, step, self._of, closes_at, count
        )
        await self._poster.change(self.message, shown)
