"""Bringing a ledger up to date: append-only SQL files, each one transaction with its record."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import LedgerError

MIGRATIONS = Path(__file__).parent / "migrations"
_FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from version ``number - 1`` to ``number``."""

    number: int
    name: str
    sql: str


def read_migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """The migrations of a folder, numbered 1, 2, 3, … without a gap."""
    files = sorted(folder.glob("*.sql"))
    found = [
        Migration(int(match[1]), path.stem, path.read_text(encoding="utf-8"))
        for path in files
        if (match := _FILE.fullmatch(path.name))
    ]
    if [migration.number for migration in found] != list(range(1, len(files) + 1)):
        raise LedgerError(f"The migrations in {folder} are not numbered 0001, 0002, … without gap.")
    return found


def migrate(db: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Apply what is missing. A failing migration leaves the ledger at the version before it.

    A ledger that holds data is first copied beside itself.

    :raises LedgerError: when the copy or a migration fails, or the ledger is newer than this code.
    """
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise LedgerError(
            f"{path} was written by a newer Marquee (version {version}, this one knows "
            f"{len(migrations)}). Update Marquee; nothing was changed."
        )
    pending = migrations[version:]
    if pending and version:
        _back_up(db, path, path.with_name(f"{path.stem}-before-{pending[0].number:04d}.db"))
    for migration in pending:
        try:
            db.executescript(
                f"BEGIN IMMEDIATE;\n{migration.sql}\nPRAGMA user_version = {migration.number};"
            )
            if loose := db.execute("PRAGMA foreign_key_check").fetchall():
                raise sqlite3.IntegrityError(f"{len(loose)} rows refer to rows that are not there")
            db.execute("COMMIT")
        except sqlite3.Error as error:
            if db.in_transaction:
                db.rollback()
            raise LedgerError(f"Migration {migration.name} of {path} failed: {error}") from error


def _back_up(db: sqlite3.Connection, path: Path, target: Path) -> None:
    try:
        target.unlink(missing_ok=True)
        copy(db, target)
    except (OSError, sqlite3.Error) as error:
        raise LedgerError(
            f"{path} could not be copied to {target.name}, as is done before it is migrated; "
            f"nothing was changed: {error}"
        ) from error


def copy(db: sqlite3.Connection, target: Path) -> None:
    """Copy an open ledger to a file that is not there, nor is afterwards when this fails."""
    try:
        db.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error:
        with contextlib.suppress(OSError):
            target.unlink()  # half a copy, on a disk that may be full
        raise
