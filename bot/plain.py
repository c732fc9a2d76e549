"""Characters that nobody sees, and text without them. Pure."""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # Persian and Hindi words are spelt with them, emoji joined to one
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATE, _POP = "\u2068", "\u2069"


def is_unseen(character: str) -> bool:
    """Whether it only controls: breaks a line, turns the writing direction, or has no width."""
    return unicodedata.category(character) in _UNSEEN and character not in _JOINERS


def plain(text: str) -> str:
    """``text`` without unseen characters; what breaks a line does so as ``\\n``, within it only."""
    if text.isprintable():  # nothing of the kind is in it
        return text
    lines = text.expandtabs(1).splitlines()
    return "\n".join(
        "".join(character for character in line if not is_unseen(character)) for line in lines
    )


def isolated(text: str) -> str:
    """``text`` with its right-to-left lines set apart, so that they leave the order around alone.

    Without that, what follows Hebrew or Arabic on the same line, such as a count, is shown on the
    wrong side of it.
    """
    if text.isascii():
        return text
    return "\n".join(
        f"{_ISOLATE}{line}{_POP}"
        if not _RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, line))
        else line
        for line in text.split("\n")
    )
