"""Text as it is shown: clipped, escaped, behind spoiler marks, cited."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import discord

from ..catalog.vocabulary import Note, Spoiler

_SHOWN = 200
SEPARATOR = " · "


def clip(text: str, length: int) -> str:
    """At most ``length`` characters of ``text``, with an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


@lru_cache(maxsize=4_096)
def escape(text: str, length: int = _SHOWN) -> str:
    """``text`` so that it is shown as it is: no markdown, no mention, at most ``length`` long.

    Clipped first: escaping takes quadratic time on hostile text. Remembered, because the same
    titles and facts are shown over and over.
    """
    return discord.utils.escape_mentions(discord.utils.escape_markdown(clip(text, length)))


def hidden(text: str, spoiler: Spoiler) -> str:
    """Escaped ``text``, behind spoiler marks when it gives anything of the story away."""
    return text if spoiler is Spoiler.NONE else f"||{text}||"


def content_notes(notes: Iterable[Note]) -> str:
    """A line of small print, to stand before what it warns of; empty when there are none."""
    named = ", ".join(note.label for note in notes)
    return f"-# Content notes: {named}\n" if named else ""


def cited(source: str, section: str) -> str:
    """A citation, as small print: ``Leaving Las Vegas (film article), “Casting”``."""
    return f"{source}, “{section}”"


def plural(count: int, noun: str, more: str | None = None) -> str:
    """``1 fact``, ``2 facts``, ``1,000 people``."""
    return f"{count:,} {noun if count == 1 else more or noun + 's'}"
