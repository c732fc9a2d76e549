"""Which film a member means: by option, by the channel they are in, or the only one there is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import FilmNotFound, FilmUnclear, InputError
from ..likeness import likest
from ..plain import visible
from . import search
from .names import fold
from .reader import Reading

MAX_CHOICES = 25  # Discord shows no more in an autocomplete
_SHOWN_AS = re.compile(r"(?P<title>.+) \((?P<year>\d{4})\)")
# A channel name counts only when the film's name in it is this long: no film called "It".
_MIN_HINT = 4
_MAX_HINT_WORDS = 12
# rapidfuzz's ratio of 0 to 100: about every other letter in its place.
_ALIKE = 60
_SUGGESTED = 3
_ALIKE_CANDIDATES = 500


@dataclass(frozen=True, slots=True)
class FilmRef:
    """A film as far as it must be known to name it."""

    id: str
    title: str
    year: int

    @property
    def label(self) -> str:
        """``Leaving Las Vegas (1995)``"""
        return f"{self.title} ({self.year})"


async def find_film(read: Reading, typed: str | None, channel_name: str | None = None) -> FilmRef:
    """The film that ``typed`` names, or the plain one when nothing was typed.

    :raises InputError: when nothing of it can be seen.
    :raises FilmNotFound: with the nearest titles.
    :raises FilmUnclear: when several films fit, or none was named and there are several.
    """
    if typed is None:
        return await _plain_film(read, channel_name)
    if not visible(typed):
        raise InputError("Please name a film; the `film` option offers those I know.")
    exact = await films_named(read, typed)
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise FilmUnclear([film.label for film in exact])
    # Choices are offered by the beginning of a year; what is sent has to have it whole.
    begun = await _begun(read, typed, whole_figures=True)
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise FilmUnclear([film.label for film in begun])
    near = await complete_film(read, typed) or await _alike(read, typed)
    raise FilmNotFound(_clip(typed), [film.label for film in near[:_SUGGESTED]])


async def complete_film(read: Reading, typed: str) -> list[FilmRef]:
    """At most 25 films whose names have words that begin as typed; forgiving of a slip."""
    if not typed.strip():
        return await read.memo("films", lambda: _listed(read))
    films = await _begun(read, typed)
    if films:
        return films
    found = _tokens(typed)
    better = await search.corrected(read, found)
    return await _by_prefixes(read, better) if better != found else []


async def _begun(read: Reading, typed: str, *, whole_figures: bool = False) -> list[FilmRef]:
    """Films whose names have words that begin just as typed."""
    return await _by_prefixes(read, _tokens(typed), whole_figures=whole_figures)


async def _by_prefixes(
    read: Reading, found: tuple[str, ...], *, whole_figures: bool = False
) -> list[FilmRef]:
    if not found:
        return []
    match = search.match_prefixes(found, whole_figures=whole_figures)

    async def load() -> list[FilmRef]:
        return [FilmRef(*row) for row in await read.rows(_BY_PREFIX, match, MAX_CHOICES)]

    # Everybody types the same few beginnings, one letter after the other.
    return await read.memo(("films", match), load)


async def _alike(read: Reading, typed: str) -> list[FilmRef]:
    """Films that share the beginning of a word with what was typed, the likest first."""
    found = _tokens(typed)
    if not found:
        return []
    rows = await read.rows(_BY_PREFIX, search.match_any_prefix(found), _ALIKE_CANDIDATES)
    films = {FilmRef(*row): fold(row[1]) for row in rows}
    return likest(fold(typed), films, least=_ALIKE, many=_SUGGESTED)


def _tokens(typed: str) -> tuple[str, ...]:
    try:
        return search.tokens(typed)
    except InputError:
        return ()


async def _listed(read: Reading) -> list[FilmRef]:
    return [FilmRef(*row) for row in await read.rows(_FIRST_FILMS, MAX_CHOICES)]


async def _plain_film(read: Reading, channel_name: str | None) -> FilmRef:
    films = await read.memo("films", lambda: _listed(read))
    if len(films) == 1:
        return films[0]
    if not films:
        raise FilmNotFound("", [])
    if channel_name:
        hinted = await _hinted(read, channel_name)
        if hinted is not None:
            return hinted
    raise FilmUnclear([film.label for film in films])


async def _hinted(read: Reading, channel_name: str) -> FilmRef | None:
    """The film whose longest name stands in the channel's name, if just one does."""
    parts = fold(channel_name).split()[:_MAX_HINT_WORDS]
    spans = {
        " ".join(parts[start:end])
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
    }
    names = sorted(span for span in spans if len(span) >= _MIN_HINT)
    if not names:
        return None
    marks = ", ".join("?" * len(names))
    rows = await read.rows(_BY_NAMES.format(marks=marks), *names)
    longest = max((len(row[3]) for row in rows), default=0)
    best = {FilmRef(*row[:3]) for row in rows if len(row[3]) == longest}
    return best.pop() if len(best) == 1 else None


async def films_named(read: Reading, typed: str) -> list[FilmRef]:
    """The films that have just what is typed for their id, or for a title with or without its year.

    By an id there is one at most.
    """
    shown = _SHOWN_AS.fullmatch(typed.strip())
    name = fold(shown["title"] if shown else typed)
    rows = await read.rows(_BY_NAME, typed, name, name)
    films = [FilmRef(*row) for row in rows]
    by_id = [film for film in films if film.id == typed]
    if shown:
        films = [film for film in films if film.year == int(shown["year"])]
    return by_id or films


def _clip(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


_FIRST_FILMS = "SELECT id, title, year FROM film ORDER BY title, year LIMIT ?"
_BY_PREFIX = """
SELECT film_id, title, year FROM film_label
WHERE rowid IN (SELECT rowid FROM film_index WHERE film_index MATCH ?)
ORDER BY title, year LIMIT ?
"""
_BY_NAME = """
SELECT id, title, year FROM film
WHERE id = ? OR (? <> '' AND id IN (SELECT film_id FROM film_name WHERE folded = ?))
ORDER BY year
"""
_BY_NAMES = """
SELECT id, title, year, folded FROM film_name JOIN film ON film.id = film_id
WHERE folded IN ({marks})
"""
