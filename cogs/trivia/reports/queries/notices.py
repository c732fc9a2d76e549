"""What channels are told of verdicts, written with them: so it can be told after a crash, too."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

from bot.ledger import Ledger

from ...models import UNREADABLE, Question
from ..models import Elsewhere, Gain, Regraded
from .played import ruling

log = logging.getLogger(__name__)


def note(
    db: sqlite3.Connection,
    verdict: int,
    at: int,
    gains: Iterable[Gain],
    teams: Sequence[int],
    elsewhere: tuple[Sequence[int], int],
    *,
    undone: bool,
) -> Regraded:
    """Write down what is to be told of a verdict, or of its undoing.

    :param elsewhere: the players whose points change in other rounds, and how many other days
        count no more or again.
    """
    told = json.dumps([astuple(gain) for gain in gains])
    others, days = json.dumps(elsewhere[0]), elsewhere[1]
    db.execute(_NOTE, (verdict, undone, at, told, json.dumps(teams), others, days))
    return _regraded(db.execute(_ONE, (verdict, undone)).fetchone())


async def untold(ledger: Ledger, since: int) -> list[Regraded]:
    """What was decided since, and not told, in its order."""
    found: list[Regraded] = []
    for row in await ledger.rows(_UNTOLD, since):
        try:
            found.append(_regraded(row))
        except UNREADABLE:
            log.warning("What verdict %d was cannot be read", row[0])
    return found


async def told(ledger: Ledger, change: Regraded, message: int) -> None:
    """Record the message that told of it; 0 when there can be none."""
    values = (message, change.id, change.undone_by is not None)
    await ledger.write(lambda db: db.execute(_TOLD, values).rowcount)


def _regraded(row: Sequence[Any]) -> Regraded:
    (
        verdict,
        guild,
        channel,
        step,
        of,
        day,
        asked,
        slots,
        wordings,
        moderator,
        reason,
        gains,
        teams,
        *rest,
    ) = row
    undone_by, board, is_first_again, others, players, days = rest
    return Regraded(
        verdict,
        guild,
        channel,
        step,
        of,
        day and date.fromisoformat(day),
        Question.from_json(asked),
        ruling(slots, wordings),
        moderator,
        reason,
        tuple(Gain(*gain) for gain in json.loads(gains)),
        tuple(json.loads(teams)),
        undone_by,
        board or None,
        bool(is_first_again),
        Elsewhere(others, frozenset(json.loads(players)), days),
    )


_NOTE = """
INSERT INTO verdict_notice (verdict_id, undone, made_at, gains, teams, elsewhere, days)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_TOLD = "UPDATE verdict_notice SET message_id = ? WHERE verdict_id = ? AND undone = ?"
# Later verdicts are undone before earlier ones, so only an earlier one can be in force still.
_REGRADED = """
SELECT verdict.id, verdict.guild_id, verdict.channel_id, step,
       (SELECT count(*) FROM asked WHERE asked.round_id = round.id), day, verdict.question, slots,
       wordings, moderator_id, reason, gains, teams, iif(undone, undone_by, NULL), board_id,
       undone AND NOT EXISTS (
           SELECT 1 FROM regrade JOIN verdict AS other ON other.id = verdict_id
           WHERE regrade.round_id = verdict.round_id AND other.id < verdict.id
             AND (other.undone_at IS NULL OR other.undone_at > verdict.undone_at)
       ),
       (SELECT count(*) FROM regrade WHERE verdict_id = verdict.id) - (round.id IS NOT NULL),
       elsewhere, days
FROM verdict_notice
JOIN verdict ON verdict.id = verdict_notice.verdict_id
LEFT JOIN round ON round.id = verdict.round_id
LEFT JOIN daily_question ON daily_question.id = verdict.daily_id
"""
_ONE = f"{_REGRADED} WHERE verdict_notice.verdict_id = ? AND undone = ?"
_UNTOLD = f"""
{_REGRADED} WHERE verdict_notice.message_id IS NULL AND verdict_notice.made_at >= ?
ORDER BY verdict_notice.made_at, verdict.id, undone
"""
