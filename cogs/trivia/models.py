"""What a round is made of. Pure, and the same in memory and in the ledger."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.catalog.vocabulary import Kind, Spoiler, Topic

LETTERS = "ABCD"
# What reading a question, rules or a ruling from JSON raises when other code has written them.
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
# The slot of a typed answer that was not accepted.
OTHER = 4
# What a round over all films has where others have their film's id, which can never be this.
ALL_FILMS = "*"


class Wish(StrEnum):
    """What somebody asked of a running round, or a click made of it."""

    SETTLED = "settled"  # nothing can change how the question ends
    SKIP = "skip"
    STOP = "stop"


class Mode(StrEnum):
    """How a round is won."""

    CLASSIC = "classic"
    RACE = "race"
    SURVIVAL = "survival"


@dataclass(frozen=True, slots=True)
class Rules:
    """How a round is played."""

    mode: Mode = Mode.CLASSIC
    relaxed: bool = False  # twice the time, and none of the points are for speed
    typed: bool = False  # no options to choose from
    thread: bool = False  # in a thread made for the round, which is archived after it
    teams: int = 0  # how many play against each other; none is everybody alone

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Rules:
        values = json.loads(text)
        return cls(**values | {"mode": Mode(values.get("mode", Mode.CLASSIC))})


class Phrasing(NamedTuple):
    """How a question reads. The id alone would be the same after its pack entry is mended."""

    id: str
    text: str
    answer: str


class Place(NamedTuple):
    """Where a question was asked: at a step of a round, or as that of a day, which has no steps."""

    id: int  # of the round or of the day
    step: int | None = None

    @property
    def is_day(self) -> bool:
        return self.step is None

    @property
    def code(self) -> str:
        """As buttons and forms name it."""
        return f"d{self.id}" if self.is_day else f"{self.id}:{self.step}"

    @classmethod
    def from_code(cls, code: str) -> Place:
        if code.startswith("d"):
            return cls(int(code[1:]))
        round_id, _, step = code.partition(":")
        return cls(int(round_id), int(step))


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is asked: its options in the order shown, and what the reveal tells."""

    id: str
    topic: Topic
    text: str
    options: tuple[str, ...]
    right: int
    fact: str
    spoiler: Spoiler
    notes: int  # bit mask of content notes of the fact
    source: str
    section: str
    kind: Kind = Kind.TERM
    accept: tuple[str, ...] = ()  # the right answer in other words
    undrawn: tuple[str, ...] = ()  # wrong options of the pack that are not among those shown
    film_label: str = ""  # shown with it, in a round over all films and in a daily question

    @property
    def answer(self) -> str:
        """The right option's text."""
        return self.options[self.right]

    @property
    def phrasing(self) -> Phrasing:
        return Phrasing(self.id, self.text, self.answer)

    @property
    def wrong(self) -> tuple[str, ...]:
        """Every text known to be wrong, so that no draw decides how a typed answer is judged."""
        return (*self.options[: self.right], *self.options[self.right + 1 :], *self.undrawn)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Question:
        values = json.loads(text)
        values["topic"] = Topic(values["topic"])
        values["spoiler"] = Spoiler(values["spoiler"])
        values["options"] = tuple(values["options"])
        values["kind"] = Kind(values.get("kind", Kind.TERM))
        for added in ("accept", "undrawn"):  # what is stored may be older than they are
            values[added] = tuple(values.get(added, ()))
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Entry:
    """A quiz entry of the catalog, with the fact it hangs on."""

    id: str
    film: str
    topic: Topic
    kind: Kind
    text: str
    answer: str
    accept: tuple[str, ...]
    options: tuple[str, ...]  # authored wrong ones; may be empty
    fact: str
    spoiler: Spoiler
    notes: int
    source: str
    section: str
    film_label: str = ""

    @property
    def phrasing(self) -> Phrasing:
        return Phrasing(self.id, self.text, self.answer)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a player has locked in. ``click`` is the interaction's snowflake, ``at`` its time."""

    user: int
    slot: int
    click: int
    at: int
    typed: str | None = None
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class Award:
    """What an answer earned."""

    user: int
    slot: int
    correct: bool
    points: int
    streak: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A closed question: how many chose each option, and the awards in order of the clicks."""

    step: int
    question: Question
    shares: tuple[int, ...]
    awards: tuple[Award, ...]
    out: tuple[int, ...] = ()  # who is out of a survival round with this question
    taken: tuple[str, ...] = ()  # what was typed for the answer, in other words than its own


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one of a round's questions so far, as the ledger has it."""

    state: str  # planned, open, closed or void
    message: int | None
    result: int | None  # the message that told how it ended
    opened_at: int
    allowed: int
    deadline: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of a round's board."""

    rank: int
    user: int
    points: int
    right: int


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """A round as the ledger knows it, without its questions."""

    id: int
    guild: int
    channel: int
    starter: int
    film: str  # its id, or ALL_FILMS
    topic: Topic | None
    seconds: int
    rules: Rules
    last_sign: int  # when it was started or last asked something, in ms
    parent: int | None = None  # the channel that its thread belongs to, if it is played in one
