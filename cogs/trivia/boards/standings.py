"""Standings: what members have come to in some rounds, added up, and a page of them. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from .models import BOARD_SIZE, Board, BoardLine


class Score(NamedTuple):
    """What a member has come to."""

    points: int
    right: int
    answers: int
    rounds: int


Standings = Mapping[int, Score]


def added(standings: Standings, others: Iterable[tuple[int, Score]]) -> dict[int, Score]:
    """The standings with those of other rounds: no round may be in both."""
    total = dict(standings)
    for user, score in others:
        known = total.get(user)
        total[user] = score if known is None else Score(*map(sum, zip(known, score, strict=True)))
    return total


def page_of(
    standings: Standings, listed: Collection[int] | None, *, asker: int | None, page: int
) -> Board:
    """A page of a board, best first, or the last page when it has fewer.

    :param listed: who has a line; everybody has a rank. ``None`` for everybody.
    :param asker: whose own line is given also when it is not on the page.
    """
    # As negative numbers, the best first: so they are sorted, and searched, as they are.
    points = sorted(-score.points for score in standings.values())
    shown = standings.keys() if listed is None else standings.keys() & listed
    order = sorted(shown, key=lambda user: (-standings[user].points, user))
    page = min(page, max(0, (len(order) - 1) // BOARD_SIZE))

    def line(user: int) -> BoardLine:
        score = standings[user]
        return BoardLine(bisect_left(points, -score.points) + 1, user, *score)

    return Board(
        page=page,
        lines=tuple(map(line, order[page * BOARD_SIZE :][:BOARD_SIZE])),
        own=None if asker is None or asker not in standings else line(asker),
        players=len(standings),
        shown=len(order),
    )
