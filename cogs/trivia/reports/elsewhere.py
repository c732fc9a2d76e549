"""What a verdict means in the other rounds that asked the same question. Pure.

A verdict is on a question. Its options stand in another order in every round, and some are typed:
so what a moderator lets count is a text, which is right wherever it was chosen or typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..models import Place
from .models import VOID, VOIDING, Choice, Refused, Ruling, Why
from .regrading import Change, Played, regrade
from .wordings import is_accepted


@dataclass(frozen=True, slots=True)
class Spot:
    """A question's place in a round, and the round."""

    round_id: int
    step: int
    played: Played

    @property
    def place(self) -> Place:
        return Place(self.round_id, self.step)

    @property
    def state(self) -> str:
        return self.played.steps[self.step].state

    @property
    def is_pending(self) -> bool:
        """Whether the round is live, and the question in it not skipped: a verdict has to wait."""
        return self.played.is_live and self.state != "void"

    def click_of(self, user: int) -> int:
        """The click that an answer to the question was given with."""
        answers = self.played.steps[self.step].answers
        return next(answer.click for answer in answers if answer.user == user)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a verdict does to a round."""

    spot: Spot
    change: Change
    ruling: Ruling | None = None  # what counts as right there since; None if one is taken back

    @property
    def is_void(self) -> bool:
        return self.ruling == VOID


def effects(spot: Spot | None, others: Iterable[Spot], choice: Choice) -> list[Effect]:
    """What a choice does in its own round, which is first, and in every other that it reaches.

    Without a round of its own it is on a day, whose question can be voided and nothing else.
    A round is left alone where nothing of it is asked: a skipped question, one that is void or
    ruled so already, an option that was not offered, or a wording that nobody typed.

    :raises Refused: when it cannot be chosen.
    """
    if spot is None:
        if choice != VOIDING:
            raise Refused(Why.SLOT)
        reached = [other for other in others if other.state == "closed"]
        return [Effect(one, regrade(one.played, one.step, VOID), VOID) for one in reached]
    own = spot.played.with_choice(spot.step, choice)
    found = [Effect(spot, regrade(spot.played, spot.step, own), own)]
    for other in others:
        ruling = _meant(spot, choice, own, other)
        if ruling is not None:
            found.append(Effect(other, regrade(other.played, other.step, ruling), ruling))
    return found


def players(found: Iterable[Effect]) -> frozenset[int]:
    """Everybody whose points change in some of the rounds."""
    return frozenset(user for effect in found for user in effect.change.points)


def _meant(spot: Spot, choice: Choice, own: Ruling, other: Spot) -> Ruling | None:
    """What a choice comes to in another round; ``None`` when that is nothing new."""
    if other.state != "closed":
        return None
    if choice == VOIDING:
        return VOID
    if choice.slot is not None:
        return _more(other, spot.played.questions[spot.step].options[choice.slot], is_typed=False)
    return _more(other, own.wordings[-1], is_typed=True)


def _more(other: Spot, text: str, *, is_typed: bool) -> Ruling | None:
    """The ruling of a round with one more text that is right."""
    played, step = other.played, other.step
    asked, now, more = played.questions[step], played.ruling(step), Ruling(wordings=(text,))
    if played.rules.typed:
        typed = (one.text for one in played.wordings(step))
        if any(is_accepted(asked, more, one) and not is_accepted(asked, now, one) for one in typed):
            return replace(now, wordings=(*now.wordings, text))
        return None
    slots = {
        slot
        for slot in played.also_right(step)
        if asked.options[slot] == text
        or (is_typed and is_accepted(asked, more, asked.options[slot]))
    }
    return replace(now, slots=now.slots | slots) if slots else None
