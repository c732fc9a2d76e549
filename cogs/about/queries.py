"""What ``/about`` reads from the catalog."""

from __future__ import annotations

from bot.catalog.reader import Reading

from .models import Sources

SHOWN = 8


async def sources(read: Reading) -> Sources:
    """The titles of what the catalog cites."""

    async def load() -> Sources:
        rows = await read.rows(_SOURCES)
        titles = [str(row[0]) for row in rows]
        return Sources(tuple(titles[:SHOWN]), len(titles))

    return await read.memo("sources", load)


_SOURCES = """
SELECT source FROM fact UNION SELECT source FROM review UNION SELECT source FROM score ORDER BY 1
"""
