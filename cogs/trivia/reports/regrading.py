"""What a played round would be worth under other verdicts on its questions. Pure.

A round is played again from its answers by the rules of :mod:`.round`, with other slots counting as
right, or with a question taken out. What nobody passed a verdict on is scored as it was.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from enum import Enum, auto

from ..models import Award, Question, Rules, Step
from ..round import Phase, Round

# The slots that count as right; none takes the question out of the round.
Slots = frozenset[int]
VOID: Slots = frozenset()


class Why(Enum):
    """Why a verdict cannot be passed, or taken back."""

    GONE = auto()  # there is no such question or regrade, or it is another server's
    LIVE = auto()
    DECIDED = auto()
    SLOT = auto()
    UNDONE = auto()
    LATER = auto()


class Refused(Exception):
    """It cannot be done; ``why`` says for what reason."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


@dataclass(frozen=True, slots=True)
class Paid:
    """An award as the ledger keeps it."""

    user: int
    correct: bool
    points: int
    streak: int
    rating: float | None = None  # the player's, as it was learnt when the question closed


Payments = Mapping[int, tuple[Paid, ...]]


@dataclass(frozen=True, slots=True)
class Played:
    """A round as the ledger has it: what was asked and answered, and what was paid at each step."""

    guild: int
    channel: int
    is_live: bool
    rules: Rules
    questions: tuple[Question, ...]
    steps: tuple[Step, ...]
    paid: Payments
    verdicts: Mapping[int, Slots]  # those in force, by step

    def slots(self, step: int) -> Slots:
        """What counts as right now."""
        return self.verdicts.get(step, frozenset({self.questions[step].right}))

    def also_right(self, step: int) -> list[int]:
        """The slots that could be ruled right as well. Typed answers have no slots to choose."""
        if self.rules.typed:
            return []
        return sorted(set(range(len(self.questions[step].options))) - self.slots(step))


@dataclass(frozen=True, slots=True)
class Change:
    """Every step whose payments change, as they were and as they will be."""

    before: Payments
    after: Payments

    @property
    def points(self) -> dict[int, int]:
        """What each player gains or loses; who does neither is not in it."""
        gains = Counter(totals(self.after))
        gains.subtract(totals(self.before))
        return {user: gain for user, gain in gains.items() if gain}


@dataclass(frozen=True, slots=True)
class Kept:
    """What an undo needs: the state of the question, and the payments of the steps changed."""

    state: str
    paid: Payments

    def to_json(self) -> str:
        paid = {step: [astuple(one) for one in step_paid] for step, step_paid in self.paid.items()}
        return json.dumps({"state": self.state, "paid": paid})

    @classmethod
    def from_json(cls, text: str) -> Kept:
        values = json.loads(text)
        return cls(
            values["state"],
            {int(step): tuple(Paid(*one) for one in paid) for step, paid in values["paid"].items()},
        )


def awarded(
    questions: Sequence[Question],
    rules: Rules,
    steps: Sequence[Step],
    verdicts: Mapping[int, Slots],
) -> dict[int, tuple[Award, ...]]:
    """The awards of every step that counts, under the verdicts."""
    current = Round(tuple(questions), rules)
    awards: dict[int, tuple[Award, ...]] = {}
    for at, step in enumerate(steps):
        if step.state not in ("closed", "void"):
            break
        # Under another verdict the round may have been over sooner; what was played still counts.
        current = replace(current, phase=Phase.WAITING, end=None)
        right = questions[at].right
        slots = verdicts.get(at, frozenset({right}))
        # Whoever chose what counts as right is scored as if it were the one right option.
        taken = {one.user: one.slot for one in step.answers}
        given = [replace(one, slot=right) if one.slot in slots else one for one in step.answers]
        current = current.open(step.opened_at, step.allowed).recall(given)
        if step.state == "void" or slots == VOID:
            current = current.void()
            continue
        current, outcome = current.close()
        awards[at] = tuple(replace(award, slot=taken[award.user]) for award in outcome.awards)
    return awards


def regrade(played: Played, step: int, slots: Slots) -> Change:
    """What changes when these slots count as right at one step.

    Steps before it stay as they are; those after it may change with the streaks.
    """
    verdicts = {**played.verdicts, step: slots}
    awards = awarded(played.questions, played.rules, played.steps, verdicts)
    before: dict[int, tuple[Paid, ...]] = {}
    after: dict[int, tuple[Paid, ...]] = {}
    for at in range(step, len(played.steps)):
        old = played.paid.get(at, ())
        # Ratings were learnt from the answers of that day, and are not learnt anew.
        ratings = {one.user: one.rating for one in old}
        new = in_order(
            Paid(award.user, award.correct, award.points, award.streak, ratings.get(award.user))
            for award in awards.get(at, ())
        )
        if new != in_order(old):
            before[at], after[at] = old, new
    return Change(before, after)


def totals(paid: Payments) -> dict[int, int]:
    """Each player's points over all the steps."""
    earned: Counter[int] = Counter()
    for one in (one for step_paid in paid.values() for one in step_paid):
        earned[one.user] += one.points
    return dict(earned)


def in_order(paid: Iterable[Paid]) -> tuple[Paid, ...]:
    """Payments by player, as the ledger gives them."""
    return tuple(sorted(paid, key=lambda one: one.user))


@dataclass(frozen=True, slots=True)
class Report:
    """What one member says is wrong with a question."""

    user: int
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Case:
    """A question with open reports, the oldest first, and its place in the queue."""

    round_id: int
    step: int
    played: Played
    reports: tuple[Report, ...]
    page: int
    of: int

    def chosen(self) -> Counter[int]:
        """How many chose each slot."""
        return Counter(answer.slot for answer in self.played.steps[self.step].answers)

    def would_change(self, slots: Slots) -> int:
        """How many players' scores a verdict would change."""
        return len(regrade(self.played, self.step, slots).points)


@dataclass(frozen=True, slots=True)
class Regraded:
    """A verdict that was passed, or taken back, with what that did to the scores."""

    id: int
    guild: int
    channel: int
    step: int
    of: int
    question: Question
    slots: Slots
    moderator: int
    reason: str
    points: Mapping[int, int]  # gained or lost, by player
    totals: Mapping[int, int]  # in the round, as it stands now


@dataclass(frozen=True, slots=True)
class RegradeLine:
    """A verdict in the list of them."""

    id: int
    channel: int
    step: int
    question: Question
    slots: Slots
    moderator: int
    reason: str
    at: int
    undone_by: int | None
    undone_at: int | None
