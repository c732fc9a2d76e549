"""Verdicts on questions that were played.

A verdict changes the awards of its question and of those after it in one transaction, and keeps
what they were, so that it can be taken back as exactly.
"""

from __future__ import annotations

import json
import sqlite3

from bot.ledger import Ledger

from ...models import Question
from ..regrading import (
    VOID,
    Change,
    Kept,
    Payments,
    Played,
    Refused,
    Regraded,
    RegradeLine,
    Slots,
    Why,
    regrade,
    totals,
)
from .played import read
from .reports import decide

REGRADES = 5  # on a page


async def rule(
    ledger: Ledger,
    guild: int,
    round_id: int,
    step: int,
    slot: int | None,
    *,
    moderator: int,
    reason: str,
    at: int,
    over_since: int,
) -> Regraded:
    """Void a reported question, or let one more slot count as right, and pay anew.

    :raises Refused: while the round is live, and when the reports were decided on already.
    """

    def write(db: sqlite3.Connection) -> Regraded:
        # First, so that of two moderators one decides.
        decide(db, "upheld", guild, round_id, step)
        played = read(db, round_id, over_since)
        slots = _ruled(played, step, slot)
        change, state = regrade(played, step, slots), played.steps[step].state
        values = (guild, round_id, step, moderator, reason, json.dumps(sorted(slots)),
                  Kept(state, change.before).to_json(), at)  # fmt: skip
        cursor = db.execute(_KEEP, values)
        assert cursor.lastrowid is not None
        if slots == VOID:
            db.execute(_STATE, ("void", round_id, step))
        _pay(db, round_id, change.after)
        return _regraded(
            db, (cursor.lastrowid, round_id, step), slots, moderator, reason, change, over_since
        )

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
        round_id, step, slots, reason, before, undone_at = row
        if undone_at is not None:
            raise Refused(Why.UNDONE)
        if db.execute(_LATER, (round_id, regrade_id)).fetchone():
            raise Refused(Why.LATER)
        played, kept = read(db, round_id, over_since), Kept.from_json(before)
        if played.is_live:
            raise Refused(Why.LIVE)
        now = {changed: played.paid.get(changed, ()) for changed in kept.paid}
        db.execute(_STATE, (kept.state, round_id, step))
        _pay(db, round_id, kept.paid)
        db.execute(_UNDONE, (moderator, at, regrade_id))
        which, back = (regrade_id, round_id, step), Change(now, kept.paid)
        return _regraded(
            db, which, frozenset(json.loads(slots)), moderator, reason, back, over_since
        )

    return await ledger.write(write)


async def regrades(ledger: Ledger, guild: int, page: int) -> tuple[list[RegradeLine], int]:
    """A page of a server's verdicts, the latest first, and how many there are."""
    count = int((await ledger.rows(_COUNT_REGRADES, guild))[0][0])
    rows = await ledger.rows(_REGRADES, guild, REGRADES, page * REGRADES)
    lines = [
        RegradeLine(
            identity, channel, step, Question.from_json(asked), frozenset(json.loads(slots)), *rest
        )
        for identity, channel, step, asked, slots, *rest in rows
    ]
    return lines, count


def _ruled(played: Played, step: int, slot: int | None) -> Slots:
    """What is to count as right. :raises Refused: when that cannot be decided now."""
    if played.is_live:
        raise Refused(Why.LIVE)
    if played.steps[step].state != "closed":
        raise Refused(Why.DECIDED)
    if slot is None:
        return VOID
    if slot not in played.also_right(step):
        raise Refused(Why.SLOT)
    return played.slots(step) | {slot}


def _pay(db: sqlite3.Connection, round_id: int, paid: Payments) -> None:
    """Let the awards of some steps be just these."""
    for step, ones in paid.items():
        db.execute(_UNPAY, (round_id, step))
        db.executemany(_PAY, (
            (round_id, step, one.user, one.correct, one.points, one.streak, one.rating)
            for one in ones
        ))  # fmt: skip
    db.execute(_COUNT_PLAYERS, (round_id, round_id))


def _regraded(
    db: sqlite3.Connection,
    which: tuple[int, int, int],
    slots: Slots,
    moderator: int,
    reason: str,
    change: Change,
    over_since: int,
) -> Regraded:
    regrade_id, round_id, step = which
    now = read(db, round_id, over_since)
    return Regraded(
        regrade_id,
        now.guild,
        now.channel,
        step,
        len(now.questions),
        now.questions[step],
        slots,
        moderator,
        reason,
        change.points,
        totals(now.paid),
    )


_KEEP = """
INSERT INTO regrade (guild_id, round_id, step, moderator_id, reason, slots, before, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_STATE = "UPDATE asked SET state = ? WHERE round_id = ? AND step = ?"
_UNPAY = "DELETE FROM award WHERE round_id = ? AND step = ?"
_PAY = """
INSERT INTO award (round_id, step, user_id, correct, points, streak, rating)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_COUNT_PLAYERS = """
UPDATE round SET players = (SELECT count(DISTINCT user_id) FROM award WHERE round_id = ?)
WHERE id = ?
"""
_KEPT = """
SELECT round_id, step, slots, reason, before, undone_at FROM regrade WHERE id = ? AND guild_id = ?
"""
_LATER = "SELECT 1 FROM regrade WHERE round_id = ? AND id > ? AND undone_at IS NULL"
_UNDONE = "UPDATE regrade SET undone_by = ?, undone_at = ? WHERE id = ?"
_COUNT_REGRADES = "SELECT count(*) FROM regrade WHERE guild_id = ?"
_REGRADES = """
SELECT regrade.id, channel_id, regrade.step, question, slots, moderator_id, reason, made_at,
       undone_by, undone_at
FROM regrade
JOIN round ON round.id = regrade.round_id
JOIN asked ON asked.round_id = regrade.round_id AND asked.step = regrade.step
WHERE regrade.guild_id = ? ORDER BY regrade.id DESC LIMIT ? OFFSET ?
"""
