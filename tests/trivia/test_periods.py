"""Weeks, months and seasons: where they begin and end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.trivia.boards.periods import Period, span

BOUNDED = st.sampled_from([period for period in Period if period is not Period.ALL])
# From 1970 to the year 9000.
MOMENTS = st.integers(0, 221_845_132_800_000)


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def ms(year: int, month: int, day: int, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1000


@given(period=st.sampled_from(Period), now=MOMENTS)
def test_now_is_in_its_period(period: Period, now: int) -> None:
    """And every other moment of the period is in the same one."""
    found = span(period, now)
    assert found.start <= now < found.end
    if period is not Period.ALL and found.start >= 0:
        assert span(period, found.start) == span(period, found.end - 1) == found


@given(period=BOUNDED, now=MOMENTS)
def test_periods_leave_no_gap(period: Period, now: int) -> None:
    """One begins where the one before has ended."""
    found = span(period, now)
    assert span(period, found.end).start == found.end
    assert span(period, found.start - 1).end == found.start


@given(now=MOMENTS)
def test_periods_begin_where_the_calendar_says(now: int) -> None:
    """At midnight: a Monday, the first of a month, the first of a quarter."""
    for period in (Period.WEEK, Period.MONTH, Period.SEASON):
        found = span(period, now)
        start, end = moment(found.start), moment(found.end)
        assert found.start % 86_400_000 == found.end % 86_400_000 == 0
        if period is Period.WEEK:
            assert start.weekday() == 0
            assert start.isocalendar()[:2] == moment(now).isocalendar()[:2]
            assert (end - start).days == 7
        else:
            assert start.day == end.day == 1
            months = (end.year - start.year) * 12 + end.month - start.month
            assert months == (1 if period is Period.MONTH else 3)
            assert period is Period.MONTH or start.month in (1, 4, 7, 10)


@pytest.mark.parametrize(
    ("period", "now", "start", "end"),
    [
        (Period.WEEK, ms(2026, 1, 1, 13), ms(2025, 12, 29), ms(2026, 1, 5)),
        (Period.WEEK, ms(2026, 11, 22, 23), ms(2026, 11, 16), ms(2026, 11, 23)),
        (Period.MONTH, ms(2024, 2, 29, 23), ms(2024, 2, 1), ms(2024, 3, 1)),
        (Period.MONTH, ms(2026, 12, 31), ms(2026, 12, 1), ms(2027, 1, 1)),
        (Period.SEASON, ms(2026, 12, 31, 23), ms(2026, 10, 1), ms(2027, 1, 1)),
        (Period.SEASON, ms(2026, 6, 30), ms(2026, 4, 1), ms(2026, 7, 1)),
    ],
)
def test_periods_of_some_days(period: Period, now: int, start: int, end: int) -> None:
    """The turn of the year, a leap day, the last hour of a Sunday."""
    found = span(period, now)
    assert (found.start, found.end) == (start, end)
