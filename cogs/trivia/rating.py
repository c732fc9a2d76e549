"""How hard a question is and how much a player knows, learnt from every scored answer. Pure.

The model: a player right with the chance ``1/4 + 3/4 * 1/(1 + 10^((question - player) / 400))``.
The curve is that of Rasch, Probabilistic Models for Some Intelligence and Attainment Tests (1960),
on the scale of Elo, The Rating of Chessplayers (1978); the quarter is what a guess among four
options gets. After an answer both ratings move towards it by ``K`` times the surprise, where
``K = a / (1 + b * answers)`` is the uncertainty function of Pelánek, Applications of the Elo rating
system in adaptive educational systems (Computers & Education 98, 2016).

Not learnt from: daily questions, which leave a day to look the answer up, and what comes in a race
after the answer that won it, for that is not scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # so that models may speak of difficulties
    from .models import Entry

START = 1500.0
# Nobody leaves this range: who always guesses would otherwise fall for ever.
LOWEST, HIGHEST = 0.0, 3000.0
GUESS = 1 / 4
# The a and b of K. They found simulated difficulties best, near as well as far apart ones:
# `python -m benchmarks.ratings`.
FIRST_STEP = 100.0
SETTLING = 0.1
# Every movement is a whole number of these. Sums of such numbers have no rounding errors, so that
# any of them can be taken back to the last bit, in whatever order.
GRAIN = 2.0**-20


class Difficulty(StrEnum):
    """What players may choose: which questions come, and how near their wrong options are."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Rating:
    """Of a question: how hard it is. Of a player: how good. ``answers`` is how many it rests on."""

    value: float = START
    answers: int = 0


class Learnt(NamedTuple):
    """The player's rating after an answer, and how far it moved that and the question's."""

    rating: float
    moved: float
    question_moved: float


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a player's rating and a question's are to be moved, and by how many answers."""

    user: int
    moved: float
    question_moved: float
    answers: int


UNKNOWN = Rating()


def expected(player: Rating, question: Rating) -> float:
    """The chance of a right answer, from a guess's to 1."""
    knows = 1 / (1 + 10 ** ((question.value - player.value) / 400))
    return GUESS + (1 - GUESS) * knows


def after(player: Rating, question: Rating, *, correct: bool) -> tuple[Rating, Rating]:
    """The player's and the question's rating once the answer is counted.

    They move in opposite directions, the less the more answers each had. With equally many, one
    gains what the other loses, but for the ends of the range. The order of the answers matters.
    """
    surprise = correct - expected(player, question)
    return _moved(player, surprise), _moved(question, -surprise)


def _moved(rating: Rating, surprise: float) -> Rating:
    step = FIRST_STEP / (1 + SETTLING * rating.answers)
    moved = round(step * surprise / GRAIN) * GRAIN
    value = min(max(rating.value + moved, LOWEST), HIGHEST)
    return Rating(value, rating.answers + 1)


def by_difficulty(
    entries: Sequence[Entry], ratings: Mapping[str, Rating], difficulty: Difficulty
) -> list[Entry]:
    """All the entries, those of the difficulty first, then the nearest to it by rating.

    Easy is the lower third by rating, hard the upper, medium what is between; equal ratings are
    not torn apart, so a third may be larger. Equals keep the order that they came in. Without a
    rating an entry counts as just begun.

    :param ratings: of questions, by the entries' ids.
    """
    if not entries:
        return []
    values = [ratings.get(entry.id, UNKNOWN).value for entry in entries]
    low, high = _band(sorted(values), difficulty)
    ranked = sorted(
        zip(values, entries, strict=True), key=lambda pair: max(low - pair[0], pair[0] - high, 0)
    )
    return [entry for _, entry in ranked]


def _band(values: Sequence[float], difficulty: Difficulty) -> tuple[float, float]:
    """The least and the greatest rating of a difficulty's third."""
    count = len(values)
    third = (count + 2) // 3
    match difficulty:
        case Difficulty.EASY:
            return values[0], values[third - 1]
        case Difficulty.MEDIUM:
            return values[count // 3], values[count - 1 - count // 3]
        case Difficulty.HARD:
            return values[count - third], values[-1]
