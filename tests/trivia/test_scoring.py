"""What an answer is worth, whatever the times and the streak."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cogs.trivia import scoring
from cogs.trivia.scoring import points

MOMENTS = st.integers(-5_000, 200_000)
ALLOWED = st.integers(0, 200_000)
STREAKS = st.integers(1, 1_000)


@given(taken=MOMENTS, allowed=ALLOWED, streak=st.integers(0, 1_000))
def test_a_wrong_answer_is_worth_nothing(taken: int, allowed: int, streak: int) -> None:
    """It costs nothing either."""
    assert points(correct=False, taken=taken, allowed=allowed, streak=streak) == 0


@given(taken=MOMENTS, allowed=ALLOWED, streak=STREAKS)
def test_a_right_answer_is_worth_100_to_200(taken: int, allowed: int, streak: int) -> None:
    """100, at most 50 for speed and at most 50 for the streak, whatever the clock says."""
    worth = points(correct=True, taken=taken, allowed=allowed, streak=streak)
    assert 100 <= worth <= 200


@given(taken=st.tuples(MOMENTS, MOMENTS).map(sorted), allowed=ALLOWED, streak=STREAKS)
def test_sooner_is_never_worth_less(taken: list[int], allowed: int, streak: int) -> None:
    """Speed can only help."""
    sooner, later = (
        points(correct=True, taken=moment, allowed=allowed, streak=streak) for moment in taken
    )
    assert sooner >= later


@given(streaks=st.tuples(STREAKS, STREAKS).map(sorted))
def test_a_longer_streak_is_never_worth_less(streaks: list[int]) -> None:
    """Up to its limit, which a very long one does not pass."""
    shorter, longer = (
        points(correct=True, taken=1, allowed=1, streak=streak) for streak in streaks
    )
    assert shorter <= longer <= scoring.RIGHT + scoring.STREAK_LIMIT


def test_the_figures_that_members_are_told() -> None:
    """150 at once, 125 halfway, 100 at the end; 10 more for each right answer in a row."""
    worth = [points(correct=True, taken=taken, allowed=20_000, streak=1)
             for taken in (0, 10_000, 20_000)]  # fmt: skip
    assert worth == [150, 125, 100]
    rows = [points(correct=True, taken=1, allowed=0, streak=streak) for streak in range(1, 8)]
    assert rows == [100, 110, 120, 130, 140, 150, 150]
