"""A round as a pure state machine: no Discord, no clock, no I/O.

A round is a value. Each step returns the round as it is afterwards and leaves the one before as it
was, so it can be worked out inside a transaction and kept only when that is committed::

    waiting --open--> open --close--> waiting --open--> … --close--> ended
                        \\--void---> waiting                \\--stop--> ended

What a round has come to follows from its questions and the answers to them alone: after a crash it
is played again from the ledger (:mod:`.replay`) and is the same.

Times are milliseconds since 1970, as Discord's snowflakes give them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from . import scoring
from .models import OTHER, Answer, Award, Mode, Outcome, Question, Rules, Standing

# So many questions in a row without any answer end a round.
IDLE_LIMIT = 2
# Enough to read a question and press a button.
ENOUGH_MS = 5_000


class Phase(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    ENDED = "ended"


class End(StrEnum):
    """Why a round is over; the ledger's words."""

    DONE = "done"
    STOPPED = "stopped"
    IDLE = "idle"
    LOST = "lost"  # it could not go on: without its channel, say, or away for too long


class Locked(StrEnum):
    """What an accepted answer was."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"  # in a race the first answer counts


class RoundError(Exception):
    """The step is not possible in the phase that the round is in."""


class TooLate(RoundError):
    """The answer was given after the deadline."""


class IsOut(RoundError):
    """The player is out of this round, or was not in it from the beginning."""


def _empty() -> Mapping[int, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Round:
    """Where a round stands. ``step`` is the question that is open, or the next one."""

    questions: tuple[Question, ...]
    rules: Rules = field(default_factory=Rules)
    step: int = 0
    phase: Phase = Phase.WAITING
    end: End | None = None
    opened_at: int = 0
    allowed: int = 0
    deadline: int = 0
    answers: Mapping[int, Answer] = field(default_factory=lambda: MappingProxyType({}))
    points: Mapping[int, int] = field(default_factory=_empty)
    right: Mapping[int, int] = field(default_factory=_empty)
    streaks: Mapping[int, int] = field(default_factory=_empty)
    silent: int = 0
    # Who is still in a survival round; None before anybody has answered.
    alive: frozenset[int] | None = None

    @property
    def question(self) -> Question:
        """The question that is open, or comes next. :raises RoundError: when none is left."""
        if self.phase is Phase.ENDED:
            raise RoundError("the round is over")
        return self.questions[self.step]

    @property
    def is_settled(self) -> bool:
        """Whether nothing can change any more how the open question ends."""
        return self.rules.mode is Mode.RACE and any(map(self._is_right, self.answers.values()))

    @property
    def is_decided(self) -> bool:
        """Whether a survival round has nobody left, or one alone who had rivals."""
        alive = self.alive
        return alive is not None and (not alive or (len(alive) == 1 and len(self.points) > 1))

    def left(self, now: int) -> int:
        """Ms to the deadline; never more than the question has, whatever a clock says."""
        return min(max(self.deadline - now, 0), self.allowed)

    def is_nearly_over(self, now: int) -> bool:
        """Whether too little time is left for who could not answer until now."""
        return self.left(now) < min(ENOUGH_MS, self.allowed // 2)

    def open(self, opened_at: int, allowed: int) -> Round:
        """Ask the next question, for ``allowed`` ms."""
        self._must_be(Phase.WAITING)
        return replace(
            self,
            phase=Phase.OPEN,
            opened_at=opened_at,
            allowed=allowed,
            deadline=opened_at + allowed,
            answers=MappingProxyType({}),
        )

    def put_off(self, deadline: int) -> Round:
        """Leave the question open for longer. Nobody gets points for speed in that time."""
        self._must_be(Phase.OPEN)
        return replace(self, deadline=max(deadline, self.deadline))

    def recall(self, answers: Iterable[Answer]) -> Round:
        """The round with just these answers to its open question, as the ledger has them."""
        known = MappingProxyType({answer.user: answer for answer in answers})
        return replace(self, answers=known)

    def lock_in(self, answer: Answer) -> tuple[Round, Locked]:
        """Take an answer, or a change of one, in whatever order they come.

        The later click counts; in a race the earlier.

        :raises TooLate: when it was given after the deadline.
        :raises IsOut: when the player is not in a survival round any more.
        :raises RoundError: when no question is open, or it has no such option.
        """
        before = self.answers.get(answer.user)
        locked = self.weigh(answer, before)
        if before is not None and not self.supersedes(answer, before):
            return self, locked
        return replace(
            self, answers=MappingProxyType({**self.answers, answer.user: answer})
        ), locked

    def weigh(self, answer: Answer, before: Answer | None) -> Locked:
        """What an answer is, to a player whose last one was ``before``. Raises as ``lock_in``."""
        self._must_be(Phase.OPEN)
        known = 0 <= answer.slot < len(self.question.options)
        if not known and not (self.rules.typed and answer.slot == OTHER):
            raise RoundError(f"no option {answer.slot}")
        if answer.at > self.deadline:
            raise TooLate
        if self.alive is not None and answer.user not in self.alive:
            raise IsOut
        if before is None:
            return Locked.NEW
        if self.rules.mode is Mode.RACE and not self.supersedes(answer, before):
            return Locked.KEPT
        same = (answer.slot, answer.typed) == (before.slot, before.typed)
        return Locked.SAME if same or not self.supersedes(answer, before) else Locked.CHANGED

    def close(self) -> tuple[Round, Outcome]:
        """Close the open question and score its answers."""
        self._must_be(Phase.OPEN)
        awards = tuple(self._award(answer) for answer in self._counting())
        alive = self._survivors()
        out = (
            tuple(sorted((self.alive or frozenset(self.answers)) - alive))
            if alive is not None
            else ()
        )
        outcome = Outcome(self.step, self.question, self._shares(), awards, out, self._taken())
        silent = 0 if self.answers else self.silent + 1
        nothing = dict.fromkeys(self.answers, 0)  # who came too late in a race has played too
        after = replace(
            self._advanced(),
            alive=alive,
            points=_added(self.points, nothing | {one.user: one.points for one in awards}),
            right=_added(self.right, nothing | {one.user: int(one.correct) for one in awards}),
            streaks=MappingProxyType(
                {award.user: award.streak for award in awards if award.streak}
            ),
            silent=silent,
        )
        return after.ended_if_over(), outcome

    def void(self) -> Round:
        """Drop the open question: no points, no penalty, nobody's streak is broken."""
        self._must_be(Phase.OPEN)
        return self._advanced().ended_if_over()

    def stop(self, end: End = End.STOPPED) -> Round:
        """End the round where it is; points stay."""
        if self.phase is Phase.ENDED:
            raise RoundError("the round is over already")
        return replace(self, phase=Phase.ENDED, end=end, answers=MappingProxyType({}))

    def ended_if_over(self) -> Round:
        """The round, ended when no question or player is left, or nobody seems to be there."""
        if self.phase is Phase.ENDED:
            return self
        if self.step >= len(self.questions) or self.is_decided:
            return replace(self, phase=Phase.ENDED, end=End.DONE)
        if self.silent >= IDLE_LIMIT:
            return replace(self, phase=Phase.ENDED, end=End.IDLE)
        return self

    def standings(self) -> list[Standing]:
        """Everybody who answered a scored question, best first; equal points share a rank."""
        # Who stands last has won a survival round, whatever the others earned before.
        worth = {user: (user in (self.alive or ()), earned) for user, earned in self.points.items()}
        best_first = sorted(worth, key=lambda user: (*(-part for part in worth[user]), user))
        ranks = {worth[user]: place for place, user in _from_last(best_first)}
        return [
            Standing(ranks[worth[user]], user, self.points[user], self.right[user])
            for user in best_first
        ]

    def _must_be(self, phase: Phase) -> None:
        if self.phase is not phase:
            raise RoundError(f"the round is {self.phase}, not {phase}")

    def _advanced(self) -> Round:
        return replace(self, step=self.step + 1, phase=Phase.WAITING, answers=MappingProxyType({}))

    def _is_right(self, answer: Answer) -> bool:
        return answer.slot == self.question.right

    def supersedes(self, answer: Answer, before: Answer) -> bool:
        """Whether of a player's two answers the first named is the one that stands."""
        if self.rules.mode is Mode.RACE:
            return answer.click < before.click
        return answer.click > before.click

    def _counting(self) -> list[Answer]:
        """The answers that are scored, in order; a race is over with its first right one."""
        given = sorted(self.answers.values(), key=lambda answer: answer.click)
        if self.rules.mode is Mode.RACE:
            first = next((at for at, answer in enumerate(given) if self._is_right(answer)), None)
            return given if first is None else given[: first + 1]
        return given

    def _survivors(self) -> frozenset[int] | None:
        """Who is in after the open question: those who were right.

        Nobody is out when several are in and none is right, so that somebody wins.
        """
        if self.rules.mode is not Mode.SURVIVAL or (self.alive is None and not self.answers):
            return self.alive
        playing = frozenset(self.answers) if self.alive is None else self.alive
        right = {answer.user for answer in self.answers.values() if self._is_right(answer)}
        return frozenset(right & playing) or (playing if len(playing) > 1 else frozenset())

    def _award(self, answer: Answer) -> Award:
        correct = self._is_right(answer)
        streak = self.streaks.get(answer.user, 0) + 1 if correct else 0
        earned = scoring.points(
            correct=correct,
            taken=answer.at - self.opened_at,
            allowed=self.allowed,
            streak=streak,
            relaxed=self.rules.relaxed,
            hinted=answer.hinted,
        )
        return Award(answer.user, answer.slot, correct, earned, streak)

    def _taken(self) -> tuple[str, ...]:
        """What was typed and accepted, each wording once, first to last."""
        wordings: dict[str, str] = {}
        for answer in self._counting():
            if answer.typed is not None and self._is_right(answer):
                wordings.setdefault(answer.typed.casefold(), answer.typed)
        wordings.pop(self.question.answer.casefold(), None)
        return tuple(wordings.values())

    def _shares(self) -> tuple[int, ...]:
        chosen = Counter(answer.slot for answer in self.answers.values())
        return tuple(chosen[slot] for slot in range(OTHER + 1 if self.rules.typed else OTHER))


def _added(totals: Mapping[int, int], more: Mapping[int, int]) -> Mapping[int, int]:
    users = dict.fromkeys((*totals, *more))
    return MappingProxyType({user: totals.get(user, 0) + more.get(user, 0) for user in users})


def _from_last(best_first: Sequence[int]) -> list[tuple[int, int]]:
    """(place, user), the last first, so that a dict of them keeps the best place of a tie."""
    return list(enumerate(best_first, start=1))[::-1]
