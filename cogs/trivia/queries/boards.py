"""Boards and figures, from the awards in the ledger."""

from __future__ import annotations

from bot.catalog.vocabulary import Topic
from bot.ledger import Ledger

from ..models import BoardLine, Stats, TopicRecord

BOARD_SIZE = 10


async def board(
    ledger: Ledger, guild: int, *, solo: bool, page: int
) -> tuple[list[BoardLine], int]:
    """A page of a server's board, best first, and how many players it has.

    Rounds that one member played alone are on the solo board, and on no other.
    """
    least, most = (1, 1) if solo else (2, 1_000_000)
    rows = await ledger.rows(_BOARD, guild, least, most, BOARD_SIZE, page * BOARD_SIZE)
    return [BoardLine(*row[:-1]) for row in rows], int(rows[0][-1]) if rows else 0


async def board_line(ledger: Ledger, guild: int, user: int, *, solo: bool) -> BoardLine | None:
    """Where one member stands on a server's board."""
    least, most = (1, 1) if solo else (2, 1_000_000)
    rows = await ledger.rows(_OWN_LINE, guild, least, most, user)
    return BoardLine(*rows[0]) if rows else None


async def stats(ledger: Ledger, guild: int, user: int) -> Stats | None:
    """A member's figures in a server, solo rounds and all; ``None`` before their first answer."""
    rows = await ledger.rows(_STATS, guild, user)
    rounds, answers, right, points, streak = rows[0]
    if not answers:
        return None
    topics = [
        TopicRecord(Topic(topic), right, answers)
        for topic, right, answers in await ledger.rows(_TOPIC_STATS, guild, user)
    ]
    return Stats(rounds, answers, right, points, streak, tuple(topics))


_RANKED = """
WITH line AS (
    SELECT user_id, sum(points) AS points, sum(correct) AS right, count(*) AS answers,
           count(DISTINCT round_id) AS rounds
    FROM round JOIN award ON award.round_id = round.id
    WHERE guild_id = ? AND players BETWEEN ? AND ?
    GROUP BY user_id
), ranked AS (
    SELECT rank() OVER (ORDER BY points DESC) AS place, *, count(*) OVER () AS total FROM line
)
"""
_BOARD = f"""{_RANKED}
SELECT place, user_id, points, right, answers, rounds, total FROM ranked
ORDER BY place, user_id LIMIT ? OFFSET ?
"""  # noqa: S608 - two constants
_OWN_LINE = f"""{_RANKED}
SELECT place, user_id, points, right, answers, rounds FROM ranked WHERE user_id = ?
"""  # noqa: S608 - two constants
_STATS = """
SELECT count(DISTINCT round_id), count(*), coalesce(sum(correct), 0), coalesce(sum(points), 0),
       coalesce(max(streak), 0)
FROM round JOIN award ON award.round_id = round.id
WHERE guild_id = ? AND user_id = ?
"""
_TOPIC_STATS = """
SELECT asked.topic, sum(correct), count(*)
FROM round
JOIN award ON award.round_id = round.id
JOIN asked ON asked.round_id = award.round_id AND asked.step = award.step
WHERE guild_id = ? AND user_id = ?
GROUP BY asked.topic
ORDER BY avg(correct) DESC, count(*) DESC
"""
