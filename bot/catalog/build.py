"""Packs into one SQLite file: checked, deterministic, and swapped in whole.

The file is built beside its final place, in rollback-journal mode so that no write-ahead log can
ever stand beside it (an old log next to a replaced file silently brings the old content back),
checked, flushed to the disk and then renamed over the old one. Whoever has the old file open goes
on reading it; whoever opens the path sees either the old catalog or the new, never a mixture.

The same packs and the same code give the same bytes: no times, no random ids, a fixed order.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import CatalogError
from .check import Problem, check_files, pack_files
from .derive import derived_facts
from .fingerprint import fingerprint, schema_mark, schema_sql
from .names import fold, words
from .pack import Cited, Fact, Pack, Review
from .vocabulary import Spoiler, mask

Progress = Callable[[int, int], None]

# A word must be this long to be worth correcting; shorter ones are found as they are typed.
MIN_TERM = 4


@dataclass(frozen=True, slots=True)
class Built:
    """What a finished build holds."""

    fingerprint: str
    films: int
    facts: int
    questions: int


class PackProblems(CatalogError):
    """Packs that do not pass the check; the old catalog, if any, is untouched."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        super().__init__(f"{count} in the film packs:\n" + "\n".join(map(str, problems)))
        self.problems = list(problems)


def build(seeds: Path, target: Path, progress: Progress | None = None) -> Built:
    """Build the catalog of every pack in ``seeds`` at ``target``, replacing what is there.

    :param progress: called with (packs stored, packs in all).
    :raises PackProblems: when any pack has a problem.
    :raises CatalogError: when there is no pack, or the file cannot be written.
    """
    paths = pack_files(seeds)
    if not paths:
        raise CatalogError(f"There is no film pack (*.toml) in {seeds}.")
    mark = fingerprint(seeds)
    checked = check_files(paths)
    if checked.problems:
        raise PackProblems(checked.problems)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return _build_beside(checked.packs, mark, target, progress)
    except (OSError, sqlite3.Error) as error:
        raise CatalogError(f"The catalog could not be written to {target}: {error}") from error


def _build_beside(
    packs: Sequence[Pack], mark: str, target: Path, progress: Progress | None
) -> Built:
    handle, name = tempfile.mkstemp(prefix=f"{target.stem}-", suffix=".building", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as db:
            built = _fill(db, packs, mark, progress)
            _gate(db, built)
        _flush(temporary)
        for leftover in ("-wal", "-shm", "-journal"):
            target.with_name(target.name + leftover).unlink(missing_ok=True)
        temporary.replace(target)
        _flush(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return built


def _fill(
    db: sqlite3.Connection, packs: Sequence[Pack], mark: str, progress: Progress | None
) -> Built:
    # Nobody else can see the file and a crash only leaves a stray temporary one, so the build
    # needs neither journal nor flushes until the end.
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA foreign_keys = ON")
    db.executescript(schema_sql())
    db.execute("BEGIN")
    terms: set[str] = set()
    for number, pack in enumerate(packs, start=1):
        _store(db, pack, terms)
        if progress is not None:
            progress(number, len(packs))
    db.executemany("INSERT INTO term (word) VALUES (?)", ((word,) for word in sorted(terms)))
    for index in ("term_index", "fact_index", "review_index", "film_index"):
        if index == "term_index":
            db.execute("INSERT INTO term_index (term_index) VALUES ('rebuild')")
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608
    facts, questions = db.execute("SELECT sum(facts), sum(questions) FROM film").fetchone()
    built = Built(mark, len(packs), facts, questions)
    db.executemany(
        "INSERT INTO meta VALUES (?, ?)", (("fingerprint", mark), ("schema", schema_mark()))
    )
    db.execute("COMMIT")
    db.execute("ANALYZE")
    db.execute("VACUUM")
    return built


def _gate(db: sqlite3.Connection, built: Built) -> None:
    """Refuse to publish a file that SQLite or a count finds fault with."""
    verdict = db.execute("PRAGMA integrity_check").fetchone()[0]
    counts = db.execute(
        "SELECT (SELECT count(*) FROM film), (SELECT count(*) FROM fact),"
        " (SELECT count(*) FROM question)"
    ).fetchone()
    if verdict != "ok" or counts != (built.films, built.facts, built.questions):
        raise CatalogError(f"The new catalog failed its check ({verdict}, {counts}).")


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows flushes a rename by itself and cannot open folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    for row in rows:
        marks = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608


def _store(db: sqlite3.Connection, pack: Pack, terms: set[str]) -> None:
    film = pack.film
    told = list(derived_facts(pack))
    questions = sum(len(fact.quiz) for fact in pack.facts)
    counts = (len(pack.facts) + len(told), questions)
    texts = (film.summary, _json(film.genres), _json(film.countries), mask(film.notes))
    _insert(db, "film", [(film.id, film.title, film.year, *texts, *counts)])
    _store_names(db, pack, terms)
    _store_tables(db, pack)
    for review in pack.reviews:
        _store_review(db, pack, review, terms)
    for fact in pack.facts:
        keywords = " ".join(_keywords(pack, fact))
        row = (fact.topic, fact.text, int(fact.spoiler), mask(fact.notes))
        rowid = _store_fact(db, pack, fact.id, row, fact, keywords, terms)
        _insert(db, "question", _questions(pack, fact, rowid))
    for fact in told:
        row = (fact.topic, fact.text, int(Spoiler.NONE), 0)
        _store_fact(db, pack, fact.id, row, fact.row, fact.topic.label, terms)


def _store_names(db: sqlite3.Connection, pack: Pack, terms: set[str]) -> None:
    film = pack.film
    names = {fold(name) for name in (film.id, film.title, *film.aliases)} - {""}
    _insert(db, "film_name", [(name, film.id) for name in sorted(names)])
    cursor = db.execute(
        "INSERT INTO film_label (film_id, title, year) VALUES (?, ?, ?)",
        (film.id, film.title, film.year),
    )
    # Titles as they are written too, so that a typed "the" still matches.
    indexed = " ".join([film.title, *film.aliases, str(film.year)])
    db.execute("INSERT INTO film_index (rowid, names) VALUES (?, ?)", (cursor.lastrowid, indexed))
    terms.update(_terms(indexed))


def _store_tables(db: sqlite3.Connection, pack: Pack) -> None:
    film = pack.film.id
    companies = {company.id: company.name for company in pack.companies}
    people = {person.id: person.name for person in pack.people}
    _insert(db, "person", (
        (film, row.id, row.name, _json(row.aliases), _json(row.roles), row.character, position)
        for position, row in enumerate(pack.people)
    ))  # fmt: skip
    _insert(db, "company", (
        (film, row.id, row.name, _json(row.aliases), row.trade, row.territory, position)
        for position, row in enumerate(pack.companies)
    ))  # fmt: skip
    _insert(db, "release", (
        (film, row.id, row.medium, row.label, row.territory, row.date,
         companies.get(row.company or ""), position)
        for position, row in enumerate(pack.releases)
    ))  # fmt: skip
    _insert(db, "figure", (
        (film, row.id, row.label, row.value, row.unit, row.qualifier, position)
        for position, row in enumerate(pack.figures)
    ))  # fmt: skip
    _insert(db, "score", (
        (film, row.id, row.aggregator, row.value, row.scale, row.count, row.average,
         row.average_scale, row.verdict, *_citation(pack, row), position)
        for position, row in enumerate(pack.scores)
    ))  # fmt: skip
    _insert(db, "award", (
        (film, row.id, row.award, row.category, row.result, people.get(row.recipient or ""),
         position)
        for position, row in enumerate(pack.awards)
    ))  # fmt: skip


def _store_review(db: sqlite3.Connection, pack: Pack, review: Review, terms: set[str]) -> None:
    cursor = db.execute(
        "INSERT INTO review (film_id, id, critic, folded, outlet, year, verdict, gist, quote,"
        " source, section) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (pack.film.id, review.id, review.critic, fold(review.critic), review.outlet, review.year,
         review.verdict, review.gist, review.quote, *_citation(pack, review)),
    )  # fmt: skip
    gist = f"{review.gist} {review.quote or ''}"
    names = f"{review.critic} {review.outlet} {pack.film.title} {review.verdict}"
    db.execute(
        "INSERT INTO review_index (rowid, gist, names) VALUES (?, ?, ?)",
        (cursor.lastrowid, gist, names),
    )
    terms.update(_terms(f"{gist} {names}"))


def _store_fact(
    db: sqlite3.Connection,
    pack: Pack,
    identity: str,
    row: tuple[str, str, int, int],
    cited: Cited,
    keywords: str,
    terms: set[str],
) -> int:
    cursor = db.execute(
        "INSERT INTO fact (film_id, id, topic, text, spoiler, notes, source, section)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (pack.film.id, identity, *row, *_citation(pack, cited)),
    )
    assert cursor.lastrowid is not None
    words_of = f"{keywords} {pack.film.title}"
    db.execute(
        "INSERT INTO fact_index (rowid, text, keywords) VALUES (?, ?, ?)",
        (cursor.lastrowid, row[1], words_of),
    )
    terms.update(_terms(f"{row[1]} {words_of}"))
    return cursor.lastrowid


def _keywords(pack: Pack, fact: Fact) -> Iterator[str]:
    """What a member may type who looks for this fact, beyond its own words."""
    yield fact.topic.label
    for quiz in fact.quiz:
        yield quiz.question
        yield quiz.answer
        yield from quiz.accept
    for person in pack.people:
        if person.id in fact.people:
            yield person.name
            yield from person.roles


def _questions(pack: Pack, fact: Fact, rowid: int) -> Iterator[tuple[object, ...]]:
    for quiz in fact.quiz:
        identity = question_id(pack.film.id, fact.id, quiz.id)
        lists = (_json(quiz.accept), _json(quiz.options))
        yield (identity, pack.film.id, rowid, fact.topic, quiz.kind, quiz.question, quiz.answer,
               *lists)  # fmt: skip


def question_id(film: str, fact: str, quiz: str) -> str:
    """A question's id: it survives a rebuild, and an edit of any wording."""
    return hashlib.blake2b(f"{film}/{fact}/{quiz}".encode(), digest_size=8).hexdigest()


def _citation(pack: Pack, row: Cited) -> tuple[str, str]:
    return pack.source_of(row).title, row.section


def _terms(text: str) -> set[str]:
    return {word for word in words(text) if len(word) >= MIN_TERM and not word.isdigit()}


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
