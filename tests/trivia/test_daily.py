"""The daily question: each local date once, whatever the clocks do, and streaks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cogs.trivia.daily.days import (
    DAY,
    Streak,
    answered,
    lasting,
    missed,
    next_open,
    opens_at,
    question_day,
)

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Havana",  # changes at midnight
        "America/St_Johns",  # once put clocks back at a minute past midnight
        "Australia/Lord_Howe",  # by half an hour
        "Pacific/Apia",  # left out 30 December 2011
        "Asia/Kathmandu",
        "Africa/Casablanca",
    )
]
BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
zones = st.sampled_from(ZONES)
hours = st.integers(0, 23)
days = st.dates(date(1970, 1, 1), date(2060, 12, 31))
instants = st.datetimes(  # which takes naive bounds
    datetime(1970, 1, 2),  # noqa: DTZ001
    datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("UTC", "2026-05-01", 9, "2026-05-01T09:00"),
        ("Europe/Berlin", "2026-03-29", 2, "2026-03-29T01:00"),  # 02:00 was not; 03:00 was
        ("Europe/Berlin", "2026-03-29", 3, "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25", 2, "2026-10-25T00:00"),  # the first 02:00
        ("Europe/Berlin", "2026-10-25", 3, "2026-10-25T02:00"),
        ("America/New_York", "2026-03-08", 2, "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01", 1, "2026-11-01T05:00"),
        ("Australia/Lord_Howe", "2026-10-04", 2, "2026-10-03T15:30"),  # 02:30 is the first
        ("Australia/Lord_Howe", "2026-04-05", 2, "2026-04-04T15:30"),  # 01:30 was twice, 02:00 once
        ("America/Havana", "2026-03-08", 0, "2026-03-08T05:00"),  # the day began at 01:00
        ("America/Havana", "2026-11-01", 0, "2026-11-01T04:00"),  # it had two midnights
        ("Pacific/Apia", "2011-12-30", 9, "2011-12-30T10:00"),  # the date was left out
    ],
)
def test_opening(zone: str, day: str, hour: int, expected: str) -> None:
    """A wall time that is not gives way to the first that is; of two, the first counts."""
    assert opens_at(date.fromisoformat(day), hour, ZoneInfo(zone)) == utc(expected)


@given(zones, days, hours)
@example(ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4), 2)
@example(APIA, date(2011, 12, 30), 0)
@example(ZoneInfo("America/St_Johns"), date(1995, 10, 29), 0)
def test_a_question_opens_at_the_first_moment_of_its_hour(
    zone: ZoneInfo, day: date, hour: int
) -> None:
    """A second before, the clocks had not got there on any earlier instant."""
    opens = opens_at(day, hour, zone)
    wall = datetime.combine(day, datetime.min.time()).replace(hour=hour)
    assert opens.tzinfo is UTC
    assert opens.astimezone(zone).replace(tzinfo=None) >= wall
    for back in (1, 60, 1_800, 3_600, 7_200, 86_400):
        before = opens - timedelta(seconds=back)
        assert before.astimezone(zone).replace(tzinfo=None) < wall


@settings(max_examples=60)
@given(zones, days, hours)
@example(APIA, date(2011, 12, 28), 0)
@example(APIA, date(2011, 12, 28), 9)
@example(ZoneInfo("America/St_Johns"), date(1995, 10, 27), 0)
@example(ZoneInfo("America/Havana"), date(2026, 10, 30), 0)
def test_each_local_date_has_its_question_once(zone: ZoneInfo, day: date, hour: int) -> None:
    """Over a week looked at every half hour: no date twice, none left out that there was."""
    start = opens_at(day, hour, zone)
    moments = [start + timedelta(minutes=30 * step) for step in range(48 * 7)]
    seen = [question_day(hour, zone, now) for now in moments]
    assert all(later >= earlier for earlier, later in pairwise(seen))
    gone = {seen[0] + DAY * n for n in range((seen[-1] - seen[0]).days)} - set(seen)
    assert gone <= ({date(2011, 12, 30)} if zone is APIA else set())


@given(zones, hours, instants)
@example(APIA, 0, utc("2011-12-30T09:59"))
@example(APIA, 9, utc("2011-12-30T11:00"))
def test_the_next_question_is_the_next(zone: ZoneInfo, hour: int, now: datetime) -> None:
    """Until then the day stays as it is; then it is another, and it opens just then."""
    day, opens = question_day(hour, zone, now), next_open(hour, zone, now)
    assert opens_at(day, hour, zone) <= now < opens
    assert question_day(hour, zone, opens - timedelta(seconds=1)) == day
    after = question_day(hour, zone, opens)
    assert after > day
    assert opens_at(after, hour, zone) == opens


def test_a_date_that_a_zone_left_out_has_no_question() -> None:
    assert question_day(9, APIA, utc("2011-12-30T18:59")) == date(2011, 12, 29)
    assert question_day(9, APIA, utc("2011-12-30T19:00")) == date(2011, 12, 31)


@given(zones, hours, instants, st.none() | days)
def test_only_todays_question_is_made_up_for(
    zone: ZoneInfo, hour: int, now: datetime, last: date | None
) -> None:
    """What to ask is today's or nothing, and once it is asked, nothing."""
    today = question_day(hour, zone, now)
    found = missed(last, hour, zone, now)
    assert found == (today if last is None or last < today else None)
    assert missed(today, hour, zone, now) is None


def test_catching_up_after_three_days() -> None:
    now = utc("2026-05-04T12:00")
    assert missed(date(2026, 5, 1), 9, BERLIN, now) == date(2026, 5, 4)
    assert missed(date(2026, 5, 4), 9, BERLIN, now) is None
    assert missed(date(2026, 5, 3), 15, BERLIN, now) is None  # today's is not due yet


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        question_day(9, BERLIN, datetime(2026, 5, 4))  # noqa: DTZ001 - the point


# ---------------------------------------------------------------- streaks

FIRST = date(2026, 5, 1)
EVERY_DAY = range(100)


def at(offset: int) -> date:
    return FIRST + DAY * offset


def after(offsets: Iterable[int], asked: Iterable[int] = EVERY_DAY) -> Streak:
    """The streak of somebody who answered on these days after the first, of those asked."""
    streak, days_asked = Streak(), [at(offset) for offset in asked]
    for offset in offsets:
        streak = answered(streak, at(offset), days_asked)
    return streak


@pytest.mark.parametrize(
    ("offsets", "length"),
    [
        ((0,), 1),
        ((0, 1, 2), 3),
        ((0, 0, 1, 1), 2),
        ((0, 2), 2),  # one day forgiven
        ((0, 3), 1),  # two in a row are not
        ((0, 2, 4), 1),  # the second within the week is not
        ((0, 2, 3, 4, 5, 6, 7, 9), 8),  # day 8, a week after day 1, is
        ((0, 2, 3, 4, 5, 6, 8), 1),  # day 7 is not
        ((5, 3, 4), 1),
    ],
)
def test_streaks(offsets: tuple[int, ...], length: int) -> None:
    """With a question on every day."""
    assert after(offsets).days == length


@pytest.mark.parametrize(
    ("asked", "offsets", "length"),
    [
        ((0, 4), (0, 4), 2),  # three days without a question
        ((0, 4, 5, 9), (0, 4, 9), 3),  # one missed among days without
        ((0, 4, 6, 9), (0, 9), 1),  # two missed
        ((0, 2, 3, 4), (0, 2, 4), 3),  # the day without one has not used up the forgiven one
        ((0, 1, 2, 6, 7, 8), (0, 2, 6, 8), 1),  # a day without one does not forgive either
        ((0, 1, 2, 6, 8, 9), (0, 2, 6, 9), 4),  # a week is one of the calendar
    ],
)
def test_only_a_question_can_be_missed(
    asked: tuple[int, ...], offsets: tuple[int, ...], length: int
) -> None:
    assert after(offsets, asked).days == length


@given(st.sets(st.integers(0, 90)), st.sets(st.integers(0, 90)))
def test_who_answers_every_question_keeps_the_streak(asked: set[int], more: set[int]) -> None:
    """However far apart they are; nothing is forgiven, so nothing is spent."""
    streak = after(sorted(asked), sorted(asked))
    assert (streak.days, streak.forgiven) == (len(asked), None)
    # An answered question that is not among those asked is none that was missed.
    assert after(sorted(asked | more), sorted(asked)).days == len(asked | more)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30),
    st.integers(0, 30),
)
def test_days_without_a_question_change_nothing(past: list[tuple[int, bool]], quiet: int) -> None:
    """The next answer does to a streak what it does without the quiet days before it."""
    asked = list(accumulate(gap + 1 for gap, _ in past))
    streak = after(
        (day for day, (_, is_answered) in zip(asked, past, strict=True) if is_answered), asked
    )
    days_asked = [at(day) for day in asked]
    soon = answered(streak, at(asked[-1] + 1), days_asked)
    late = answered(streak, at(asked[-1] + 1 + quiet), days_asked)
    assert (late.days, late.forgiven) == (soon.days, soon.forgiven)


@pytest.mark.parametrize(
    ("offsets", "over", "length"),
    [
        ((), 3, 0),
        ((0, 1, 2), 2, 3),  # the day after is open still
        ((0, 1, 2), 3, 3),
        ((0, 1, 2), 4, 3),  # that day would be forgiven
        ((0, 1, 2), 5, 0),
        ((0, 2), 4, 0),  # one is forgiven already
    ],
)
def test_a_streak_lasts_as_long_as_it_can_go_on(
    offsets: tuple[int, ...], over: int, length: int
) -> None:
    """Though nobody has answered since; ``over`` days have closed."""
    assert lasting(after(offsets), [at(offset) for offset in range(over)]) == length


@given(st.lists(st.integers(0, 60), max_size=60))
def test_with_a_question_every_day_the_calendar_counts(offsets: list[int]) -> None:
    """The rule told in days of the calendar alone."""
    length, last, forgiven = 0, -9, -9
    for day in offsets:
        if length and day <= last:
            continue
        if length and day - last == 2 and day - 1 - forgiven >= 7:
            length, forgiven = length + 1, day - 1
        else:
            length = length + 1 if day - last == 1 else 1
        last = day
    assert after(offsets).days == length


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(0, 45), st.sets(st.integers(0, 45)))
def test_a_second_or_late_answer_changes_nothing(
    offsets: list[int], offset: int, asked: set[int]
) -> None:
    streak, days_asked = after(offsets, sorted(asked)), [at(day) for day in sorted(asked)]
    again = answered(streak, at(offset), days_asked)
    assert answered(again, at(offset), days_asked) == again
    if streak.last is not None and at(offset) <= streak.last:
        assert again == streak


@given(st.sets(st.integers(0, 60), min_size=1), st.sets(st.integers(0, 60)))
def test_at_most_one_day_a_week_is_forgiven(offsets: set[int], quiet: set[int]) -> None:
    """Between the answers of a streak lie single missed questions, a week apart or more."""
    asked = sorted(set(range(61)) - quiet | offsets)
    streak = after(sorted(offsets), asked)
    in_order = sorted(offsets)[-streak.days :]
    lost = [day for day in asked if in_order[0] < day and day not in offsets and day < in_order[-1]]
    assert all(later - earlier >= 7 for earlier, later in pairwise(lost))
    if lost:
        assert streak.forgiven == at(lost[-1])
