"""How long a question takes to read."""

from __future__ import annotations

import math

from .models import Question, Rules

# Reading takes time: text beyond so many characters gets a second for each so many more.
_READ_FREE = 160
_READ_PER_SECOND = 15


def reading_seconds(text: str, options: tuple[str, ...]) -> int:
    """Extra seconds for a question that takes long to read."""
    length = len(text) + sum(map(len, options))
    return math.ceil(max(0, length - _READ_FREE) / _READ_PER_SECOND)


def allowed_seconds(seconds: int, asked: Question, rules: Rules) -> int:
    """How long a question is open: to read it, and to answer it."""
    allowed = seconds + reading_seconds(asked.text, () if rules.typed else asked.options)
    return 2 * allowed if rules.relaxed else allowed
