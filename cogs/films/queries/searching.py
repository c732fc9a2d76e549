"""Searching the facts: which of them answer a question, the best first.

What finds a fact in few facts finds anything in a hundred thousand, so a search goes by how many
there are to choose from. Among a few (one film's, or a small catalog's) every hit is ranked by
FTS5's ``bm25``. That counts all the facts of every word, so among many only the *telling* words
take part, those that few facts have; the common ones help to tell facts of equal words apart.
When all the words are common, a fact that has them all is as good as the next, and short facts
come first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.catalog import search
from bot.catalog.reader import Reading, Row

from ..models import Found
from .facts import FACT_COLUMNS, fact_of

PAGE = 5
# Among so many facts every hit is ranked. A film hardly has more.
FEW_FACTS = 1_000
# A word of so many facts is common, and so many facts of equal words are enough.
MANY_HITS = 100

_Tokens = tuple[str, ...]
_NONE: _Tokens = ()


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


async def _found(read: Reading, tokens: _Tokens, film: str | None, barred: int, page: int) -> Found:
    found = await _matching(read, tokens, film, barred, page)
    if found.total or found.held_back:
        return found
    asked = search.asked(tokens)
    better = await search.corrected(read, asked)
    if better == asked:
        return found
    return await _matching(read, better, film, barred, page, read_as=" ".join(better))


async def _matching(
    read: Reading,
    tokens: _Tokens,
    film: str | None,
    barred: int,
    page: int,
    read_as: str | None = None,
) -> Found:
    first, last = await _fact_range(read, film)
    place = (first, last, barred, PAGE, PAGE * page)
    helping = search.match_helping(tokens)
    tokens = search.asked(tokens)
    every, some, telling, common = tokens, tokens, tokens, _NONE
    if last - first >= FEW_FACTS:
        helping = []  # too many facts have such a keyword
        rows = await read.rows(_COUNTS, first, last, json.dumps(_each(tokens)))
        counts = dict(zip(tokens, (count for (count,) in rows), strict=True))
        # A word that no fact has narrows nothing.
        every = some = tuple(token for token in tokens if counts[token]) or tokens
        telling = tuple(token for token in every if counts[token] < MANY_HITS)
        if telling:
            some, common = telling, tuple(token for token in every if token not in telling)
        else:
            matches = search.match_all(every), search.match_all_but_one(every)
            found = _page(await read.rows(_ALIKE, *matches, *place), read_as, every != tokens)
            if found.total or found.held_back:
                return found
    words = json.dumps(_each(telling)), json.dumps([*_each(common), *helping])
    matches = search.match_all(every), search.match_any(some), *words
    return _page(await read.rows(_RANKED, *matches, *place), read_as, every != tokens)


def _each(tokens: _Tokens) -> list[str]:
    """The expressions that find each token."""
    return [search.match_all([token]) for token in tokens]


def _page(rows: Sequence[Row], read_as: str | None, left_out: bool) -> Found:
    # Every row has the counts; the only one has no fact when the page is empty.
    total, held_back, all_words = rows[0][:3]
    facts = tuple(fact_of(row[3:]) for row in rows if row[3] is not None)
    partial = total + held_back > 0 and (left_out or not all_words)
    return Found(facts, total, held_back, read_as, partial)


async def _fact_range(read: Reading, film: str | None) -> Row:
    """The first and the last rowid of a film's facts, which are stored one after the other."""

    async def load() -> Row:
        row = await read.one(_FACT_RANGE, film, film)
        assert row is not None
        return row

    return await read.memo(("fact range", film), load)


_FACT_RANGE = """
SELECT coalesce(min(rowid), 0), coalesce(max(rowid), 0) FROM fact WHERE ? IS NULL OR film_id = ?
"""
# How many facts have each word, as far as it matters.
_COUNTS = f"""
WITH asked (first, last) AS (VALUES (?, ?))
SELECT (
    SELECT count(*) FROM (
        SELECT 1 FROM fact_index
        WHERE fact_index MATCH value AND rowid BETWEEN first AND last
        LIMIT {MANY_HITS}
    )
)
FROM asked CROSS JOIN json_each(?)
ORDER BY key
"""  # noqa: S608
# A page of hits and their counts. One query for both, because every query is a way to another
# thread and back.
_PAGE_OF_HITS = f"""
found AS MATERIALIZED (
    SELECT hit, badness, notes & barred = 0 AS shown
    FROM asked CROSS JOIN hits CROSS JOIN fact ON fact.rowid = hit
)
SELECT total, hits - total, EXISTS (SELECT 1 FROM whole), {FACT_COLUMNS}
FROM (SELECT count(*) FILTER (WHERE shown) AS total, count(*) AS hits FROM found)
LEFT JOIN (SELECT hit, badness FROM found WHERE shown ORDER BY badness, hit LIMIT ? OFFSET ?)
LEFT JOIN fact ON fact.rowid = hit
LEFT JOIN film ON film.id = film_id
ORDER BY badness, hit
"""  # noqa: S608
# bm25 is the better the lower. A hit in the statement itself counts double one in its keywords. A
# common word, or one that only helps, is looked for among the hits of the telling ones only, and
# counts like a word that every twentieth fact has: bm25 weighs words by the logarithm of that,
# ln 20 = 3.
# bm25 adds up all that a word is said as. So when no fact has all the words, each that a fact has
# counts once more by itself, by how often the facts that have it can be doubled before they are
# all: a rare name then outweighs a common word with many forms.
_RANKED = f"""
WITH asked (every, some, each, help_by, first, last, barred) AS (VALUES (?, ?, ?, ?, ?, ?, ?)),
doubled (times) AS (VALUES (1), (2), (4), (8), (16), (32), (64), (128), (256), (512)),
whole (hit) AS MATERIALIZED (
    SELECT fact_index.rowid FROM asked CROSS JOIN fact_index
    WHERE fact_index MATCH every AND fact_index.rowid BETWEEN first AND last
),
help (hit, words) AS MATERIALIZED (
    SELECT fact_index.rowid, count(*)
    FROM asked CROSS JOIN json_each(help_by) CROSS JOIN fact_index
    WHERE fact_index MATCH '(' || some || ') AND ' || value
      AND fact_index.rowid BETWEEN first AND last
    GROUP BY fact_index.rowid
),
had (word, hit) AS MATERIALIZED (
    SELECT key, fact_index.rowid
    FROM asked CROSS JOIN json_each(iif(EXISTS (SELECT 1 FROM whole), '[]', each))
    CROSS JOIN fact_index
    WHERE fact_index MATCH value AND fact_index.rowid BETWEEN first AND last
),
rare (word, weight) AS MATERIALIZED (
    SELECT word, count(*)
    FROM asked CROSS JOIN (SELECT word, count(*) AS facts FROM had GROUP BY word)
    JOIN doubled ON facts * times <= last - first + 1
    GROUP BY word
),
cover (hit, weight) AS MATERIALIZED (
    SELECT hit, sum(weight) FROM had JOIN rare USING (word) GROUP BY hit
),
hits (hit, badness) AS (
    SELECT hit, badness - 3 * coalesce(words, 0) - coalesce(weight, 0)
    FROM (
        SELECT fact_index.rowid AS hit, bm25(fact_index, 2.0, 1.0) AS badness
        FROM asked CROSS JOIN fact_index
        WHERE fact_index MATCH some AND fact_index.rowid BETWEEN first AND last
          AND (NOT EXISTS (SELECT 1 FROM whole) OR +fact_index.rowid IN (SELECT hit FROM whole))
    )
    LEFT JOIN help USING (hit)
    LEFT JOIN cover USING (hit)
),
{_PAGE_OF_HITS}"""  # noqa: S608
# When there is nothing to rank by.
_ALIKE = f"""
WITH asked (every, nearly, first, last, barred) AS (VALUES (?, ?, ?, ?, ?)),
whole (hit) AS MATERIALIZED (
    SELECT fact_index.rowid FROM asked CROSS JOIN fact_index
    WHERE fact_index MATCH every AND fact_index.rowid BETWEEN first AND last
    LIMIT 1
),
hits (hit, badness) AS (
    SELECT hit, length(text)
    FROM (
        SELECT fact_index.rowid AS hit FROM asked CROSS JOIN fact_index
        WHERE fact_index MATCH iif(EXISTS (SELECT 1 FROM whole), every, nearly)
          AND fact_index.rowid BETWEEN first AND last
        LIMIT {MANY_HITS}
    )
    CROSS JOIN fact ON fact.rowid = hit
),
{_PAGE_OF_HITS}"""  # noqa: S608
