"""A round's life in the ledger.

Every write is one transaction, guarded by the state that it starts from: what has been closed or
ended already is left as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.ledger import Ledger

from ..models import Answer, Mode, Outcome, Question, RoundRecord
from ..round import End, Round, RoundError
from .kept import ANSWERS, answer_of
from .ratings import learn


class AlreadyRunning(Exception):
    """The channel has a live round."""


async def seen_at(ledger: Ledger, guild: int, now: int) -> Mapping[str, int]:
    """When a server last saw each question, in ms; what a round is still to ask, it sees ``now``.

    So that is drawn last for another channel, or for the day: its answer is told soon.
    """
    return dict(await ledger.rows(_SEEN_AT, guild)) | {
        question: now for (question,) in await ledger.rows(_TO_COME, guild)
    }


async def start_round(
    ledger: Ledger, record: RoundRecord, questions: Sequence[Question]
) -> RoundRecord:
    """Store a new round with all its questions; returns it with its id.

    :raises AlreadyRunning: when the channel has a live round, whoever started it.
    """

    values = (record.guild, record.channel, record.starter, record.film, record.topic,
              record.seconds, record.rules.to_json(), record.last_sign, record.parent)  # fmt: skip

    def write(db: sqlite3.Connection) -> int:
        try:
            cursor = db.execute(_START, values)
        except sqlite3.IntegrityError as error:
            raise AlreadyRunning from error
        assert cursor.lastrowid is not None
        db.executemany(_PLAN, (
            (cursor.lastrowid, step, question.id, question.to_json(), question.topic)
            for step, question in enumerate(questions)
        ))  # fmt: skip
        return cursor.lastrowid

    return replace(record, id=await ledger.write(write))


async def open_question(ledger: Ledger, record: RoundRecord, message: int, current: Round) -> None:
    """Record that the open question is out, and that the server has now seen it."""
    step, opened_at = current.step, current.opened_at
    times = (opened_at, current.deadline, current.allowed)

    def write(db: sqlite3.Connection) -> None:
        db.execute(_OPEN, (message, *times, record.id, step))
        db.execute(_SEEN, (record.guild, opened_at, record.id, step))

    await ledger.write(write)


async def put_off(ledger: Ledger, round_id: int, step: int, deadline: int) -> None:
    """Leave an open question open for longer."""

    def write(db: sqlite3.Connection) -> None:
        db.execute(_PUT_OFF, (deadline, round_id, step))

    await ledger.write(write)


async def lock_in(
    ledger: Ledger, round_id: int, step: int, answer: Answer, mode: Mode = Mode.CLASSIC
) -> bool:
    """Make an answer durable; ``False`` when the question is closed already.

    Which of a player's answers stands does not depend on the order in which they come: the last
    that was given, or in a race the first.
    """
    sql = _LOCK_IN_FIRST if mode is Mode.RACE else _LOCK_IN_LAST

    def write(db: sqlite3.Connection) -> bool:
        values = (answer.user, answer.slot, answer.click, answer.typed, round_id, step, answer.at)
        stored = db.execute(sql, values).rowcount > 0
        return stored or db.execute(_IS_OPEN, (round_id, step, answer.at)).fetchone() is not None

    return await ledger.write(write)


async def close_question(
    ledger: Ledger, record: RoundRecord, current: Round
) -> tuple[Round, Outcome]:
    """Close the open question and pay out its awards, in one transaction.

    The answers that count are the ledger's.

    :raises RoundError: when it was closed already; then nothing is paid twice.
    """

    round_id, guild = record.id, record.guild

    def write(db: sqlite3.Connection) -> tuple[Round, Outcome]:
        if db.execute(_CLOSE, (round_id, current.step)).rowcount != 1:
            raise RoundError("the question is closed already")
        rows = db.execute(f"{ANSWERS} AND answer.step = ?", (round_id, current.step))
        after, outcome = current.recall(answer_of(row) for row in rows).close()
        learnt = learn(db, guild, outcome.question.id, outcome.awards)
        db.executemany(AWARD, (
            (round_id, outcome.step, award.user, award.correct, award.points, award.streak,
             *learnt[award.user])
            for award in outcome.awards
        ))  # fmt: skip
        db.execute(COUNT_PLAYERS, (round_id, round_id))
        return after, outcome

    return await ledger.write(write)


async def void_question(ledger: Ledger, round_id: int, step: int) -> None:
    """Take a question out of the round: its answers earn nothing.

    :raises RoundError: when it was closed already.
    """

    def write(db: sqlite3.Connection) -> None:
        if db.execute(_VOID, (round_id, step)).rowcount != 1:
            raise RoundError("the question is closed already")

    await ledger.write(write)


async def told_result(ledger: Ledger, round_id: int, step: int, message: int) -> None:
    """Record the message that told how a question ended."""
    await ledger.write(lambda db: db.execute(_TOLD_RESULT, (message, round_id, step)).rowcount)


async def told_board(ledger: Ledger, round_id: int, message: int) -> None:
    """Record the message with the final board; 0 when there can be none."""
    await ledger.write(lambda db: db.execute(_TOLD_BOARD, (message, round_id)).rowcount)


async def end_round(ledger: Ledger, round_id: int, end: End, at: int) -> End:
    """End a live round, dropping what it had open; why it ended, if it has ended before."""

    def write(db: sqlite3.Connection) -> End:
        db.execute(_VOID_OPEN, (round_id,))
        db.execute(_END, (end, at, round_id))
        return End(db.execute(_STATE, (round_id,)).fetchone()[0])

    return await ledger.write(write)


_SEEN_AT = "SELECT question_id, seen_at FROM seen WHERE guild_id = ?"
_TO_COME = """
SELECT question_id FROM round INDEXED BY one_live_round JOIN asked ON round_id = round.id
WHERE round.state = 'live' AND guild_id = ? AND asked.state = 'planned'
"""
_START = """
INSERT INTO round (guild_id, channel_id, starter_id, film_id, topic, seconds, rules, started_at,
                   parent_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_PLAN = "INSERT INTO asked (round_id, step, question_id, question, topic) VALUES (?, ?, ?, ?, ?)"
_OPEN = """
UPDATE asked SET state = 'open', message_id = ?, opened_at = ?, deadline = ?, allowed = ?
WHERE round_id = ? AND step = ? AND state = 'planned'
"""
_SEEN = """
INSERT INTO seen (guild_id, question_id, seen_at)
SELECT ?, question_id, ? FROM asked WHERE round_id = ? AND step = ?
ON CONFLICT (guild_id, question_id) DO UPDATE SET seen_at = excluded.seen_at
"""
_PUT_OFF = """
UPDATE asked SET deadline = max(deadline, ?) WHERE round_id = ? AND step = ? AND state = 'open'
"""
# A click is a snowflake, so the later is the larger.
_LOCK_IN = """
INSERT INTO answer (round_id, step, user_id, slot, interaction_id, typed)
SELECT round_id, step, ?, ?, ?, ? FROM asked
WHERE round_id = ? AND step = ? AND state = 'open' AND deadline >= ?
ON CONFLICT (round_id, step, user_id) DO UPDATE
SET slot = excluded.slot, interaction_id = excluded.interaction_id, typed = excluded.typed
WHERE excluded.interaction_id {} answer.interaction_id
"""
_LOCK_IN_LAST, _LOCK_IN_FIRST = _LOCK_IN.format(">"), _LOCK_IN.format("<")
_IS_OPEN = """
SELECT 1 FROM asked WHERE round_id = ? AND step = ? AND state = 'open' AND deadline >= ?
"""
_CLOSE = "UPDATE asked SET state = 'closed' WHERE round_id = ? AND step = ? AND state = 'open'"
AWARD = """
INSERT INTO award (round_id, step, user_id, correct, points, streak, rating, moved, question_moved)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# By their answers: in a race only the first right one and those before it have awards.
COUNT_PLAYERS = """
UPDATE round SET players = (
    SELECT count(DISTINCT user_id) FROM answer JOIN asked USING (round_id, step)
    WHERE round_id = ? AND state = 'closed'
)
WHERE id = ?
"""
_VOID = """
UPDATE asked SET state = 'void' WHERE round_id = ? AND step = ? AND state IN ('planned', 'open')
"""
_VOID_OPEN = "UPDATE asked SET state = 'void', result_id = 0 WHERE round_id = ? AND state = 'open'"
_END = "UPDATE round SET state = ?, ended_at = ? WHERE id = ? AND state = 'live'"
_STATE = "SELECT state FROM round WHERE id = ?"
_TOLD_RESULT = "UPDATE asked SET result_id = ? WHERE round_id = ? AND step = ?"
_TOLD_BOARD = "UPDATE round SET board_id = ? WHERE id = ?"
