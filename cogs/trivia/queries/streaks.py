"""The daily question's streaks, from the days that members answered."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from bot.ledger import Ledger

from ..daily.days import Streak, answered, lasting

if TYPE_CHECKING:
    from ..daily.queries import Daily

_EVER = date.max.isoformat()


async def of_member(ledger: Ledger, asked: Daily, user: int) -> Streak:
    """A member's streak up to the day of a question, as its reveal will tell it."""
    streak, days = Streak(), await _days_asked(ledger, asked)
    for (day,) in await ledger.rows(_DAYS, asked.guild, user, asked.day.isoformat()):
        streak = answered(streak, date.fromisoformat(day), days)
    return streak


async def lasting_of(ledger: Ledger, guild: int, user: int) -> int:
    """How long a member's streak in a server is at this moment."""
    over = [date.fromisoformat(row[0]) for row in await ledger.rows(_DAYS_OVER, guild)]
    streak = Streak()
    for (day,) in await ledger.rows(_DAYS, guild, user, _EVER):
        streak = answered(streak, date.fromisoformat(day), over)
    return lasting(streak, over)


async def of_all(ledger: Ledger, asked: Daily) -> dict[int, Streak]:
    """The streaks, up to a day, of all who answered that day's question."""
    found: defaultdict[int, Streak] = defaultdict(Streak)
    days = await _days_asked(ledger, asked)
    read: dict[str, date] = {}  # each is read once, and may be in a thousand rows
    for user, day in await ledger.rows(_ALL_DAYS, asked.guild, asked.day.isoformat(), asked.id):
        at = read.get(day) or read.setdefault(day, date.fromisoformat(day))
        found[user] = answered(found[user], at, days)
    return dict(found)


async def _days_asked(ledger: Ledger, asked: Daily) -> list[date]:
    """The days before a question's on which its server was asked one, in order."""
    rows = await ledger.rows(_DAYS_ASKED, asked.guild, asked.day.isoformat())
    return [date.fromisoformat(row[0]) for row in rows]


_DAYS = """
SELECT day FROM daily_answer JOIN daily_question ON id = daily_id
WHERE guild_id = ? AND user_id = ? AND day <= ? AND verdict_id IS NULL ORDER BY day
"""
# Not the days let go, nor those whose question was never posted, or voided by a moderator.
_DAYS_ASKED = """
SELECT day FROM daily_question
WHERE guild_id = ? AND day < ? AND state <> 'planned' AND question_id <> '' AND verdict_id IS NULL
ORDER BY day
"""
_DAYS_OVER = """
SELECT day FROM daily_question
WHERE guild_id = ? AND state = 'closed' AND question_id <> '' AND verdict_id IS NULL ORDER BY day
"""
_ALL_DAYS = """
SELECT user_id, day FROM daily_question JOIN daily_answer ON daily_id = id
WHERE guild_id = ? AND day <= ? AND verdict_id IS NULL
  AND user_id IN (SELECT user_id FROM daily_answer WHERE daily_id = ?)
ORDER BY day
"""
