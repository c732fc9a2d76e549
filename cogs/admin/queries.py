"""Everything that the admin commands read from the catalog."""

from __future__ import annotations

from bot.catalog.reader import Catalog

from .models import Content


async def content(catalog: Catalog) -> Content:
    """What the catalog that serves now holds."""
    async with catalog.reading() as read:
        row = await read.one(_CONTENT)
    assert row is not None
    return Content(*row)


# The fingerprint from the file itself: the reading's, even while the catalog is swapped.
_CONTENT = """
SELECT (SELECT value FROM meta WHERE key = 'fingerprint'),
       count(*), coalesce(sum(facts), 0), coalesce(sum(questions), 0)
FROM film
"""
