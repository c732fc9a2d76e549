"""Reading the catalog while it may be replaced: pooled read-only connections, swapped whole.

A *generation* is one built file, opened ``immutable`` and read-only. :meth:`Catalog.refresh` opens
the file that is at the path now and flips to it; readings that began before go on in their
generation, which is closed when the last of them ends. So one reading never sees two catalogs.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Iterable, Sequence
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast

import aiosqlite

from ..errors import CatalogError

Row = tuple[Any, ...]
_T = TypeVar("_T")
_K = TypeVar("_K", bound=Hashable)

# A query that runs longer is given up: Discord waits three seconds for an answer.
QUERY_SECONDS = 1.5
_STEPS_BETWEEN_CHECKS = 20_000
_CONNECTIONS = 2
_MEMO_SIZE = 2_048


def uri_of(path: Path) -> str:
    """How SQLite is told to open a catalog: nobody writes to it, so it needs no lock."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


class _Connection:
    """One read-only connection, one query at a time, that gives up on a runaway one."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db
        self._turn = asyncio.Lock()
        self._deadline = 0.0

    async def arm(self) -> None:
        await self._db.set_progress_handler(self._overdue, _STEPS_BETWEEN_CHECKS)

    def _overdue(self) -> int:
        return time.perf_counter() > self._deadline

    async def fetch(self, sql: str, parameters: Sequence[object]) -> list[Row]:
        async with self._turn:
            self._deadline = time.perf_counter() + QUERY_SECONDS
            try:
                return cast("list[Row]", await self._db.execute_fetchall(sql, parameters))
            except sqlite3.Error as error:
                raise CatalogError(f"The catalog could not be read: {error}") from error
            except asyncio.CancelledError:
                await self._db.interrupt()  # nobody waits for it, but the next in turn would
                raise


class _Generation:
    """One catalog file, open."""

    def __init__(self, mark: str, connections: list[_Connection], stack: AsyncExitStack) -> None:
        self.fingerprint = mark
        self.connections = cycle(connections)
        self.memo: dict[Hashable, Any] = {}
        self.stack = stack
        self.readings = 0
        self.retired = False

    @classmethod
    async def open(cls, path: Path) -> _Generation:
        uri = uri_of(path)
        async with AsyncExitStack() as stack:
            try:
                connections: list[_Connection] = []
                for _ in range(_CONNECTIONS):
                    db = await stack.enter_async_context(
                        aiosqlite.connect(uri, uri=True, isolation_level=None)
                    )
                    await db.execute_fetchall("PRAGMA query_only = ON")
                    connections.append(_Connection(db))
                    await connections[-1].arm()
                rows = await connections[0].fetch(
                    "SELECT value FROM meta WHERE key = 'fingerprint'", ()
                )
                return cls(str(rows[0][0]), connections, stack.pop_all())
            except (sqlite3.Error, IndexError) as error:
                raise CatalogError(f"{path} is not a catalog: {error}") from error

    async def leave(self) -> None:
        self.readings -= 1
        await self.close_if_idle()

    async def close_if_idle(self) -> None:
        if self.retired and self.readings == 0:
            await self.stack.aclose()


class Reading:
    """A view of one generation for the length of an ``async with``."""

    def __init__(self, generation: _Generation) -> None:
        self._generation = generation

    async def __aenter__(self) -> Reading:
        self._generation.readings += 1
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._generation.leave()

    async def rows(self, sql: str, *parameters: object) -> list[Row]:
        """All the rows of a query.

        :raises CatalogError: when it fails or takes longer than :data:`QUERY_SECONDS`.
        """
        return await next(self._generation.connections).fetch(sql, parameters)

    async def one(self, sql: str, *parameters: object) -> Row | None:
        """The first row of a query, or ``None``."""
        rows = await self.rows(sql, *parameters)
        return rows[0] if rows else None

    async def memo(self, key: Hashable, load: Callable[[], Awaitable[_T]]) -> _T:
        """What ``load`` gave for ``key`` before in this generation, which cannot have changed."""
        memo = self._generation.memo
        if key not in memo:
            self._keep(key, await load())
        return cast("_T", memo[key])

    async def memo_each(
        self,
        of: Hashable,
        keys: Sequence[_K],
        load: Callable[[Sequence[_K]], Awaitable[Iterable[_T]]],
    ) -> list[_T]:
        """What ``load`` gave for each of ``keys`` before. It is given the others, all at once."""
        memo = self._generation.memo
        # Taken out before the wait, in which others may fill the memo.
        values = {key: cast("_T", memo[of, key]) for key in keys if (of, key) in memo}
        if new := [key for key in dict.fromkeys(keys) if key not in values]:
            for key, value in zip(new, await load(new), strict=True):
                self._keep((of, key), value)
                values[key] = value
        return [values[key] for key in keys]

    def _keep(self, key: Hashable, value: object) -> None:
        memo = self._generation.memo
        if len(memo) >= _MEMO_SIZE:
            memo.clear()
        memo[key] = value


class Catalog:
    """The catalog at one path. Open with :meth:`open`; read with :meth:`reading`."""

    def __init__(self, path: Path, generation: _Generation) -> None:
        self.path = path
        self._generation = generation

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Catalog]:
        """Open the catalog for the length of the ``async with``.

        :raises CatalogError: when the file is not there or is no catalog.
        """
        catalog = cls(path, await _Generation.open(path))
        try:
            yield catalog
        finally:
            await catalog.close()

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the generation that new readings see."""
        return self._generation.fingerprint

    def reading(self) -> Reading:
        """A consistent view, to be entered at once: ``async with catalog.reading() as read``."""
        return Reading(self._generation)

    async def refresh(self) -> None:
        """Go over to the file that is at the path now. Readings under way are not disturbed.

        :raises CatalogError: when that file is no catalog; then nothing has changed.
        """
        new = await _Generation.open(self.path)
        old, self._generation = self._generation, new  # in one step: two may be refreshing
        old.retired = True
        await old.close_if_idle()

    async def close(self) -> None:
        self._generation.retired = True
        await self._generation.close_if_idle()
