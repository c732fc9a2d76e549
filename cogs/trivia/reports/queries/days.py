"""Daily questions that are reported, voided, and given back."""

from __future__ import annotations

import logging
import sqlite3
from datetime import date

from bot.ledger import Ledger

from ...models import LETTERS, UNREADABLE, Question
from ..models import Day

log = logging.getLogger(__name__)


async def look_up_day(ledger: Ledger, daily_id: int) -> Day:
    """A day's question, which is closed."""
    ((guild, channel, day, asked, reveal),) = await ledger.rows(_DAY, daily_id)
    counts = dict(await ledger.rows(_SHARES, daily_id))
    shares = tuple(int(counts.get(slot, 0)) for slot in range(len(LETTERS)))
    question = Question.from_json(asked)
    return Day(daily_id, guild, channel, date.fromisoformat(day), question, reveal, shares)


def void_days(db: sqlite3.Connection, guild: int, question: Question, verdict: int) -> list[int]:
    """Let every closed day of a server count for nobody that asked a question in these words.

    The days that did count until now. One whose question is open still is left as it is: it can be
    reported when its answer is told.
    """
    days: list[int] = []
    for daily_id, asked in db.execute(_COUNTING, (guild, question.id)).fetchall():
        try:
            if Question.from_json(asked).phrasing == question.phrasing:
                days.append(daily_id)
        except UNREADABLE:
            log.warning("The daily question %d cannot be read", daily_id)
    db.executemany(_VOID, ((verdict, daily_id) for daily_id in days))
    return days


def restore_days(db: sqlite3.Connection, verdict: int) -> list[int]:
    """Let the days count again that a verdict has voided."""
    days = [row[0] for row in db.execute(_VOIDED, (verdict,))]
    db.execute(_RESTORE, (verdict,))
    return days


_DAY = "SELECT guild_id, channel_id, day, question, reveal_id FROM daily_question WHERE id = ?"
_SHARES = "SELECT slot, count(*) FROM daily_answer WHERE daily_id = ? GROUP BY slot"
_COUNTING = """
SELECT id, question FROM daily_question
WHERE guild_id = ? AND question_id = ? AND state = 'closed' AND verdict_id IS NULL
"""
_VOID = "UPDATE daily_question SET verdict_id = ? WHERE id = ?"
_VOIDED = "SELECT id FROM daily_question WHERE verdict_id = ?"
_RESTORE = "UPDATE daily_question SET verdict_id = NULL WHERE verdict_id = ?"
