"""Verdicts on questions that were played.

A verdict changes, in every round of the server that asked its question, the awards of that and of
what came after it: all in one transaction. What they were is kept, so that it can be taken back as
exactly.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Collection, Generator, Iterable, Sequence
from datetime import date
from typing import Any

from bot.ledger import Ledger

from ...models import UNREADABLE, Place, Question
from ...teams.queries import members_in
from ...teams.rules import team_points
from ..elsewhere import Effect, Spot, effects, players
from ..models import (
    VOID,
    VOIDING,
    Choice,
    Gain,
    Refused,
    Regraded,
    RegradeLine,
    Ruling,
    Why,
)
from ..regrading import Change, Kept
from .days import restore_days, void_days
from .notices import note
from .payments import pay, rate, unrate
from .played import read, read_asked, ruling
from .reports import decide, reopen, uphold

REGRADES = 5  # on a page


async def rule(
    ledger: Ledger,
    guild: int,
    place: Place,
    choice: Choice,
    *,
    moderator: int,
    reason: str,
    at: int,
    over_since: int,
) -> Regraded:
    """Void a reported question, or let one more answer count as right, and pay anew.

    In every round of the server that has asked it; reports from those are decided with it. On no
    day does a void question count for a streak.

    :raises Refused: while one of the rounds is live, when the reports were decided on already, and
        when it cannot be read.
    """

    def write(db: sqlite3.Connection) -> Regraded:
        # First, so that of two moderators one decides.
        decide(db, "upheld", guild, place)
        sql, numbers = (_DAY, place[:1]) if place.is_day else (_ASKED, place)
        channel, asked = db.execute(sql, numbers).fetchone()
        question = _readable(asked)
        spots = read_asked(db, guild, question, over_since)
        own = next((spot for spot in spots if spot.place == place), None)
        if own is None and not place.is_day:
            raise Refused(Why.UNREADABLE)
        _check(own, spots)
        found = effects(own, (spot for spot in spots if spot is not own), choice)
        about = (guild, channel, question.to_json(), moderator, reason)
        verdict = _keep(db, place, about, found, at)
        days = void_days(db, guild, question, verdict) if choice == VOIDING else []
        uphold(db, guild, {*_decided(choice, spots, found), *map(Place, days)})
        rated = rate(db, guild, question.id, found)
        return _settled(db, verdict, place, rated, days, at, undone=False)

    return await ledger.write(write)


async def undo(
    ledger: Ledger, guild: int, verdict: int, moderator: int, at: int, over_since: int
) -> Regraded:
    """Take a verdict back: the awards of all its rounds are again what they were before it.

    What was reported waits for another decision.

    :raises Refused: when that was done already, a later verdict on one of the rounds stands on it,
        a live round has the question, or it or one of the rounds cannot be read.
    """

    def write(db: sqlite3.Connection) -> Regraded:
        row = db.execute(_VERDICT, (verdict, guild)).fetchone()
        if row is None:
            raise Refused(Why.GONE)
        asked, slots, wordings, undone_at, *place_of = row
        with _reading():
            question, _ = Question.from_json(asked), ruling(slots, wordings)
        place = Place(*place_of)
        if undone_at is not None:
            raise Refused(Why.UNDONE)
        if db.execute(_LATER, (verdict,)).fetchone():
            raise Refused(Why.LATER)
        spots = read_asked(db, guild, question, over_since)
        if any(spot.is_pending for spot in spots):
            raise Refused(Why.ELSEWHERE)
        found = _back(db, verdict, over_since)
        db.execute(_UNDONE, (moderator, at, verdict))
        unrate(db, guild, question.id, found)
        days = restore_days(db, verdict)
        reopen(db, guild, {place, *(spot.place for spot in spots), *map(Place, days)})
        return _settled(db, verdict, place, found, days, at, undone=True)

    return await ledger.write(write)


async def regrades(ledger: Ledger, guild: int, page: int) -> tuple[list[RegradeLine], int]:
    """A page of a server's verdicts, the latest first, and how many there are."""
    count = int((await ledger.rows(_COUNT_VERDICTS, guild))[0][0])
    rows = await ledger.rows(_VERDICTS, guild, REGRADES, page * REGRADES)
    return list(map(_line, rows)), count


def _line(row: Sequence[Any]) -> RegradeLine:
    identity, channel, step, day, asked, slots, wordings, *rest = row
    try:
        judged = Question.from_json(asked), ruling(slots, wordings)
    except UNREADABLE:
        judged = None
    return RegradeLine(identity, channel, step, day and date.fromisoformat(day), judged, *rest)


def _readable(asked: str) -> Question:
    with _reading():
        return Question.from_json(asked)


@contextlib.contextmanager
def _reading() -> Generator[None]:
    """:raises Refused: for what other code has written so that nobody can read it."""
    try:
        yield
    except UNREADABLE as error:
        raise Refused(Why.UNREADABLE) from error


def _check(own: Spot | None, spots: Iterable[Spot]) -> None:
    """:raises Refused: when no verdict can be passed now, whichever it is."""
    if own is not None and own.played.is_live:
        raise Refused(Why.LIVE)
    if own is not None and own.state != "closed" and not own.played.is_skipped(own.step):
        raise Refused(Why.DECIDED)
    if any(spot.is_pending for spot in spots):
        raise Refused(Why.ELSEWHERE)


def _keep(
    db: sqlite3.Connection,
    place: Place,
    about: tuple[object, ...],
    found: Sequence[Effect],
    at: int,
) -> int:
    """Note a verdict, with all that it takes to undo it in each round; its number."""
    where = (None, None, place.id) if place.is_day else (*place, None)
    told = _as_json(None if place.is_day else found[0].ruling)
    verdict = db.execute(_NOTE, (*about, *where, *told, at)).lastrowid
    assert verdict is not None
    for effect in found:
        spot, kept = effect.spot, Kept(effect.spot.state, effect.change.before)
        values = (spot.round_id, spot.step, *_as_json(effect.ruling), kept.to_json())
        db.execute(_KEEP, (verdict, *values))
        if effect.is_void:
            db.execute(_STATE, ("void", spot.round_id, spot.step))
    return verdict


def _as_json(ruled: Ruling | None) -> tuple[str, str]:
    """The slots and the wordings that count as right."""
    now = ruled or VOID
    return json.dumps(sorted(now.slots)), json.dumps(now.wordings)


def _decided(choice: Choice, spots: Iterable[Spot], found: Iterable[Effect]) -> set[Place]:
    """Whose reports a verdict decides. Of a void question nothing is left to say where skipped."""
    reached = [effect.spot for effect in found]
    if choice == VOIDING:
        reached += [spot for spot in spots if spot.played.is_skipped(spot.step)]
    return {spot.place for spot in reached}


def _back(db: sqlite3.Connection, verdict: int, over_since: int) -> list[Effect]:
    """What undoing does to each round; the states of the question are as before then."""
    rows = db.execute(_KEPT, (verdict,)).fetchall()
    played = read(db, {row[0] for row in rows}, over_since)
    if any(row[0] not in played for row in rows):
        raise Refused(Why.UNREADABLE)
    with _reading():
        all_kept = [(round_id, step, Kept.from_json(before)) for round_id, step, before in rows]
    found: list[Effect] = []
    for round_id, step, kept in all_kept:
        spot = Spot(round_id, step, played[round_id])
        now = {at: spot.played.paid.get(at, ()) for at in kept.paid}
        found.append(Effect(spot, Change(now, kept.paid)))
        db.execute(_STATE, (kept.state, round_id, step))
    return found


def _settled(
    db: sqlite3.Connection,
    verdict: int,
    place: Place,
    found: Sequence[Effect],
    days: Collection[int],
    at: int,
    *,
    undone: bool,
) -> Regraded:
    """Pay what a verdict or its undoing says, and write down what is to be told."""
    own = [effect for effect in found if effect.spot.place == place]
    others = [effect for effect in found if effect.spot.place != place]
    gains: tuple[Gain, ...] = ()
    teams: list[int] = []
    for effect in own:
        now = pay(db, effect)
        gains = effect.change.gains(now)
        members = members_in(db, effect.spot.round_id)
        teams = team_points(members, effect.spot.played.rules.teams, now)
    for effect in others:
        pay(db, effect)
    reached = (sorted(players(others)), len(days) - place.is_day)
    return note(db, verdict, at, gains, teams, reached, undone=undone)


_ASKED = """
SELECT channel_id, question FROM asked JOIN round ON round.id = round_id
WHERE round_id = ? AND step = ?
"""
_DAY = "SELECT channel_id, question FROM daily_question WHERE id = ?"
_NOTE = """
INSERT INTO verdict (guild_id, channel_id, question, moderator_id, reason, round_id, step, daily_id,
                     slots, wordings, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_KEEP = """
INSERT INTO regrade (verdict_id, round_id, step, slots, wordings, before)
VALUES (?, ?, ?, ?, ?, ?)
"""
_STATE = "UPDATE asked SET state = ? WHERE round_id = ? AND step = ?"
_VERDICT = """
SELECT question, slots, wordings, undone_at, coalesce(round_id, daily_id), step FROM verdict
WHERE id = ? AND guild_id = ?
"""
_LATER = """
SELECT 1 FROM regrade AS own
JOIN regrade AS later ON later.round_id = own.round_id
JOIN verdict ON verdict.id = later.verdict_id
WHERE own.verdict_id = ? AND later.verdict_id > own.verdict_id AND undone_at IS NULL
LIMIT 1
"""
_KEPT = "SELECT round_id, step, before FROM regrade WHERE verdict_id = ? ORDER BY id"
_UNDONE = "UPDATE verdict SET undone_by = ?, undone_at = ? WHERE id = ?"
_COUNT_VERDICTS = "SELECT count(*) FROM verdict WHERE guild_id = ?"
_VERDICTS = """
SELECT id, channel_id, step,
       (SELECT day FROM daily_question WHERE daily_question.id = daily_id), question, slots,
       wordings, moderator_id, reason, made_at, undone_by, undone_at,
       (SELECT count(*) FROM regrade WHERE verdict_id = verdict.id) - (round_id IS NOT NULL)
FROM verdict WHERE guild_id = ? ORDER BY id DESC LIMIT ? OFFSET ?
"""
