"""What boards and figures are made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.catalog.vocabulary import Topic

# So many lines are on a page.
BOARD_SIZE = 10
# A member's topic is strong or weak from so many answers on.
ENOUGH_ANSWERS = 5


class BoardKind(StrEnum):
    """Which rounds a board is of."""

    SERVER = "server"
    CHANNEL = "channel"
    GLOBAL = "global"
    SOLO = "solo"


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A line of a board."""

    rank: int
    user: int
    points: int
    right: int
    answers: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Board:
    """A page of a board; ``own`` is the asker's line, on the page or not, if they have one."""

    page: int
    lines: tuple[BoardLine, ...]
    own: BoardLine | None
    players: int
    shown: int  # how many of the players have a line on some page


@dataclass(frozen=True, slots=True)
class TopicRecord:
    topic: Topic
    right: int
    answers: int

    @property
    def share(self) -> float:
        return self.right / self.answers


@dataclass(frozen=True, slots=True)
class Stats:
    """One member's figures in one server, solo rounds and all; ``topics`` best first."""

    rounds: int
    solo_rounds: int  # of those
    answers: int
    right: int
    points: int
    solo_points: int  # of those; they are on the board of solo rounds alone
    best_streak: int
    topics: tuple[TopicRecord, ...]
    rating: float | None = None

    @property
    def known_topics(self) -> tuple[TopicRecord, ...]:
        """Topics with enough answers to judge by, best first."""
        return tuple(topic for topic in self.topics if topic.answers >= ENOUGH_ANSWERS)
