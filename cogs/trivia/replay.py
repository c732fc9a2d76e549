"""A round played again from what the ledger has of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .models import Outcome, Step
from .round import Phase, Round


def replayed(current: Round, steps: Sequence[Step]) -> tuple[Round, list[Outcome | None]]:
    """The round after what happened in ``steps``, and what came of each that is over.

    A question that was taken out has no outcome.
    """
    outcomes: list[Outcome | None] = []
    for step in steps:
        if step.state == "planned" or current.phase is Phase.ENDED:
            break
        current = current.open(step.opened_at, step.allowed).recall(step.answers)
        if step.state == "void":
            current = current.void()
            outcomes.append(None)
        elif step.state == "closed":
            current, outcome = current.close()
            outcomes.append(outcome)
        else:
            current = current.put_off(step.deadline)
    return current, outcomes
