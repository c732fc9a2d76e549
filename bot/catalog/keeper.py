"""Keeping the catalog in step with the packs, in a process of its own.

Building parses and validates every pack, which is work for seconds with many films: a child
process does it, so that rounds go on meanwhile and the bot never loads the pack parser.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from ..errors import CatalogError
from .fingerprint import fingerprint, schema_mark
from .reader import uri_of

_ROOT = Path(__file__).parents[2]
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
    paths = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    environment = {key: value for key, value in os.environ.items() if key != "DISCORD_TOKEN"}
    command = ("-m", "bot.catalog", str(seeds), str(target))
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            env={**environment, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise CatalogError(f"The catalog could not be built: {error}") from error
    try:
        async with asyncio.timeout(BUILD_SECONDS):
            _, complaint = await child.communicate()
    except TimeoutError:
        raise CatalogError(f"The catalog was not built within {BUILD_SECONDS} s.") from None
    finally:
        if child.returncode is None:  # late, or nobody waits for it any more
            child.kill()
            await child.wait()
    if child.returncode != 0:
        text = complaint.decode(errors="replace").strip()
        raise CatalogError(text or f"The build ended with {child.returncode}.")


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
