"""Characters that nobody sees, and text without them. Pure."""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # Persian and Hindi words are spelt with them, emoji joined to one
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
# Marks without a letter, and letters that are blank: jamo fillers, the empty braille pattern.
_MARKS = frozenset({"Mn", "Me"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
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


def visible(text: str) -> str:
    """What was typed, as :func:`plain` text; empty when nobody would see any of it."""
    shown = plain(text).strip()
    return shown if any(map(_shows, shown)) else ""


def _shows(character: str) -> bool:
    """Whether it puts anything on a screen by itself."""
    is_blank = character.isspace() or character in _BLANK
    return not is_blank and unicodedata.category(character) not in _UNSEEN | _MARKS


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
