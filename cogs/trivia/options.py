"""Wrong options for a question.

Authored ones come first. For kinds where the right form is known (years, dates, money, numbers)
near values are made; people and companies come from the catalog. Whatever is the answer in other
words is never offered as wrong, and what the bot finds itself has the answer's form as far as there
is any such. Pure: randomness is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from bot.catalog.names import fold
from bot.catalog.vocabulary import Kind
from bot.likeness import words_alike

from .matching import means_the_same
from .models import Entry
from .rating import Difficulty
from .values import NUMBER, around, away, made_near

WRONG = 3

_ARTICLE = re.compile(r"(?:the|an?)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['\u2019]s$")


def wrong_options(
    entry: Entry, pool: Mapping[str, float] | Sequence[str], random: Random, difficulty: Difficulty
) -> list[str]:
    """At most three that are wrong, those of the pack before others."""
    shares = dict.fromkeys(pool, 0.0) if isinstance(pool, Sequence) else pool
    taken = {_key(text) for text in (entry.answer, *entry.accept)}
    wrong: list[str] = []

    def is_taken(option: str) -> bool:
        return _key(option) in taken or any(
            means_the_same(option, text, entry.answer, entry.kind) for text in entry.accept
        )

    def take(options: Iterable[str]) -> None:
        for option in options:
            if len(wrong) < WRONG and not is_taken(option):
                taken.add(_key(option))
                wrong.append(option)

    take(_authored(entry, shares, random, difficulty))
    if len(wrong) < WRONG:
        missing = WRONG - len(wrong)
        take(made_near(entry.kind, entry.answer, is_taken, missing, random, difficulty))
        # Names that would do for "Sting" do for "Sting's", in that form.
        ending = _POSSESSIVE.search(entry.answer) if entry.kind is Kind.PERSON else None
        names = {name: share for name, share in shares.items() if _key(name) not in taken}
        ranked = _ranked(_POSSESSIVE.sub("", entry.answer), names, random, difficulty)
        take(name + ending[0] if ending else name for name in ranked)
    return wrong


def _key(text: str) -> str:
    """Two options with the same key would read as the same; signs count in figures."""
    return text.casefold() if NUMBER.search(text) else fold(text)


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
        bool(NUMBER.search(answer)) != bool(NUMBER.search(other)),
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


def _authored(
    entry: Entry, shares: Mapping[str, float], random: Random, difficulty: Difficulty
) -> list[str]:
    """By chance on medium; else as near to the answer or as far from it as it is difficult."""
    options = random.sample(entry.options, len(entry.options))
    values = away(entry.kind, entry.answer, options)
    if values is None:
        return _by_likeness(entry.answer, options, shares, difficulty)
    chosen = around(values, WRONG, random, difficulty)
    return [*chosen, *(text for text in options if text not in chosen)]


def _by_likeness(
    answer: str, options: Sequence[str], shares: Mapping[str, float], difficulty: Difficulty
) -> list[str]:
    """Hard: those of the answer's part and most like it in words and length; easy: the others.

    Whatever the difficulty, what could be told apart by its form alone comes last.
    """
    if difficulty is Difficulty.MEDIUM:
        return list(options)
    sign = -1 if difficulty is Difficulty.HARD else 1

    def rank(text: str) -> tuple[float, ...]:
        alike = words_alike(fold(answer), fold(text))
        return _misfits(answer, text), sign * shares.get(text, 0), sign * alike

    return sorted(options, key=rank)
