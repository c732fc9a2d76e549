"""What a played round would be worth under other verdicts on its questions. Pure.

A round is played again from its answers by the rules of :mod:`.round`, with more counting as right
than one option, or with a question taken out. What nobody passed a verdict on is scored as it was.

Ratings follow, as far as can be said what a question did to them: an award that a verdict takes
away, or turns from wrong to right, has its own movement of the player's and the question's rating
taken back to the last bit, and what is right now is learnt then, on the ratings of that moment.
So a question that is void has moved nobody. What was learnt since from other questions stays as it
is, although it was reckoned with the ratings of then: to learn all of it anew would mean playing
every later answer of every server again, for a question's rating is shared by all of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..models import Answer, Award, Question, Rules, Step
from ..rating import Learnt, Shift
from ..round import Phase, Round
from .models import VOID, Choice, Gain, Paid, Payments, Refused, Ruling, Why
from .wordings import Wording, by_typist, is_accepted, is_right, refused


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
    verdicts: Mapping[int, Ruling]  # those in force, by step

    def ruling(self, step: int) -> Ruling:
        """What counts as right now."""
        return self.verdicts.get(step) or Ruling(frozenset({self.questions[step].right}))

    def is_skipped(self, step: int) -> bool:
        """Whether a question was taken out by the players, and not by a verdict."""
        return self.steps[step].state == "void" and step not in self.verdicts

    def also_right(self, step: int) -> list[int]:
        """The slots that could be ruled right as well. Typed answers have no slots to choose."""
        if self.rules.typed or self.is_skipped(step):
            return []
        return sorted(set(range(len(self.questions[step].options))) - self.ruling(step).slots)

    def wordings(self, step: int) -> list[Wording]:
        """What was typed and not accepted then, whatever was ruled since; of no use if skipped."""
        if self.is_skipped(step):
            return []
        return refused(self.questions[step], self.steps[step].answers)

    def with_choice(self, step: int, choice: Choice) -> Ruling:
        """What counts as right with a moderator's choice. :raises Refused: when it cannot be."""
        now = self.ruling(step)
        if choice.typist is not None:
            wording = by_typist(self.wordings(step), choice.typist)
            if wording is None or is_accepted(self.questions[step], now, wording.text):
                raise Refused(Why.WORDING)
            return replace(now, wordings=(*now.wordings, wording.text))
        if choice.slot is None:
            return VOID
        if choice.slot not in self.also_right(step):
            raise Refused(Why.SLOT)
        return replace(now, slots=now.slots | {choice.slot})


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

    def gains(self, now: Mapping[int, int]) -> tuple[Gain, ...]:
        """The same with what each has ``now``, those with most to tell first."""
        changed = sorted(self.points.items(), key=lambda item: (-abs(item[1]), item[0]))
        return tuple(Gain(user, points, now.get(user, 0)) for user, points in changed)

    def shifts(self, step: int) -> list[Shift]:
        """What becomes of the ratings with the awards of a step that are known to move them."""
        old, new = _by_user(self.before, step), _by_user(self.after, step)
        none = Paid(0, False, 0, 0)
        pairs = [(user, old.get(user, none), new.get(user, none)) for user in old | new]
        return [
            Shift(
                user,
                (then.moved or 0) - (was.moved or 0),
                (then.question_moved or 0) - (was.question_moved or 0),
                (then.moved is not None) - (was.moved is not None),
            )
            for user, was, then in pairs
            if was.moved != then.moved
        ]

    def to_learn(self, step: int) -> list[Paid]:
        """The awards of a step whose movement of the ratings is not known yet."""
        old, new = _by_user(self.before, step), _by_user(self.after, step)
        return [
            one
            for user, one in new.items()
            if one.moved is None and (user not in old or old[user].moved is not None)
        ]

    def with_learnt(self, step: int, learnt: Mapping[int, Learnt]) -> Change:
        """The same, with what was learnt from some players' awards of a step."""
        if not learnt:
            return self
        ones = self.after[step]
        return replace(self, after={**self.after, step: tuple(_with(learnt, one) for one in ones)})


@dataclass(frozen=True, slots=True)
class Kept:
    """What an undo needs: the state of the question, and the payments of the steps changed."""

    state: str
    paid: Payments

    def to_json(self) -> str:
        return json.dumps({"state": self.state, "paid": {**self.paid}})

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
    verdicts: Mapping[int, Ruling],
) -> dict[int, tuple[Award, ...]]:
    """The awards of every step that counts, under the verdicts."""
    current = Round(tuple(questions), rules)
    awards: dict[int, tuple[Award, ...]] = {}
    for at, step in enumerate(steps):
        if step.state not in ("closed", "void"):
            break
        # Under another verdict the round may have been over sooner; what was played still counts.
        current = replace(current, phase=Phase.WAITING, end=None)
        asked, ruling = questions[at], verdicts.get(at)
        # Whoever gave what counts as right is scored as if it were the one right option.
        taken = {one.user: one.slot for one in step.answers}
        given = [_as_ruled(asked, ruling, one) for one in step.answers]
        current = current.open(step.opened_at, step.allowed).recall(given)
        if step.state == "void" or ruling == VOID:
            current = current.void()
            continue
        current, outcome = current.close()
        awards[at] = tuple(replace(award, slot=taken[award.user]) for award in outcome.awards)
    return awards


def regrade(played: Played, step: int, ruling: Ruling) -> Change:
    """What changes when just this counts as right at one step.

    Steps before it stay as they are; those after it may change with the streaks.
    """
    verdicts = {**played.verdicts, step: ruling}
    awards = awarded(played.questions, played.rules, played.steps, verdicts)
    before: dict[int, tuple[Paid, ...]] = {}
    after: dict[int, tuple[Paid, ...]] = {}
    for at in range(step, len(played.steps)):
        old = _by_user(played.paid, at)
        new = in_order(_paid(award, old.get(award.user)) for award in awards.get(at, ()))
        if new != in_order(old.values()):
            before[at], after[at] = tuple(old.values()), new
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


def _as_ruled(asked: Question, ruling: Ruling | None, answer: Answer) -> Answer:
    if ruling is None or not is_right(asked, ruling, answer):
        return answer
    return replace(answer, slot=asked.right)


def _paid(award: Award, was: Paid | None) -> Paid:
    """An award; what it did to the ratings is as it was, unless that is to be learnt anew."""
    paid = Paid(award.user, award.correct, award.points, award.streak)
    if was is None or (was.correct != award.correct and was.moved is not None):
        return paid
    return paid._replace(rating=was.rating, moved=was.moved, question_moved=was.question_moved)


def _with(learnt: Mapping[int, Learnt], paid: Paid) -> Paid:
    if (found := learnt.get(paid.user)) is None:
        return paid
    return paid._replace(**found._asdict())


def _by_user(paid: Payments, step: int) -> dict[int, Paid]:
    return {one.user: one for one in paid.get(step, ())}
