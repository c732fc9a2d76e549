"""What the label of a film, its title and year, tells of an answer. Pure.

Players see it with a question or above the round.
"""

from __future__ import annotations

from collections.abc import Collection

from .names import words

# Shorter words are in many a title, and in many an answer, without having to do with each other.
_TELLING = 4


def singled_out_by(label: str, answer: str, elsewhere: Collection[str]) -> list[str]:
    """The words of ``label`` that ``answer`` has, and nothing ``elsewhere``: question and options.

    Whoever knows nothing would take that answer.
    """
    told = {word for word in words(label) if len(word) >= _TELLING}
    shared = [word for word in words(answer) if word in told]  # none, of nearly every answer
    return [word for word in shared if not any(word in words(text) for text in elsewhere)]
