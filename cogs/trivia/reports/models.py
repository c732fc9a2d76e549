"""What reports, verdicts and their effects are made of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import NamedTuple

from ..models import Question


class Why(Enum):
    """Why a verdict cannot be passed, or taken back."""

    GONE = auto()  # there is no such question or regrade, or it is another server's
    UNREADABLE = auto()  # by this code
    LIVE = auto()
    ELSEWHERE = auto()  # a round is live that has the question, too
    DECIDED = auto()
    SLOT = auto()
    WORDING = auto()
    UNDONE = auto()
    LATER = auto()


class Refused(Exception):
    """It cannot be done; ``why`` says for what reason."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


@dataclass(frozen=True, slots=True)
class Ruling:
    """What counts as right at a question; neither slots nor wordings take it out of the round."""

    slots: frozenset[int] = frozenset()
    wordings: tuple[str, ...] = ()  # typed ones, as a player wrote them, in order of acceptance


VOID = Ruling()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a moderator chooses: one more slot, or what a player typed; neither voids the question.

    It is what a button says, which has no room for what was typed: that is in the ledger.
    """

    slot: int | None = None
    typist: int | None = None

    @property
    def code(self) -> str:
        if self.typist is not None:
            return f"t{self.typist}"
        return "v" if self.slot is None else str(self.slot)

    @classmethod
    def from_code(cls, code: str) -> Choice:
        if code.startswith("t"):
            return cls(typist=int(code[1:]))
        return cls(None if code == "v" else int(code))


VOIDING = Choice()


class Paid(NamedTuple):
    """An award as the ledger keeps it."""

    user: int
    correct: bool
    points: int
    streak: int
    rating: float | None = None  # the player's, as it was learnt when the question closed
    # How far it moved the player's rating and the question's; None when nobody wrote that down.
    moved: float | None = None
    question_moved: float | None = None


Payments = Mapping[int, tuple[Paid, ...]]  # by step


@dataclass(frozen=True, slots=True)
class Report:
    """What one member says is wrong with a question."""

    user: int
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Day:
    """A daily question that is closed; ``shares`` is how many chose each option."""

    id: int
    guild: int
    channel: int
    day: date
    question: Question
    reveal: int | None  # the message that told what was right
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """What a player gained or lost by a verdict, and has in the round since."""

    user: int
    points: int
    total: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What else a verdict reaches: rounds, the players whose points changed in those, and days."""

    rounds: int
    players: frozenset[int]
    days: int


@dataclass(frozen=True, slots=True)
class Regraded:
    """A verdict that was passed, or taken back, with what that did to the scores."""

    id: int
    guild: int
    channel: int
    step: int | None  # of the round that it was passed on, which had so many questions
    of: int
    day: date | None  # or the day
    question: Question
    ruling: Ruling
    moderator: int
    reason: str
    gains: tuple[Gain, ...]
    teams: tuple[int, ...]  # the points of each since; none in a round without teams
    undone_by: int | None  # who took it back, if that is what is told
    board: int | None  # the message with the round's board, which has the points of before
    is_first_again: bool  # it was taken back, and no other verdict on the round is in force
    elsewhere: Elsewhere


@dataclass(frozen=True, slots=True)
class RegradeLine:
    """A verdict in the list of them."""

    id: int
    channel: int
    step: int | None
    day: date | None
    judged: tuple[Question, Ruling] | None  # None when nobody can read it: other code wrote it
    moderator: int
    reason: str
    at: int
    undone_by: int | None
    undone_at: int | None
    others: int  # rounds that it reaches besides
