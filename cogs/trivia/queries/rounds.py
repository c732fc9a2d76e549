"""A round's life in the ledger.

Every write is one transaction, guarded by the state that it starts from: what has been closed or
ended already is left as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.catalog.vocabulary import Topic
from bot.ledger import Ledger

from ..models import Answer, Outcome, Question, RoundRecord
from ..round import End, Round, RoundError


class Unreadable(Exception):
    """A round in the ledger makes no sense to this code."""


class AlreadyRunning(Exception):
    """The channel has a live round."""


async def seen_at(ledger: Ledger, guild: int) -> Mapping[str, int]:
    """When a server last saw each question, in ms."""
    return dict(await ledger.rows(_SEEN_AT, guild))


async def start_round(
    ledger: Ledger, record: RoundRecord, questions: Sequence[Question]
) -> RoundRecord:
    """Store a new round with all its questions; returns it with its id.

    :raises AlreadyRunning: when the channel has a live round, whoever started it.
    """

    values = (record.guild, record.channel, record.starter, record.film, record.topic,
              record.seconds, record.last_sign)  # fmt: skip

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


async def open_question(
    ledger: Ledger, record: RoundRecord, step: int, message: int, opened_at: int, deadline: int
) -> None:
    """Record that a question is out, and that the server has now seen it."""

    def write(db: sqlite3.Connection) -> None:
        db.execute(_OPEN, (message, opened_at, deadline, record.id, step))
        db.execute(_SEEN, (record.guild, opened_at, record.id, step))

    await ledger.write(write)


async def lock_in(ledger: Ledger, round_id: int, step: int, answer: Answer) -> bool:
    """Make an answer durable; ``False`` when the question is closed already."""

    def write(db: sqlite3.Connection) -> bool:
        values = (answer.user, answer.slot, answer.click, round_id, step, answer.at)
        stored = db.execute(_LOCK_IN, values).rowcount > 0
        return stored or db.execute(_IS_OPEN, (round_id, step, answer.at)).fetchone() is not None

    return await ledger.write(write)


async def close_question(ledger: Ledger, round_id: int, current: Round) -> tuple[Round, Outcome]:
    """Close the open question and pay out its awards, in one transaction.

    The answers that count are the ledger's.

    :raises RoundError: when it was closed already; then nothing is paid twice.
    """

    def write(db: sqlite3.Connection) -> tuple[Round, Outcome]:
        if db.execute(_CLOSE, (round_id, current.step)).rowcount != 1:
            raise RoundError("the question is closed already")
        answers = (Answer(*row) for row in db.execute(_ANSWERS, (round_id, current.step)))
        after, outcome = current.recall(answers).close()
        db.executemany(_AWARD, (
            (round_id, outcome.step, award.user, award.correct, award.points, award.streak)
            for award in outcome.awards
        ))  # fmt: skip
        db.execute(_COUNT_PLAYERS, (round_id, round_id))
        return after, outcome

    return await ledger.write(write)


async def void_question(ledger: Ledger, round_id: int, step: int) -> None:
    """Take a question out of the round: its answers earn nothing."""

    def write(db: sqlite3.Connection) -> None:
        db.execute(_VOID, (round_id, step))

    await ledger.write(write)


async def end_round(ledger: Ledger, round_id: int, end: End, at: int) -> None:
    """End a live round, dropping what it had open."""

    def write(db: sqlite3.Connection) -> None:
        db.execute(_VOID_OPEN, (round_id,))
        db.execute(_END, (end, at, round_id))

    await ledger.write(write)


async def live_ids(ledger: Ledger, channel: int | None = None) -> list[int]:
    """Every round that is not over, in one channel or anywhere."""
    return [int(row[0]) for row in await ledger.rows(_LIVE_IDS, channel, channel)]


async def restored(ledger: Ledger, round_id: int) -> tuple[RoundRecord, Round, int | None]:
    """A live round as it stood, and the message of a question left open.

    :raises Unreadable: when it was written by other code than this.
    """
    try:
        identity, guild, channel, starter, film, topic, *rest = (
            await ledger.rows(_RECORD, round_id)
        )[0]
        about = Topic(topic) if topic else None
        record = RoundRecord(identity, guild, channel, starter, film, about, *rest)
        return record, *await _standing(ledger, round_id)
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise Unreadable from error


async def _standing(ledger: Ledger, round_id: int) -> tuple[Round, int | None]:
    steps = await ledger.rows(_STEPS, round_id)
    questions = tuple(Question.from_json(text) for text, _, _ in steps)
    done = [number for number, row in enumerate(steps) if row[1] in ("closed", "void")]
    closed = [number for number, row in enumerate(steps) if row[1] == "closed"]
    open_message = next((row[2] for row in steps if row[1] == "open"), None)
    awards = await ledger.rows(_AWARDS, round_id)
    last = closed[-1] if closed else None
    last_answered = max((step for step, *_ in awards), default=-1)
    current = Round(
        questions,
        step=len(done),
        points=_totals((user, points) for _, user, points, _, _ in awards),
        right=_totals((user, correct) for _, user, _, correct, _ in awards),
        streaks=MappingProxyType(
            {user: streak for step, user, _, _, streak in awards if step == last and streak}
        ),
        silent=sum(step > last_answered for step in closed),
    )
    return current.ended_if_over(), open_message


def _totals(pairs: Iterable[tuple[int, int]]) -> Mapping[int, int]:
    totals: dict[int, int] = {}
    for user, amount in pairs:
        totals[user] = totals.get(user, 0) + amount
    return MappingProxyType(totals)


async def running_round(ledger: Ledger, channel: int) -> tuple[int, int | None] | None:
    """Who started the channel's live round, and the message of its latest question."""
    rows = await ledger.rows(_RUNNING, channel)
    return None if not rows else (int(rows[0][0]), rows[0][1])


_SEEN_AT = "SELECT question_id, seen_at FROM seen WHERE guild_id = ?"
_START = """
INSERT INTO round (guild_id, channel_id, starter_id, film_id, topic, seconds, started_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_PLAN = "INSERT INTO asked (round_id, step, question_id, question, topic) VALUES (?, ?, ?, ?, ?)"
_OPEN = """
UPDATE asked SET state = 'open', message_id = ?, opened_at = ?, deadline = ?
WHERE round_id = ? AND step = ? AND state = 'planned'
"""
_SEEN = """
INSERT INTO seen (guild_id, question_id, seen_at)
SELECT ?, question_id, ? FROM asked WHERE round_id = ? AND step = ?
ON CONFLICT (guild_id, question_id) DO UPDATE SET seen_at = excluded.seen_at
"""
# The later click counts, in whatever order they come; a click is a snowflake, so later is larger.
_LOCK_IN = """
INSERT INTO answer (round_id, step, user_id, slot, interaction_id)
SELECT round_id, step, ?, ?, ? FROM asked
WHERE round_id = ? AND step = ? AND state = 'open' AND deadline >= ?
ON CONFLICT (round_id, step, user_id) DO UPDATE
SET slot = excluded.slot, interaction_id = excluded.interaction_id
WHERE excluded.interaction_id > answer.interaction_id
"""
_IS_OPEN = """
SELECT 1 FROM asked WHERE round_id = ? AND step = ? AND state = 'open' AND deadline >= ?
"""
_CLOSE = "UPDATE asked SET state = 'closed' WHERE round_id = ? AND step = ? AND state = 'open'"
# 22 bits of a snowflake are not its time; Discord's epoch is 2015-01-01, in ms.
_ANSWERS = """
SELECT user_id, slot, interaction_id, (interaction_id >> 22) + 1420070400000
FROM answer WHERE round_id = ? AND step = ?
"""
_AWARD = """
INSERT INTO award (round_id, step, user_id, correct, points, streak) VALUES (?, ?, ?, ?, ?, ?)
"""
_COUNT_PLAYERS = """
UPDATE round SET players = (SELECT count(DISTINCT user_id) FROM award WHERE round_id = ?)
WHERE id = ?
"""
_VOID = """
UPDATE asked SET state = 'void' WHERE round_id = ? AND step = ? AND state IN ('planned', 'open')
"""
_VOID_OPEN = "UPDATE asked SET state = 'void' WHERE round_id = ? AND state = 'open'"
_END = "UPDATE round SET state = ?, ended_at = ? WHERE id = ? AND state = 'live'"
_LIVE_IDS = """
SELECT id FROM round WHERE state = 'live' AND (? IS NULL OR channel_id = ?) ORDER BY id
"""
_RECORD = """
SELECT id, guild_id, channel_id, starter_id, film_id, topic, seconds,
       max(started_at, coalesce((SELECT max(opened_at) FROM asked WHERE round_id = round.id), 0))
FROM round WHERE id = ?
"""
_STEPS = """
SELECT question, state, message_id FROM asked WHERE round_id = ? ORDER BY step
"""
_AWARDS = (
    "SELECT step, user_id, points, correct, streak FROM award WHERE round_id = ? ORDER BY step"
)
_RUNNING = """
SELECT starter_id,
       (SELECT message_id FROM asked WHERE round_id = round.id AND message_id IS NOT NULL
        ORDER BY step DESC LIMIT 1)
FROM round WHERE channel_id = ? AND state = 'live'
"""
