"""A round as it was played, read back from the ledger for another verdict."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from bot.clock import snowflake_ms
from bot.ledger import Ledger

from ...models import Answer, Question, Rules, Step
from ..models import Paid, Refused, Ruling, Why
from ..regrading import Played

_Row = Sequence[Any]


async def look_up(ledger: Ledger, round_id: int, over_since: int) -> Played:
    """A round as of the last commit.

    :param over_since: nobody waits any more for the board of one that ended before.
    :raises Refused: when there is none.
    """
    tables = [await ledger.rows(sql, round_id) for sql in _PLAYED]
    return _played(*tables, over_since=over_since)


def read(db: sqlite3.Connection, round_id: int, over_since: int) -> Played:
    """The same, within a transaction."""
    tables = [db.execute(sql, (round_id,)).fetchall() for sql in _PLAYED]
    return _played(*tables, over_since=over_since)


def _played(
    about: Sequence[_Row],
    steps: Iterable[_Row],
    answers: Iterable[_Row],
    awards: Iterable[_Row],
    verdicts: Iterable[_Row],
    *,
    over_since: int,
) -> Played:
    if not about:
        raise Refused(Why.GONE)
    guild, channel, state, rules, board, ended_at = about[0]
    # As long as its board may still be told, a round is not over: it would tell the old scores.
    is_live = state == "live" or (board is None and ended_at >= over_since)
    given: defaultdict[int, list[Answer]] = defaultdict(list)
    for step, user, slot, click, typed, hinted in answers:
        given[step].append(Answer(user, slot, click, snowflake_ms(click), typed, bool(hinted)))
    paid: defaultdict[int, list[Paid]] = defaultdict(list)
    for step, user, correct, points, streak, *ratings in awards:
        paid[step].append(Paid(user, bool(correct), points, streak, *ratings))
    known = list(steps)
    return Played(
        guild,
        channel,
        is_live,
        Rules.from_json(rules),
        tuple(Question.from_json(row[0]) for row in known),
        tuple(Step(*row[1:], answers=tuple(given[at])) for at, row in enumerate(known)),
        {step: tuple(ones) for step, ones in paid.items()},
        {step: ruling(slots, wordings) for step, slots, wordings in verdicts},
    )


def ruling(slots: str, wordings: str) -> Ruling:
    """What counts as right, as the ledger keeps it."""
    return Ruling(frozenset(json.loads(slots)), tuple(json.loads(wordings)))


_ROUND = "SELECT guild_id, channel_id, state, rules, board_id, ended_at FROM round WHERE id = ?"
_STEPS = """
SELECT question, state, message_id, result_id, coalesce(opened_at, 0), coalesce(allowed, 0),
       coalesce(deadline, 0)
FROM asked WHERE round_id = ? ORDER BY step
"""
_ANSWERS = """
SELECT answer.step, answer.user_id, slot, interaction_id, typed, hint.user_id IS NOT NULL
FROM answer LEFT JOIN hint USING (round_id, step, user_id)
WHERE round_id = ?
"""
_AWARDS = """
SELECT step, user_id, correct, points, streak, rating, moved, question_moved
FROM award WHERE round_id = ?
ORDER BY step, user_id
"""
# A later verdict on a question says all that counts, so the last one read is in force.
_VERDICTS = """
SELECT step, slots, wordings FROM regrade WHERE round_id = ? AND undone_at IS NULL ORDER BY id
"""
_PLAYED = (_ROUND, _STEPS, _ANSWERS, _AWARDS, _VERDICTS)
