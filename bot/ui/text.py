"""Text as it is shown: clipped, escaped, behind spoiler marks, cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import discord

from ..catalog.vocabulary import Note, Spoiler
from ..plain import isolated, plain

_SHOWN = 200
SEPARATOR = " · "
DESCRIPTION = 4_096  # characters that Discord allows in an embed's description

# What Discord reads as more than itself wherever it stands: emphasis, spoilers, code, masked links,
# mentions, timestamps and custom emoji (all in angle brackets), addresses and `:emoji:`; and
# `discord.gg/...`, which is an invitation also without its https. At the start of a line it reads
# quotes, headings, small print and lists, too.
_ANYWHERE = re.compile(r"[\\*_~|`<\[\]]|:(?=\S)|\.(?=\w+/)")
_LINE_START = re.compile(r"^[^\S\n]*(?:\d+(?=[.)])|(?=[>#+-]))", re.MULTILINE)


def clip(text: str, length: int) -> str:
    """At most ``length`` characters of ``text``, with an ellipsis where something was cut.

    For where Discord reads no markdown; unseen characters are left out.
    """
    text = plain(text)
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


@lru_cache(maxsize=4_096)
def escape(text: str, length: int = _SHOWN) -> str:
    """``text`` so that it is shown as it is: no markdown, no link, no mention.

    At most ``length`` characters of it are shown, in at most ``2 * length + 2``. discord.py's
    ``escape_markdown`` leaves addresses and all that is in angle brackets alone, and what is in
    them, and it takes quadratic time. Remembered, because the same titles and facts are shown over
    and over.
    """
    marked = _ANYWHERE.sub(r"\\\g<0>", clip(text, length))
    marked = _LINE_START.sub(r"\g<0>\\", marked)
    return isolated(discord.utils.escape_mentions(marked))


def fitted(blocks: Iterable[str], room: int = DESCRIPTION, last: str = "") -> str:
    """The blocks, one below the other, as far as there is room, and ``last`` below them.

    None is cut, which could be within an escape, or leave a spoiler open: those that do not fit
    are counted instead, and there has to be room for that.
    """
    whole, text = list(blocks), last
    for left_out in range(len(whole) + 1):
        parts = whole[: len(whole) - left_out]
        if left_out:
            parts.append(f"-# … and {left_out:,} more, too long to be shown here.")
        text = "\n".join([*parts, last] if last else parts)
        if len(text) <= room:
            break
    return text


def hidden(text: str, spoiler: Spoiler) -> str:
    """Escaped ``text``, behind spoiler marks when it gives anything of the story away."""
    return text if spoiler is Spoiler.NONE else f"||{text}||"


def content_notes(notes: Iterable[Note]) -> str:
    """A line of small print, to stand before what it warns of; empty when there are none."""
    named = ", ".join(note.label for note in notes)
    return f"-# Content notes: {named}\n" if named else ""


def cited(source: str, *sections: str) -> str:
    """A citation, as small print: ``Leaving Las Vegas (film article), “Casting”``."""
    return ", ".join([source, *(f"“{section}”" for section in sections)])


def mentions(users: Sequence[int], most: int) -> str:
    """Members by name, and of those beyond ``most`` how many there are."""
    more = f" and {len(users) - most} more" if len(users) > most else ""
    return ", ".join(f"<@{user}>" for user in users[:most]) + more


def plural(count: int, noun: str, more: str | None = None) -> str:
    """``1 fact``, ``2 facts``, ``1,000 people``."""
    return f"{count:,} {noun if count == 1 else more or noun + 's'}"
