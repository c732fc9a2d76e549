"""The ledger: one writer, and readers beside it."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite

from ..errors import LedgerError
from .writer import Write, Writer

_T = TypeVar("_T")
Row = tuple[Any, ...]


class Ledger:
    """An open ledger. Open with :meth:`open`."""

    def __init__(self, path: Path, writer: Writer, readers: Iterable[aiosqlite.Connection]) -> None:
        self.path = path
        self._writer = writer
        # The last one used first: what it has read before, it may still have in its cache.
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        for reader in readers:
            self._idle.put_nowait(reader)

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Ledger]:
        """Open the ledger at ``path``, creating or migrating it, for the ``async with``.

        :raises LedgerError: when it cannot be opened or migrated.
        """
        async with (
            Writer.open(path) as writer,
            _reader(path) as one,
            _reader(path) as another,  # so that one long reading holds up no other
        ):
            yield cls(path, writer, (one, another))

    async def write(self, write: Write[_T]) -> _T:
        """Run ``write`` in a transaction; see :meth:`.writer.Writer.write`."""
        return await self._writer.write(write)

    async def rows(self, sql: str, *parameters: object) -> list[Row]:
        """All the rows of a query, as of the last commit.

        Readings go on beside one another, so they may end in another order than they began in.
        """
        reader = await self._idle.get()
        try:
            return cast("list[Row]", await reader.execute_fetchall(sql, parameters))
        except sqlite3.Error as error:
            raise LedgerError(f"The ledger could not be read: {error}") from error
        except asyncio.CancelledError:
            await reader.interrupt()  # nobody waits for it, but the next reading would
            raise
        finally:
            self._idle.put_nowait(reader)


def uri_of(path: Path) -> str:
    """The address at which the ledger is read, and cannot be written to."""
    return f"{path.absolute().as_uri()}?mode=ro"


def _reader(path: Path) -> aiosqlite.Connection:
    return aiosqlite.connect(uri_of(path), uri=True, isolation_level=None)
