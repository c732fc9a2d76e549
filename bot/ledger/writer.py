"""The ledger's one writer: a thread that commits, grouping what arrives meanwhile.

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
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from ..errors import LedgerError
from .migrate import migrate, read_migrations

log = logging.getLogger(__name__)

_T = TypeVar("_T")
Write = Callable[[sqlite3.Connection], _T]

# So many writes at most share a commit; it bounds how long the first of them waits.
MAX_GROUP = 256


@dataclass(slots=True)
class _Pending(Generic[_T]):
    write: Write[_T]
    done: asyncio.Future[_T]


@dataclass(slots=True)
class _Outcome:
    value: Any = None
    error: Exception | None = None


class Writer:
    """The thread and its queue. Open with :meth:`open`."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Pending[Any] | None] = SimpleQueue()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._closed = False
        self._in_hand: list[_Pending[Any]] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Writer]:
        """Write to the ledger at ``path``, created or migrated first, for the ``async with``.

        Leaving waits for the writes under way.

        :raises LedgerError: when it cannot be opened or migrated.
        """
        writer = cls()
        Thread(target=writer._work, args=(path,), name="ledger", daemon=True).start()
        try:
            await writer._opened
            yield writer
        finally:
            writer._closed = True
            writer._queue.put(None)
            await writer._ended

    async def write(self, write: Write[_T]) -> _T:
        """Run ``write`` in a transaction and return what it returned, once that is durable.

        It may be run a second time, after the first was undone, when a neighbour in its group
        fails; so it must do nothing but use the connection it is given. Cancelling the caller
        does not undo the write. What ``write`` raises comes out here, and then nothing of it was
        kept.

        :raises LedgerError: when the disk is full, the file locked, or the ledger closed.
        """
        if self._closed:
            raise LedgerError("The ledger is closed.")
        pending = _Pending(write, self._loop.create_future())
        self._queue.put(pending)
        return await pending.done

    def _work(self, path: Path) -> None:
        """The thread: commit group after group until told to end; nobody waits for it in vain."""
        failure: LedgerError | None = None
        try:
            with contextlib.closing(_open_writer(path)) as db:
                self._tell(self._start)
                while group := self._next_group():
                    self._in_hand = group
                    self._tell(_confirm, group, _commit(db, [pending.write for pending in group]))
        except LedgerError as error:
            failure = error
        except Exception as error:
            log.exception("The ledger's writer has broken down")
            failure = LedgerError(f"The ledger has failed: {type(error).__name__}")
        finally:
            self._tell(self._end, failure or LedgerError("The ledger is closed."))

    def _start(self) -> None:
        if not self._opened.done():  # else whoever opened it was cancelled
            self._opened.set_result(None)

    def _end(self, failure: LedgerError) -> None:
        """Tell everyone who still waits that the thread has ended."""
        self._closed = True
        waiting = [self._opened, *(pending.done for pending in self._in_hand)]
        while not self._queue.empty():
            if (pending := self._queue.get()) is not None:
                waiting.append(pending.done)
        for future in waiting:
            if not future.done():
                future.set_exception(failure)
        if not self._ended.done():
            self._ended.set_result(None)

    def _next_group(self) -> list[_Pending[Any]]:
        """All that waits, up to the limit; empty when the writer is to end."""
        group: list[_Pending[Any]] = []
        while not group or (len(group) < MAX_GROUP and not self._queue.empty()):
            pending = self._queue.get()
            if pending is None:
                if group:
                    self._queue.put(None)  # for the next call
                break
            group.append(pending)
        return group

    def _tell(self, what: Callable[..., None], *arguments: object) -> None:
        self._loop.call_soon_threadsafe(what, *arguments)


def _confirm(group: list[_Pending[Any]], outcomes: list[_Outcome]) -> None:
    for pending, outcome in zip(group, outcomes, strict=True):
        if pending.done.done():
            continue  # its caller was cancelled; the write stands
        if outcome.error is not None:
            pending.done.set_exception(outcome.error)
        else:
            pending.done.set_result(outcome.value)


def _open_writer(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            _prepare(db, path)
        except BaseException:
            db.close()
            raise
    except LedgerError:
        raise
    except Exception as error:
        raise LedgerError(f"{path} cannot be used as the ledger: {error}") from error
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON")  # what a member has deleted is gone from the file
    migrate(db, path, read_migrations())
    db.execute("PRAGMA foreign_keys = ON")  # now, as a migration may have to rebuild a table


def _commit(db: sqlite3.Connection, writes: list[Write[Any]]) -> list[_Outcome]:
    """Run every write in one transaction; never raises."""
    if len(writes) == 1:
        return [_commit_alone(db, writes[0])]
    try:
        db.execute("BEGIN IMMEDIATE")
        outcomes = [_Outcome(write(db)) for write in writes]
        db.execute("COMMIT")
    except BaseException:
        _roll_back(db)
        return _commit_apart(db, writes)
    return outcomes


def _commit_apart(db: sqlite3.Connection, writes: list[Write[Any]]) -> list[_Outcome]:
    """One transaction, in which a write that raises is undone alone.

    Savepoints are three statements a write instead of one, and between two statements the
    event loop's thread is let in; so this is for groups in which something went wrong.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
        outcomes = [_run(db, write) for write in writes]
        db.execute("COMMIT")
    except sqlite3.Error as error:
        _roll_back(db)
        failure = LedgerError(f"The ledger could not be written: {error}")
        return [_Outcome(error=failure) for _ in writes]
    return outcomes


def _commit_alone(db: sqlite3.Connection, write: Write[Any]) -> _Outcome:
    """A transaction for one write: the ordinary case, which needs no savepoint."""
    try:
        db.execute("BEGIN IMMEDIATE")
        value = write(db)
        db.execute("COMMIT")
    except BaseException as error:
        _roll_back(db)
        return _Outcome(error=_presentable(error))
    return _Outcome(value)


def _run(db: sqlite3.Connection, write: Write[Any]) -> _Outcome:
    """One of several writes, in a savepoint, so that it can be undone alone."""
    db.execute("SAVEPOINT one")
    try:
        outcome = _Outcome(write(db))
    except BaseException as error:
        if not db.in_transaction:
            raise sqlite3.OperationalError(str(error)) from error
        db.execute("ROLLBACK TO one")
        outcome = _Outcome(error=_presentable(error))
    db.execute("RELEASE one")
    return outcome


def _roll_back(db: sqlite3.Connection) -> None:
    # A full disk rolls back by itself; then there is no transaction left to end. Should this fail
    # too, the next BEGIN does, and it is tried again.
    with contextlib.suppress(sqlite3.Error):
        if db.in_transaction:
            db.execute("ROLLBACK")


def _presentable(error: BaseException) -> Exception:
    """What the caller is told of a write that raised."""
    own = isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError)
    if isinstance(error, sqlite3.DatabaseError) and not own:  # the disk or the file, not the write
        return LedgerError(f"The ledger could not be written: {error}")
    if isinstance(error, StopIteration) or not isinstance(error, Exception):
        # A future refuses to carry the one, and the others would end the loop.
        return RuntimeError(f"A write raised {type(error).__name__}.")
    return error
