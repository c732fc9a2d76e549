"""Packs into one SQLite file: checked, deterministic, and swapped in whole.

The file is built beside its final place, in rollback-journal mode so that no write-ahead log can
ever stand beside it (an old log next to a replaced file silently brings the old content back),
checked, flushed to the disk and then renamed over the old one. Whoever has the old file open goes
on reading it; whoever opens the path sees either the old catalog or the new, never a mixture.

The same packs and the same code give the same bytes: no times, no random ids, a fixed order.

Reading and checking packs takes longer than storing them, so with many it is shared out among
processes, in the order of the packs. These end with the build, however it ends.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..errors import CatalogError
from .check import Problem, check_file, check_files
from .fingerprint import fingerprint, pack_files, schema_mark, schema_sql
from .rows import PackRows, Row, pack_rows
from .unfinished import new_file

Progress = Callable[[int, int], None]

# From so many packs on, other processes pay for what it takes to start them.
_SHARE_FROM = 100
_CHUNK = 25


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
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return _build_beside(paths, mark, target, progress)
    except _BrokenPackError:
        # Read once more, for all the problems of all the packs.
        raise PackProblems(check_files(paths).problems) from None
    except (OSError, sqlite3.Error) as error:
        raise CatalogError(f"The catalog could not be written to {target}: {error}") from error


class _BrokenPackError(Exception):
    """Some pack has a problem."""


def _read_rows(path: Path) -> PackRows | None:
    """The rows of a pack; ``None`` when it has a problem."""
    pack, problems = check_file(path)
    return None if pack is None or problems else pack_rows(pack)


def _all_rows(paths: Sequence[Path]) -> Generator[PackRows]:
    """The rows of every pack, in order. :raises _BrokenPackError: at the first with a problem."""
    with contextlib.ExitStack() as stack:
        if len(paths) < _SHARE_FROM:
            read = map(_read_rows, paths)
        else:
            pool = stack.enter_context(ProcessPoolExecutor(initializer=_end_with_parent))
            stack.callback(pool.shutdown, cancel_futures=True)
            read = pool.map(_read_rows, paths, chunksize=_CHUNK)
        films: set[str] = set()
        for rows in read:
            if rows is None or rows.film in films:
                raise _BrokenPackError
            films.add(rows.film)
            yield rows


def _end_with_parent() -> None:
    """End this process with the one that started it.

    Otherwise it would wait for work for ever when a build is killed, and hold its pipes open.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _build_beside(
    paths: Sequence[Path], mark: str, target: Path, progress: Progress | None
) -> Built:
    temporary = new_file(target)
    try:
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as db:
            built = _fill(db, paths, mark, progress)
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
    db: sqlite3.Connection, paths: Sequence[Path], mark: str, progress: Progress | None
) -> Built:
    # Nobody else can see the file and a crash only leaves a stray temporary one, so the build
    # needs neither journal nor flushes until the end.
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA foreign_keys = ON")
    db.executescript(schema_sql())
    db.execute("BEGIN")
    terms: set[str] = set()
    with contextlib.closing(_all_rows(paths)) as packs:
        for number, rows in enumerate(packs, start=1):
            _store(db, number, rows)
            terms |= rows.terms
            if progress is not None:
                progress(number, len(paths))
    db.executemany("INSERT INTO term (word) VALUES (?)", ((word,) for word in sorted(terms)))
    for index in ("term_index", "fact_index", "review_index", "film_index"):
        if index == "term_index":
            db.execute("INSERT INTO term_index (term_index) VALUES ('rebuild')")
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608
    facts, questions = db.execute("SELECT sum(facts), sum(questions) FROM film").fetchone()
    built = Built(mark, len(paths), facts, questions)
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


def _store(db: sqlite3.Connection, number: int, rows: PackRows) -> None:
    for table, values in rows.tables.items():
        _insert(db, table, values)
    _insert(db, "film_label", [(number, *rows.label)])
    db.execute("INSERT INTO film_index (rowid, names) VALUES (?, ?)", (number, rows.called))
    _store_indexed(db, "review", ("gist", "names"), rows.reviews)
    first = _store_indexed(db, "fact", ("text", "keywords"), rows.facts)
    _insert(db, "question", [
        (*row[:2], first + fact, *row[2:]) for fact, row in rows.questions
    ])  # fmt: skip


def _store_indexed(
    db: sqlite3.Connection,
    table: str,
    columns: tuple[str, str],
    rows: Sequence[tuple[Row, str, str]],
) -> int:
    """Rows with what full-text search finds them by; returns the first one's rowid."""
    first: int = db.execute(f"SELECT coalesce(max(rowid), 0) + 1 FROM {table}").fetchone()[0]  # noqa: S608
    _insert(db, table, [(rowid, *row) for rowid, (row, _, _) in enumerate(rows, start=first)])
    db.executemany(
        f"INSERT INTO {table}_index (rowid, {', '.join(columns)}) VALUES (?, ?, ?)",  # noqa: S608
        [(rowid, *texts) for rowid, (_, *texts) in enumerate(rows, start=first)],
    )
    return first


def _insert(db: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
