"""What members say is wrong with questions, and the queue of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from bot.ledger import Ledger

from ...models import Question
from ..cases import Case
from ..models import Refused, Report, Why
from .played import look_up_asked


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
    round_id, step, asked = rows[0]
    spots = await look_up_asked(ledger, guild, Question.from_json(asked), over_since)
    (own,) = [spot for spot in spots if spot.round_id == round_id]
    others = tuple(spot for spot in spots if spot is not own)
    reports = tuple(Report(*row) for row in await ledger.rows(_REPORTS, round_id, step))
    return Case(own, others, reports, page, of)


async def dismiss(ledger: Ledger, guild: int, round_id: int, step: int) -> None:
    """Take a question's reports off the queue. :raises Refused: when none is open any more."""
    await ledger.write(lambda db: decide(db, "dismissed", guild, round_id, step))


def decide(db: sqlite3.Connection, state: str, guild: int, round_id: int, step: int) -> None:
    """Take a question's reports off the queue. :raises Refused: when none is open any more."""
    if not db.execute(_DECIDE, (state, guild, round_id, step)).rowcount:
        raise Refused(Why.DECIDED)


def uphold(db: sqlite3.Connection, guild: int, places: Iterable[tuple[int, int]]) -> None:
    """Take reports off the queue that a verdict has decided as well, if there are any."""
    db.executemany(_DECIDE, (("upheld", guild, *place) for place in places))


# A question that was dropped with its round, without a word, has 0 for the message that told it.
_REPORT = """
INSERT INTO report (guild_id, round_id, step, user_id, reason, created_at)
SELECT guild_id, round_id, step, ?, ?, ? FROM asked JOIN round ON round.id = asked.round_id
WHERE round_id = ? AND step = ? AND guild_id = ? AND channel_id = ?
  AND (asked.state = 'closed' OR (asked.state = 'void' AND result_id IS NOT 0 AND NOT EXISTS (
      SELECT 1 FROM regrade JOIN verdict ON verdict.id = verdict_id
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
SELECT round_id, step, question FROM report JOIN asked USING (round_id, step)
WHERE guild_id = ? AND report.state = 'open'
GROUP BY round_id, step ORDER BY min(created_at), min(report.id) LIMIT 1 OFFSET ?
"""
_REPORTS = """
SELECT user_id, reason, created_at FROM report WHERE round_id = ? AND step = ? AND state = 'open'
ORDER BY created_at, id
"""
_DECIDE = """
UPDATE report SET state = ? WHERE guild_id = ? AND round_id = ? AND step = ? AND state = 'open'
"""
