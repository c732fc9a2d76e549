"""Films: the card, and the list of them."""

from __future__ import annotations

import json
from typing import Any

from bot.catalog.films import FilmRef
from bot.catalog.reader import Reading
from bot.catalog.vocabulary import notes_in

from ..models import Award, Figure, FilmCard, FilmLine, Person, Release, Score


async def card(read: Reading, film: FilmRef) -> FilmCard:
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
            sources=tuple(tuple(source) for source in json.loads(row[6])),
        )

    return await read.memo(("card", film.id), load)


async def by_id(read: Reading, film: str) -> FilmRef | None:
    """The film of an id, which may be gone since its button was sent."""
    row = await read.one(_REF, film)
    return None if row is None else FilmRef(*row)


async def page(read: Reading, page: int, size: int) -> tuple[list[FilmLine], int]:
    """A page of all the films, by title, and how many there are."""
    rows = await read.rows(_LIST, size, page * size)
    total = await read.one("SELECT count(*) FROM film")
    assert total is not None
    return [FilmLine(FilmRef(*row[:3]), row[3], row[4]) for row in rows], int(total[0])


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(json.loads(value))


_FILM = """
SELECT summary, genres, countries, notes, facts, questions, sources FROM film WHERE id = ?
"""
_REF = "SELECT id, title, year FROM film WHERE id = ?"
_PEOPLE = "SELECT name, roles, character FROM person WHERE film_id = ? ORDER BY position"
_RELEASES = """
SELECT medium, label, territory, date, company FROM release WHERE film_id = ? ORDER BY position
"""
_FIGURES = "SELECT label, value, unit, qualifier FROM figure WHERE film_id = ? ORDER BY position"
_SCORES = "SELECT aggregator, value, scale, count FROM score WHERE film_id = ? ORDER BY position"
_AWARDS = "SELECT award, category, result, recipient FROM award WHERE film_id = ? ORDER BY position"
_LIST = """
SELECT id, title, year, facts, questions FROM film ORDER BY title, year LIMIT ? OFFSET ?
"""
