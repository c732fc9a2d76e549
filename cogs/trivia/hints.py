"""What a hint gives away. Pure."""

from __future__ import annotations

import re
from random import Random

from bot.catalog.vocabulary import Kind

from .matching import judge
from .models import LETTERS, Question

# So many figures, or years, are in a range at least; it has up to as many years more, or up to a
# fifth of where it begins.
_NARROWEST = 5
_YEARS = 8
_WIDER = 5
_ARTICLES = ("a", "an", "the")
_FIGURE = re.compile(r"(?<![\d.,])[0-9][0-9,]*(?:\.[0-9]+)?")


def hint(question: Question, chance: Random, *, typed: bool) -> str:
    """Two options of which one is right; of an answer to be typed, how it is written.

    Of a typed figure also a range, because how it is written would be nothing or all of it.
    """
    if typed:
        shape = f"written `{_outline(question)}`"
        around = _range(question.answer, question.kind, chance)
        return f"{shape}, and its figure is {around}" if around else shape
    wrong = [slot for slot in range(len(question.options)) if slot != question.right]
    left = sorted((question.right, chance.choice(wrong)))
    return " or ".join(LETTERS[slot] for slot in left)


def _outline(question: Question) -> str:
    """``N······ C···``: the first letter of every word, and how many more it has.

    Never more than half of a word: nothing of a figure, or of a letter that stands alone. Only an
    article before them is shown.
    """
    article, *words = _with_article(question.answer.split())
    masked = [_masked(word) for word in words]
    letters = "".join(word[0] for word in masked)
    if judge(letters, question.answer, question.accept, kind=question.kind):
        # First letters alone would do: LA for Los Angeles.
        masked[1:] = ["·" * len(word) for word in masked[1:]]
    return " ".join([*filter(None, [article]), *masked])


def _with_article(words: list[str]) -> list[str]:
    """The words, first of them the article that they begin with, or an empty one.

    It need not be typed, so to show it tells nothing; ``·`` for it would look like a word.
    """
    has_one = len(words) > 1 and words[0].lower() in _ARTICLES
    return words if has_one else ["", *words]


def _masked(word: str) -> str:
    shown = "" if len(word) == 1 or word[0].isnumeric() or word[0] == "`" else word[0]
    return shown.ljust(len(word), "·")


def _range(answer: str, kind: Kind, chance: Random) -> str:
    """Where an answer's only figure lies, as ``from 25 to 30``; of more than one, nothing.

    All of it has as many digits as the outline shows; the ends of long ones are round.
    """
    found = _FIGURE.findall(answer)
    if len(found) != 1:
        return ""
    whole, _, part = found[0].replace(",", "").partition(".")
    grouping, digits = "," if "," in found[0] else "", len(whole)
    is_year = digits == 4 and kind not in (Kind.MONEY, Kind.NUMBER)
    unit = 1 if is_year else 10 ** max(digits - 2, 0)
    least = 0 if digits == 1 or whole[0] == "0" else 10 ** (digits - 1)
    every = (least // unit, 10**digits // unit)
    start, end = _span(int(whole) // unit, every, chance, is_year=is_year)
    more = bool(part)  # 49.8 is beyond 49
    last = min(end * unit, 10**digits - 1 + more) if unit > 1 else end - 1 + more
    return f"from {start * unit:{grouping}} to {last:{grouping}}"


def _span(value: int, every: tuple[int, int], chance: Random, *, is_year: bool) -> tuple[int, int]:
    """Of the spans that chance cuts all figures into, the one with ``value``, its end left out.

    They are cut without a look at it, so each figure in a span has the same one, and nothing of it
    tells which of them it is.
    """
    start, last = every
    narrowest = _YEARS if is_year else _NARROWEST
    while True:
        end = start + narrowest + chance.randint(0, narrowest if is_year else start // _WIDER)
        if last - end < narrowest:
            end = last
        if value < end:
            return start, end
        start = end
