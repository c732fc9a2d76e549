"""The ledger's one writer, with grouped commits, and readers beside it.

A write is a plain function of an open transaction. It runs on the writer's own thread, from BEGIN
to COMMIT without a gap in which a task could be cancelled or another write could slip in. Writes
that arrive while a commit is under way share the next one: each is confirmed only when it is on
the disk (``synchronous = FULL``), and one that raises is undone alone.

Exactly one connection of one process writes, which is also what keeps clear of a WAL defect in
SQLite before 3.51.3 (https://sqlite.org/wal.html#walresetbug); a lock on the data folder sees to
the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import aiosqlite

from ..errors import LedgerError
from .migrate import migrate, read_migrations

_T = TypeVar("_T")
Row = tuple[Any, ...]
Write = Callable[[sqlite3.Connection], _T]

# So many writes at most share a commit; it bounds how long the first of them waits.
MAX_GROUP = 256


@dataclass(slots=True)
class _Pending(Generic[_T]):
    write: Write[_T]
    done: asyncio.Future[_T]


class Ledger:
    """An open ledger. Open with :meth:`open`."""

    def __init__(self, path: Path, db: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self.path = path
        self._db = db
        self._thread = thread
        self._queue: list[_Pending[Any]] = []
        self._committing = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._reader: aiosqlite.Connection | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Ledger]:
        """Open the ledger at ``path``, creating or migrating it, for the ``async with``.

        :raises LedgerError: when it cannot be opened or migrated.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        loop = asyncio.get_running_loop()
        try:
            db = await loop.run_in_executor(thread, _open_writer, path)
            try:
                async with aiosqlite.connect(_uri(path), uri=True, isolation_level=None) as reader:
                    ledger = cls(path, db, thread)
                    ledger._reader = reader
                    try:
                        yield ledger
                    finally:
                        await ledger._idle.wait()
            finally:
                await loop.run_in_executor(thread, db.close)
        except sqlite3.Error as error:
            raise LedgerError(f"{path} cannot be used as the ledger: {error}") from error
        finally:
            thread.shutdown()

    async def write(self, write: Write[_T]) -> _T:
        """Run ``write`` in a transaction and return what it returned, once that is durable.

        Cancelling the caller does not undo the write.

        :raises LedgerError: when the commit fails; then nothing of it was kept.
        """
        loop = asyncio.get_running_loop()
        pending = _Pending(write, loop.create_future())
        self._queue.append(pending)
        if not self._committing:
            self._commit_next(loop)
        return await pending.done

    async def rows(self, sql: str, *parameters: object) -> list[Row]:
        """All the rows of a query, as of the last commit."""
        assert self._reader is not None
        try:
            return cast("list[Row]", await self._reader.execute_fetchall(sql, parameters))
        except sqlite3.Error as error:
            raise LedgerError(f"The ledger could not be read: {error}") from error

    def _commit_next(self, loop: asyncio.AbstractEventLoop) -> None:
        group, self._queue = self._queue[:MAX_GROUP], self._queue[MAX_GROUP:]
        self._committing = True
        self._idle.clear()
        commit = self._thread.submit(_commit, self._db, [pending.write for pending in group])
        commit.add_done_callback(
            lambda done: loop.call_soon_threadsafe(self._confirm, loop, group, done.result())
        )

    def _confirm(
        self,
        loop: asyncio.AbstractEventLoop,
        group: list[_Pending[Any]],
        outcomes: list[_Outcome],
    ) -> None:
        for pending, outcome in zip(group, outcomes, strict=True):
            if pending.done.done():
                continue  # its caller was cancelled; the write stands
            if outcome.error is not None:
                pending.done.set_exception(outcome.error)
            else:
                pending.done.set_result(outcome.value)
        self._committing = False
        if self._queue:
            self._commit_next(loop)
        else:
            self._idle.set()


@dataclass(slots=True)
class _Outcome:
    value: Any = None
    error: Exception | None = None


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def _open_writer(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")  # what a member has deleted is gone from the file
        migrate(db, path, read_migrations())
    except BaseException:
        db.close()
        raise
    return db


def _commit(db: sqlite3.Connection, writes: list[Write[Any]]) -> list[_Outcome]:
    """Run every write in one transaction, each in a savepoint of its own; never raises."""
    try:
        db.execute("BEGIN IMMEDIATE")
        outcomes = [_run(db, write) for write in writes]
        db.execute("COMMIT")
    except sqlite3.Error as error:
        # A full disk rolls back by itself; then there is no transaction left to end.
        if db.in_transaction:
            db.execute("ROLLBACK")
        failure = LedgerError(f"The ledger could not be written: {error}")
        return [_Outcome(error=failure) for _ in writes]
    return outcomes


def _run(db: sqlite3.Connection, write: Write[Any]) -> _Outcome:
    db.execute("SAVEPOINT one")
    try:
        outcome = _Outcome(write(db))
    except Exception as error:
        if not db.in_transaction:
            raise sqlite3.OperationalError(str(error)) from error
        db.execute("ROLLBACK TO one")
        outcome = _Outcome(error=error)
    db.execute("RELEASE one")
    return outcome
