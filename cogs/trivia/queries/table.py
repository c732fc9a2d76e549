"""What players do around a question besides answering it: hints, votes to skip."""

from __future__ import annotations

import sqlite3
from collections.abc import Set

from bot.ledger import Ledger

from ..votes import may_vote


async def take_hint(ledger: Ledger, round_id: int, step: int, user: int, at: int) -> bool:
    """Record that a player had the hint ``at`` that time; ``False`` when it was too late."""

    def write(db: sqlite3.Connection) -> bool:
        db.execute(_TAKE_HINT, (user, round_id, step, at))
        return db.execute(_IS_OPEN, (round_id, step, at)).fetchone() is not None

    return await ledger.write(write)


async def vote_to_skip(
    ledger: Ledger, round_id: int, step: int, user: int, joined: Set[int]
) -> tuple[Set[int], Set[int]]:
    """Count a vote; who voted for skipping this question, and who plays in the round.

    Those are who has answered in it, and who has ``joined``. A vote of somebody who may not is not
    kept: it would count as soon as they answered.
    """

    def write(db: sqlite3.Connection) -> tuple[Set[int], Set[int]]:
        players = joined | {int(row[0]) for row in db.execute(_PLAYERS, (round_id,))}
        if may_vote(user, players):
            db.execute(_VOTE, (user, round_id, step))
        return {int(row[0]) for row in db.execute(_VOTERS, (round_id, step))}, players

    return await ledger.write(write)


_IS_OPEN = """
SELECT 1 FROM asked WHERE round_id = ? AND step = ? AND state = 'open' AND deadline >= ?
"""
# After the deadline, in the second that late clicks have to arrive, it would cost and help nobody.
_TAKE_HINT = """
INSERT INTO hint (round_id, step, user_id)
SELECT round_id, step, ? FROM asked
WHERE round_id = ? AND step = ? AND state = 'open' AND deadline >= ?
ON CONFLICT DO NOTHING
"""
_VOTE = """
INSERT INTO skip_vote (round_id, step, user_id)
SELECT round_id, step, ? FROM asked WHERE round_id = ? AND step = ? AND state = 'open'
ON CONFLICT DO NOTHING
"""
_VOTERS = "SELECT user_id FROM skip_vote WHERE round_id = ? AND step = ?"
_PLAYERS = "SELECT DISTINCT user_id FROM answer WHERE round_id = ?"
