"""Everything that the review commands read from the catalog."""

from __future__ import annotations

import json

from bot.catalog import search
from bot.catalog.films import FilmRef
from bot.catalog.reader import Reading, Row

from .models import Critic, Found, Overview, Review, Score

PAGE = 5
OVERVIEW_PAGE = 15


async def scores(read: Reading, film: str) -> tuple[Score, ...]:
    """A film's aggregate scores, in the order of its pack."""

    async def load() -> tuple[Score, ...]:
        return tuple(Score(*row) for row in await read.rows(_SCORES, film))

    return await read.memo(("scores", film), load)


async def overview(read: Reading, film: FilmRef, page: int) -> Overview:
    """A film's scores, its reviews by verdict, and a page of the reviews by critic."""

    async def load() -> Overview:
        verdicts = await read.rows(_VERDICTS, film.id)
        rows = await read.rows(_OF_FILM, film.id, OVERVIEW_PAGE, page * OVERVIEW_PAGE)
        total = sum(count for _, count in verdicts)
        return Overview(
            film=film,
            scores=await scores(read, film.id),
            verdicts=tuple((verdict, count) for verdict, count in verdicts),
            found=Found(tuple(map(_review, rows)), total),
        )

    return await read.memo(("reviews", film.id, page), load)


async def critics(read: Reading, film: str | None) -> tuple[Critic, ...]:
    """The critics who reviewed a film, or any film, by name."""

    async def load() -> tuple[Critic, ...]:
        rows = await (read.rows(_CRITICS_OF_FILM, film) if film else read.rows(_CRITICS))
        return tuple(
            Critic(folded, name, tuple(json.loads(outlets))) for folded, name, outlets in rows
        )

    return await read.memo(("critics", film), load)


async def critic_reviews(read: Reading, critic: Critic, film: str | None, page: int) -> Found:
    """A page of what one critic wrote, of one film or by film."""

    async def load() -> Found:
        rows = await read.rows(_OF_CRITIC, critic.folded, film, film, PAGE, page * PAGE)
        count = await read.one(_OF_CRITIC_COUNT, critic.folded, film, film)
        assert count is not None
        return Found(tuple(map(_review, rows)), int(count[0]))

    return await read.memo(("critic", critic.folded, film, page), load)


async def search_reviews(read: Reading, query: str, page: int) -> Found:
    """A page of the reviews that say best what ``query`` asks.

    First those that have every word, then those that have any; when nothing has, the words are
    taken for slips of the catalog's own.

    :raises InputError: when there is nothing in ``query`` to look for.
    """
    tokens = search.asked(search.tokens(query))
    found = await _matching(read, tokens, page)
    if found.total:
        return found
    better = await search.corrected(read, tokens)
    if better == tokens:
        return found
    return await _matching(read, better, page, read_as=" ".join(better))


async def film_by_id(read: Reading, film: str) -> FilmRef | None:
    """The film of an id, which may be gone since its button was sent."""
    row = await read.one(_FILM, film)
    return None if row is None else FilmRef(*row)


async def _matching(
    read: Reading, tokens: tuple[str, ...], page: int, read_as: str | None = None
) -> Found:
    words = search.match_each(tokens)
    for match in dict.fromkeys((search.all_of(words), search.any_of(words))):
        count = await read.one(_SEARCH_COUNT, match)
        assert count is not None
        if count[0]:
            rows = await read.rows(_SEARCH, match, PAGE, page * PAGE)
            partial = match != search.all_of(words)
            return Found(tuple(map(_review, rows)), int(count[0]), read_as, partial)
    return Found((), 0, read_as)


def _review(row: Row) -> Review:
    film, title, film_year, critic, outlet, year, verdict, gist, quote, source, section = row
    ref = FilmRef(film, title, film_year)
    return Review(ref, critic, outlet, year, verdict, gist, quote, source, section)


_FILM = "SELECT id, title, year FROM film WHERE id = ?"
_SCORES = """
SELECT aggregator, value, scale, count, average, average_scale, verdict, source, section
FROM score WHERE film_id = ? ORDER BY position
"""
_VERDICTS = """
SELECT verdict, count(*) FROM review WHERE film_id = ? GROUP BY verdict
ORDER BY count(*) DESC, verdict
"""
# One name for a critic whom packs write in several ways.
_CRITIC = "folded, min(critic), json_group_array(DISTINCT outlet)"
_CRITICS = f"SELECT {_CRITIC} FROM review GROUP BY folded ORDER BY folded"  # noqa: S608
_CRITICS_OF_FILM = f"""
SELECT {_CRITIC} FROM review WHERE film_id = ? GROUP BY folded ORDER BY folded
"""  # noqa: S608
_REVIEWS = """
SELECT film.id, title, film.year, critic, outlet, review.year, verdict, gist, quote, source, section
FROM review JOIN film ON film.id = film_id
"""
_OF_FILM = f"{_REVIEWS} WHERE film_id = ? ORDER BY folded, review.rowid LIMIT ? OFFSET ?"
_OF_CRITIC = f"""
{_REVIEWS} WHERE folded = ? AND (? IS NULL OR film_id = ?)
ORDER BY title, film.year, review.year LIMIT ? OFFSET ?
"""
_OF_CRITIC_COUNT = """
SELECT count(*) FROM review WHERE folded = ? AND (? IS NULL OR film_id = ?)
"""
# A hit in what was said counts double one in the names beside it.
_SEARCH = """
SELECT film.id, title, film.year, critic, outlet, review.year, verdict, review.gist, quote,
       source, section
FROM review_index
JOIN review ON review.rowid = review_index.rowid
JOIN film ON film.id = film_id
WHERE review_index MATCH ?
ORDER BY bm25(review_index, 2.0, 1.0), review.rowid
LIMIT ? OFFSET ?
"""
_SEARCH_COUNT = "SELECT count(*) FROM review_index WHERE review_index MATCH ?"
