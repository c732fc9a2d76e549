"""What members say is wrong with questions, and the queue of it."""

from __future__ import annotations

import sqlite3

from bot.ledger import Ledger

from ..models import Refused, Report, Why
from ..regrading import Case
from .played import look_up


async def report(
    ledger: Ledger, guild: int, channel: int, round_id: int, step: int, reported: Report
) -> bool:
    """Keep a member's report of a closed question, or of one that was skipped.

    A second one of the same replaces its reason. ``False`` when there is no such question there.
    """

    def write(db: sqlite3.Connection) -> bool:
        values = (reported.user, reported.reason, reported.at, round_id, step, guild, channel)
        return db.execute(_REPORT, values).rowcount > 0

    return await ledger.write(write)


async def case(ledger: Ledger, guild: int, page: int, over_since: int) -> Case | None:
    """A page of the queue, the last one when there are not so many; ``None`` when it is empty."""
    of = int((await ledger.rows(_COUNT_CASES, guild))[0][0])
    rows = await ledger.rows(_CASE, guild, page := min(page, max(of - 1, 0)))
    if not rows:
        return None
    round_id, step = rows[0]
    played = await look_up(ledger, round_id, over_since)
    reports = tuple(Report(*row) for row in await ledger.rows(_REPORTS, round_id, step))
    return Case(round_id, step, played, reports, page, of)


async def dismiss(ledger: Ledger, guild: int, round_id: int, step: int) -> None:
    """Take a question's reports off the queue. :raises Refused: when none is open any more."""
    await ledger.write(lambda db: decide(db, "dismissed", guild, round_id, step))


def decide(db: sqlite3.Connection, state: str, guild: int, round_id: int, step: int) -> None:
    """Take a question's reports off the queue. :raises Refused: when none is open any more."""
    if not db.execute(_DECIDE, (state, guild, round_id, step)).rowcount:
        raise Refused(Why.DECIDED)


# A question that was dropped with its round, without a word, has 0 for the message that told it.
_REPORT = """
INSERT INTO report (guild_id, round_id, step, user_id, reason, created_at)
SELECT guild_id, round_id, step, ?, ?, ? FROM asked JOIN round ON round.id = asked.round_id
WHERE round_id = ? AND step = ? AND guild_id = ? AND channel_id = ?
  AND (asked.state = 'closed' OR (asked.state = 'void' AND result_id IS NOT 0 AND NOT EXISTS (
      SELECT 1 FROM regrade
      WHERE regrade.round_id = asked.round_id AND regrade.step = asked.step AND undone_at IS NULL
  )))
ON CONFLICT (round_id, step, user_id) DO UPDATE
SET reason = excluded.reason, state = 'open',
    created_at = iif(report.state = 'open', report.created_at, excluded.created_at)
"""
_COUNT_CASES = """
SELECT count(*) FROM (SELECT DISTINCT round_id, step FROM report
                      WHERE guild_id = ? AND state = 'open')
"""
_CASE = """
SELECT round_id, step FROM report WHERE guild_id = ? AND state = 'open'
GROUP BY round_id, step ORDER BY min(created_at), min(id) LIMIT 1 OFFSET ?
"""
_REPORTS = """
SELECT user_id, reason, created_at FROM report WHERE round_id = ? AND step = ? AND state = 'open'
ORDER BY created_at, id
"""
_DECIDE = """
UPDATE report SET state = ? WHERE guild_id = ? AND round_id = ? AND step = ? AND state = 'open'
"""
