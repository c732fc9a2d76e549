"""Dates, however they are written: in words, in figures alone, with seasons and short years. Pure.

A date in figures alone may have its day or its month first, and who types one cannot know which the
bot wants: it is read in every order that the calendar allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.catalog.vocabulary import Kind
from bot.likeness import slips

from .figures import is_figure

MONTHS = (
    "january february march april may june july august september october november december"
).split()
_MONTH = {month[:length]: month for month in MONTHS for length in (3, 4, len(month))}
_SEASON = {name: name for name in ("spring", "summer", "autumn", "winter")} | {"fall": "autumn"}
_WEEKDAYS = frozenset(
    day[:length]
    for day in "monday tuesday wednesday thursday friday saturday sunday".split()
    for length in (3, 4, 5, len(day))
)
_LONGEST_MONTH = 31
_IN_FIGURES = re.compile(
    r"(?:(?P<first>\d{1,2}) ?(?P<sign>[./ -]) ?(?P<second>\d{1,2}) ?(?P=sign) ?(?P<year>\d{4}|\d\d)"
    r"|(?P<start>\d{4}) ?(?P<mark>[./ -]) ?(?P<month>\d{1,2}) ?(?P=mark) ?(?P<day>\d{1,2}))\.?"
)


def in_words(text: str, century: str = "") -> list[str]:
    """A date in figures alone, written with the month's name: once for each order it may have.

    :param century: what a year of two digits belongs to; without it such a date is none.
    """
    found = _IN_FIGURES.fullmatch(" ".join(text.split()))
    if found is None:
        return []
    if found["start"]:
        year, orders = found["start"], {(found["day"], found["month"])}
    else:
        year = found["year"] if len(found["year"]) == 4 else century and century + found["year"]
        orders = {(found["first"], found["second"]), (found["second"], found["first"])}
    read = {
        f"{int(day)} {MONTHS[int(month) - 1]} {year}"
        for day, month in orders
        if year and 1 <= int(month) <= len(MONTHS) and 1 <= int(day) <= _LONGEST_MONTH
    }
    return sorted(read)


def as_date(tokens: list[str], kind: Kind, century: str = "") -> list[str]:
    """A date as day, month, year, in whatever order it was; other tokens as they are."""
    figures = [token.removesuffix("th") for token in tokens if is_figure(token)]
    words = [word for word in _words(tokens, kind) if word != "of"]
    seasons = _SEASON if kind in (Kind.DATE, Kind.TERM) else {}
    names = _MONTH | seasons
    if kind is Kind.YEAR and len(tokens) == len(figures) == 1:
        return _with_century(figures, century, is_year=True)
    is_year = any(len(figure) == 4 for figure in figures)
    is_date = kind is Kind.DATE or any(
        word in names or (is_year and _is_like(seasons, word)) for word in words
    )
    if len(words) != 1 or not is_date or len(figures) not in (1, 2):
        return tokens
    figures = _with_century(figures, century, is_year=words[0] in _SEASON)
    short = [figure.lstrip("0") or "0" if len(figure) == 2 else figure for figure in figures]
    day, *year = sorted(short, key=lambda figure: len(figure) > 2)
    return [day, names.get(words[0], words[0]), *year]


def _words(tokens: Sequence[str], kind: Kind) -> list[str]:
    """The words of a date without what need not be said: ``in`` autumn, ``Friday``."""
    start = int(len(tokens) > 1 and tokens[0] in ("in", "on"))
    words = [token for token in tokens[start:] if not is_figure(token)]
    others = [word for word in words if kind is not Kind.DATE or word not in _WEEKDAYS]
    return others or words


def _is_like(seasons: Iterable[str], word: str) -> bool:
    """Whether it is a season but for one slip, which is judged as any other.

    The order is that of a date all the same.
    """
    return any(slips(word, season) <= 1 for season in seasons)


def _with_century(figures: list[str], century: str, *, is_year: bool) -> list[str]:
    """The year in full, where the last figure is one of two digits that can be nothing else.

    :param is_year: whether it can be none of a month's days.
    """
    *others, last = figures
    is_short = len(last) == 2 and last.isdecimal() and all(len(one) <= 2 for one in others)
    if not century or not is_short or not (others or is_year or int(last) > _LONGEST_MONTH):
        return figures
    return [*others, century + last]
