"""Weeks, months and seasons, all of them in UTC. Pure: the time now is handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
# After every round there can be; SQLite's largest integer is larger.
_NEVER = 2**62


class Period(StrEnum):
    """Which rounds a board counts, by the time they were started."""

    ALL = "all"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` until just before ``end``, in ms since 1970."""

    start: int
    end: int


def span(period: Period, now: int) -> Span:
    """The week (from Monday), the month or the quarter of the year that ``now`` is in."""
    if period is Period.ALL:
        return Span(0, _NEVER)
    moment = _EPOCH + now * _MS
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if period is Period.WEEK:
        first = midnight - timedelta(days=midnight.weekday())
        return Span(_ms(first), _ms(first + timedelta(days=7)))
    months = 1 if period is Period.MONTH else 3
    first = midnight.replace(month=(midnight.month - 1) // months * months + 1, day=1)
    return Span(_ms(first), _ms(_later(first, months)))


def _later(first: datetime, months: int) -> datetime:
    """The first day of the month so many after that of ``first``."""
    years, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + years, month=month + 1)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MS
