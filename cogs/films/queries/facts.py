"""Facts, one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

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
    (fact,) = await by_rowids(read, (rowid,))
    return fact


async def by_rowids(read: Reading, rowids: Sequence[int]) -> tuple[Fact, ...]:
    """Facts, in this order. The ids must be of this reading."""

    async def load(new: Sequence[int]) -> Iterable[Fact]:
        return map(_fact, await read.rows(_FACTS, json.dumps(new)))

    return tuple(await read.memo_each("fact", rowids, load))


async def topics(read: Reading, film: str | None) -> list[tuple[Topic, int]]:
    """The topics that a film, or any film, has facts on, with how many."""
    if film is None:
        rows = await read.memo("fact topics", lambda: read.rows(_TOPICS))
    else:
        rows = await read.rows(_TOPICS_OF_FILM, film)
    counts = {Topic(topic): int(count) for topic, count in rows}
    return [(topic, counts[topic]) for topic in Topic if topic in counts]


def _fact(row: Row) -> Fact:
    rowid, title, topic, text, spoiler, notes, source, section = row
    return Fact(
        rowid, title, Topic(topic), text, Spoiler(spoiler), notes_in(notes), source, section
    )


_FACT_IDS = """
SELECT rowid, notes FROM fact WHERE film_id = ? AND (? IS NULL OR topic = ?) ORDER BY rowid
"""
_FACTS = """
SELECT fact.rowid, title, topic, text, spoiler, fact.notes, source, section
FROM json_each(?) CROSS JOIN fact ON fact.rowid = value CROSS JOIN film ON film.id = film_id
ORDER BY key
"""
_TOPICS = "SELECT topic, count(*) FROM fact GROUP BY topic"
_TOPICS_OF_FILM = "SELECT topic, count(*) FROM fact WHERE film_id = ? GROUP BY topic"
