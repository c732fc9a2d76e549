"""How hard questions are, and how strong players."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from bot.ledger import Ledger

from ..models import Award
from ..rating import Rating, after


async def of_questions(ledger: Ledger) -> Mapping[str, Rating]:
    """Every question that was ever answered."""
    rows = await ledger.rows("SELECT question_id, value, answers FROM question_rating")
    return {question: Rating(value, answers) for question, value, answers in rows}


def learn(
    db: sqlite3.Connection, guild: int, question: str, awards: Sequence[Award]
) -> dict[int, float]:
    """Let every scored answer to a question move its rating and the player's.

    Within the transaction that writes the awards; returns the players' new ratings.
    """
    asked = _rating(db.execute(_QUESTION, (question,)).fetchone())
    new: dict[int, float] = {}
    for award in awards:
        player = _rating(db.execute(_PLAYER, (guild, award.user)).fetchone())
        player, asked = after(player, asked, correct=award.correct)
        db.execute(_KEEP_PLAYER, (guild, award.user, player.value, player.answers))
        new[award.user] = player.value
    if awards:
        db.execute(_KEEP_QUESTION, (question, asked.value, asked.answers))
    return new


def _rating(row: tuple[float, int] | None) -> Rating:
    return Rating(*row) if row else Rating()


_QUESTION = "SELECT value, answers FROM question_rating WHERE question_id = ?"
_PLAYER = "SELECT value, answers FROM player_rating WHERE guild_id = ? AND user_id = ?"
_KEEP_QUESTION = """
INSERT INTO question_rating (question_id, value, answers) VALUES (?, ?, ?)
ON CONFLICT (question_id) DO UPDATE SET value = excluded.value, answers = excluded.answers
"""
_KEEP_PLAYER = """
INSERT INTO player_rating (guild_id, user_id, value, answers) VALUES (?, ?, ?, ?)
ON CONFLICT (guild_id, user_id) DO UPDATE SET value = excluded.value, answers = excluded.answers
"""
