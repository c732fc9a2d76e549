"""Facts, one at a time."""

from __future__ import annotations

from bot.catalog.reader import Reading, Row
from bot.catalog.vocabulary import Spoiler, Topic, notes_in

from ..models import Fact, FactChoice


async def choice(read: Reading, film: str, topic: Topic | None, barred: int) -> FactChoice:
    """The facts of a film (on one topic) without barred notes, in a fixed order."""

    async def load() -> FactChoice:
        rows = await read.rows(_FACT_IDS, film, topic, topic)
        shown = tuple(rowid for rowid, notes in rows if not notes & barred)
        return FactChoice(shown, len(rows) - len(shown))

    return await read.memo(("facts", film, topic, barred), load)


async def by_rowid(read: Reading, rowid: int) -> Fact:
    """One fact. The id must be of this reading."""

    async def load() -> Fact:
        row = await read.one(_FACT, rowid)
        assert row is not None
        return fact_of(row)

    return await read.memo(("fact", rowid), load)


async def topics(read: Reading, film: str | None) -> list[tuple[Topic, int]]:
    """The topics that a film, or any film, has facts on, with how many."""
    if film is None:
        rows = await read.memo("fact topics", lambda: read.rows(_TOPICS))
    else:
        rows = await read.rows(_TOPICS_OF_FILM, film)
    counts = {Topic(topic): int(count) for topic, count in rows}
    return [(topic, counts[topic]) for topic in Topic if topic in counts]


def fact_of(row: Row) -> Fact:
    """A row of :data:`FACT_COLUMNS`."""
    rowid, title, topic, text, spoiler, notes, source, section = row
    return Fact(
        rowid, title, Topic(topic), text, Spoiler(spoiler), notes_in(notes), source, section
    )


_FACT_IDS = """
SELECT rowid, notes FROM fact WHERE film_id = ? AND (? IS NULL OR topic = ?) ORDER BY rowid
"""
FACT_COLUMNS = "fact.rowid, title, topic, text, spoiler, fact.notes, source, section"
_FACT = f"SELECT {FACT_COLUMNS} FROM fact JOIN film ON film.id = film_id WHERE fact.rowid = ?"  # noqa: S608
_TOPICS = "SELECT topic, count(*) FROM fact GROUP BY topic"
_TOPICS_OF_FILM = "SELECT topic, count(*) FROM fact WHERE film_id = ? GROUP BY topic"
