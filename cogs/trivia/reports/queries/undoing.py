"""Taking a verdict back, as exactly as it was passed: in all its rounds, in one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.ledger import Ledger
from bot.ledger.ledger import Row
from bot.ledger.writer import Write

from ...models import UNREADABLE, Place, Question
from ..elsewhere import Effect, Spot
from ..models import Refused, Regraded, Why
from ..regrading import Change, Kept, Played
from .days import restore_days
from .held import STATE, Changed, look_up_mark, mark, reading, while_it_holds
from .payments import settled, unrate
from .played import look_up, look_up_asked, ruling
from .reports import reopen


async def undo(
    ledger: Ledger, guild: int, verdict: int, moderator: int, at: int, over_since: int
) -> Regraded:
    """Take a verdict back: the awards of all its rounds are again what they were before it.

    What was reported waits for another decision.

    :raises Refused: when that was done already, a later verdict on one of the rounds stands on it,
        a live round has the question, or it or one of the rounds cannot be read.
    """

    found = await ledger.rows(_VERDICT, verdict, guild)
    if not found:
        raise Refused(Why.GONE)
    ((asked, slots, wordings, *place_of),) = found
    with reading():
        question, _ = Question.from_json(asked), ruling(slots, wordings)
    place = Place(*place_of)

    undoing = _Undoing(guild, verdict, place, question, moderator, at)
    return await while_it_holds(ledger, lambda: undoing.prepare(ledger, over_since))


@dataclass(frozen=True, slots=True)
class _Undoing:
    """A verdict that is to be taken back."""

    guild: int
    verdict: int
    place: Place
    question: Question
    moderator: int
    at: int

    async def prepare(self, ledger: Ledger, over_since: int) -> Write[Regraded]:
        """Work out what that does to each round."""
        seen = await look_up_mark(ledger, self.guild, self.question.id)
        spots = await look_up_asked(ledger, self.guild, self.question, over_since)
        kept = await ledger.rows(_KEPT, self.verdict)
        played = await look_up(ledger, {row[0] for row in kept}, over_since)
        found = await asyncio.to_thread(_back, kept, played)

        def write(db: sqlite3.Connection) -> Regraded:
            if db.execute(_IS_UNDONE, (self.verdict,)).fetchone():
                raise Refused(Why.UNDONE)
            if db.execute(_LATER, (self.verdict,)).fetchone():
                raise Refused(Why.LATER)
            if mark(db, self.guild, self.question.id) != seen:
                raise Changed
            if any(spot.is_pending for spot in spots):
                raise Refused(Why.ELSEWHERE)
            if isinstance(found, Refused):
                raise found
            return self._take_back(db, spots, found)

        return write

    def _take_back(
        self,
        db: sqlite3.Connection,
        spots: Iterable[Spot],
        found: Sequence[tuple[str, Effect]],
    ) -> Regraded:
        db.execute(_UNDONE, (self.moderator, self.at, self.verdict))
        db.executemany(STATE, ((state, *effect.spot.place) for state, effect in found))
        effects_of = [effect for _, effect in found]
        unrate(db, self.guild, self.question.id, effects_of)
        days = restore_days(db, self.verdict)
        places = {self.place, *(spot.place for spot in spots), *map(Place, days)}
        reopen(db, self.guild, places)
        return settled(db, self.verdict, self.place, effects_of, days, self.at, undone=True)


def _back(kept: Iterable[Row], played: Mapping[int, Played]) -> list[tuple[str, Effect]] | Refused:
    """What undoing does to each round, and the state of the question there from then on."""
    found: list[tuple[str, Effect]] = []
    try:
        for round_id, step, before in kept:
            was = Kept.from_json(before)
            spot = Spot(round_id, step, played[round_id])
            now = {at: spot.played.paid.get(at, ()) for at in was.paid}
            found.append((was.state, Effect(spot, Change(now, was.paid))))
    except UNREADABLE:
        return Refused(Why.UNREADABLE)
    return found


_VERDICT = """
SELECT question, slots, wordings, coalesce(round_id, daily_id), step FROM verdict
WHERE id = ? AND guild_id = ?
"""
_IS_UNDONE = "SELECT 1 FROM verdict WHERE id = ? AND undone_at IS NOT NULL"
_LATER = """
SELECT 1 FROM regrade AS own
JOIN regrade AS later ON later.round_id = own.round_id
JOIN verdict ON verdict.id = later.verdict_id
WHERE own.verdict_id = ? AND later.verdict_id > own.verdict_id AND undone_at IS NULL
LIMIT 1
"""
_KEPT = "SELECT round_id, step, before FROM regrade WHERE verdict_id = ? ORDER BY id"
_UNDONE = "UPDATE verdict SET undone_by = ?, undone_at = ? WHERE id = ?"
