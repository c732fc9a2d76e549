"""``/about`` as a message."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot import __version__
from bot.ui import colours
from bot.ui.message import Message
from bot.ui.text import clip, escape, plural

from .models import Feature, Sources

_FIELD = 1_024  # Discord's limit for the text of a field
_KEPT = (
    "Of members who play trivia: their Discord id, their answers and their points, with the "
    "server and the channel of the round. No names, no messages: I cannot read what is written "
    "in channels."
)
_LICENCES = "The code is under the MIT licence, the film texts under CC BY-SA 4.0."


def about(sources: Sources, features: Iterable[Feature]) -> Message:
    """Version, licences, sources, what is kept, and the commands."""
    embed = discord.Embed(
        title=f"Marquee {__version__}",
        description="Facts about films, trivia rounds and reviews, each with its source.",
        colour=colours.FILM,
    )
    embed.add_field(name="Commands", value=_lines(map(_feature, features)), inline=False)
    embed.add_field(name="Where it is from", value=_lines(_sources(sources)), inline=False)
    embed.add_field(name="What is stored", value=_KEPT, inline=False)
    embed.add_field(name="Licences", value=_LICENCES, inline=False)
    return Message(embed=embed)


def _feature(feature: Feature) -> str:
    commands = ", ".join(f"`{name}`" for name in feature.commands)
    return f"**/{feature.name}** {feature.description}" + (f": {commands}" if commands else "")


def _sources(sources: Sources) -> list[str]:
    more = sources.total - len(sources.titles)
    lines = [escape(title, 100) for title in sources.titles]
    return [*lines, f"… and {plural(more, 'more source')}"] if more else lines


def _lines(lines: Iterable[str]) -> str:
    return clip("\n".join(lines), _FIELD)
