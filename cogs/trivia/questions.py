"""From quiz entries to questions: which are asked, and four options of which one is right.

Authored wrong options come first. For kinds where the right form is known (years, dates, money,
numbers) near values are made; people and companies come from the catalog. Whatever is the answer
in other words is never offered as wrong, and what the bot finds itself has the answer's form as
far as there is any such. Pure: randomness is handed in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from bot.catalog.names import fold
from bot.catalog.vocabulary import Kind
from bot.catalog.wording import date_text

from .models import Entry, Question
from .rating import Difficulty

OPTIONS = 4
WRONG = OPTIONS - 1

# What stands behind a number that is a share or a score, and bounds it: 91%, 82 / 100.
_OUT_OF = re.compile(r"\s*(?:%|percent\b|(?:/|out of)\s*(?P<limit>\d+))")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ARTICLE = re.compile(r"(?:the|an?)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['\u2019]s$")
_FACTORS = (0.25, 0.4, 0.5, 0.6, 0.75, 0.8, 0.9, 1.1, 1.2, 1.25, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
# Of the whole that bounds a share or a score: factors would soon lead beyond it.
_PARTS = (-0.11, -0.07, -0.04, -0.02, 0.02, 0.04, 0.07, 0.11)
# Whole weeks: films open on the same days of the week, and an odd one would stand out.
_DAY_SHIFTS = (7, 14, 21, 28, 42, 63, 91, 182, 364, 728)
_MONTH_SHIFTS = (1, 2, 3, 4, 5, 6, 9, 12, 18, 24)
_YEAR_SHIFTS = (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6)

# A made value: how far it is from the answer, below or above, and its text.
_Made = tuple[float, str]


def in_turn(entries: Sequence[Entry], seen_at: Mapping[str, int], random: Random) -> list[Entry]:
    """The entries in the order of their turn: never seen, seen long ago, seen lately.

    By chance among equals.

    Two questions of one fact would give each other away, so a fact's second comes after all firsts.
    """
    order = random.sample(entries, len(entries))
    order.sort(key=lambda entry: seen_at.get(entry.id, 0))
    return facts_apart(order)


def facts_apart(order: Sequence[Entry]) -> list[Entry]:
    """The same order, but a fact's second entry comes after the first of every fact."""
    facts: set[str] = set()
    first: list[Entry] = []
    again: list[Entry] = []
    for entry in order:
        (again if entry.fact in facts else first).append(entry)
        facts.add(entry.fact)
    return [*first, *again]


def pose(
    entry: Entry,
    pool: Mapping[str, float] | Sequence[str],
    random: Random,
    *,
    difficulty: Difficulty = Difficulty.MEDIUM,
) -> Question | None:
    """The entry as a question, options shuffled; ``None`` when there are not enough wrong ones.

    :param pool: names of the answer's kind that are no right answer to this question; best with
        the share of the answer's part that each had, from 0 to 1.
    :param difficulty: hard takes values that are near, and names of the same part first; easy
        takes values that are far, and names of any part.
    """
    wrong = _wrong_options(entry, pool, random, difficulty)
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
        kind=entry.kind,
        accept=entry.accept,
        undrawn=tuple(text for text in entry.options if text not in options),
    )


def _wrong_options(
    entry: Entry, pool: Mapping[str, float] | Sequence[str], random: Random, difficulty: Difficulty
) -> list[str]:
    taken = {_key(text) for text in (entry.answer, *entry.accept)}
    wrong: list[str] = []

    def take(options: Iterable[str]) -> None:
        for option in options:
            if len(wrong) < WRONG and _key(option) not in taken:
                taken.add(_key(option))
                wrong.append(option)

    take(_authored(entry, random, difficulty))
    if len(wrong) < WRONG:
        made = [one for one in _made(entry.kind, entry.answer) if _key(one[1]) not in taken]
        take(_around(entry.answer, made, WRONG - len(wrong), random, difficulty))
        shares = dict.fromkeys(pool, 0.0) if isinstance(pool, Sequence) else pool
        # Names that would do for "Sting" do for "Sting's", in that form.
        ending = _POSSESSIVE.search(entry.answer) if entry.kind is Kind.PERSON else None
        names = {name: share for name, share in shares.items() if _key(name) not in taken}
        ranked = _ranked(_POSSESSIVE.sub("", entry.answer), names, random, difficulty)
        take(name + ending[0] if ending else name for name in ranked)
    return wrong


def _key(text: str) -> str:
    """Two options with the same key would read as the same; signs count in figures."""
    return text.casefold() if _NUMBER.search(text) else fold(text)


def _ranked(
    answer: str, shares: Mapping[str, float], random: Random, difficulty: Difficulty
) -> list[str]:
    """Names that look like the answer first, and among them those of its part; then by chance."""

    def rank(name: str) -> tuple[float, ...]:
        looks, length = _misfits(answer, name), abs(_length_class(answer) - _length_class(name))
        match difficulty:
            case Difficulty.EASY:
                return (looks, length)
            case Difficulty.MEDIUM:
                return (looks, shares[name] == 0, length)
            case Difficulty.HARD:
                return (looks, -shares[name], length)

    return sorted(random.sample(list(shares), len(shares)), key=rank)


def _misfits(answer: str, other: str) -> int:
    """In how many ways somebody who knows nothing could tell the two apart."""
    short, long = sorted((len(answer), len(other)))
    return sum((
        long > 2 * short,
        _capitals(answer) != _capitals(other),
        bool(_NUMBER.search(answer)) != bool(_NUMBER.search(other)),
        bool(_ARTICLE.match(answer)) != bool(_ARTICLE.match(other)),
    ))  # fmt: skip


def _capitals(text: str) -> str:
    """``upper`` like BMW, ``title`` like Film Comment, ``first`` like A drama, or ``none``."""
    words = [word for word in text.split() if word[0].isalpha()]
    if text.isupper() and len("".join(words)) > 1:
        return "upper"
    if not words or not words[0][0].isupper():
        return "none"
    # Of and And are small in titles too.
    return "title" if all(word[0].isupper() for word in words if len(word) > 3) else "first"


def _length_class(text: str) -> int:
    """One word, two or three, or more."""
    return min(len(text.split()), 4) // 2


def _authored(entry: Entry, random: Random, difficulty: Difficulty) -> list[str]:
    """By chance, but values as near or far as the difficulty wants them."""
    options = random.sample(entry.options, len(entry.options))
    right = _value(entry.kind, entry.answer)
    values = [_value(entry.kind, text) for text in options]
    known = [value for value in values if value is not None]
    if difficulty is Difficulty.MEDIUM or right is None or len(known) < len(values):
        return options
    away = {text: abs(value - right) for text, value in zip(options, known, strict=True)}
    return sorted(options, key=away.__getitem__, reverse=difficulty is Difficulty.EASY)


def _value(kind: Kind, text: str) -> float | None:
    """A number to compare with others of its kind; ``None`` when it is in words."""
    if kind in (Kind.YEAR, Kind.DATE):
        day = _day(text)
        return day.toordinal() if day else None
    figure = re.fullmatch(r"\$?(\d[\d,]*(?:\.\d+)?)( million)?", text)
    if figure is None or kind not in (Kind.MONEY, Kind.NUMBER):
        return None
    size = float(figure[1].replace(",", "")) * (1_000_000 if figure[2] else 1)
    return math.log(size) if size > 0 else None


def _around(
    answer: str, made: Sequence[_Made], count: int, random: Random, difficulty: Difficulty
) -> list[str]:
    """So many values, of which any number may be below the answer.

    Else the answer would mostly lie in the middle, and that alone would be a good guess.
    """
    alike = {one for one in made if one[1].count(",") == answer.count(",")}
    chosen = sorted(alike if len(alike) >= count else set(made), key=lambda one: (abs(one[0]), one))
    lower = [text for away, text in chosen if away < 0]
    upper = [text for away, text in chosen if away > 0]
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


def _made(kind: Kind, answer: str) -> Iterator[_Made]:
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


def _near_dates(answer: str) -> Iterator[_Made]:
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


def _near_figures(answer: str) -> Iterator[_Made]:
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
