"""Judging a typed answer: what counts as the same, and which slips are forgiven.

A text is read as words with figures between them. Words are folded (case, accents, punctuation,
articles, spacing) and may have a small typo. Figures (digits, number words, ordinals, Roman
numerals, dates, money) are brought to one form, and no slip in one is ever forgiven: who writes 21
means 21. Pure.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Container, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.catalog.names import fold
from bot.catalog.vocabulary import Kind
from bot.likeness import slips

from .dates import MONTHS, as_date, in_words
from .figures import is_figure, with_decimals, with_figures, with_halves
from .persons import nicknames, short_names
from .units import SIGNS, counted, gauge, with_units, without_currency

LONGEST = 100

_ENGLISH_ARTICLES = frozenset("the a an".split())
_ARTICLES = _ENGLISH_ARTICLES | frozenset("le la les l un une el los las il der das".split())
_TRADE = {"corp": "corporation", "co": "company", "inc": "incorporated", "ltd": "limited",
          "bros": "brothers"}  # fmt: skip
_LETTERS_OUTSIDE_NFKD = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "&": " and "}
    | {sign: f" {name} " for sign, name in SIGNS.items()}
    | dict.fromkeys("'\u2018\u2019\u02bc`\u00b4*")
)
_INITIALS = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b")
_ISO_DATE = re.compile(r"\b(\d{4})-(0?[1-9]|1[0-2])-(\d{1,2})\b")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3}){2,}|(?: \d{3}){2,})(?!,?\d)")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,])")
_SHORT_SCALES = {"k": " thousand", "m": " million", "b": " billion"}
_SHORT_MONEY = re.compile(r"(?<=\d) ?(k|m|mil|mio|mn|mln|b|bn)\b")
_TOKEN = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+(?:\.\d+)*|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """What a typed answer was taken for. ``exact`` is false when a typo was forgiven."""

    text: str
    exact: bool


@dataclass(frozen=True, slots=True)
class _Form:
    """A text as it is compared: ``figures[n]`` stands between ``runs[n]`` and ``runs[n + 1]``."""

    figures: tuple[str, ...]
    runs: tuple[str, ...]  # words written together, so that spacing does not count
    words: tuple[str, ...]
    currency: str = ""


class _Frame(NamedTuple):
    """What a text is read by: the answer's kind, and what goes without saying beside the answer."""

    kind: Kind
    currency: str = ""  # of an amount that names none
    century: str = ""  # of a year of two digits
    asked: frozenset[str] = frozenset()  # the question's words


def judge(
    typed: str,
    answer: str,
    accept: Sequence[str],
    wrong: Sequence[str] = (),
    kind: Kind = Kind.TERM,
    question: str = "",
) -> Match | None:
    """Which accepted text a typed answer is, or ``None``.

    What is as near to a wrong option as to the answer is forgiven no typo, and a wrong option as it
    is written is always wrong. A person's surname will do, unless a wrong option has it too.

    :param question: what was asked; ``28 days`` answers "how many days" as 28 does.
    """
    right = (answer, *accept)
    if _plain([typed]) <= _plain(wrong) - _plain(right):
        return None
    if alike := next((text for text in right if is_spelled_alike(typed, text)), None):
        return Match(alike, exact=True)
    frame = _frame(answer, kind, question)
    bare = frame._replace(currency="")
    wrong_forms = {form for text in wrong for form in _every_form(text, bare)}
    said = [_form(typed, frame), *_but(wrong_forms, _readings(typed, frame))]
    accepted = [(text, _form(text, frame)) for text in right] + [
        (text, form) for text in right for form in _but(wrong_forms, _short_forms(text, bare))
    ]
    distance, text, form, read = min(
        ((_distance(one, form), text, form, one) for one in said for text, form in accepted),
        key=lambda found: found[0],
    )
    if distance == 0:
        return Match(text, exact=True)
    for text in right:
        if not set(said).isdisjoint(_but(wrong_forms, _nicknames(text, bare))):
            return Match(text, exact=True)
    others = wrong_forms.difference(form for _, form in accepted)
    if distance == math.inf or any(_distance(read, other) <= distance for other in others):
        return None
    return Match(text, exact=False) if _is_forgivable(read, form) else None


def _but(wrong: Container[_Form], forms: Iterable[_Form]) -> list[_Form]:
    return [form for form in forms if form not in wrong]


def is_spelled_alike(one: str, other: str) -> bool:
    """Whether two texts without figures differ in spaces alone: ``LasVegas``.

    Elsewhere a leading article is left out first, which nobody finds in that.
    """
    letters = _letters(one)
    return bool(letters) and not re.search(r"\d", one + other) and letters == _letters(other)


def _letters(text: str) -> str:
    return fold(text).replace(" ", "")


def means_the_same(one: str, other: str, answer: str, kind: Kind = Kind.TERM) -> bool:
    """Whether two texts come to the same beside an answer, with no slip forgiven."""
    return sense(one, answer, kind) == sense(other, answer, kind) or is_spelled_alike(one, other)


def sense(typed: str, answer: str, kind: Kind = Kind.TERM) -> Hashable:
    """What a typed text comes down to: equal for those that differ in nothing that counts here.

    :param answer: the right one; an amount that names no currency is of its.
    """
    form = _form(typed, _frame(answer, kind))
    return form.figures, form.runs, form.currency


def _frame(answer: str, kind: Kind, question: str = "") -> _Frame:
    own = _form(answer, _Frame(kind))
    years = (figure[:2] for figure in own.figures if len(figure) == 4 and figure.isdecimal())
    return _Frame(kind, own.currency, next(years, ""), frozenset(_bare(question).split()))


def _plain(texts: Iterable[str]) -> set[str]:
    return {text[:LONGEST].casefold().strip() for text in texts}


def _distance(one: _Form, other: _Form) -> float:
    """Slips between the words; endless between different figures."""
    foreign = one.currency and other.currency and one.currency != other.currency
    if one.figures != other.figures or foreign:
        return math.inf
    return sum(map(slips, one.runs, other.runs))


def _is_forgivable(typed: _Form, target: _Form) -> bool:
    """Whether the slips are few enough, in each run of words and in all."""
    made = list(map(slips, typed.runs, target.runs))
    if any(one > _allowed(run) for one, run in zip(made, target.runs, strict=True)):
        return False
    # A letter that stands alone is a label: Plan B is no slip for Plan C.
    labels = [[word for word in form.words if len(word) == 1] for form in (typed, target)]
    return labels[0] == labels[1] and sum(made) <= _allowed("".join(target.runs))


def _allowed(word: str) -> int:
    if len(word) <= 3:
        return 0
    return 1 if len(word) <= 7 else 2


def _every_form(text: str, frame: _Frame) -> list[_Form]:
    short = (*_short_forms(text, frame), *_nicknames(text, frame))
    return [_form(text, frame), *_readings(text, frame), *short]


def _readings(text: str, frame: _Frame) -> list[_Form]:
    """What else a text may say: a date in figures in each order, how many were counted."""
    read = [_form(date, frame) for date in in_words(text[:LONGEST], frame.century)]
    if frame.kind is Kind.NUMBER and (number := counted(_read(text[:LONGEST], frame), frame.asked)):
        read.append(_form(number, frame))
    return read


def _short_forms(text: str, frame: _Frame) -> list[_Form]:
    """What says enough of an accepted text: a surname, the figure of a gauge."""
    short = short_names(text[:LONGEST]) if frame.kind is Kind.PERSON else []
    figure = gauge(_read(text[:LONGEST], frame))
    return [_form(one, frame) for one in (*short, *([figure] if figure else []))]


def _nicknames(text: str, frame: _Frame) -> list[_Form]:
    """What says enough of a person's name as it is, but forgives nothing."""
    short = nicknames(text[:LONGEST]) if frame.kind is Kind.PERSON else []
    return [_form(one, frame) for one in short]


@lru_cache(maxsize=1_024)
def _form(text: str, frame: _Frame) -> _Form:
    """A text as it is compared."""
    tokens = _read(text[:LONGEST], frame)
    if not tokens:  # signs alone: "?!" is only itself
        return _Form((text.strip(),), ("", ""), ())
    tokens, named = without_currency(tokens)
    figures: list[str] = []
    runs = [""]
    for token in tokens:
        if is_figure(token):
            figures.append(token)
            runs.append("")
        else:
            runs[-1] += token
    words = tuple(token for token in tokens if not is_figure(token))
    # Dollars are no answer to how many songs.
    unnamed = "number" if frame.kind is Kind.NUMBER else ""
    return _Form(tuple(figures), tuple(runs), words, named or frame.currency or unnamed)


def _read(text: str, frame: _Frame) -> list[str]:
    """The tokens of a text, figures in their one form; a figure starts with a digit."""
    dates = in_words(text, frame.century)
    bare = _bare(dates[0] if len(dates) == 1 else text)
    kind = frame.kind
    if kind is Kind.MONEY:
        bare = _SHORT_MONEY.sub(lambda found: _SHORT_SCALES[found[1][0]], bare)
    tokens = with_units(with_halves(_without_articles(with_figures(_TOKEN.findall(bare)))))
    if kind is Kind.COMPANY:
        tokens = [_TRADE.get(token, token) for token in tokens]
    while kind is Kind.YEAR and len(tokens) > 1 and tokens[0] in ("in", "year"):
        tokens = tokens[1:]
    if kind is Kind.YEAR and list(map(len, tokens)) == [2, 2] and "".join(tokens).isdigit():
        return ["".join(tokens)]  # nineteen ninety-five
    return as_date(tokens, kind, frame.century)


def _bare(text: str) -> str:
    """Lower case without diacritics, apostrophes and separators inside figures."""
    spread = "".join(
        f" {sign} " if unicodedata.category(sign) == "No" else sign for sign in text.casefold()
    )  # so that 9½ does not become 91/2
    letters = (
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
        for sign in unicodedata.normalize("NFKD", spread)
        if not unicodedata.combining(sign)
    )
    bare = "".join(letters).casefold().translate(_LETTERS_OUTSIDE_NFKD)
    bare = _INITIALS.sub(lambda found: found[0].replace(".", ""), bare)
    bare = re.sub(r"\bus (?=dollar)|(?<=\bper) (?=cent\b)", "", " ".join(bare.split()))
    bare = _ISO_DATE.sub(lambda found: f"{found[3]} {MONTHS[int(found[2]) - 1]} {found[1]}", bare)
    bare = with_decimals(bare)
    bare = _GROUPED.sub(lambda found: re.sub(r"[,. ]", "", found[0]), bare)
    return _DECIMAL_COMMA.sub(r"\1.\2", bare)


def _without_articles(tokens: Sequence[str]) -> list[str]:
    """Never without the last word: ``The The``, ``Serie A``."""
    start = int(len(tokens) > 1 and tokens[0] in _ARTICLES)
    kept = [token for token in tokens[start:-1] if token not in _ENGLISH_ARTICLES]
    return [*kept, *tokens[-1:]]
