"""What channels are told of verdicts, written with them: so it can be told after a crash, too."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any

from bot.ledger import Ledger

from ...models import Question
from ..models import Gain, Regraded
from .played import ruling

log = logging.getLogger(__name__)


def note(
    db: sqlite3.Connection,
    regrade_id: int,
    at: int,
    gains: Iterable[Gain],
    teams: Sequence[int],
    *,
    undone: bool,
) -> Regraded:
    """Write down what is to be told of a verdict, or of its undoing."""
    told = json.dumps([astuple(gain) for gain in gains])
    db.execute(_NOTE, (regrade_id, undone, at, told, json.dumps(teams)))
    return _regraded(db.execute(_ONE, (regrade_id, undone)).fetchone())


async def untold(ledger: Ledger, since: int) -> list[Regraded]:
    """What was decided since, and not told, in its order."""
    found: list[Regraded] = []
    for row in await ledger.rows(_UNTOLD, since):
        try:
            found.append(_regraded(row))
        except (KeyError, TypeError, ValueError):
            log.warning("What regrade %d was cannot be read", row[0])
    return found


async def told(ledger: Ledger, change: Regraded, message: int) -> None:
    """Record the message that told of it; 0 when there can be none."""
    values = (message, change.id, change.undone_by is not None)
    await ledger.write(lambda db: db.execute(_TOLD, values).rowcount)


def _regraded(row: Sequence[Any]) -> Regraded:
    (
        regrade_id,
        guild,
        channel,
        step,
        of,
        asked,
        slots,
        wordings,
        moderator,
        reason,
        gains,
        teams,
        *rest,
    ) = row
    undone_by, board, is_first_again = rest
    return Regraded(
        regrade_id,
        guild,
        channel,
        step,
        of,
        Question.from_json(asked),
        ruling(slots, wordings),
        moderator,
        reason,
        tuple(Gain(*gain) for gain in json.loads(gains)),
        tuple(json.loads(teams)),
        undone_by,
        board or None,
        bool(is_first_again),
    )


_NOTE = """
INSERT INTO regrade_notice (regrade_id, undone, made_at, gains, teams) VALUES (?, ?, ?, ?, ?)
"""
_TOLD = "UPDATE regrade_notice SET message_id = ? WHERE regrade_id = ? AND undone = ?"
# Later verdicts are undone before earlier ones, so only an earlier one can be in force still.
_REGRADED = """
SELECT regrade.id, regrade.guild_id, channel_id, regrade.step,
       (SELECT count(*) FROM asked WHERE asked.round_id = round.id), question, slots, wordings,
       moderator_id, reason, gains, teams, iif(undone, undone_by, NULL), board_id,
       undone AND NOT EXISTS (
           SELECT 1 FROM regrade AS other
           WHERE other.round_id = regrade.round_id AND other.id < regrade.id
             AND (other.undone_at IS NULL OR other.undone_at > regrade.undone_at)
       )
FROM regrade_notice
JOIN regrade ON regrade.id = regrade_id
JOIN round ON round.id = regrade.round_id
JOIN asked ON asked.round_id = regrade.round_id AND asked.step = regrade.step
"""
_ONE = f"{_REGRADED} WHERE regrade_id = ? AND undone = ?"
_UNTOLD = f"""
{_REGRADED} WHERE regrade_notice.message_id IS NULL AND regrade_notice.made_at >= ?
ORDER BY regrade_notice.made_at, regrade_id, undone
"""
