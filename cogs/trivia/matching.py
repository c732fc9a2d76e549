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
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.catalog.vocabulary import Kind

from .figures import is_figure, with_figures

LONGEST = 100
SHORTEST_SURNAME = 4

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_MONTH = {month[:length]: month for month in _MONTHS for length in (3, 4, len(month))}
_ENGLISH_ARTICLES = frozenset("the a an".split())
_ARTICLES = _ENGLISH_ARTICLES | frozenset("le la les l un une el los las il der das".split())
_PARTICLES = frozenset("von van de der den del della di da la le du dos bin al ten ter st".split())
_SUFFIXES = frozenset("jr sr".split())
_CURRENCY_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_CURRENCIES = {"usd": "dollar", "eur": "euro", "gbp": "pound"} | {
    name + ending: name for name in _CURRENCY_SIGNS.values() for ending in ("", "s")
}
_LETTERS_OUTSIDE_NFKD = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "&": " and "}
    | {sign: f" {name} " for sign, name in _CURRENCY_SIGNS.items()}
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


def judge(
    typed: str,
    answer: str,
    accept: Sequence[str],
    wrong: Sequence[str] = (),
    kind: Kind = Kind.TERM,
) -> Match | None:
    """Which accepted text a typed answer is, or ``None``.

    What is as near to a wrong option as to the answer is forgiven no typo, and a wrong option as it
    is written is always wrong. A person's surname will do, unless a wrong option has it too.
    """
    right = (answer, *accept)
    if _plain([typed]) <= _plain(wrong) - _plain(right):
        return None
    said, own = _form(typed, kind), _form(answer, kind)
    wrong_forms = {form for text in wrong for form in (_form(text, kind), *_surnames(text, kind))}
    accepted = [(text, _form(text, kind, own.currency)) for text in right] + [
        (text, form) for text in right for form in _surnames(text, kind) if form not in wrong_forms
    ]
    distance, text, form = min(
        ((_distance(said, form), text, form) for text, form in accepted), key=lambda found: found[0]
    )
    if distance == 0:
        return Match(text, exact=True)
    others = wrong_forms.difference(form for _, form in accepted)
    if distance == math.inf or any(_distance(said, other) <= distance for other in others):
        return None
    return Match(text, exact=False) if _is_forgivable(said, form) else None


def sense(typed: str, answer: str, kind: Kind = Kind.TERM) -> Hashable:
    """What a typed text comes down to: equal for those that differ in nothing that counts here.

    :param answer: the right one; an amount that names no currency is of its.
    """
    form = _form(typed, kind, _form(answer, kind).currency)
    return form.figures, form.runs, form.currency


def _plain(texts: Iterable[str]) -> set[str]:
    return {text[:LONGEST].casefold().strip() for text in texts}


def _distance(one: _Form, other: _Form) -> float:
    """Slips between the words; endless between different figures."""
    foreign = one.currency and other.currency and one.currency != other.currency
    if one.figures != other.figures or foreign:
        return math.inf
    return sum(map(OSA.distance, one.runs, other.runs))


def _is_forgivable(typed: _Form, target: _Form) -> bool:
    """Whether the slips are few enough, in each run of words and in all."""
    slips = list(map(OSA.distance, typed.runs, target.runs))
    if any(slip > _allowed(run) for slip, run in zip(slips, target.runs, strict=True)):
        return False
    # A letter that stands alone is a label: Plan B is no slip for Plan C.
    labels = [[word for word in form.words if len(word) == 1] for form in (typed, target)]
    return labels[0] == labels[1] and sum(slips) <= _allowed("".join(target.runs))


def _allowed(word: str) -> int:
    if len(word) <= 3:
        return 0
    return 1 if len(word) <= 7 else 2


@lru_cache(maxsize=1_024)
def _surnames(name: str, kind: Kind) -> tuple[_Form, ...]:
    """The last word of a person's name, and that with its particles, where long enough."""
    parts = name[:LONGEST].split() if kind is Kind.PERSON else []
    while parts and (_SUFFIXES.issuperset(tokens := _read(parts[-1])) or is_figure(tokens[-1])):
        parts.pop()
    start = len(parts) - 1
    forms = [_form(parts[start], kind)] if start > 0 else []
    while start > 1 and parts[start - 1].casefold() in _PARTICLES:
        start -= 1
        forms.append(_form(" ".join(parts[start:]), kind))
    return tuple(form for form in forms if sum(map(len, form.runs)) >= SHORTEST_SURNAME)


@lru_cache(maxsize=1_024)
def _form(text: str, kind: Kind, currency: str = "") -> _Form:
    """A text as it is compared; ``currency`` is that of an amount that names none."""
    tokens = _read(text[:LONGEST], kind)
    if not tokens:  # signs alone: "?!" is only itself
        return _Form((text.strip(),), ("", ""), ())
    tokens, named = _without_currency(tokens)
    figures: list[str] = []
    runs = [""]
    for token in tokens:
        if is_figure(token):
            figures.append(token)
            runs.append("")
        else:
            runs[-1] += token
    words = tuple(token for token in tokens if not is_figure(token))
    return _Form(tuple(figures), tuple(runs), words, named or currency)


def _read(text: str, kind: Kind = Kind.TERM) -> list[str]:
    """The tokens of a text, figures in their one form; a figure starts with a digit."""
    bare = _bare(text)
    if kind is Kind.MONEY:
        bare = _SHORT_MONEY.sub(lambda found: _SHORT_SCALES[found[1][0]], bare)
    tokens = _without_articles(with_figures(_TOKEN.findall(bare)))
    if kind is Kind.YEAR and list(map(len, tokens)) == [2, 2] and "".join(tokens).isdigit():
        return ["".join(tokens)]  # nineteen ninety-five
    return _as_date(tokens, kind)


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
    bare = _ISO_DATE.sub(lambda found: f"{found[3]} {_MONTHS[int(found[2]) - 1]} {found[1]}", bare)
    bare = _GROUPED.sub(lambda found: re.sub(r"[,. ]", "", found[0]), bare)
    return _DECIMAL_COMMA.sub(r"\1.\2", bare)


def _without_articles(tokens: Sequence[str]) -> list[str]:
    """Never without the last word: ``The The``, ``Serie A``."""
    start = int(len(tokens) > 1 and tokens[0] in _ARTICLES)
    kept = [token for token in tokens[start:-1] if token not in _ENGLISH_ARTICLES]
    return [*kept, *tokens[-1:]]


def _without_currency(tokens: list[str]) -> tuple[list[str], str]:
    """An amount and what it is of: ``32000000``, ``dollar``."""
    if len(tokens) > 1 and any(map(is_figure, tokens)):
        if tokens[0] in _CURRENCIES:
            return tokens[1:], _CURRENCIES[tokens[0]]
        if tokens[-1] in _CURRENCIES:
            return tokens[:-1], _CURRENCIES[tokens[-1]]
    return tokens, ""


def _as_date(tokens: list[str], kind: Kind) -> list[str]:
    """A date as day, month, year, in whatever order it was; other tokens as they are."""
    figures = [token.removesuffix("th") for token in tokens if is_figure(token)]
    words = [word for word in tokens if word != "of" and not is_figure(word)]
    known = words[:1] if kind is Kind.DATE else [word for word in words if word in _MONTH]
    if len(words) != 1 or not known or len(figures) not in (1, 2):
        return tokens
    short = [figure.lstrip("0") or "0" if len(figure) == 2 else figure for figure in figures]
    day, *year = sorted(short, key=lambda figure: len(figure) > 2)
    return [day, _MONTH.get(words[0], words[0]), *year]
