"""The verdicts that were passed, for moderators to look at and to undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.ledger import Ledger

from ...models import UNREADABLE, Question
from ..models import RegradeLine
from .played import ruling

REGRADES = 5  # on a page


async def regrades(ledger: Ledger, guild: int, page: int) -> tuple[list[RegradeLine], int]:
    """A page of a server's verdicts, the latest first, and how many there are."""
    count = int((await ledger.rows(_COUNT_VERDICTS, guild))[0][0])
    rows = await ledger.rows(_VERDICTS, guild, REGRADES, page * REGRADES)
    return list(map(_line, rows)), count


def _line(row: Sequence[Any]) -> RegradeLine:
    identity, channel, step, day, asked, slots, wordings, *rest = row
    try:
        judged = Question.from_json(asked), ruling(slots, wordings)
    except UNREADABLE:
        judged = None
    return RegradeLine(identity, channel, step, day and date.fromisoformat(day), judged, *rest)


_COUNT_VERDICTS = "SELECT count(*) FROM verdict WHERE guild_id = ?"
_VERDICTS = """
SELECT id, channel_id, step,
       (SELECT day FROM daily_question WHERE daily_question.id = daily_id), question, slots,
       wordings, moderator_id, reason, made_at, undone_by, undone_at,
       (SELECT count(*) FROM regrade WHERE verdict_id = verdict.id) - (round_id IS NOT NULL)
FROM verdict WHERE guild_id = ? ORDER BY id DESC LIMIT ? OFFSET ?
"""
