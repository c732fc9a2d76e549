"""The closed lists that packs, catalog and cogs share.

The order of :class:`Note` and :class:`Spoiler` is part of the catalog's format: a fact's notes
are stored as a bit mask and its spoiler level as a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from functools import cache


class Topic(StrEnum):
    """What a fact is about; members filter by it."""

    OVERVIEW = "overview"
    PLOT = "plot"
    DEVELOPMENT = "development"
    CASTING = "casting"
    FILMING = "filming"
    RELEASE = "release"
    BOX_OFFICE = "box-office"
    RECEPTION = "reception"
    AWARDS = "awards"
    HOME_MEDIA = "home-media"
    SOUNDTRACK = "soundtrack"
    READING = "reading"

    @property
    def label(self) -> str:
        """The topic as members read it: ``Box office``."""
        return _LABELS[self]


_LABELS = {topic: topic.value.replace("-", " ").capitalize() for topic in Topic}


class Spoiler(IntEnum):
    """How much of the story a fact gives away."""

    NONE = 0
    MILD = 1
    ENDING = 2


class Note(StrEnum):
    """What a fact touches that not everybody wants to meet unprepared."""

    ADDICTION = "addiction"
    LANGUAGE = "language"
    VIOLENCE = "violence"
    SEX_WORK = "sex-work"
    SUICIDE = "suicide"
    SUICIDE_DETAIL = "suicide-detail"
    SEXUAL_VIOLENCE = "sexual-violence"

    @property
    def label(self) -> str:
        """The note as members read it: ``sexual violence``."""
        return {Note.SUICIDE_DETAIL: "suicide in detail"}.get(self, self.value.replace("-", " "))

    @property
    def bit(self) -> int:
        return _BITS[self]


_BITS = {note: 1 << place for place, note in enumerate(Note)}


class Kind(StrEnum):
    """What sort of thing a question's answer is; wrong options are of the same kind."""

    PERSON = "person"
    COMPANY = "company"
    PLACE = "place"
    TITLE = "title"
    CHARACTER = "character"
    YEAR = "year"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    AWARD = "award"
    TERM = "term"


# Never a question: nobody should meet these as a quiz item (shared rule of packs and rounds).
NOT_FOR_TRIVIA = frozenset({Note.SUICIDE, Note.SUICIDE_DETAIL, Note.SEXUAL_VIOLENCE})

# Held back everywhere but in age-restricted channels.
AGE_RESTRICTED = frozenset({Note.SEXUAL_VIOLENCE, Note.SUICIDE_DETAIL})


# The keyword before a word of a name, in a fact that says who that is.
SAYS_WHO = "whois"


def mask(notes: Iterable[Note]) -> int:
    """The notes as the catalog stores them, one bit each."""
    return sum(note.bit for note in set(notes))


@cache  # there are few, and every fact that is shown asks
def notes_in(value: int) -> tuple[Note, ...]:
    """The notes of a stored mask; the inverse of :func:`mask`."""
    return tuple(note for note in Note if value & note.bit)
