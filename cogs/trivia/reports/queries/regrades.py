"""Verdicts on questions that were played.

A verdict changes, in every round of the server that asked its question, the awards of that and of
what came after it: all in one transaction. What they were is kept, so that it can be taken back as
exactly.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.ledger import Ledger
from bot.ledger.writer import Write

from ...models import Place, Question
from ..elsewhere import Effect, Spot, effects
from ..models import (
    VOID,
    VOIDING,
    Choice,
    Refused,
    Regraded,
    Ruling,
    Why,
)
from ..regrading import Kept
from .days import void_days
from .held import STATE, Changed, look_up_mark, mark, reading, while_it_holds
from .payments import rate, settled
from .played import look_up_asked
from .reports import decide, uphold


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
    sql, numbers = (_DAY, place[:1]) if place.is_day else (_ASKED, place)
    found = await ledger.rows(sql, *numbers)
    if not found:
        raise Refused(Why.GONE)
    ((channel, asked),) = found
    with reading():
        question = Question.from_json(asked)

    passing = _Passing(guild, place, choice, channel, question, moderator, reason, at)
    return await while_it_holds(ledger, lambda: passing.prepare(ledger, over_since))


@dataclass(frozen=True, slots=True)
class _Passing:
    """A verdict that is to be passed."""

    guild: int
    place: Place
    choice: Choice
    channel: int
    question: Question
    moderator: int
    reason: str
    at: int

    async def prepare(self, ledger: Ledger, over_since: int) -> Write[Regraded]:
        """Work out what it does to each round."""
        seen = await look_up_mark(ledger, self.guild, self.question.id)
        spots = await look_up_asked(ledger, self.guild, self.question, over_since)
        found = await asyncio.to_thread(_worked_out, spots, self.place, self.choice)

        def write(db: sqlite3.Connection) -> Regraded:
            # First, so that of two moderators one decides.
            decide(db, "upheld", self.guild, self.place)
            if mark(db, self.guild, self.question.id) != seen:
                raise Changed
            if isinstance(found, Refused):
                raise found
            return self._pass(db, spots, found)

        return write

    def _pass(
        self, db: sqlite3.Connection, spots: Sequence[Spot], found: Sequence[Effect]
    ) -> Regraded:
        about = (self.guild, self.channel, self.question.to_json(), self.moderator, self.reason)
        verdict = _keep(db, self.place, about, found, self.at)
        is_void = self.choice == VOIDING
        days = void_days(db, self.guild, self.question, verdict) if is_void else []
        uphold(db, self.guild, {*_decided(self.choice, spots, found), *map(Place, days)})
        rated = rate(db, self.guild, self.question.id, found)
        return settled(db, verdict, self.place, rated, days, self.at, undone=False)


def _worked_out(spots: Sequence[Spot], place: Place, choice: Choice) -> list[Effect] | Refused:
    """What a verdict does; or why none can be passed, which a decision of another goes before."""
    own = next((spot for spot in spots if spot.place == place), None)
    try:
        if own is None and not place.is_day:
            raise Refused(Why.UNREADABLE)
        _check(own, spots)
        return effects(own, (spot for spot in spots if spot is not own), choice)
    except Refused as error:
        return error


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
            db.execute(STATE, ("void", spot.round_id, spot.step))
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
