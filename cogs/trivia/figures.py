"""Figures, however they are written: digits, number words, ordinals and Roman numerals. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
).split()
_SMALL = dict(zip(_SMALL_WORDS, [*range(20), *range(20, 100, 10)], strict=True))
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9}
_LARGE = {word: 10**exponent for word, exponent in _SCALES.items() if exponent > 2}
_PLURAL = {"millions": "million", "billions": "billion"}
_PARTS = {"1/2": ".5", "1/4": ".25", "3/4": ".75"}
# NFKD makes a fraction slash of the one in ½.
_MIXED = re.compile(r"(?<![\d.,/])(\d+)[ -]([13])[/\u2044]([24])(?![\d/])")
_STEMS = {"five": "fif", "eight": "eigh", "nine": "nin", "twelve": "twelf"}
_ORDINALS = {"first": "one", "second": "two", "third": "three"} | {
    re.sub("y$", "ie", _STEMS.get(word, word)) + "th": word for word in (*_SMALL, *_SCALES)
}
_ROMAN_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN = {"x" * (number // 10) + _ROMAN_UNITS[number % 10]: str(number) for number in range(1, 40)}


def is_figure(token: str) -> bool:
    """Whether a token is a figure in its one form, which starts with a digit."""
    return token[0].isdigit()


def with_decimals(text: str) -> str:
    """Mixed numbers as decimals: ``9 1/2`` is 9.5."""
    return _MIXED.sub(
        lambda found: found[1] + _PARTS.get(f"{found[2]}/{found[3]}", found[0][len(found[1]) :]),
        text,
    )


def with_halves(tokens: Sequence[str]) -> list[str]:
    """``1 and half`` as 1.5, when articles are gone already."""
    made: list[str] = []
    for token in tokens:
        if token == "half" and made[-1:] == ["and"] and made[-2:-1] and made[-2].isdecimal():  # noqa: S105
            made[-2:] = [f"{made[-2]}.5"]
        else:
            made.append(token)
    return made


def with_figures(tokens: Sequence[str]) -> list[str]:
    """Number words, ordinals and Roman numerals as figures."""
    tokens = [_PLURAL.get(token, token) for token in tokens]
    made: list[str] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        found = _number_at(tokens, place)
        if found is not None:
            figure, place = found
            made.append(figure)
            continue
        place += 1
        if is_figure(token):
            scaled = place < len(tokens) and token[-1].isdigit()
            exponent = _SCALES.get(tokens[place], 0) if scaled else 0
            place += exponent > 0
            made.append(_figure(token, exponent))
        elif token in _ROMAN and (len(token) > 1 or 1 < place == len(tokens)):
            made.append(_ROMAN[token])  # a single letter only at the end: Rocky V
        elif token != "percent" or not made or not is_figure(made[-1]):  # noqa: S105 - a word
            made.append(token)
    return made


def _number_at(tokens: Sequence[str], start: int) -> tuple[str, int] | None:
    """The number whose words start here, and where they end: ``two hundred and first``."""
    total = current = end = 0
    room = last_scale = 10**12  # what is added next must be less
    place = start
    while place < len(tokens):
        token = tokens[place]
        if place == start and token in ("a", "an") and tokens[place + 1 : place + 2]:
            token = "one" if tokens[place + 1] in _SCALES else token
        word = _ORDINALS.get(token, token)
        if token == "and" and end == place and room in (100, 1_000, 10**6, 10**9):  # noqa: S105
            place += 1
            continue
        if word in _SMALL and _SMALL[word] < room:
            current += _SMALL[word]
            room = 10 if _SMALL[word] >= 20 else 0
        elif word == "hundred" and 0 < current < 100:
            current, room = current * 100, 100
        elif word in _LARGE and current > 0 and (scale := _LARGE[word]) < last_scale:
            total, current, room, last_scale = total + current * scale, 0, scale, scale
        else:
            break
        place += 1
        end = place
        if token in _ORDINALS:
            return f"{total + current}th", end
    return (str(total + current), end) if end else None


def _figure(token: str, exponent: int) -> str:
    """A figure, moved by its scale: ``49.8`` million is ``49800000``; 22nd is ``22th``."""
    if token[-1].isalpha():
        return f"{token[:-2]}th"
    whole, _, part = token.partition(".")
    if "." in part:
        return token
    if exponent:
        whole = (whole + part[:exponent].ljust(exponent, "0")).lstrip("0") or "0"
        part = part[exponent:]
    part = part.rstrip("0")
    return f"{whole}.{part}" if part else whole
