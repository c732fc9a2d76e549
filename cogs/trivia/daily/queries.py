"""The daily question in the ledger.

A day's question is planned before it is posted, open once its message is known, and closed before
it is told what was right; each step is one transaction, and a day has one row at most.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import snowflake_ms
from bot.ledger import Ledger

from ..models import UNREADABLE, Question

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a server has its daily question."""

    guild: int
    channel: int
    hour: int
    zone: str
    set_by: int

    @property
    def clock(self) -> ZoneInfo:
        """:raises ZoneInfoNotFoundError: when this machine does not know the zone any more."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class Daily:
    """One day's question of one server; ``answers`` is how many there are.

    It closes when it said so, whatever its server has chosen since.
    """

    id: int
    guild: int
    channel: int
    day: date
    closes: datetime
    question: Question
    state: str  # planned, open or closed
    message: int | None
    answers: int


@dataclass(frozen=True, slots=True)
class Given:
    """A member's answer as it stands, and whether it is the one just handed in."""

    slot: int
    is_new: bool


async def settings(ledger: Ledger) -> list[Setting]:
    """Every server's."""
    return [Setting(*row) for row in await ledger.rows(f"{_SETTINGS} ORDER BY guild_id")]


async def setting(ledger: Ledger, guild: int) -> Setting | None:
    """One server's, if it has a daily question."""
    rows = await ledger.rows(f"{_SETTINGS} WHERE guild_id = ?", guild)
    return Setting(*rows[0]) if rows else None


async def switch_on(ledger: Ledger, chosen: Setting, out: date) -> None:
    """Keep a setting.

    What is planned moves to its channel. The first question comes at the next hour, so the day
    ``out``, whose hour has passed already, is let go unless it has its question.
    """

    def write(db: sqlite3.Connection) -> None:
        db.execute(_SET, (chosen.guild, chosen.channel, chosen.hour, chosen.zone, chosen.set_by))
        db.execute(_MOVE, (chosen.channel, chosen.guild))
        db.execute(_LET_GO, (chosen.guild, chosen.channel, out.isoformat()))

    await ledger.write(write)


async def switch_off(ledger: Ledger, guild: int) -> bool:
    """Ask no more; ``False`` when nothing was asked anyway. An open question keeps its time."""

    def write(db: sqlite3.Connection) -> bool:
        return db.execute("DELETE FROM daily WHERE guild_id = ?", (guild,)).rowcount > 0

    return await ledger.write(write)


async def last_day(ledger: Ledger, guild: int) -> date | None:
    """The latest day that has its question, or was let go."""
    rows = await ledger.rows("SELECT max(day) FROM daily_question WHERE guild_id = ?", guild)
    return date.fromisoformat(rows[0][0]) if rows[0][0] else None


async def guilds_with_unfinished(ledger: Ledger) -> set[int]:
    """The servers that have a question to post, to close or to tell of."""
    rows = await ledger.rows(_GUILDS_WITH_UNFINISHED)
    return {int(row[0]) for row in rows}


async def unfinished(ledger: Ledger, guild: int) -> list[Daily]:
    """A server's questions that are not told of yet, in the order of their days."""
    rows = await ledger.rows(f"{_DAILY} WHERE guild_id = ? AND {_UNFINISHED} ORDER BY day", guild)
    return [known for row in rows if (known := _daily(row))]


async def awaited(ledger: Ledger, guild: int) -> list[Question]:
    """A server's questions whose answers are still to be told; one or none, as a rule."""
    return [one.question for one in await unfinished(ledger, guild)]


async def by_id(ledger: Ledger, daily_id: int) -> Daily | None:
    """One day's question, unless it was let go."""
    rows = await ledger.rows(f"{_DAILY} WHERE id = ? AND question_id <> ''", daily_id)
    return _daily(rows[0]) if rows else None


async def plan(
    ledger: Ledger, chosen: Setting, day: date, closes: datetime, question: Question
) -> None:
    """Store a day's question, unless the day has one or the daily was switched off meanwhile."""
    closes_at = round(closes.timestamp() * 1000)
    values = (day.isoformat(), closes_at, question.id, question.to_json(), chosen.guild)
    await ledger.write(lambda db: db.execute(_PLAN, values).rowcount)


async def drop(ledger: Ledger, daily_id: int) -> None:
    """Forget a planned question that nobody has seen; one that has answers stays."""
    await ledger.write(lambda db: db.execute(_DROP, (daily_id,)).rowcount)


async def open_question(ledger: Ledger, asked: Daily, message: int, at: int) -> None:
    """Record that a question is out, and that the server has now seen it."""

    def write(db: sqlite3.Connection) -> None:
        db.execute(_OPEN, (message, asked.channel, asked.id))
        db.execute(_SEEN, (asked.guild, asked.question.id, at))

    await ledger.write(write)


async def lock_in(ledger: Ledger, daily_id: int, user: int, slot: int, click: int) -> Given | None:
    """Make a member's first answer durable; ``None`` when there is none, and it is too late.

    Which answer is the first is told by the clicks, whatever the order in which they arrive. One
    that is planned still may have been posted a moment ago, else nobody could answer it.
    """

    def write(db: sqlite3.Connection) -> Given | None:
        values = (user, slot, click, daily_id, snowflake_ms(click))
        stored = db.execute(_LOCK_IN, values).rowcount > 0
        row = db.execute(_GIVEN, (daily_id, user)).fetchone()
        return Given(int(row[0]), stored) if row else None

    return await ledger.write(write)


async def close(ledger: Ledger, daily_id: int) -> None:
    """Take no more answers; closed already is well too."""
    await ledger.write(lambda db: db.execute(_CLOSE, (daily_id,)).rowcount)


async def told(ledger: Ledger, daily_id: int, message: int) -> None:
    """Record the message that told what was right; 0 when there can be none."""
    await ledger.write(lambda db: db.execute(_TOLD, (message, daily_id)).rowcount)


async def shares(ledger: Ledger, daily_id: int) -> tuple[int, ...]:
    """How many members chose each option."""
    counts = dict(await ledger.rows(_SHARES, daily_id))
    return tuple(int(counts.get(slot, 0)) for slot in range(4))


def _daily(row: Sequence[Any]) -> Daily | None:
    """``None`` for what other code has written, which must not stop the days after it."""
    identity, guild, channel, day, closes_at, question, state, message, answers = row
    try:
        asked = Question.from_json(question)
    except UNREADABLE:
        log.warning("The daily question %d cannot be read", identity)
        return None
    return Daily(
        identity,
        guild,
        channel,
        date.fromisoformat(day),
        datetime.fromtimestamp(closes_at / 1000, UTC),
        asked,
        state,
        message,
        int(answers),
    )


_SETTINGS = "SELECT guild_id, channel_id, hour, zone, set_by FROM daily"
_SET = """
INSERT INTO daily (guild_id, channel_id, hour, zone, set_by) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (guild_id) DO UPDATE SET channel_id = excluded.channel_id, hour = excluded.hour,
    zone = excluded.zone, set_by = excluded.set_by
"""
_MOVE = "UPDATE daily_question SET channel_id = ? WHERE guild_id = ? AND state = 'planned'"
# A day without a question: closed, and nothing to tell of.
_LET_GO = """
INSERT INTO daily_question (guild_id, channel_id, day, question_id, question, state, reveal_id)
VALUES (?, ?, ?, '', '{}', 'closed', 0)
ON CONFLICT (guild_id, day) DO NOTHING
"""
# Word for word the condition of the index unfinished_daily, or SQLite does not use it.
_UNFINISHED = "(state <> 'closed' OR reveal_id IS NULL)"
_GUILDS_WITH_UNFINISHED = f"SELECT DISTINCT guild_id FROM daily_question WHERE {_UNFINISHED}"  # noqa: S608
_DAILY = """
SELECT id, guild_id, channel_id, day, closes_at, question, state, message_id,
       (SELECT count(*) FROM daily_answer WHERE daily_id = id)
FROM daily_question
"""
_PLAN = """
INSERT INTO daily_question (guild_id, channel_id, day, closes_at, question_id, question)
SELECT guild_id, channel_id, ?, ?, ?, ? FROM daily WHERE guild_id = ?
ON CONFLICT (guild_id, day) DO NOTHING
"""
_DROP = """
DELETE FROM daily_question
WHERE id = ? AND state = 'planned'
  AND NOT EXISTS (SELECT 1 FROM daily_answer WHERE daily_id = daily_question.id)
"""
_OPEN = """
UPDATE daily_question SET state = 'open', message_id = ?, channel_id = ?
WHERE id = ? AND state = 'planned'
"""
_SEEN = """
INSERT INTO seen (guild_id, question_id, seen_at) VALUES (?, ?, ?)
ON CONFLICT (guild_id, question_id) DO UPDATE SET seen_at = excluded.seen_at
"""
# A click is a snowflake, so the earlier is the smaller.
_LOCK_IN = """
INSERT INTO daily_answer (daily_id, user_id, slot, interaction_id)
SELECT id, ?, ?, ? FROM daily_question WHERE id = ? AND state <> 'closed' AND closes_at > ?
ON CONFLICT (daily_id, user_id) DO UPDATE
SET slot = excluded.slot, interaction_id = excluded.interaction_id
WHERE excluded.interaction_id < daily_answer.interaction_id
"""
_GIVEN = "SELECT slot FROM daily_answer WHERE daily_id = ? AND user_id = ?"
_CLOSE = "UPDATE daily_question SET state = 'closed' WHERE id = ?"
_TOLD = "UPDATE daily_question SET reveal_id = ? WHERE id = ?"
_SHARES = "SELECT slot, count(*) FROM daily_answer WHERE daily_id = ? GROUP BY slot"
