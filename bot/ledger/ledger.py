"""The ledger: one writer, and a reader beside it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite

from ..errors import LedgerError
from .writer import Write, Writer

_T = TypeVar("_T")
Row = tuple[Any, ...]


class Ledger:
    """An open ledger. Open with :meth:`open`."""

    def __init__(self, path: Path, writer: Writer, reader: aiosqlite.Connection) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Ledger]:
        """Open the ledger at ``path``, creating or migrating it, for the ``async with``.

        :raises LedgerError: when it cannot be opened or migrated.
        """
        async with (
            Writer.open(path) as writer,
            aiosqlite.connect(uri_of(path), uri=True, isolation_level=None) as reader,
        ):
            yield cls(path, writer, reader)

    async def write(self, write: Write[_T]) -> _T:
        """Run ``write`` in a transaction; see :meth:`.writer.Writer.write`."""
        return await self._writer.write(write)

    async def rows(self, sql: str, *parameters: object) -> list[Row]:
        """All the rows of a query, as of the last commit."""
        try:
            return cast("list[Row]", await self._reader.execute_fetchall(sql, parameters))
        except sqlite3.Error as error:
            raise LedgerError(f"The ledger could not be read: {error}") from error


def uri_of(path: Path) -> str:
    """The address at which the ledger is read, and cannot be written to."""
    return f"{path.absolute().as_uri()}?mode=ro"
