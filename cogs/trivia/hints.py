"""What a hint gives away. Pure."""

from __future__ import annotations

from random import Random

from .models import LETTERS, Question


def hint(question: Question, chance: Random, *, typed: bool) -> str:
    """Two options of which one is right; of an answer to be typed, how it is written."""
    if typed:
        return _outline(question.answer)
    wrong = [slot for slot in range(len(question.options)) if slot != question.right]
    left = sorted((question.right, chance.choice(wrong)))
    return " or ".join(LETTERS[slot] for slot in left)


def _outline(answer: str) -> str:
    """``N······ C···``: the first letter of every word, and how many more it has."""
    return " ".join(word[0] + "·" * (len(word) - 1) for word in answer.split())
