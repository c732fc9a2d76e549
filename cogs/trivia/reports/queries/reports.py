"""What members say is wrong with questions, and the queue of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from bot.ledger import Ledger

from ...models import UNREADABLE, Place, Question
from ..cases import Case, DayCase, LostCase
from ..models import Refused, Report, Why
from .days import look_up_day
from .played import look_up_asked


async def report(ledger: Ledger, guild: int, channel: int, place: Place, reported: Report) -> bool:
    """Keep a member's report of a closed question, or of one that was skipped.

    A second one of the same replaces its reason. ``False`` when there is no such question there.
    """
    said = (reported.user, reported.reason, reported.at)

    def write(db: sqlite3.Connection) -> bool:
        sql = _REPORT_DAY if place.is_day else _REPORT
        return db.execute(sql, (*said, *_numbers(place), guild, channel)).rowcount > 0

    return await ledger.write(write)


async def case(
    ledger: Ledger, guild: int, page: int, over_since: int
) -> Case | DayCase | LostCase | None:
    """A page of the queue, the last one when there are not so many; ``None`` when it is empty."""
    of = int((await ledger.rows(_COUNT_CASES, guild, guild))[0][0])
    rows = await ledger.rows(_CASE, guild, guild, page := min(page, max(of - 1, 0)))
    if not rows:
        return None
    place = Place(*rows[0][:2])
    sql = _DAY_REPORTS if place.is_day else _REPORTS
    said = tuple(Report(*row) for row in await ledger.rows(sql, *_numbers(place)))
    try:
        asked = Question.from_json(rows[0][2])
    except UNREADABLE:
        return LostCase(place, said, page, of)
    spots = await look_up_asked(ledger, guild, asked, over_since)
    others = tuple(spot for spot in spots if spot.place != place)
    if place.is_day:
        return DayCase(await look_up_day(ledger, place.id), others, said, page, of)
    own = next((spot for spot in spots if spot.place == place), None)
    return Case(own, others, said, page, of) if own else LostCase(place, said, page, of)


async def dismiss(ledger: Ledger, guild: int, place: Place) -> None:
    """Take a question's reports off the queue. :raises Refused: when none is open any more."""
    await ledger.write(lambda db: decide(db, "dismissed", guild, place))


def decide(db: sqlite3.Connection, state: str, guild: int, place: Place) -> None:
    """Take a question's reports off the queue. :raises Refused: when none is open any more."""
    sql = _DECIDE_DAY if place.is_day else _DECIDE
    if not db.execute(sql, (state, guild, *_numbers(place))).rowcount:
        raise Refused(Why.DECIDED)


def uphold(db: sqlite3.Connection, guild: int, places: Iterable[Place]) -> None:
    """Take reports off the queue that a verdict has decided as well, if there are any."""
    for place in places:
        sql = _DECIDE_DAY if place.is_day else _DECIDE
        db.execute(sql, ("upheld", guild, *_numbers(place)))


def reopen(db: sqlite3.Connection, guild: int, places: Iterable[Place]) -> None:
    """Put reports on the queue again whose verdict was taken back, to be decided on anew.

    Not those that an earlier verdict has answered, which holds.
    """
    for place in places:
        sql = _REOPEN_DAY if place.is_day else _REOPEN
        db.execute(sql, (guild, *_numbers(place)))


def _numbers(place: Place) -> tuple[int | None, ...]:
    """What names it in its table."""
    return (place.id,) if place.is_day else tuple(place)


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
_REPORT_DAY = """
INSERT INTO daily_report (guild_id, daily_id, user_id, reason, created_at)
SELECT guild_id, id, ?, ?, ? FROM daily_question
WHERE id = ? AND guild_id = ? AND channel_id = ?
  AND state = 'closed' AND question_id <> '' AND verdict_id IS NULL
ON CONFLICT (daily_id, user_id) DO UPDATE
SET reason = excluded.reason, state = 'open',
    created_at = iif(daily_report.state = 'open', daily_report.created_at, excluded.created_at)
"""
_COUNT_CASES = """
SELECT (SELECT count(*) FROM (SELECT DISTINCT round_id, step FROM report
                              WHERE guild_id = ? AND state = 'open'))
     + (SELECT count(DISTINCT daily_id) FROM daily_report WHERE guild_id = ? AND state = 'open')
"""
_CASE = """
SELECT place, step, question FROM (
    SELECT round_id AS place, step, question, min(created_at) AS since, min(report.id) AS first
    FROM report JOIN asked USING (round_id, step)
    WHERE guild_id = ? AND report.state = 'open' GROUP BY round_id, step
    UNION ALL
    SELECT daily_id, NULL, question, min(created_at), min(daily_report.id)
    FROM daily_report JOIN daily_question AS day ON day.id = daily_id
    WHERE daily_report.guild_id = ? AND daily_report.state = 'open' GROUP BY daily_id
) ORDER BY since, first LIMIT 1 OFFSET ?
"""
_REPORTS = """
SELECT user_id, reason, created_at FROM report WHERE round_id = ? AND step = ? AND state = 'open'
ORDER BY created_at, id
"""
_DAY_REPORTS = """
SELECT user_id, reason, created_at FROM daily_report WHERE daily_id = ? AND state = 'open'
ORDER BY created_at, id
"""
_DECIDE = """
UPDATE report SET state = ? WHERE guild_id = ? AND round_id = ? AND step = ? AND state = 'open'
"""
_REOPEN = """
UPDATE report SET state = 'open'
WHERE guild_id = ? AND round_id = ? AND step = ? AND state = 'upheld' AND NOT EXISTS (
    SELECT 1 FROM regrade JOIN verdict ON verdict.id = verdict_id
    WHERE regrade.round_id = report.round_id AND regrade.step = report.step
      AND undone_at IS NULL AND verdict.made_at >= report.created_at
)
"""
_REOPEN_DAY = """
UPDATE daily_report SET state = 'open' WHERE guild_id = ? AND daily_id = ? AND state = 'upheld'
"""
_DECIDE_DAY = """
UPDATE daily_report SET state = ? WHERE guild_id = ? AND daily_id = ? AND state = 'open'
"""
