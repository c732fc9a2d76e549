"""Searching the facts: which of them answer a question, the best first.

What finds a fact in few facts finds anything in a hundred thousand, so a search goes by how many
there are to choose from. Among a few (one film's, or a small catalog's) all that have a word are
ranked. Among many only the *telling* words take part, those that few facts have; the common ones
help to tell facts of equal words apart. When all the words are common, a fact that has them all is
as good as the next, and short facts come first.

The index is asked for one word at a time, and what it said is kept: members ask about the same
people and things in ever new sentences.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from bot.catalog import search
from bot.catalog.reader import Reading, Row

from ..models import Found
from ..ranking import NOTHING, Hits, Ranking, ranked
from .facts import by_rowids

PAGE = 5
# Among so many facts all that have a word are ranked. A film hardly has more.
FEW_FACTS = 1_000
# A word of so many facts is common, and so many facts of equal words are enough.
MANY_HITS = 100

_Words = Sequence[str]  # FTS5 expressions, which each find one


class _Place(NamedTuple):
    """Where to look: the rowids of the facts, and the notes that may not be shown."""

    first: int
    last: int
    barred: int

    @property
    def facts(self) -> int:
        return self.last - self.first + 1


async def search_facts(
    read: Reading, query: str, film: str | None, barred: int, page: int
) -> Found:
    """A page of the facts that answer ``query`` best.

    First those that have every word, then those that have any; a word that none has is taken for a
    slip of one of the catalog's own.

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
    first, last = await _fact_range(read, film)
    place = _Place(first, last, barred)
    found, nowhere = await _matching(read, tokens, place, page)
    if not nowhere:
        return found
    asked = search.asked(tokens)
    slips = [token for token in asked if search.match_each((token,))[0] in nowhere]
    right = dict(zip(slips, await search.corrected(read, slips), strict=True))
    better = tuple(right.get(token, token) for token in asked)
    if better == asked:
        return found
    found, _ = await _matching(read, better, place, page, read_as=" ".join(better))
    return found


async def _matching(
    read: Reading, tokens: Sequence[str], place: _Place, page: int, read_as: str | None = None
) -> tuple[Found, set[str]]:
    """A page, and the words that no fact has."""
    words = search.match_each(search.asked(tokens))
    if place.facts <= FEW_FACTS:
        ranking, nowhere = await _among_few(read, words, search.match_helping(tokens), place)
    else:  # of which too many are of the kind that helps
        ranking, nowhere = await _among_many(read, words, place)
    facts = await by_rowids(read, ranking.facts[PAGE * page : PAGE * (page + 1)])
    total = len(ranking.facts)
    partial = total + ranking.held_back > 0 and not ranking.has_all_words
    return Found(facts, total, ranking.held_back, read_as, partial), nowhere


async def _among_few(
    read: Reading, words: _Words, helping: Sequence[_Words], place: _Place
) -> tuple[Ranking, set[str]]:
    asked = [*words, *chain.from_iterable(helping)]
    hits = dict(zip(asked, await _hits(read, asked, place), strict=True))
    ranking = ranked(
        [hits[word] for word in words],
        helping=[set[int]().union(*(hits[word].badness for word in kind)) for kind in helping],
        among=place.facts,
    )
    return ranking, {word for word in words if not hits[word].badness}


async def _among_many(read: Reading, words: _Words, place: _Place) -> tuple[Ranking, set[str]]:
    counts = dict(zip(words, await _counts(read, words, place), strict=True))
    had = [word for word in words if counts[word]]
    nowhere = {word for word in words if not counts[word]}
    if not had:
        return NOTHING, nowhere
    telling = [word for word in had if counts[word] < MANY_HITS]
    if telling:
        common = [word for word in had if word not in telling]
        ranking = ranked(
            await _hits(read, telling, place),
            common=await _helped(read, common, telling, place),
            among=place.facts,
        )
    else:
        ranking = await _alike(read, had, place)
    # A word that no fact has narrows nothing, but is not passed over in silence.
    return replace(ranking, has_all_words=ranking.has_all_words and not nowhere), nowhere


async def _hits(read: Reading, words: _Words, place: _Place) -> list[Hits]:
    """The facts that have each word."""

    async def load(new: _Words) -> Iterable[Hits]:
        rows = await read.rows(_HITS, place.barred, json.dumps(new), place.first, place.last)
        badness: defaultdict[int, dict[int, float]] = defaultdict(dict)
        barred: defaultdict[int, set[int]] = defaultdict(set)
        for at, fact, share, notes in rows:
            badness[at][fact] = share
            if notes:
                barred[at].add(fact)
        return [Hits(badness[at], barred[at]) for at in range(len(new))]

    return await read.memo_each(("hits", *place), words, load)


async def _counts(read: Reading, words: _Words, place: _Place) -> list[int]:
    """How many facts have each word, as far as it matters."""

    async def load(new: _Words) -> Iterable[int]:
        rows = await read.rows(_COUNTS, place.first, place.last, json.dumps(new))
        return [count for (count,) in rows]

    return await read.memo_each(("counts", place.first, place.last), words, load)


async def _helped(read: Reading, common: _Words, telling: _Words, place: _Place) -> list[set[int]]:
    """Which hits of the telling words have each common one."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    if common:
        some = search.any_of(telling)
        rows = await read.rows(_HELPED, json.dumps(common), some, place.first, place.last)
        for at, fact in rows:
            found[at].add(fact)
    return [found[at] for at in range(len(common))]


async def _alike(read: Reading, words: _Words, place: _Place) -> Ranking:
    """Some of the facts that have all these common words, all but one, or any."""
    rows: Sequence[Row] = ()
    for sql, match in (
        (_SHORT, search.all_of(words)),
        (_SHORT, search.all_but_one_of(words)),
        (_BEST, search.any_of(words)),
    ):
        rows = await read.rows(sql, place.barred, match, place.first, place.last)
        if rows:
            break
    shown = [fact for fact, barred in rows if not barred]
    return Ranking(shown, len(rows) - len(shown), match == search.all_of(words))


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
# bm25 is the better the lower. A hit in the statement itself counts double one in its keywords.
_HITS = """
SELECT key, fact.rowid, bm25(fact_index, 2.0, 1.0), notes & ?
FROM json_each(?) CROSS JOIN fact_index CROSS JOIN fact ON fact.rowid = fact_index.rowid
WHERE fact_index MATCH value AND fact_index.rowid BETWEEN ? AND ?
"""
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
_HELPED = """
SELECT key, fact_index.rowid FROM json_each(?) CROSS JOIN fact_index
WHERE fact_index MATCH '(' || ? || ') AND ' || value AND fact_index.rowid BETWEEN ? AND ?
"""
# So many facts of equal words are enough: which they are matters little.
_SHORT = f"""
SELECT fact.rowid, notes & ?
FROM (
    SELECT rowid FROM fact_index WHERE fact_index MATCH ? AND rowid BETWEEN ? AND ?
    LIMIT {MANY_HITS}
) AS hit
CROSS JOIN fact ON fact.rowid = hit.rowid
ORDER BY length(text), fact.rowid
"""  # noqa: S608
_BEST = f"""
SELECT fact.rowid, notes & ?
FROM fact_index CROSS JOIN fact ON fact.rowid = fact_index.rowid
WHERE fact_index MATCH ? AND fact_index.rowid BETWEEN ? AND ?
ORDER BY bm25(fact_index, 2.0, 1.0), fact.rowid
LIMIT {MANY_HITS}
"""  # noqa: S608
