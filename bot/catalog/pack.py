"""A film pack: one film's typed tables and cited facts, as a moderator writes them in TOML.

Shapes and limits only. ``check.py`` reads files and finds what a shape alone cannot say;
``derive.py`` turns typed rows into sentences; ``build.py`` stores the result. The page for
people is ``seeds/README.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from ..plain import is_unseen
from .vocabulary import Kind, Note, Spoiler, Topic

# What text must look like; ``check.py`` says each of them in words.
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
QUESTION = r"\?$"
URL = r"^https://[^\s]+$"
WHEN = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
REFERENCE = r"^[a-z]+\.[a-z0-9-]+$"


def _plain(text: str) -> str:
    if text != text.strip():
        raise ValueError("must not begin or end with a space")
    if text.isprintable():  # none of what is looked for below is
        return text
    for character in text:
        if is_unseen(character):
            raise ValueError(
                f"holds a line break or an invisible control character (U+{ord(character):04X})"
            )
    return text


def _date(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _spoiler(value: object) -> object:
    # TOML has the word, the catalog the rank.
    names = {level.name.lower(): level for level in Spoiler}
    if isinstance(value, str) and value in names:
        return names[value]
    expected = ", ".join(map(repr, names))
    raise PydanticCustomError("enum", "Input should be {expected}", {"expected": expected})


# Limits are Discord's, or a little under them: embed titles 256, buttons 80, custom ids 100.
Slug = Annotated[str, StringConstraints(pattern=SLUG, min_length=1, max_length=48)]
# A film's id goes into the custom_id of buttons, beside what else they carry.
FILM_ID_LENGTH = 40
FilmSlug = Annotated[str, StringConstraints(pattern=SLUG, max_length=FILM_ID_LENGTH)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_plain)]
Statement = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_plain)]
Summary = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_plain)]
QuestionText = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=QUESTION), AfterValidator(_plain)
]
ANSWER_LENGTH = 60
Answer = Annotated[
    str, StringConstraints(min_length=1, max_length=ANSWER_LENGTH), AfterValidator(_plain)
]
Url = Annotated[str, StringConstraints(pattern=URL, max_length=300)]
# Strict: TOML has numbers, so "1995" in quotes is a slip.
Year = Annotated[int, Field(ge=1880, le=2100, strict=True)]
Count = Annotated[int, Field(gt=0, le=10**9, strict=True)]
Value = Annotated[float, Field(ge=0, le=10**15, allow_inf_nan=False, strict=True)]
Scale = Annotated[float, Field(gt=0, le=10**6, allow_inf_nan=False, strict=True)]
# A day, a month or a year, as exactly as the source has it: "1995-10-27", "1995-10", "1995".
When = Annotated[
    str,
    StringConstraints(pattern=WHEN),
    BeforeValidator(_date),
]
SpoilerWord = Annotated[
    Spoiler,
    BeforeValidator(_spoiler),
    WithJsonSchema({"type": "string", "enum": ["none", "mild", "ending"]}),
]


class Role(StrEnum):
    DIRECTOR = "director"
    SCREENWRITER = "screenwriter"
    PRODUCER = "producer"
    COMPOSER = "composer"
    ACTOR = "actor"
    PERFORMER = "performer"
    AUTHOR = "author"
    CRITIC = "critic"
    SCHOLAR = "scholar"
    SUBJECT = "subject"


class Trade(StrEnum):
    DISTRIBUTOR = "distributor"
    STUDIO = "studio"
    PUBLISHER = "publisher"
    BROADCASTER = "broadcaster"
    LABEL = "label"
    HOME_MEDIA = "home-media"
    EXHIBITOR = "exhibitor"
    AGGREGATOR = "aggregator"
    PRESS = "press"


class Medium(StrEnum):
    CINEMA = "cinema"
    VHS = "vhs"
    DVD = "dvd"
    BLU_RAY = "blu-ray"
    HD_DVD = "hd-dvd"
    LASERDISC = "laserdisc"
    ALBUM = "album"
    BOOK = "book"


class Verdict(StrEnum):
    POSITIVE = "positive"
    MIXED = "mixed"
    NEGATIVE = "negative"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(_Table):
    """A row and the place in a source that it is from."""

    id: Slug
    section: Name
    source: Slug | None = None  # may be left out while the pack has one source


class Film(_Table):
    id: FilmSlug
    title: Name
    year: Year
    summary: Summary
    aliases: list[Name] = []
    genres: list[Name] = []
    countries: list[Name] = []
    notes: list[Note] = []


class Source(_Table):
    id: Slug
    title: Name
    publisher: Name | None = None
    year: Year | None = None
    url: Url | None = None


class Person(Cited):
    name: Name
    aliases: list[Name] = []
    roles: Annotated[list[Role], Field(min_length=1)]
    character: Name | None = None


class Company(Cited):
    name: Name
    aliases: list[Name] = []
    trade: Trade
    territory: Name | None = None


class Release(Cited):
    medium: Medium
    label: Name | None = None
    territory: Name | None = None
    date: When | None = None
    company: Slug | None = None


class Figure(Cited):
    label: Name
    value: Value
    unit: Annotated[str, StringConstraints(min_length=1, max_length=20), AfterValidator(_plain)]
    qualifier: Literal["about", "less than", "more than", "at least"] | None = None


class Score(Cited):
    aggregator: Name
    value: Value
    scale: Scale
    count: Count | None = None
    average: Value | None = None
    average_scale: Scale | None = None
    verdict: Name | None = None


class Review(Cited):
    critic: Name
    outlet: Name
    year: Year | None = None
    verdict: Verdict
    gist: Statement
    quote: Name | None = None


class Award(Cited):
    award: Name
    category: Name
    result: Literal["won", "nominated"]
    recipient: Slug | None = None


class Quiz(_Table):
    """A question that hangs on a fact, which is its explanation and its citation."""

    id: Slug
    question: QuestionText
    answer: Answer
    kind: Kind
    accept: list[Answer] = []
    options: Annotated[list[Answer], Field(max_length=6)] = []


class Fact(Cited):
    """One statement in our own words."""

    topic: Topic
    text: Statement
    spoiler: Annotated[SpoilerWord, Field(json_schema_extra={"default": "none"})] = Spoiler.NONE
    notes: list[Note] = []
    people: list[Slug] = []
    keywords: list[Name] = []  # what members may ask with, where the text has other words
    covers: list[Annotated[str, StringConstraints(pattern=REFERENCE, max_length=70)]] = []
    quiz: list[Quiz] = []


class Pack(_Table):
    """A whole file. Every list may be empty but ``sources`` and ``facts``."""

    model_config = ConfigDict(title="Marquee film pack", extra="forbid", frozen=True)

    format: Literal[1]
    film: Film
    sources: Annotated[list[Source], Field(min_length=1)]
    people: list[Person] = []
    companies: list[Company] = []
    releases: list[Release] = []
    figures: list[Figure] = []
    scores: list[Score] = []
    reviews: list[Review] = []
    awards: list[Award] = []
    facts: Annotated[list[Fact], Field(min_length=1)]

    def cited(self) -> Iterator[tuple[str, int, Cited]]:
        """Every row that has a citation, as (table, position, row)."""
        for table in CITED_TABLES:
            for position, row in enumerate(getattr(self, table)):
                yield table, position, row

    def source_of(self, row: Cited) -> Source:
        """The source that ``row`` cites; the only one when it names none."""
        if row.source is None:
            return self.sources[0]
        return next(source for source in self.sources if source.id == row.source)


CITED_TABLES = (
    "people",
    "companies",
    "releases",
    "figures",
    "scores",
    "reviews",
    "awards",
    "facts",
)
