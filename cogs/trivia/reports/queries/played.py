"""Rounds as they were played, read back from the ledger for another verdict."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from bot.clock import snowflake_ms
from bot.ledger import Ledger

from ...models import UNREADABLE, Answer, Question, Rules, Step
from ..elsewhere import Spot
from ..models import Paid, Ruling
from ..regrading import Played

log = logging.getLogger(__name__)

_Row = Sequence[Any]


async def look_up_asked(
    ledger: Ledger, guild: int, question: Question, over_since: int
) -> list[Spot]:
    """Every place where a server was asked a question, or will be, in the order of the rounds.

    A question that reads otherwise than this one is another one, also with the same id.
    """
    steps = _alike(question, await ledger.rows(_ASKED, question.id, guild))
    played = await look_up(ledger, steps, over_since)
    return [Spot(one, steps[one], played[one]) for one in sorted(played)]


async def look_up(ledger: Ledger, rounds: Iterable[int], over_since: int) -> dict[int, Played]:
    """Rounds by their ids, without those that nobody can read."""
    ids = json.dumps(list(rounds))
    tables = [await ledger.rows(sql, ids) for sql in _PLAYED]
    return await asyncio.to_thread(_played, tables, over_since)


def ruling(slots: str, wordings: str) -> Ruling:
    """What counts as right, as the ledger keeps it."""
    return Ruling(frozenset(json.loads(slots)), tuple(json.loads(wordings)))


def _alike(question: Question, rows: Iterable[_Row]) -> dict[int, int]:
    """The rounds that asked a question in the same words, and at which step: each does so once."""
    steps: dict[int, int] = {}
    for round_id, step, asked in rows:
        try:
            if Question.from_json(asked).phrasing == question.phrasing:
                steps[round_id] = step
        except UNREADABLE:
            log.warning("What round %d asked at step %d cannot be read", round_id, step)
    return steps


def _played(tables: Sequence[Sequence[_Row]], over_since: int) -> dict[int, Played]:
    """Rounds by their ids, without those that other code has written so that nobody can read it."""
    about, *parts = tables
    of_round: list[defaultdict[int, list[_Row]]] = [defaultdict(list) for _ in parts]
    for found, rows in zip(of_round, parts, strict=True):
        for row in rows:
            found[row[0]].append(row[1:])
    played: dict[int, Played] = {}
    for round_id, *one in about:
        rest = [found[round_id] for found in of_round]
        try:
            played[round_id] = _one(one, *rest, over_since=over_since)
        except UNREADABLE:
            log.warning("What round %d asked cannot be read", round_id)
    return played


def _one(
    about: _Row,
    steps: Sequence[_Row],
    answers: Iterable[_Row],
    awards: Iterable[_Row],
    verdicts: Iterable[_Row],
    *,
    over_since: int,
) -> Played:
    guild, channel, state, rules, board, ended_at = about
    # As long as its board may still be told, a round is not over: it would tell the old scores.
    is_live = state == "live" or (board is None and ended_at >= over_since)
    given: defaultdict[int, list[Answer]] = defaultdict(list)
    for step, user, slot, click, typed, hinted in answers:
        given[step].append(Answer(user, slot, click, snowflake_ms(click), typed, bool(hinted)))
    paid: defaultdict[int, list[Paid]] = defaultdict(list)
    for step, user, correct, points, streak, *ratings in awards:
        paid[step].append(Paid(user, bool(correct), points, streak, *ratings))
    return Played(
        guild,
        channel,
        is_live,
        Rules.from_json(rules),
        tuple(Question.from_json(row[0]) for row in steps),
        tuple(Step(*row[1:], answers=tuple(given[at])) for at, row in enumerate(steps)),
        {step: tuple(ones) for step, ones in paid.items()},
        {step: ruling(slots, wordings) for step, slots, wordings in verdicts},
    )


_THESE = "IN (SELECT value FROM json_each(?))"
_ROUND = f"""
SELECT id, guild_id, channel_id, state, rules, board_id, ended_at FROM round WHERE id {_THESE}
"""  # noqa: S608
_STEPS = f"""
SELECT round_id, question, state, message_id, result_id, coalesce(opened_at, 0),
       coalesce(allowed, 0), coalesce(deadline, 0)
FROM asked WHERE round_id {_THESE} ORDER BY round_id, step
"""  # noqa: S608
_ANSWERS = f"""
SELECT round_id, answer.step, answer.user_id, slot, interaction_id, typed, hint.user_id IS NOT NULL
FROM answer LEFT JOIN hint USING (round_id, step, user_id)
WHERE round_id {_THESE}
"""  # noqa: S608
_AWARDS = f"""
SELECT round_id, step, user_id, correct, points, streak, rating, moved, question_moved
FROM award WHERE round_id {_THESE}
ORDER BY round_id, step, user_id
"""  # noqa: S608
# A later verdict on a question says all that counts, so the last one read is in force.
_VERDICTS = f"""
SELECT regrade.round_id, regrade.step, regrade.slots, regrade.wordings
FROM regrade JOIN verdict ON verdict.id = verdict_id
WHERE regrade.round_id {_THESE} AND undone_at IS NULL ORDER BY verdict_id
"""  # noqa: S608
_PLAYED = (_ROUND, _STEPS, _ANSWERS, _AWARDS, _VERDICTS)
# Not what a round that is over has never come to.
_ASKED = """
SELECT round_id, step, question FROM asked JOIN round ON round.id = round_id
WHERE question_id = ? AND guild_id = ? AND (asked.state <> 'planned' OR round.state = 'live')
"""
