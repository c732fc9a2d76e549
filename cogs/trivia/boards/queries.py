"""Boards and figures, from the awards in the ledger."""

from __future__ import annotations

import sqlite3

from bot.catalog.vocabulary import Topic
from bot.ledger import Ledger

from .models import Board, BoardKind, BoardLine, Stats, TopicRecord
from .periods import Span

BOARD_SIZE = 10
# So many of a member's latest ratings at most: more cannot be told apart in a picture.
HISTORY = 1_000


async def board(
    ledger: Ledger, kind: BoardKind, place: int, span: Span, *, asker: int | None, page: int
) -> Board:
    """A page of a board, best first, or the last page when it has fewer.

    Rounds that one member played alone are on the solo board, and on no other. A channel's board
    counts the rounds in its threads too, a thread's only its own. On the board of all servers
    everybody has a rank, but only who wished to be shown has a line.

    :param place: the channel for the board of one, else the server.
    :param asker: whose own line is given also when it is not on the page.
    """
    where = (place,) * {BoardKind.GLOBAL: 0, BoardKind.CHANNEL: 2}.get(kind, 1)
    first = page * BOARD_SIZE
    rows = await ledger.rows(
        _BOARDS[kind], *where, span.start, span.end, first, first + BOARD_SIZE, asker
    )
    players, shown = rows[0][:2]
    last = max(0, (shown - 1) // BOARD_SIZE)
    if page > last:
        return await board(ledger, kind, place, span, asker=asker, page=last)
    lines = [(on_page, BoardLine(*line)) for _, _, on_page, *line in rows if line[0] is not None]
    return Board(
        page=page,
        lines=tuple(line for on_page, line in lines if on_page),
        own=next((line for _, line in lines if line.user == asker), None),
        players=players,
        shown=shown,
    )


async def show_member(ledger: Ledger, user: int, *, shown: bool) -> None:
    """Let a member's name stand on the board of all servers, or no more."""
    sql = _SHOW if shown else _HIDE

    def write(db: sqlite3.Connection) -> None:
        db.execute(sql, (user,))

    await ledger.write(write)


async def stats(ledger: Ledger, guild: int, user: int) -> Stats | None:
    """A member's figures in a server; ``None`` before their first answer."""
    rounds, solo_rounds, answers, right, points, solo_points, streak = (
        await ledger.rows(_STATS, guild, user)
    )[0]
    if not answers:
        return None
    topics = [
        TopicRecord(Topic(topic), right, answers)
        for topic, right, answers in await ledger.rows(_TOPIC_STATS, guild, user)
    ]
    rating = await ledger.rows(_RATING, guild, user)
    return Stats(
        rounds=rounds,
        solo_rounds=solo_rounds,
        answers=answers,
        right=right,
        points=points,
        solo_points=solo_points,
        best_streak=streak,
        topics=tuple(topics),
        rating=rating[0][0] if rating else None,
    )


async def rating_history(ledger: Ledger, guild: int, user: int) -> list[tuple[int, float]]:
    """A member's rating after each of their latest answers: the question's time in ms, first to
    last.
    """
    rows = await ledger.rows(_HISTORY, guild, user, HISTORY)
    return [(at, rating) for at, rating in reversed(rows)]


_ANYBODY = "1"
_WHO_WISHED = "EXISTS (SELECT 1 FROM shown_member WHERE shown_member.user_id = line.user_id)"
# Each of the two has its index.
_IN_CHANNEL = "(channel_id = ? OR parent_id = ?)"
# One row at least, which has the totals.
_BOARD = """
WITH line AS (
    SELECT user_id, sum(points) AS points, sum(correct) AS right, count(*) AS answers,
           count(DISTINCT round_id) AS rounds
    FROM round JOIN award ON award.round_id = round.id
    WHERE {rounds} AND started_at >= ? AND started_at < ?
    GROUP BY user_id
), ranked AS (
    SELECT rank() OVER (ORDER BY points DESC) AS place, *, {listed} AS listed FROM line
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY listed ORDER BY place, user_id) AS at FROM ranked
), total AS (
    SELECT count(*) AS players, coalesce(sum(listed), 0) AS shown FROM placed
), page AS (
    SELECT *, listed AND at > ? AND at <= ? AS on_page FROM placed
)
SELECT players, shown, on_page, place, user_id, points, right, answers, rounds
FROM total LEFT JOIN page ON on_page OR user_id = ?
ORDER BY place, user_id
"""
_BOARDS = {
    kind: _BOARD.format(rounds=rounds, listed=listed)
    for kind, rounds, listed in (
        (BoardKind.SERVER, "guild_id = ? AND players >= 2", _ANYBODY),
        (BoardKind.CHANNEL, f"{_IN_CHANNEL} AND players >= 2", _ANYBODY),
        (BoardKind.GLOBAL, "players >= 2", _WHO_WISHED),
        (BoardKind.SOLO, "guild_id = ? AND players = 1", _ANYBODY),
    )
}
_SHOW = "INSERT OR IGNORE INTO shown_member (user_id) VALUES (?)"
_HIDE = "DELETE FROM shown_member WHERE user_id = ?"
_STATS = """
SELECT count(DISTINCT round_id), count(DISTINCT round_id) FILTER (WHERE players = 1), count(*),
       coalesce(sum(correct), 0), coalesce(sum(points), 0),
       coalesce(sum(points) FILTER (WHERE players = 1), 0), coalesce(max(streak), 0)
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
_RATING = "SELECT value FROM player_rating WHERE guild_id = ? AND user_id = ?"
# Reckoned back from the rating of now, so that a verdict which takes a movement back takes it out
# of all that came after it; for awards of which it is not known, as it was then.
_HISTORY = """
SELECT opened_at, iif(moved IS NULL, rating, value - coalesce(sum(moved) OVER (
    ORDER BY opened_at DESC, award.round_id DESC, award.step DESC
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
), 0))
FROM round
JOIN award ON award.round_id = round.id
JOIN player_rating USING (guild_id, user_id)
JOIN asked ON asked.round_id = award.round_id AND asked.step = award.step
WHERE guild_id = ? AND user_id = ? AND rating IS NOT NULL AND opened_at IS NOT NULL
ORDER BY opened_at DESC, award.round_id DESC, award.step DESC LIMIT ?
"""
