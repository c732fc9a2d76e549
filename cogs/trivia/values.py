"""Values that can be ordered, and near ones in the form of an answer.

Dates, money and figures, places in a ranking and lengths of time. The right one among four values
may be any of them: did it mostly lie in the middle, that alone would be a good guess. Pure:
randomness is handed in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from bot.catalog.vocabulary import Kind
from bot.catalog.wording import date_text

from .figures import with_figures
from .rating import Difficulty

# What stands behind a number that is a share or a score, and bounds it: 91%, 82 / 100.
_OUT_OF = re.compile(r"\s*(?:%|percent\b|(?:/|out of)\s*(?P<limit>\d+))")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_FACTORS = (0.25, 0.4, 0.5, 0.6, 0.75, 0.8, 0.9, 1.1, 1.2, 1.25, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
# Of the whole that bounds a share or a score: factors would soon lead beyond it.
_PARTS = (-0.11, -0.07, -0.04, -0.02, 0.02, 0.04, 0.07, 0.11)
# Whole weeks: films open on the same days of the week, and an odd one would stand out.
_DAY_SHIFTS = (7, 14, 21, 28, 42, 63, 91, 182, 364, 728)
_MONTH_SHIFTS = (1, 2, 3, 4, 5, 6, 9, 12, 18, 24)
_YEAR_SHIFTS = (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6)

# How far a value is from the answer, below or above, and its text.
Valued = tuple[float, str]
_DURATION = re.compile(
    r"(?P<count>[a-z]+|\d+) (?P<unit>minute|hour|night|day|weekend|week|month|year)s?"
    r"(?P<half> and a half)?"
)
_DAYS = {
    "minute": 1 / 1440, "hour": 1 / 24, "night": 1 / 3, "day": 1, "weekend": 2,
    "week": 7, "month": 30, "year": 365,
}  # fmt: skip


def away(kind: Kind, answer: str, options: Sequence[str]) -> list[Valued] | None:
    """Each option with how far it is from the answer; ``None`` where they have no order."""
    values = ordered(kind, (answer, *options))
    if values is None:
        return None
    right, *others = values
    return [(value - right, text) for value, text in zip(others, options, strict=True)]


def ordered(kind: Kind, texts: Sequence[str]) -> list[float] | None:
    """Numbers to compare the texts by; ``None`` when they are no values of one sort."""
    if kind in (Kind.YEAR, Kind.DATE):
        days = [_day(text) for text in texts]
        return _all_of([day.toordinal() if day else None for day in days])
    lengths = _all_of([_duration(text.casefold()) for text in texts])
    return lengths or _all_of([_figure(text) for text in texts] if _alike(texts) else [None])


def _all_of(values: Sequence[float | None]) -> list[float] | None:
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None


def _alike(texts: Sequence[str]) -> bool:
    """Whether nothing but their figures, and the endings of these, tells the texts apart."""
    frames = {_ORDINAL.sub("", NUMBER.sub("0", text, 1)).removesuffix(" million") for text in texts}
    return len(frames) == 1


def _figure(text: str) -> float | None:
    """The logarithm, as half as much is as far as twice as much."""
    found = NUMBER.search(text)
    size = float(found[0].replace(",", "")) if found else 0
    return math.log(size * (1_000_000 if text.endswith(" million") else 1)) if size else None


def _duration(text: str) -> float | None:
    """The logarithm of a length of time: ``two weeks``, ``a day and a half``."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    (count,) = ["1"] if found["count"] in ("a", "an") else with_figures([found["count"]])
    if not count.isdecimal() or int(count) == 0:
        return None
    return math.log((int(count) + (0.5 if found["half"] else 0)) * _DAYS[found["unit"]])


def around(
    options: Sequence[Valued], count: int, random: Random, difficulty: Difficulty
) -> list[str]:
    """So many values, of which any number may be below the answer.

    Hard takes the nearer half of those on each side, easy the farther, as far as these go.
    """
    chosen = sorted(options, key=lambda one: (abs(one[0]), one))
    lower = [text for distance, text in chosen if distance < 0]
    upper = [text for distance, text in chosen if distance > 0]
    least, most = max(count - len(upper), 0), min(count, len(lower))
    if least > most:
        return [*lower, *upper]
    below = random.randint(least, most)
    some: list[str] = []
    for values, number in ((lower, below), (upper, count - below)):
        half = max(number, (len(values) + 1) // 2)
        reach = {Difficulty.EASY: values[len(values) - half :], Difficulty.HARD: values[:half]}
        some += random.sample(reach.get(difficulty, values), number)
    return some


def made_near(
    kind: Kind,
    answer: str,
    is_taken: Callable[[str], bool],
    count: int,
    random: Random,
    difficulty: Difficulty,
) -> list[str]:
    """So many made values in the form of the answer, with as many commas if there are enough."""
    made = [one for one in _made(kind, answer) if not is_taken(one[1])]
    alike = {one for one in made if one[1].count(",") == answer.count(",")}
    return around(list(alike if len(alike) >= count else set(made)), count, random, difficulty)


def _made(kind: Kind, answer: str) -> Iterator[Valued]:
    """Near values in the very form of the answer."""
    match kind:
        case Kind.YEAR | Kind.DATE if re.fullmatch(r"\d{4}", answer):
            yield from ((shift, str(int(answer) + shift)) for shift in _YEAR_SHIFTS)
        case Kind.DATE:
            yield from _near_dates(answer)
        case Kind.MONEY | Kind.NUMBER:
            yield from _near_figures(answer)
        case _:
            return


def _near_dates(answer: str) -> Iterator[Valued]:
    """``27 October 1995`` or ``October 1995``, moved by weeks or months."""
    day = _day(answer)
    length = 10 if answer[:1].isdigit() else 7
    # Written in another way, the answer would be the only one that is.
    if day is None or date_text(day.isoformat()[:length]) != answer:
        return
    for sign in (-1, 1):
        # The first of a month often stands for the month.
        if length == 7 or day.day == 1:
            moved = [_month(day, sign * shift) for shift in _MONTH_SHIFTS]
        else:
            moved = [day + timedelta(days=sign * shift) for shift in _DAY_SHIFTS]
        for other in moved:
            yield (other - day).days, date_text(other.isoformat()[:length])


def _day(text: str) -> date | None:
    """The day that a date names, of a month or year the first; none at the ends of the calendar."""
    for form in ("%d %B %Y", "%B %Y", "%Y"):
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day, no time
        except ValueError:
            continue
        return day if 1000 < day.year < 9000 else None
    return None


def _month(day: date, shift: int) -> date:
    """The first of a month so many months away."""
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    return date(year, month + 1, 1)


def _near_figures(answer: str) -> Iterator[Valued]:
    """The answer with its first number made larger or smaller, as roughly or exactly as it is."""
    match = NUMBER.search(answer)
    if match is None or _ORDINAL.match(answer, match.end()):
        return
    bound = _OUT_OF.match(answer, match.end())
    limit = float(bound["limit"] or 100) if bound else math.inf
    digits = match[0].replace(",", "")
    decimals = len(digits.partition(".")[2])
    value = float(digits)
    grouping = "," if "," in match[0] or value < 1_000 else ""
    nearby = [value + shift for shift in (-3, -2, -1, 1, 2, 3)] if value <= 12 else []
    if bound:
        nearby += [value + part * limit for part in _PARTS]
    for made in (*nearby, *(value * factor for factor in _FACTORS)):
        rounded = round(made, decimals) if decimals else float(_as_round_as(digits, made))
        if 0 < rounded <= limit and rounded != value:
            text = f"{rounded:{grouping}.{decimals}f}"
            yield rounded - value, answer[: match.start()] + text + answer[match.end() :]


def _as_round_as(digits: str, made: float) -> int:
    """``made`` rounded to the zeros that the answer ends in: 2,500 stays a multiple of 100."""
    zeros = len(digits) - len(digits.rstrip("0"))
    unit = 10 ** min(zeros, max(len(str(int(made))) - 1, 0))
    return round(made / unit) * unit
