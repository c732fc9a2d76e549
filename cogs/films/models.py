"""What the film commands talk about."""

from __future__ import annotations

from dataclasses import dataclass

from bot.catalog.films import FilmRef
from bot.catalog.vocabulary import Note, Spoiler, Topic


@dataclass(frozen=True, slots=True)
class Fact:
    """One cited statement."""

    rowid: int
    film_title: str
    topic: Topic
    text: str
    spoiler: Spoiler
    notes: tuple[Note, ...]
    source: str
    section: str


@dataclass(frozen=True, slots=True)
class FactChoice:
    """The facts of a film that may be shown in a channel, and how many may not."""

    rowids: tuple[int, ...]
    held_back: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: one page of facts, best first."""

    facts: tuple[Fact, ...]
    total: int
    held_back: int
    read_as: str | None  # the words looked for instead, when the typed ones were nowhere
    partial: bool  # no fact has all the words looked for


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    roles: tuple[str, ...]
    character: str | None


@dataclass(frozen=True, slots=True)
class Release:
    medium: str
    label: str | None
    territory: str | None
    date: str | None
    company: str | None


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: float
    unit: str
    qualifier: str | None


@dataclass(frozen=True, slots=True)
class Score:
    aggregator: str
    value: float
    scale: float
    count: int | None


@dataclass(frozen=True, slots=True)
class Award:
    award: str
    category: str
    result: str
    recipient: str | None


@dataclass(frozen=True, slots=True)
class FilmCard:
    """Everything that a film's card shows."""

    film: FilmRef
    summary: str
    genres: tuple[str, ...]
    countries: tuple[str, ...]
    notes: tuple[Note, ...]
    facts: int
    questions: int
    people: tuple[Person, ...]
    releases: tuple[Release, ...]
    figures: tuple[Figure, ...]
    scores: tuple[Score, ...]
    awards: tuple[Award, ...]
    sources: tuple[tuple[str, ...], ...]  # each with its sections


@dataclass(frozen=True, slots=True)
class FilmLine:
    """A film as the list shows it."""

    film: FilmRef
    facts: int
    questions: int
