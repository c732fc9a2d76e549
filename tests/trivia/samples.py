"""Made-up questions and entries for the tests of trivia's rules."""

from __future__ import annotations

from bot.catalog.vocabulary import Kind, Spoiler, Topic
from cogs.trivia.models import Entry, Question


def question(number: int, right: int = 0) -> Question:
    return Question(
        id=f"q{number}",
        topic=Topic.PLOT,
        text=f"Question {number}?",
        options=("one", "two", "three", "four"),
        right=right,
        fact=f"Fact {number}.",
        spoiler=Spoiler.NONE,
        notes=0,
        source="A source",
        section="A section",
    )


def entry(
    answer: str,
    kind: Kind = Kind.TERM,
    *options: str,
    name: str = "q",
    fact: str = "A fact.",
    accept: tuple[str, ...] = (),
    film: str = "a-film",
) -> Entry:
    return Entry(
        id=name,
        film=film,
        topic=Topic.PLOT,
        kind=kind,
        text="A question?",
        answer=answer,
        accept=accept,
        options=options,
        fact=fact,
        spoiler=Spoiler.NONE,
        notes=0,
        source="A source",
        section="A section",
    )
