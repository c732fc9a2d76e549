"""What an answer is worth. Pure: times come in as milliseconds."""

from __future__ import annotations

RIGHT = 100
# The whole of it for an answer at once, none for one at the deadline, evenly in between.
SPEED = 50
# For each right answer in a row after the first, up to the limit.
STREAK_STEP = 10
STREAK_LIMIT = 50


def points(
    *,
    correct: bool,
    taken: int,
    allowed: int,
    streak: int,
    relaxed: bool = False,
    hinted: bool = False,
) -> int:
    """Points for an answer after ``taken`` of ``allowed`` ms.

    A wrong answer costs nothing and earns nothing.

    :param streak: right answers in a row, with this one.
    :param relaxed: speed counts for nothing.
    :param hinted: half of everything, rounded down.
    """
    if not correct:
        return 0
    left = min(max(allowed - taken, 0), allowed)
    speed = round(SPEED * left / allowed) if allowed > 0 and not relaxed else 0
    earned = RIGHT + speed + min(STREAK_STEP * (streak - 1), STREAK_LIMIT)
    return earned // 2 if hinted else earned
