"""The rules of a daily question: which day's is out, when the next comes, and personal streaks.

A moderator names an hour and a zone. The question of a day opens at the first instant at which the
clocks there show that hour of that day or later, so a clock that is put forward delays it to the
first moment that exists, and one that is put back does not ask it twice. Pure: now is handed in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# A missed day is forgiven when the one forgiven before lies so many days back.
FORGIVEN_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Streak:
    """Days answered in a row up to ``last``; ``forgiven`` is the missed day last let pass.

    So many were ``missed`` just before ``last``, and forgiven if it is not the first of the row.
    """

    days: int = 0
    last: date | None = None
    forgiven: date | None = None
    missed: int = 0


def opens_at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which a day's question opens; never earlier for a later day."""
    wall = datetime.combine(day, time(hour))
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _wall(late, zone) == wall:
        return late
    # In a gap: fold 0 is reckoned with the clock before it and lies after it, fold 1 the reverse.
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    below, seconds = 0, int((late - early).total_seconds())
    while seconds - below > 1:
        middle = (below + seconds) // 2
        if _wall(early + timedelta(seconds=middle), zone) < wall:
            below = middle
        else:
            seconds = middle
    return early + timedelta(seconds=seconds)


def question_day(hour: int, zone: ZoneInfo, now: datetime) -> date:
    """The local date of the latest question that should be out at ``now``, which is aware.

    A date that a zone left out, as Apia did 30 December 2011, has none.
    """
    # Clocks put back over midnight show yesterday after today's question has opened.
    day = _aware(now).astimezone(zone).date() + DAY
    while opens_at(day, hour, zone) > now or not _exists(day, zone):
        day -= DAY
    return day


def next_open(hour: int, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant, in UTC and after ``now``, at which the next question opens."""
    day = question_day(hour, zone, now) + DAY
    while not _exists(day, zone):
        day += DAY
    return opens_at(day, hour, zone)


def missed(last_day: date | None, hour: int, zone: ZoneInfo, now: datetime) -> date | None:
    """The day whose question is to be asked now, or ``None`` when it is out already.

    After a downtime that is today's alone: nobody wants a week of questions at once.
    """
    today = question_day(hour, zone, now)
    return today if last_day is None or last_day < today else None


def answered(streak: Streak, day: date, asked: Sequence[date]) -> Streak:
    """The streak after an answer to a day's question.

    ``asked`` are the days that had a question, in order: only those can be missed. A second answer
    on a day, or one to a day before the last answered one, changes nothing.
    """
    if streak.last is None:
        return replace(streak, days=1, last=day)
    if day <= streak.last:
        return streak
    unanswered = asked[bisect_right(asked, streak.last) : bisect_left(asked, day)]
    if not unanswered:
        return replace(streak, days=streak.days + 1, last=day, missed=0)
    if len(unanswered) == 1 and _is_forgiven(streak, unanswered[0]):
        return Streak(streak.days + 1, day, forgiven=unanswered[0], missed=1)
    return replace(streak, days=1, last=day, missed=len(unanswered))


def lasting(streak: Streak, over: Sequence[date]) -> int:
    """The days of a streak that an answer to a next question would go on with.

    ``over`` are the days whose question cannot be answered any more, in order.
    """
    if streak.last is None:
        return 0
    following = max([streak.last, *over[-1:]]) + DAY
    return answered(streak, following, over).days - 1


def _is_forgiven(streak: Streak, day: date) -> bool:
    """No day was forgiven in the week before this one."""
    return streak.forgiven is None or day - streak.forgiven >= FORGIVEN_EVERY


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks show there."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _exists(day: date, zone: ZoneInfo) -> bool:
    return _wall(opens_at(day, 0, zone), zone).date() == day


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    return now
