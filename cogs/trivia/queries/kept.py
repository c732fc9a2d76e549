"""Rounds as the ledger has kept them, to go on with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bot.catalog.vocabulary import Topic
from bot.clock import EPOCH_MS
from bot.ledger import Ledger

from ..models import UNREADABLE, Answer, Question, RoundRecord, Rules, Step
from ..replay import Restored, replayed
from ..round import End, Round, RoundError
from ..teams.queries import members


class Unreadable(Exception):
    """A round in the ledger makes no sense to this code."""


async def unfinished(ledger: Ledger, ended_since: int, channel: int | None = None) -> list[int]:
    """Every round, in one channel or anywhere, that is not over or whose board is still to come.

    Nobody waits any more for the board of one that ended before ``ended_since``.
    """
    rows = await ledger.rows(_UNFINISHED, ended_since, channel, channel)
    return [int(row[0]) for row in rows]


async def restored(ledger: Ledger, round_id: int) -> Restored:
    """A round, played again from its answers.

    :raises Unreadable: when it was written by other code than this.
    """
    try:
        identity, guild, channel, starter, film, topic, seconds, rules, state, sign, parent = (
            await ledger.rows(_RECORD, round_id)
        )[0]
        about = Topic(topic) if topic else None
        ruled = Rules.from_json(rules)
        record = RoundRecord(
            identity, guild, channel, starter, film, about, seconds, ruled, sign, parent
        )
        rows = await ledger.rows(_STEPS, round_id)
        given: defaultdict[int, list[Answer]] = defaultdict(list)
        for row in await ledger.rows(ANSWERS, round_id):
            given[row[0]].append(answer_of(row))
        steps = [Step(*row[1:], answers=tuple(given[at])) for at, row in enumerate(rows)]
        blank = Round(tuple(Question.from_json(row[0]) for row in rows), ruled)
        current, outcomes = replayed(blank, steps)
    except (*UNREADABLE, RoundError) as error:
        raise Unreadable from error
    if state != "live" and current.end is None:
        current = current.stop(End(state))
    last = len(outcomes) - 1
    is_untold = last >= 0 and steps[last].result is None
    message = next((step.message for step in reversed(steps) if step.message), None)
    untold = (last, outcomes[last]) if is_untold else None
    current = current.ended_if_over()
    return Restored(
        record,
        current,
        message,
        untold,
        tuple(outcomes),
        tuple(steps),
        await members(ledger, round_id) if ruled.teams else {},
    )


def answer_of(row: Sequence[Any]) -> Answer:
    _, user, slot, click, at, typed, hinted = row
    return Answer(user, slot, click, at, typed, bool(hinted))


async def running_round(ledger: Ledger, channel: int) -> tuple[int, int | None] | None:
    """Who started the channel's live round, and the message of its latest question."""
    rows = await ledger.rows(_RUNNING, channel)
    return None if not rows else (int(rows[0][0]), rows[0][1])


# 22 bits of a snowflake are not its time.
ANSWERS = f"""
SELECT answer.step, answer.user_id, slot, interaction_id,
       (interaction_id >> 22) + {EPOCH_MS}, typed, hint.user_id IS NOT NULL
FROM answer LEFT JOIN hint USING (round_id, step, user_id)
WHERE round_id = ?
"""  # noqa: S608
_UNFINISHED = """
SELECT id FROM round
WHERE board_id IS NULL AND (state = 'live' OR ended_at >= ?) AND (? IS NULL OR channel_id = ?)
ORDER BY id
"""
# The last sign of a round is the end of its last question; a race may end long before its deadline.
_RECORD = f"""
SELECT id, guild_id, channel_id, starter_id, film_id, topic, seconds, rules, state,
       max(started_at, coalesce((
           SELECT max(min(deadline, CASE WHEN result_id > 0
                                    THEN (result_id >> 22) + {EPOCH_MS}
                                    ELSE deadline END))
           FROM asked WHERE round_id = round.id), 0)),
       parent_id
FROM round WHERE id = ?
"""  # noqa: S608
# A round is played again as it was: what a verdict has voided since was closed then. What was the
# state before it, the verdict has kept (the JSON is that of reports/regrading.py's Kept).
_STEPS = """
SELECT question,
       CASE WHEN state = 'void' AND EXISTS (
           SELECT 1 FROM regrade
           WHERE regrade.round_id = asked.round_id AND regrade.step = asked.step
             AND json_extract(before, '$.state') = 'closed'
       ) THEN 'closed' ELSE state END,
       message_id, result_id, coalesce(opened_at, 0), coalesce(allowed, 0), coalesce(deadline, 0)
FROM asked WHERE round_id = ? ORDER BY step
"""
_RUNNING = """
SELECT starter_id,
       (SELECT message_id FROM asked WHERE round_id = round.id AND message_id IS NOT NULL
        ORDER BY step DESC LIMIT 1)
FROM round WHERE channel_id = ? AND state = 'live'
"""
