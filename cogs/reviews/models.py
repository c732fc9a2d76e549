"""What the review commands talk about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.catalog.films import FilmRef


@dataclass(frozen=True, slots=True)
class Score:
    """What an aggregator made of many reviews."""

    aggregator: str
    value: float
    scale: float
    count: int | None
    average: float | None
    average_scale: float | None
    verdict: str | None
    source: str
    section: str


@dataclass(frozen=True, slots=True)
class Review:
    """One critic's opinion of one film; the gist is in our words, the quote in theirs."""

    film: FilmRef
    critic: str
    outlet: str
    year: int | None
    verdict: str
    gist: str
    quote: str | None
    source: str
    section: str


@dataclass(frozen=True, slots=True)
class Critic:
    """A critic as far as they must be known to name them."""

    folded: str
    name: str
    outlets: tuple[str, ...] = ()  # that they wrote for


@dataclass(frozen=True, slots=True)
class CriticMatch:
    """The one critic that a name means; else the several it may mean, else the nearest."""

    critic: Critic | None = None
    several: tuple[Critic, ...] = ()
    near: tuple[Critic, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of reviews, and how many there are in all."""

    reviews: tuple[Review, ...]
    total: int
    read_as: str | None = None  # the words looked for instead, when the typed ones were nowhere
    partial: bool = False  # no review has all the words looked for


@dataclass(frozen=True, slots=True)
class Overview:
    """What was made of a film: its scores, how many reviews of each verdict, a page of them."""

    film: FilmRef
    scores: tuple[Score, ...]
    verdicts: tuple[tuple[str, int], ...]
    found: Found


class Listing(StrEnum):
    """What a page of reviews is a page of; the other half of its button says of which."""

    FILM = "film"
    CRITIC = "critic"
    SEARCH = "search"
