"""What was remarkable in a round that is over. Pure.

All of it follows from the round as it is played again from the ledger, so it is the same whoever
works it out, and after a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..models import Outcome, Step


@dataclass(frozen=True, slots=True)
class Fastest:
    """The right answer that took the least time."""

    user: int
    ms: int

    @property
    def seconds(self) -> float:
        return self.ms / 1000


@dataclass(frozen=True, slots=True)
class Streak:
    """The most right answers in a row, by who had so many first, and by how many ``others``."""

    user: int
    length: int
    others: int = 0


@dataclass(frozen=True, slots=True)
class Hardest:
    """The question that the smallest share of its answers got right."""

    text: str
    right: int
    answers: int
    film: str = ""  # its label, in a round over all films


@dataclass(frozen=True, slots=True)
class Recap:
    """A round's feats; what nobody achieved is ``None``."""

    questions: int  # that were scored
    fastest: Fastest | None = None
    streak: Streak | None = None
    hardest: Hardest | None = None


def recap(outcomes: Sequence[Outcome | None], steps: Sequence[Step]) -> Recap:
    """The feats of a round, of whose questions the first ones are over.

    :param outcomes: of each question that is over; ``None`` for one that does not count.
    :param steps: what the ledger has of the same questions, and maybe of more.
    """
    scored = [
        (outcome, step)
        for outcome, step in zip(outcomes, steps, strict=False)
        if outcome is not None
    ]
    counted = [outcome for outcome, _ in scored]
    return Recap(len(scored), _fastest(scored), _streak(counted), _hardest(counted))


def _fastest(scored: Sequence[tuple[Outcome, Step]]) -> Fastest | None:
    taken = [
        Fastest(award.user, max(given[award.user] - step.opened_at, 0))
        for outcome, step in scored
        for given in ({answer.user: answer.at for answer in step.answers},)
        for award in outcome.awards
        if award.correct
    ]
    return min(taken, key=lambda one: one.ms, default=None)


def _streak(outcomes: Sequence[Outcome]) -> Streak | None:
    """One right answer is none in a row."""
    awards = [award for outcome in outcomes for award in outcome.awards if award.streak > 1]
    length = max((award.streak for award in awards), default=0)
    users = dict.fromkeys(award.user for award in awards if award.streak == length)
    return Streak(next(iter(users)), length, len(users) - 1) if users else None


def _hardest(outcomes: Sequence[Outcome]) -> Hardest | None:
    """None was hard when everybody was right; of equals it is the one that more got wrong."""
    every = [
        Hardest(asked.text, outcome.shares[asked.right], sum(outcome.shares), asked.film_label)
        for outcome in outcomes
        for asked in (outcome.question,)
    ]
    missed = [one for one in every if one.right < one.answers]
    return min(missed, key=lambda one: (one.right / one.answers, -one.answers), default=None)
