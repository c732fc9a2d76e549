"""What a hint gives away. Pure."""

from __future__ import annotations

import re
from random import Random

from bot.catalog.vocabulary import Kind

from .matching import judge
from .models import LETTERS, Question

# The narrowest range that a figure is told to be in; years lie closer together than other figures.
_NARROWEST = 4
_YEARS = 9
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

    The figure is anywhere in it, and all of it has as many digits as the outline shows.
    """
    found = _FIGURE.findall(answer)
    if len(found) != 1:
        return ""
    whole, _, part = found[0].replace(",", "").partition(".")
    value, grouping = int(whole), "," if "," in found[0] else ""
    more = bool(part)  # 49.8 is beyond 49
    least = 0 if len(whole) == 1 or whole[0] == "0" else 10 ** (len(whole) - 1)
    most = 10 ** len(whole) - 1 + more
    is_year = len(whole) == 4 and kind not in (Kind.MONEY, Kind.NUMBER)
    width = _YEARS if is_year else max(_NARROWEST, value // 5)
    start = min(max(value - chance.randint(0, width - more), least), most - width)
    return f"from {start:{grouping}} to {start + width:{grouping}}"
