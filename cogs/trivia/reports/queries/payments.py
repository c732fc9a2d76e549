"""Awards and ratings as a verdict leaves them, within the transaction that notes the verdict."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ...models import Place
from ...queries import ratings
from ...queries.rounds import AWARD, COUNT_PLAYERS
from ...rating import Learnt
from ...teams.queries import members_in
from ...teams.rules import team_points
from ..elsewhere import Effect, players
from ..models import Gain, Regraded
from ..regrading import totals
from .notices import note


def rate(
    db: sqlite3.Connection, guild: int, question: str, found: Sequence[Effect]
) -> list[Effect]:
    """Let the ratings follow a verdict on a question; its effects with what that has learnt.

    First all is taken back that does not hold, in every round; then what holds instead is learnt
    in the order of the clicks, so that it is the same whichever round the report came from.
    """
    unrate(db, guild, question, found)
    unknown = [
        (effect.spot.click_of(one.user), effect.spot.round_id, one)
        for effect in found
        for one in effect.change.to_learn(effect.spot.step)
    ]
    learnt: defaultdict[int, dict[int, Learnt]] = defaultdict(dict)
    for _, round_id, one in sorted(unknown, key=lambda row: row[:2]):
        learnt[round_id] |= ratings.learn(db, guild, question, [one])
    return [
        replace(one, change=one.change.with_learnt(one.spot.step, learnt[one.spot.round_id]))
        for one in found
    ]


def unrate(db: sqlite3.Connection, guild: int, question: str, found: Iterable[Effect]) -> None:
    """Move the ratings by what is known of the awards of a question, before and after."""
    for effect in found:
        ratings.shift(db, guild, question, effect.change.shifts(effect.spot.step))


def _pay(db: sqlite3.Connection, effect: Effect) -> dict[int, int]:
    """Let the awards of some steps be just these; what each player has in the round now."""
    round_id = effect.spot.round_id
    for step, ones in effect.change.after.items():
        db.execute(_UNPAY, (round_id, step))
        db.executemany(AWARD, ((round_id, step, *one) for one in ones))
    db.execute(COUNT_PLAYERS, (round_id, round_id))
    return totals({**effect.spot.played.paid, **effect.change.after})


def settled(
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
        now = _pay(db, effect)
        gains = effect.change.gains(now)
        members = members_in(db, effect.spot.round_id)
        teams = team_points(members, effect.spot.played.rules.teams, now)
    for effect in others:
        _pay(db, effect)
    reached = (sorted(players(others)), len(days) - place.is_day)
    return note(db, verdict, at, gains, teams, reached, undone=undone)


_UNPAY = "DELETE FROM award WHERE round_id = ? AND step = ?"
