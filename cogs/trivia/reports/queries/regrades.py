"""Verdicts on questions that were played.

A verdict changes the awards of its question and of those after it in one transaction, and keeps
what they were, so that it can be taken back as exactly.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import astuple

from bot.ledger import Ledger

from ...models import Question
from ...queries import ratings
from ...queries.rounds import AWARD, COUNT_PLAYERS
from ...teams.queries import members_in
from ...teams.rules import team_points
from ..models import VOID, Choice, Refused, Regraded, RegradeLine, Why
from ..regrading import Change, Kept, Played, regrade, totals
from .notices import note
from .played import read, ruling
from .reports import decide

REGRADES = 5  # on a page


async def rule(
    ledger: Ledger,
    guild: int,
    round_id: int,
    step: int,
    choice: Choice,
    *,
    moderator: int,
    reason: str,
    at: int,
    over_since: int,
) -> Regraded:
    """Void a reported question, or let one more answer count as right, and pay anew.

    :raises Refused: while the round is live, and when the reports were decided on already.
    """

    def write(db: sqlite3.Connection) -> Regraded:
        # First, so that of two moderators one decides.
        decide(db, "upheld", guild, round_id, step)
        played = read(db, round_id, over_since)
        if played.is_live:
            raise Refused(Why.LIVE)
        if played.steps[step].state != "closed" and not played.is_skipped(step):
            raise Refused(Why.DECIDED)
        ruled = played.with_choice(step, choice)
        change, state = regrade(played, step, ruled), played.steps[step].state
        values = (guild, round_id, step, moderator, reason, json.dumps(sorted(ruled.slots)),
                  json.dumps(ruled.wordings), Kept(state, change.before).to_json(), at)  # fmt: skip
        cursor = db.execute(_KEEP, values)
        assert cursor.lastrowid is not None
        if ruled == VOID:
            db.execute(_STATE, ("void", round_id, step))
        now = _pay(db, played, round_id, _rated(db, played, step, change))
        teams = _team_points(db, played, round_id, now)
        return note(db, cursor.lastrowid, at, change.gains(now), teams, undone=False)

    return await ledger.write(write)


async def undo(
    ledger: Ledger, guild: int, regrade_id: int, moderator: int, at: int, over_since: int
) -> Regraded:
    """Take a verdict back: the awards are again what they were before it.

    :raises Refused: when that was done already, or a later verdict on the round stands on it.
    """

    def write(db: sqlite3.Connection) -> Regraded:
        row = db.execute(_KEPT, (regrade_id, guild)).fetchone()
        if row is None:
            raise Refused(Why.GONE)
        round_id, step, before, undone_at = int(row[0]), int(row[1]), str(row[2]), row[3]
        if undone_at is not None:
            raise Refused(Why.UNDONE)
        if db.execute(_LATER, (round_id, regrade_id)).fetchone():
            raise Refused(Why.LATER)
        played, kept = read(db, round_id, over_since), Kept.from_json(before)
        db.execute(_STATE, (kept.state, round_id, step))
        db.execute(_UNDONE, (moderator, at, regrade_id))
        back = Change({at: played.paid.get(at, ()) for at in kept.paid}, kept.paid)
        ratings.shift(db, guild, played.questions[step].id, back.shifts(step))
        now = _pay(db, played, round_id, back)
        teams = _team_points(db, played, round_id, now)
        return note(db, regrade_id, at, back.gains(now), teams, undone=True)

    return await ledger.write(write)


async def regrades(ledger: Ledger, guild: int, page: int) -> tuple[list[RegradeLine], int]:
    """A page of a server's verdicts, the latest first, and how many there are."""
    count = int((await ledger.rows(_COUNT_REGRADES, guild))[0][0])
    rows = await ledger.rows(_REGRADES, guild, REGRADES, page * REGRADES)
    lines = [
        RegradeLine(
            identity, channel, step, Question.from_json(asked), ruling(slots, wordings), *rest
        )
        for identity, channel, step, asked, slots, wordings, *rest in rows
    ]
    return lines, count


def _rated(db: sqlite3.Connection, played: Played, step: int, change: Change) -> Change:
    """Let the ratings follow a verdict on a step; the change with what that has learnt."""
    question = played.questions[step].id
    ratings.shift(db, played.guild, question, change.shifts(step))
    clicks = {answer.user: answer.click for answer in played.steps[step].answers}
    unknown = sorted(change.to_learn(step), key=lambda one: clicks[one.user])
    learnt = ratings.learn(db, played.guild, question, unknown)
    return change.with_learnt(step, learnt)


def _pay(db: sqlite3.Connection, played: Played, round_id: int, change: Change) -> dict[int, int]:
    """Let the awards of some steps be just these; what each player has in the round now."""
    for step, ones in change.after.items():
        db.execute(_UNPAY, (round_id, step))
        db.executemany(AWARD, ((round_id, step, *astuple(one)) for one in ones))
    db.execute(COUNT_PLAYERS, (round_id, round_id))
    return totals({**played.paid, **change.after})


def _team_points(
    db: sqlite3.Connection, played: Played, round_id: int, points: Mapping[int, int]
) -> list[int]:
    """What each team of the round has; none without teams."""
    return team_points(members_in(db, round_id), played.rules.teams, points)


_KEEP = """
INSERT INTO regrade (guild_id, round_id, step, moderator_id, reason, slots, wordings, before,
                     made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_STATE = "UPDATE asked SET state = ? WHERE round_id = ? AND step = ?"
_UNPAY = "DELETE FROM award WHERE round_id = ? AND step = ?"
_KEPT = """
SELECT round_id, step, before, undone_at FROM regrade WHERE id = ? AND guild_id = ?
"""
_LATER = "SELECT 1 FROM regrade WHERE round_id = ? AND id > ? AND undone_at IS NULL"
_UNDONE = "UPDATE regrade SET undone_by = ?, undone_at = ? WHERE id = ?"
_COUNT_REGRADES = "SELECT count(*) FROM regrade WHERE guild_id = ?"
_REGRADES = """
SELECT regrade.id, channel_id, regrade.step, question, slots, wordings, moderator_id, reason,
       made_at, undone_by, undone_at
FROM regrade
JOIN round ON round.id = regrade.round_id
JOIN asked ON asked.round_id = regrade.round_id AND asked.step = regrade.step
WHERE regrade.guild_id = ? ORDER BY regrade.id DESC LIMIT ? OFFSET ?
"""
