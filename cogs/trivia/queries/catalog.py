"""What trivia reads from the catalog: quiz entries, and names to take wrong options from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.catalog.films import FilmRef
from bot.catalog.names import fold, words
from bot.catalog.reader import Reading
from bot.catalog.vocabulary import Kind, Spoiler, Topic

from ..models import Entry

# So many other films lend the names of their people and companies: more of them where few had
# the answer's part, until there is a choice.
OTHER_FILMS = (20, 200)
CHOICE = 12


async def entries(
    read: Reading, film: str, topic: Topic | None, barred: int
) -> tuple[list[Entry], int]:
    """The quiz entries that may be asked in a channel, and how many are held back there."""
    rows = await read.rows(_ENTRIES, film, topic, topic)
    return _shown([_entry(row) for row in rows], barred)


async def entries_of_films(
    read: Reading, films: Sequence[str], topic: Topic | None, barred: int
) -> tuple[list[Entry], int]:
    """The same of several films."""
    rows = await read.rows(_ENTRIES_OF_FILMS, json.dumps(films), topic, topic)
    return _shown([_entry(row) for row in rows], barred)


def _shown(known: Sequence[Entry], barred: int) -> tuple[list[Entry], int]:
    shown = [entry for entry in known if not entry.notes & barred]
    return shown, len(known) - len(shown)


async def films(read: Reading, topic: Topic | None = None) -> list[str]:
    """The films that there are questions on, or on a topic."""

    async def load() -> list[str]:
        return [str(row[0]) for row in await read.rows(_FILMS, topic, topic)]

    return await read.memo(("films with questions", topic), load)


async def pool(read: Reading, entry: Entry, chance: Random) -> dict[str, float]:
    """Names of the answer's kind that do not answer ``entry`` as well.

    People and companies of some other films, and of this one those whose part in it is another
    than the answer's; a name that the question or its fact tells is left out.

    :return: with each name how much of the answer's part (its roles, its trade) it had, 0 to 1.
    """
    sql = _NAMED.get(entry.kind)
    if sql is None:
        return {}
    count = await read.memo("film count", lambda: _film_count(read))
    films = chance.sample(range(1, count + 1), min(count, OTHER_FILMS[-1]))
    names: dict[str, float] = {}
    for size in OTHER_FILMS:
        rows = await read.rows(sql, entry.film, json.dumps(films[:size]))
        names = _others(entry, _known(entry, rows))
        if size >= count or sum(map(bool, names.values())) >= CHOICE:
            break
    return names


async def parts(read: Reading, entry: Entry) -> dict[str, float]:
    """Of the entry's own wrong options, how much of the answer's part each had in the film."""
    sql = _NAMED.get(entry.kind)
    if sql is None:
        return {}
    known = _known(entry, await read.rows(sql, entry.film, "[]"))
    right = _all_names(entry, known)
    part = {part for one in known if one.names & right for part in one.part}
    shares = {name: len(one.part & part) / max(len(part), 1) for one in known for name in one.names}
    return {text: shares.get(" ".join(words(text)), 0) for text in entry.options}


async def _film_count(read: Reading) -> int:
    row = await read.one("SELECT count(*) FROM film_label")
    assert row is not None
    return int(row[0])


@dataclass(frozen=True, slots=True)
class _Named:
    """A person or company; ``names`` are folded, ``part`` is what it did for its film."""

    name: str
    names: frozenset[str]
    part: frozenset[str]
    is_own: bool


def _known(entry: Entry, rows: Iterable[Sequence[Any]]) -> list[_Named]:
    return [
        _Named(name, frozenset(map(fold, (name, *json.loads(aliases)))),
               frozenset(json.loads(part)), is_own=film == entry.film)
        for film, name, aliases, part in rows
    ]  # fmt: skip


def _others(entry: Entry, known: Sequence[_Named]) -> dict[str, float]:
    right = _all_names(entry, known)
    own = [one for one in known if one.is_own]
    part = {part for one in own if one.names & right for part in one.part}
    # Whoever had the answer's part in this film may be right too, also when found under another
    # film; as long as nobody knows that part, that is everybody.
    barred = right.union(*(one.names for one in own if not part or one.part & part))
    part = part or {part for one in known if one.names & right for part in one.part}
    told = f" {fold(entry.text)}  {fold(entry.fact)} "
    shares = {
        one: len(one.part & part) / max(len(part), 1)
        for one in known
        if not one.names & barred and not any(f" {name} " in told for name in one.names)
    }
    names: dict[str, float] = {}
    met: set[str] = set()
    # Who is there twice, perhaps under another name, counts as what is nearest to the answer.
    for one in sorted(shares, key=shares.__getitem__, reverse=True):
        if not one.names & met:
            names[one.name] = shares[one]
        met |= one.names
    return names


def _all_names(entry: Entry, known: Sequence[_Named]) -> set[str]:
    """The answer's folded names; of ``Sting's`` also ``sting``, and aliases of aliases."""
    texts = (entry.answer, *entry.accept)
    right = {fold(text) for text in texts} | {" ".join(words(text)) for text in texts}
    while more := {name for one in known if one.names & right for name in one.names} - right:
        right |= more
    return right


async def topics(read: Reading, film: str | None) -> list[tuple[Topic, int]]:
    """The topics that a film, or any film, has questions on, with how many."""
    if film is None:
        rows = await read.memo("question topics", lambda: read.rows(_TOPICS))
    else:
        rows = await read.rows(_TOPICS_OF_FILM, film)
    counts = {Topic(topic): int(count) for topic, count in rows}
    return [(topic, counts[topic]) for topic in Topic if topic in counts]


def _entry(row: Sequence[Any]) -> Entry:
    identity, film, topic, kind, text, answer, accept, options, fact, spoiler, *rest = row
    notes, source, section, title, year = rest
    return Entry(
        id=identity,
        film=film,
        topic=Topic(topic),
        kind=Kind(kind),
        text=text,
        answer=answer,
        accept=tuple(json.loads(accept)),
        options=tuple(json.loads(options)),
        fact=fact,
        spoiler=Spoiler(spoiler),
        notes=notes,
        source=source,
        section=section,
        film_label=FilmRef(film, title, year).label,
    )


_ENTRIES = """
SELECT question.id, question.film_id, question.topic, kind, question.text, answer, accept, options,
       fact.text, spoiler, fact.notes, source, section, title, year
FROM question JOIN fact ON fact.rowid = question.fact JOIN film ON film.id = question.film_id
WHERE question.film_id = ? AND (? IS NULL OR question.topic = ?)
ORDER BY question.id
"""
# The join is in this order, or SQLite goes through all questions in the order of their ids.
_ENTRIES_OF_FILMS = """
SELECT question.id, question.film_id, question.topic, kind, question.text, answer, accept, options,
       fact.text, spoiler, fact.notes, source, section, title, year
FROM json_each(?) AS chosen CROSS JOIN question ON question.film_id = chosen.value
     JOIN fact ON fact.rowid = question.fact JOIN film ON film.id = question.film_id
WHERE ? IS NULL OR question.topic = ?
ORDER BY question.id
"""
# Asked film by film, of which each is one step in an index, however many questions there are.
_FILMS = """
SELECT id FROM film
WHERE questions > 0 AND (? IS NULL OR EXISTS (
    SELECT 1 FROM question WHERE film_id = film.id AND topic = ?
))
ORDER BY id
"""
_SOME_FILMS = """
WHERE film_id = ?
   OR film_id IN (SELECT film_id FROM film_label WHERE rowid IN (SELECT value FROM json_each(?)))
ORDER BY film_id, position
"""
_PEOPLE = f"SELECT film_id, name, aliases, roles FROM person {_SOME_FILMS}"  # noqa: S608
_COMPANIES = f"SELECT film_id, name, aliases, json_array(trade) FROM company {_SOME_FILMS}"  # noqa: S608
_NAMED = {Kind.PERSON: _PEOPLE, Kind.COMPANY: _COMPANIES}
_TOPICS = "SELECT topic, count(*) FROM question GROUP BY topic"
_TOPICS_OF_FILM = "SELECT topic, count(*) FROM question WHERE film_id = ? GROUP BY topic"
