"""A round as a pure state machine: no Discord, no clock, no I/O.

A round is a value. Each step returns the round as it is afterwards and leaves the one before as it
was, so it can be worked out inside a transaction and kept only when that is committed::

    waiting --open--> open --close--> waiting --open--> … --close--> ended
                        \\--void---> waiting                \\--stop--> ended

Times are milliseconds since 1970, as Discord's snowflakes give them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from . import scoring
from .models import Answer, Award, Outcome, Question, Standing

# So many questions in a row without any answer end a round.
IDLE_LIMIT = 2


class Phase(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    ENDED = "ended"


class End(StrEnum):
    """Why a round is over; the ledger's words."""

    DONE = "done"
    STOPPED = "stopped"
    IDLE = "idle"
    LOST = "lost"  # the channel, or the right to write in it, is gone


class Locked(StrEnum):
    """What an accepted answer was."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class RoundError(Exception):
    """The step is not possible in the phase that the round is in."""


class TooLate(RoundError):
    """The answer was given after the deadline."""


def _empty() -> Mapping[int, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Round:
    """Where a round stands. ``step`` is the question that is open, or the next one."""

    questions: tuple[Question, ...]
    step: int = 0
    phase: Phase = Phase.WAITING
    end: End | None = None
    opened_at: int = 0
    deadline: int = 0
    answers: Mapping[int, Answer] = field(default_factory=lambda: MappingProxyType({}))
    points: Mapping[int, int] = field(default_factory=_empty)
    right: Mapping[int, int] = field(default_factory=_empty)
    streaks: Mapping[int, int] = field(default_factory=_empty)
    silent: int = 0

    @property
    def question(self) -> Question:
        """The question that is open, or comes next. :raises RoundError: when none is left."""
        if self.phase is Phase.ENDED:
            raise RoundError("the round is over")
        return self.questions[self.step]

    def open(self, opened_at: int, deadline: int) -> Round:
        """Ask the next question."""
        self._must_be(Phase.WAITING)
        return replace(
            self,
            phase=Phase.OPEN,
            opened_at=opened_at,
            deadline=deadline,
            answers=MappingProxyType({}),
        )

    def recall(self, answers: Iterable[Answer]) -> Round:
        """The round with just these answers to its open question, as the ledger has them."""
        known = MappingProxyType({answer.user: answer for answer in answers})
        return replace(self, answers=known)

    def lock_in(self, answer: Answer) -> tuple[Round, Locked]:
        """Take an answer, or a change of one; the later click counts, in whatever order they come.

        :raises TooLate: when it was given after the deadline.
        :raises RoundError: when no question is open, or it has no such option.
        """
        before = self.answers.get(answer.user)
        locked = self.weigh(answer, before)
        if before is not None and before.click >= answer.click:
            return self, locked
        return replace(
            self, answers=MappingProxyType({**self.answers, answer.user: answer})
        ), locked

    def weigh(self, answer: Answer, before: Answer | None) -> Locked:
        """What an answer is, to a player whose last one was ``before``. Raises as ``lock_in``."""
        self._must_be(Phase.OPEN)
        if not 0 <= answer.slot < len(self.question.options):
            raise RoundError(f"no option {answer.slot}")
        if answer.at > self.deadline:
            raise TooLate
        if before is None:
            return Locked.NEW
        is_same = before.click >= answer.click or before.slot == answer.slot
        return Locked.SAME if is_same else Locked.CHANGED

    def close(self) -> tuple[Round, Outcome]:
        """Close the open question and score its answers."""
        self._must_be(Phase.OPEN)
        awards = tuple(self._award(answer) for answer in _in_order(self.answers.values()))
        outcome = Outcome(self.step, self.question, self._shares(), awards)
        silent = 0 if self.answers else self.silent + 1
        after = replace(
            self._advanced(),
            points=_added(self.points, {award.user: award.points for award in awards}),
            right=_added(self.right, {award.user: int(award.correct) for award in awards}),
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
        """The round, ended when no question is left or nobody seems to be there."""
        if self.step >= len(self.questions):
            return replace(self, phase=Phase.ENDED, end=End.DONE)
        if self.silent >= IDLE_LIMIT:
            return replace(self, phase=Phase.ENDED, end=End.IDLE)
        return self

    def standings(self) -> list[Standing]:
        """Everybody who answered a scored question, best first; equal points share a rank."""
        best_first = sorted(self.points, key=lambda user: (-self.points[user], user))
        ranks = {points: place for place, points in _first_places(self.points, best_first)}
        return [
            Standing(ranks[self.points[user]], user, self.points[user], self.right[user])
            for user in best_first
        ]

    def _must_be(self, phase: Phase) -> None:
        if self.phase is not phase:
            raise RoundError(f"the round is {self.phase}, not {phase}")

    def _advanced(self) -> Round:
        return replace(self, step=self.step + 1, phase=Phase.WAITING, answers=MappingProxyType({}))

    def _award(self, answer: Answer) -> Award:
        correct = answer.slot == self.question.right
        streak = self.streaks.get(answer.user, 0) + 1 if correct else 0
        earned = scoring.points(
            correct=correct,
            taken=answer.at - self.opened_at,
            allowed=self.deadline - self.opened_at,
            streak=streak,
        )
        return Award(answer.user, answer.slot, correct, earned, streak)

    def _shares(self) -> tuple[int, ...]:
        chosen = Counter(answer.slot for answer in self.answers.values())
        return tuple(chosen[slot] for slot in range(len(self.question.options)))


def _in_order(answers: Iterable[Answer]) -> list[Answer]:
    """By the click, which Discord numbered; not by when it reached us."""
    return sorted(answers, key=lambda answer: answer.click)


def _added(totals: Mapping[int, int], more: Mapping[int, int]) -> Mapping[int, int]:
    users = dict.fromkeys((*totals, *more))
    return MappingProxyType({user: totals.get(user, 0) + more.get(user, 0) for user in users})


def _first_places(points: Mapping[int, int], best_first: Sequence[int]) -> list[tuple[int, int]]:
    """(place, points), the last first, so that a dict of them keeps the best place of a tie."""
    return [(place, points[user]) for place, user in enumerate(best_first, start=1)][::-1]
