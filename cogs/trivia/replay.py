"""A round played again from what the ledger has of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .models import Outcome, RoundRecord, Step
from .round import Phase, Round
from .teams.rules import Members


@dataclass(frozen=True, slots=True)
class Restored:
    """A round as it stood, and what its channel has been told."""

    record: RoundRecord
    round: Round
    message: int | None  # of the question that was asked last
    untold: tuple[int, Outcome | None] | None  # the last question that is over, without a word
    outcomes: tuple[Outcome | None, ...] = ()  # of the questions that are over
    steps: tuple[Step, ...] = ()  # of all of them
    members: Members = field(default_factory=dict[int, int])  # of the teams

    @property
    def has_dropped(self) -> bool:
        """Whether the round ended while a question was open, which then counts for nothing."""
        return any(step.state == "void" and step.result == 0 for step in self.steps)


def replayed(current: Round, steps: Sequence[Step]) -> tuple[Round, list[Outcome | None]]:
    """The round after what happened in ``steps``, and what came of each that is over.

    A question that was taken out has no outcome.
    """
    outcomes: list[Outcome | None] = []
    for step in steps:
        if step.state == "planned" or current.phase is Phase.ENDED:
            break
        current = current.open(step.opened_at, step.allowed).put_off(step.deadline)
        current = current.recall(step.answers)
        if step.state == "void":
            current = current.void()
            outcomes.append(None)
        elif step.state == "closed":
            current, outcome = current.close()
            outcomes.append(outcome)
    return current, outcomes
