"""From quiz entries to questions: which are asked, and four options of which one is right.

Authored wrong options come first. For kinds where the right form is known (years, dates, money,
numbers) near values are made; people and companies come from the catalog. Whatever is the answer
in other words is never offered as wrong. Pure: randomness is handed in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from bot.catalog.names import fold
from bot.catalog.vocabulary import Kind
from bot.catalog.wording import date_text

from .models import Entry, Question

OPTIONS = 4
WRONG = OPTIONS - 1

# What stands behind a number that is a share or a score, and bounds it: 91%, 82 / 100.
_OUT_OF = re.compile(r"\s*(?:%|percent\b|(?:/|out of)\s*(?P<limit>\d+))")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_FACTORS = (0.4, 0.5, 0.6, 0.75, 0.8, 1.2, 1.25, 1.4, 1.5, 1.75, 2.0, 2.5)
_DAY_SHIFTS = (-400, -366, -45, -31, -21, -14, -7, 7, 14, 21, 31, 45, 366, 400)
_YEAR_SHIFTS = (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6)


def in_turn(entries: Sequence[Entry], seen_at: Mapping[str, int], random: Random) -> list[Entry]:
    """The entries in the order of their turn: never seen, seen long ago, seen lately.

    By chance among equals.

    Two questions of one fact would give each other away, so a fact's second comes after all firsts.
    """
    order = random.sample(entries, len(entries))
    order.sort(key=lambda entry: seen_at.get(entry.id, 0))
    facts: set[str] = set()
    first: list[Entry] = []
    again: list[Entry] = []
    for entry in order:
        (again if entry.fact in facts else first).append(entry)
        facts.add(entry.fact)
    return [*first, *again]


def pose(entry: Entry, pool: Iterable[str], random: Random) -> Question | None:
    """The entry as a question, options shuffled; ``None`` when there are not enough wrong ones.

    :param pool: names of the answer's kind that are no right answer to this question.
    """
    wrong = _wrong_options(entry, pool, random)
    if len(wrong) < WRONG:
        return None
    options = [entry.answer, *wrong]
    random.shuffle(options)
    return Question(
        id=entry.id,
        topic=entry.topic,
        text=entry.text,
        options=tuple(options),
        right=options.index(entry.answer),
        fact=entry.fact,
        spoiler=entry.spoiler,
        notes=entry.notes,
        source=entry.source,
        section=entry.section,
    )


def _wrong_options(entry: Entry, pool: Iterable[str], random: Random) -> list[str]:
    taken = {_key(text) for text in (entry.answer, *entry.accept)}
    wrong: list[str] = []
    for group in (entry.options, tuple(_made(entry.kind, entry.answer)), tuple(pool)):
        for option in random.sample(group, len(group)):
            if len(wrong) == WRONG:
                return wrong
            if _key(option) not in taken:
                taken.add(_key(option))
                wrong.append(option)
    return wrong


def _key(text: str) -> str:
    """Two options with the same key would read as the same; signs count in figures."""
    return text.casefold() if _NUMBER.search(text) else fold(text)


def _made(kind: Kind, answer: str) -> Iterator[str]:
    """Near values in the very form of the answer."""
    match kind:
        case Kind.YEAR if re.fullmatch(r"\d{4}", answer):
            yield from (str(int(answer) + shift) for shift in _YEAR_SHIFTS)
        case Kind.DATE:
            yield from _near_dates(answer)
        case Kind.MONEY | Kind.NUMBER:
            yield from _near_figures(answer)
        case _:
            return


def _near_dates(answer: str) -> Iterator[str]:
    """``27 October 1995`` or ``October 1995``, moved by days or months."""
    for form, length in (("%d %B %Y", 10), ("%B %Y", 7)):
        try:
            day = datetime.strptime(answer, form).date()  # noqa: DTZ007 - a calendar day, no time
        except ValueError:
            continue
        for shift in _DAY_SHIFTS:
            moved = day + timedelta(days=shift)
            if moved.isoformat()[:length] != day.isoformat()[:length]:
                yield date_text(moved.isoformat()[:length])
        return


def _near_figures(answer: str) -> Iterator[str]:
    """The answer with its first number made larger or smaller, as roughly or exactly as it is."""
    match = _NUMBER.search(answer)
    if match is None or _ORDINAL.match(answer, match.end()):
        return
    bound = _OUT_OF.match(answer, match.end())
    limit = float(bound["limit"] or 100) if bound else math.inf
    digits = match[0].replace(",", "")
    decimals = len(digits.partition(".")[2])
    value = float(digits)
    grouping = "," if "," in match[0] or value < 1_000 else ""
    nearby = (value + shift for shift in (-3, -2, -1, 1, 2, 3)) if value <= 12 else ()
    for made in (*nearby, *(value * factor for factor in _FACTORS)):
        rounded = round(made, decimals) if decimals else float(_as_round_as(digits, made))
        if 0 < rounded <= limit and rounded != value:
            text = f"{rounded:{grouping}.{decimals}f}"
            yield answer[: match.start()] + text + answer[match.end() :]


def _as_round_as(digits: str, made: float) -> int:
    """``made`` rounded to the zeros that the answer ends in: 2,500 stays a multiple of 100."""
    zeros = len(digits) - len(digits.rstrip("0"))
    unit = 10 ** min(zeros, max(len(str(int(made))) - 1, 0))
    return round(made / unit) * unit
