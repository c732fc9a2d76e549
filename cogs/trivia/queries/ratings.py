"""How hard questions are, and how strong players."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from bot.ledger import Ledger

from ..rating import Learnt, Rating, Shift, after


async def of_questions(ledger: Ledger, questions: Sequence[str]) -> Mapping[str, Rating]:
    """Those of ``questions``, by id, that were ever answered."""
    rows = await ledger.rows(_QUESTIONS, json.dumps(questions))
    return {question: Rating(value, answers) for question, value, answers in rows}


class Scored(Protocol):
    """An answer that was scored."""

    @property
    def user(self) -> int: ...
    @property
    def correct(self) -> bool: ...


def learn(
    db: sqlite3.Connection, guild: int, question: str, awards: Sequence[Scored]
) -> dict[int, Learnt]:
    """Let every scored answer to a question move its rating and the player's.

    Within the transaction that writes the awards; returns what each player's did.
    """
    asked = _rating(db.execute(_QUESTION, (question,)).fetchone())
    learnt: dict[int, Learnt] = {}
    for award in awards:
        player = _rating(db.execute(_PLAYER, (guild, award.user)).fetchone())
        moved, asked_then = after(player, asked, correct=award.correct)
        db.execute(_KEEP_PLAYER, (guild, award.user, moved.value, moved.answers))
        learnt[award.user] = Learnt(
            moved.value, moved.value - player.value, asked_then.value - asked.value
        )
        asked = asked_then
    if awards:
        db.execute(_KEEP_QUESTION, (question, asked.value, asked.answers))
    return learnt


def shift(db: sqlite3.Connection, guild: int, question: str, shifts: Iterable[Shift]) -> None:
    """Move the ratings of players and of a question, within the transaction that says why.

    Not held within the range of ratings, so that it can be taken back exactly.
    """
    for one in shifts:
        db.execute(_SHIFT_PLAYER, (one.moved, one.answers, guild, one.user))
        db.execute(_SHIFT_QUESTION, (one.question_moved, one.answers, question))


def _rating(row: tuple[float, int] | None) -> Rating:
    return Rating(*row) if row else Rating()


# CROSS, for SQLite to go through what is asked, and not through all that there are.
_QUESTIONS = """
SELECT question_id, question_rating.value, answers
FROM json_each(?) AS asked CROSS JOIN question_rating ON question_id = asked.value
"""
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
_SHIFT_PLAYER = """
UPDATE player_rating SET value = value + ?, answers = answers + ? WHERE guild_id = ? AND user_id = ?
"""
_SHIFT_QUESTION = """
UPDATE question_rating SET value = value + ?, answers = answers + ? WHERE question_id = ?
"""
