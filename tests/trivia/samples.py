"""Made-up questions and entries for the tests of trivia's rules."""

from __future__ import annotations

from bot.catalog.vocabulary import Kind, Spoiler, Topic
from cogs.trivia.models import Entry, Question
from tests.small_pack import Table, small_pack


def with_singled_out() -> Table:
    """The small pack, and a question on the plot whose answer alone has a word of the title.

    It has no options of its own, of which the check would tell: they are the people's names.
    """
    pack = small_pack()
    roles = {"Carl Kite": "performer", "Dora Voss": "composer", "Eli Sand": "producer"}
    pack["people"] += [
        {"id": name.split()[0].lower(), "name": name, "roles": [role], "section": "Credits"}
        for name, role in roles.items()
    ]
    quiz = {"id": "who", "question": "Who flew it?", "answer": "Carl Kite", "kind": "person"}
    fact = {"id": "fly", "topic": "plot", "text": "He flew it.", "section": "Making"}
    pack["facts"].append({**fact, "quiz": [quiz]})
    return pack


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
