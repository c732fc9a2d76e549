"""Everything that the film commands read from the catalog."""

from __future__ import annotations

import json
from typing import Any

from bot.catalog import search
from bot.catalog.films import FilmRef
from bot.catalog.reader import Reading, Row
from bot.catalog.vocabulary import Spoiler, Topic, notes_in

from .models import (
    Award,
    Fact,
    FactChoice,
    Figure,
    FilmCard,
    FilmLine,
    Found,
    Person,
    Release,
    Score,
)

PAGE = 5
# Words that hundreds of facts have tell none apart, and ranking takes as long as there are hits. A
# film hardly has more facts than this, so a search in one film ranks them all.
MOST_HITS = 500


async def fact_choice(read: Reading, film: str, topic: Topic | None, barred: int) -> FactChoice:
    """The facts of a film (on one topic) without barred notes, in a fixed order."""

    async def load() -> FactChoice:
        rows = await read.rows(_FACT_IDS, film, topic, topic)
        shown = tuple(rowid for rowid, notes in rows if not notes & barred)
        return FactChoice(shown, len(rows) - len(shown))

    return await read.memo(("facts", film, topic, barred), load)


async def fact(read: Reading, rowid: int) -> Fact:
    """One fact. The id must be of this reading."""

    async def load() -> Fact:
        row = await read.one(_FACT, rowid)
        assert row is not None
        return _fact(row)

    return await read.memo(("fact", rowid), load)


async def topics(read: Reading, film: str | None) -> list[tuple[Topic, int]]:
    """The topics that a film, or any film, has facts on, with how many."""
    if film is None:
        rows = await read.memo("fact topics", lambda: read.rows(_TOPICS))
    else:
        rows = await read.rows(_TOPICS_OF_FILM, film)
    counts = {Topic(topic): int(count) for topic, count in rows}
    return [(topic, counts[topic]) for topic in Topic if topic in counts]


async def search_facts(
    read: Reading, query: str, film: str | None, barred: int, page: int
) -> Found:
    """A page of the facts that answer ``query`` best.

    First those that have every word, then those that have any; when nothing has, the words are
    taken for slips of the catalog's own.

    :raises InputError: when there is nothing in ``query`` to look for.
    """
    tokens = search.tokens(query)

    async def load() -> Found:
        return await _found(read, tokens, film, barred, page)

    # Pages are turned to and fro, and what one member asks another asks again.
    return await read.memo(("search", *tokens, film, barred, page), load)


async def _found(
    read: Reading, tokens: tuple[str, ...], film: str | None, barred: int, page: int
) -> Found:
    found = await _matching(read, tokens, film, barred, page)
    if found.total or found.held_back:
        return found
    better = await search.corrected(read, tokens)
    if better == tokens:
        return found
    return await _matching(read, better, film, barred, page, read_as=" ".join(better))


async def _matching(
    read: Reading,
    tokens: tuple[str, ...],
    film: str | None,
    barred: int,
    page: int,
    read_as: str | None = None,
) -> Found:
    first, last = await _fact_range(read, film)
    every, some = search.match_all(tokens), search.match_any(tokens)
    rows = await read.rows(_SEARCH, every, some, first, last, barred, MOST_HITS, PAGE, PAGE * page)
    # Every row has the counts; the only one has no fact when the page is empty.
    total, held_back = rows[0][:2]
    facts = tuple(_fact(row[2:]) for row in rows if row[2] is not None)
    return Found(facts, total, held_back, read_as)


async def _fact_range(read: Reading, film: str | None) -> Row:
    """The first and the last rowid of a film's facts, which are stored one after the other."""
    if film is None:
        return _EVERY_ROWID

    async def load() -> Row:
        row = await read.one(_FACT_RANGE, film)
        assert row is not None
        return row

    return await read.memo(("fact range", film), load)


async def film_card(read: Reading, film: FilmRef) -> FilmCard:
    """All that a film's card shows."""

    async def load() -> FilmCard:
        row = await read.one(_FILM, film.id)
        assert row is not None
        people = await read.rows(_PEOPLE, film.id)
        return FilmCard(
            film=film,
            summary=row[0],
            genres=_texts(row[1]),
            countries=_texts(row[2]),
            notes=notes_in(row[3]),
            facts=row[4],
            questions=row[5],
            people=tuple(Person(name, _texts(roles), role) for name, roles, role in people),
            releases=tuple(Release(*row) for row in await read.rows(_RELEASES, film.id)),
            figures=tuple(Figure(*row) for row in await read.rows(_FIGURES, film.id)),
            scores=tuple(Score(*row) for row in await read.rows(_SCORES, film.id)),
            awards=tuple(Award(*row) for row in await read.rows(_AWARDS, film.id)),
            sources=tuple(row[0] for row in await read.rows(_SOURCES, film.id)),
        )

    return await read.memo(("card", film.id), load)


async def film_by_id(read: Reading, film: str) -> FilmRef | None:
    """The film of an id, which may be gone since its button was sent."""
    row = await read.one(_REF, film)
    return None if row is None else FilmRef(*row)


async def film_list(read: Reading, page: int, size: int) -> tuple[list[FilmLine], int]:
    """A page of all the films, by title, and how many there are."""
    rows = await read.rows(_LIST, size, page * size)
    total = await read.one("SELECT count(*) FROM film")
    assert total is not None
    return [FilmLine(FilmRef(*row[:3]), row[3], row[4]) for row in rows], int(total[0])


def _fact(row: Row) -> Fact:
    rowid, title, topic, text, spoiler, notes, source, section = row
    return Fact(
        rowid, title, Topic(topic), text, Spoiler(spoiler), notes_in(notes), source, section
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(json.loads(value))


_FACT_IDS = """
SELECT rowid, notes FROM fact WHERE film_id = ? AND (? IS NULL OR topic = ?) ORDER BY rowid
"""
_FACT_COLUMNS = "fact.rowid, title, topic, text, spoiler, fact.notes, source, section"
_FACT = f"SELECT {_FACT_COLUMNS} FROM fact JOIN film ON film.id = film_id WHERE fact.rowid = ?"  # noqa: S608
_EVERY_ROWID = (0, 2**63 - 1)
_FACT_RANGE = "SELECT coalesce(min(rowid), 0), coalesce(max(rowid), 0) FROM fact WHERE film_id = ?"
_TOPICS = "SELECT topic, count(*) FROM fact GROUP BY topic"
_TOPICS_OF_FILM = "SELECT topic, count(*) FROM fact WHERE film_id = ? GROUP BY topic"
# One query for both ways of matching, a page and its counts, because every query is a way to
# another thread and back. A hit in the statement itself counts double one in its keywords.
_SEARCH = """
WITH asked (every, some, first, last) AS (VALUES (?, ?, ?, ?)),
best (match) AS (
    SELECT CASE WHEN EXISTS (
        SELECT 1 FROM fact_index WHERE fact_index MATCH every AND rowid BETWEEN first AND last
    ) THEN every ELSE some END
    FROM asked
),
found AS MATERIALIZED (
    SELECT hit, badness, notes & ? = 0 AS shown
    FROM (
        SELECT fact_index.rowid AS hit, bm25(fact_index, 2.0, 1.0) AS badness
        FROM asked CROSS JOIN fact_index
        WHERE fact_index MATCH (SELECT match FROM best) AND fact_index.rowid BETWEEN first AND last
        LIMIT ?
    )
    CROSS JOIN fact ON fact.rowid = hit
)
SELECT total, hits - total,
       fact.rowid, title, topic, fact.text, spoiler, fact.notes, source, section
FROM (SELECT count(*) FILTER (WHERE shown) AS total, count(*) AS hits FROM found)
LEFT JOIN (SELECT hit, badness FROM found WHERE shown ORDER BY badness, hit LIMIT ? OFFSET ?)
LEFT JOIN fact ON fact.rowid = hit
LEFT JOIN film ON film.id = film_id
ORDER BY badness, hit
"""
_FILM = "SELECT summary, genres, countries, notes, facts, questions FROM film WHERE id = ?"
_REF = "SELECT id, title, year FROM film WHERE id = ?"
_PEOPLE = "SELECT name, roles, character FROM person WHERE film_id = ? ORDER BY position"
_RELEASES = """
SELECT medium, label, territory, date, company FROM release WHERE film_id = ? ORDER BY position
"""
_FIGURES = "SELECT label, value, unit, qualifier FROM figure WHERE film_id = ? ORDER BY position"
_SCORES = "SELECT aggregator, value, scale, count FROM score WHERE film_id = ? ORDER BY position"
_AWARDS = "SELECT award, category, result, recipient FROM award WHERE film_id = ? ORDER BY position"
_SOURCES = "SELECT DISTINCT source FROM fact WHERE film_id = ? ORDER BY source"
_LIST = """
SELECT id, title, year, facts, questions FROM film ORDER BY title, year LIMIT ? OFFSET ?
"""
