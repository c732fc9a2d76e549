"""The questions that a server's moderators have voided."""

from __future__ import annotations

import contextlib

from bot.ledger import Ledger

from ..models import Phrasing, Question


async def voided(ledger: Ledger, guild: int) -> set[Phrasing]:
    """What may not be asked in a server while verdicts that void it are in force there."""
    found: set[Phrasing] = set()
    for (asked,) in await ledger.rows(_VOIDED, guild):
        # What other code has written must not stop every round of the server.
        with contextlib.suppress(KeyError, TypeError, ValueError, IndexError):
            found.add(Question.from_json(asked).phrasing)
    return found


_VOIDED = """
SELECT question FROM verdict WHERE guild_id = ? AND slots = '[]' AND undone_at IS NULL
"""
