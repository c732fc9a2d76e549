"""Boards and figures, from the awards in the ledger."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.catalog.vocabulary import Topic
from bot.ledger import Ledger
from bot.ledger.ledger import Row

from .models import Board, BoardKind, Stats, TopicRecord
from .periods import Period, Span
from .standings import Score, Standings, added, page_of

# So many of a member's latest ratings at most: more cannot be told apart in a picture.
HISTORY = 1_000
# So many lines of the board of all servers are remembered, those of all its spans together: of
# some hundred bytes each. A board with more of them is worked out anew each time.
_REMEMBERED = 100_000


async def board(
    ledger: Ledger, kind: BoardKind, place: int, span: Span, *, asker: int | None, page: int
) -> Board:
    """A page of the board of a server or a channel; see :func:`.standings.page_of`.

    Rounds that one member played alone are on the solo board, and on no other. A channel's board
    counts the rounds in its threads too, a thread's only its own.

    :param place: the channel for the board of one, else the server.
    """
    where = (place,) * (2 if kind is BoardKind.CHANNEL else 1)
    scores = _scores(await ledger.rows(_BOARDS[kind], *where, span.start, span.end))
    return await asyncio.to_thread(page_of, dict(scores), None, asker=asker, page=page)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What all rounds before the one ``until`` have come to, with the verdicts of then."""

    standings: Standings
    until: int
    verdicts: tuple[int, int]


class AllServers:
    """The board of all servers.

    As up to date as any other, though a page of it does not read all that was ever played: what
    rounds that have ended came to is remembered, until a verdict changes one of them.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._settled: OrderedDict[Span, _Settled] = OrderedDict()  # the last one asked for last
        self._turn = asyncio.Lock()

    async def page(self, span: Span, *, asker: int | None, page: int) -> Board:
        """A page of it. Everybody has a rank, but only who wished to be shown has a line."""
        rows = self._ledger.rows
        async with self._turn:  # or many of them would take all of the ledger's readers
            # First, so that what changes meanwhile is seen to have changed the next time.
            *verdicts, live = (await rows(_MARK))[0]
            known = self._settled.get(span)
            if known is None or known.verdicts != tuple(verdicts):
                known = _Settled({}, 0, (verdicts[0], verdicts[1]))
            ended = await rows(_ALL_SERVERS, known.until, live, span.start, span.end)
            running = await rows(_ALL_SERVERS, live, _NO_ROUND, span.start, span.end)
            listed = {user for (user,) in await rows(_LISTED)}

            def work() -> tuple[Standings, Board]:
                settled = added(known.standings, _scores(ended))
                now = added(settled, _scores(running))
                return settled, page_of(now, listed, asker=asker, page=page)

            settled, board = await asyncio.to_thread(work)
            self._remember(span, replace(known, standings=settled, until=live))
        return board

    def _remember(self, span: Span, settled: _Settled) -> None:
        self._settled[span] = settled
        self._settled.move_to_end(span)
        while (
            len(self._settled) > len(Period)
            or sum(len(one.standings) for one in self._settled.values()) > _REMEMBERED
        ):
            self._settled.popitem(last=False)


def _scores(rows: Iterable[Row]) -> Iterator[tuple[int, Score]]:
    return ((user, Score(*score)) for user, *score in rows)


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


# Each of the two has its index.
_IN_CHANNEL = "(channel_id = ? OR parent_id = ?)"
# CROSS, for SQLite to find the rounds first.
_SCORES = """
SELECT user_id, sum(points), sum(correct), count(*), count(DISTINCT round_id)
FROM round CROSS JOIN award ON award.round_id = round.id
WHERE {rounds} AND started_at >= ? AND started_at < ?
GROUP BY user_id
"""
_BOARDS = {
    kind: _SCORES.format(rounds=rounds)
    for kind, rounds in (
        (BoardKind.SERVER, "guild_id = ? AND players >= 2"),
        (BoardKind.CHANNEL, f"{_IN_CHANNEL} AND players >= 2"),
        (BoardKind.SOLO, "guild_id = ? AND players = 1"),
    )
}
_ALL_SERVERS = _SCORES.format(rounds="round.id >= ? AND round.id < ? AND players >= 2")
_NO_ROUND = 2**62  # larger than the number of any
# What tells that no verdict was passed or undone since: the last one, and how many are in force.
# Then the first round that may still pay.
_MARK = """
SELECT (SELECT coalesce(max(id), 0) FROM verdict),
       (SELECT count(*) FROM verdict WHERE undone_at IS NULL),
       coalesce((SELECT min(id) FROM round INDEXED BY one_live_round WHERE state = 'live'),
                (SELECT max(id) + 1 FROM round), 1)
"""
_LISTED = "SELECT user_id FROM shown_member"
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
