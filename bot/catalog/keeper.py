"""Keeping the catalog in step with the packs, in a process of its own.

Building parses and validates every pack, which is work for seconds with many films: a child
process does it, so that rounds go on meanwhile and the bot never loads the pack parser.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from ..child import run_python
from ..errors import CatalogError
from .fingerprint import fingerprint, schema_mark
from .reader import uri_of

BUILD_SECONDS = 900


def is_current(seeds: Path, target: Path) -> bool:
    """Whether the catalog at ``target`` is of just these packs and this code."""
    return _meta(target, "fingerprint") == fingerprint(seeds)


def is_readable(target: Path) -> bool:
    """Whether the catalog at ``target``, however old, has the tables that this code reads."""
    return _meta(target, "schema") == schema_mark()


async def ensure(seeds: Path, target: Path) -> str | None:
    """Build the catalog if it is not of today's packs.

    Returns the problems, as text, when the packs are broken and an older catalog still serves.

    :raises CatalogError: when they are broken and there is nothing older to serve.
    """
    if await asyncio.to_thread(is_current, seeds, target):
        return None
    try:
        await rebuild(seeds, target)
    except CatalogError as error:
        if await asyncio.to_thread(is_readable, target):
            return str(error)
        raise
    return None


async def rebuild(seeds: Path, target: Path) -> None:
    """Build the catalog anew in a child process.

    :raises CatalogError: with the problems of the packs; the old catalog is untouched.
    """
    try:
        child = await run_python(
            ("-m", "bot.catalog", str(seeds), str(target)), seconds=BUILD_SECONDS
        )
    except TimeoutError:
        raise CatalogError(f"The catalog was not built within {BUILD_SECONDS} s.") from None
    except OSError as error:
        raise CatalogError(f"The catalog could not be built: {error}") from error
    if child.returncode != 0:
        raise CatalogError(child.stderr.strip() or f"The build ended with {child.returncode}.")


def _meta(target: Path, key: str) -> str | None:
    """A value of the catalog's meta table; ``None`` when there is no such catalog."""
    if not target.is_file():
        return None
    try:
        with contextlib.closing(sqlite3.connect(uri_of(target), uri=True)) as db:
            row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    except sqlite3.Error:
        return None
    return None if row is None else str(row[0])
