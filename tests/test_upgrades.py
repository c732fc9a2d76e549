"""Ledgers of before, with something in every table: each comes to today's shape with all it held.

Migrations have tests of their own for what they change.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.ledger import Ledger
from bot.ledger.migrate import migrate, read_migrations

from .conftest import ROOT

MIGRATIONS = read_migrations()
# Tables that a later migration has made part of others.
MERGED = {"regrade_notice": "verdict_notice"}
# Upgrades as the bot does, and kills itself after so many of SQLite's instructions.
_UPGRADE = """
import os, signal, sqlite3, sys
from pathlib import Path
from bot.ledger.migrate import migrate, read_migrations

db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.set_progress_handler(lambda: os.kill(os.getpid(), signal.SIGKILL), int(sys.argv[2]))
migrate(db, Path(sys.argv[1]), read_migrations())
"""


@contextmanager
def opened(path: Path) -> Generator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        yield db


def ledger_of(version: int, path: Path, rows: int = 2) -> None:
    """Make a ledger as a Marquee of that version left it, with ``rows`` rows in each table."""
    with opened(path) as db:
        migrate(db, path, MIGRATIONS[:version])
        db.execute("BEGIN")
        for table in tables(db):
            columns = db.execute(f"PRAGMA table_info({table})").fetchall()
            names = ", ".join(f'"{column[1]}"' for column in columns)
            marks = ", ".join("?" * len(columns))
            db.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                (
                    [value(number, *column[1:5]) for column in columns]
                    for number in range(1, rows + 1)
                ),
            )
        db.execute("COMMIT")


def value(number: int, name: str, kind: str, required: int, default: str | None) -> object:
    """Row ``number`` has that number everywhere, so that it refers to the rows of its number."""
    if name == "state" and default is not None:
        return "done" if "'live'" in default else "closed" if "'planned'" in default else "open"
    if name in ("correct", "undone"):
        return number % 2
    if name == "hour":
        return number % 24
    if name == "day":
        return f"{2000 + number // 12:04}-{number % 12 + 1:02}-01"
    return number if kind != "TEXT" else f"[{number}]"


def tables(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def counts(db: sqlite3.Connection) -> dict[str, int]:
    return {
        table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables(db)
    }


def contents(path: Path) -> list[str]:
    with opened(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        return [f"version {db.execute('PRAGMA user_version').fetchone()[0]}", *db.iterdump()]


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
async def test_every_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    """Nothing is lost, nothing refers to what is not there, and the copy is as it was before."""
    path = tmp_path / "ledger.db"
    ledger_of(version, path)
    before = contents(path)
    with opened(path) as db:
        held = {MERGED.get(table, table): count for table, count in counts(db).items()}
    async with Ledger.open(path):
        pass
    with opened(path) as db:
        assert held.items() <= counts(db).items()
    assert contents(path)[0] == f"version {len(MIGRATIONS)}"
    assert contents(tmp_path / f"ledger-before-{version + 1:04}.db") == before


def test_an_upgrade_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    """Anywhere in a migration, again and again: it ends as an undisturbed one does."""
    path, undisturbed = tmp_path / "killed" / "ledger.db", tmp_path / "ledger.db"
    path.parent.mkdir()
    ledger_of(4, undisturbed, rows=200)
    shutil.copy(undisturbed, path)
    with opened(undisturbed) as db:
        migrate(db, undisturbed, MIGRATIONS)
    versions: list[int] = []
    instructions = 100
    while subprocess.run(
        [sys.executable, "-c", _UPGRADE, str(path), str(instructions)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    ).returncode:
        with opened(path) as db:
            versions.append(db.execute("PRAGMA user_version").fetchone()[0])
        instructions *= 2
    assert len(set(versions)) > 2
    assert contents(path) == contents(undisturbed)
