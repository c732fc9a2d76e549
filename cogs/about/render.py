"""``/about`` and ``/help`` as messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord

from bot import __version__
from bot.ui import colours
from bot.ui.message import Message
from bot.ui.text import escape, fitted, plural

from .guide import HEADINGS, TEXTS, is_on
from .models import Command, Feature, HelpTopic, Sources

_FIELD = 1_024  # Discord's limit for the text of a field
_OVERVIEW = (
    "I know facts about films, run trivia rounds and look up what the critics said, each with "
    "its source. Begin with `/film fact` or `/trivia start`; `film` may be left out when the "
    "channel is named after a film, or there is one only."
)
_KEPT = (
    "Of members who play trivia: their Discord id, their answers (as they were typed), hints, "
    "votes to skip, points, teams and ratings, with the server and the channel; who started a "
    "round or set the daily question; what was written in reports and verdicts; and who wants to "
    "be on the board of all servers. No names, no messages: I cannot read what is written in "
    "channels."
)
_HELP = (
    "`/help` explains what I can do, and every command. When a question or its answer is wrong, "
    "**Report a mistake** under it tells the server's moderators, who can put it right. For "
    "anything else ask whoever hosts me; where something went wrong on my side, give the "
    "reference that I gave you."
)
_LICENCES = "The code is under the MIT licence, the film texts under CC BY-SA 4.0."


def about(sources: Sources, features: Iterable[Feature]) -> Message:
    """Version, commands, how to get help, sources, what is kept, and licences."""
    embed = discord.Embed(
        title=f"Marquee {__version__}",
        description="Facts about films, trivia rounds and reviews, each with its source.",
        colour=colours.FILM,
    )
    embed.add_field(name="Commands", value=fitted(map(_feature, features), _FIELD), inline=False)
    embed.add_field(name="Help", value=_HELP, inline=False)
    embed.add_field(name="Where it is from", value=fitted(_sources(sources), _FIELD), inline=False)
    embed.add_field(name="What is stored", value=_KEPT, inline=False)
    embed.add_field(name="Licences", value=_LICENCES, inline=False)
    return Message(embed=embed)


def guide(topic: HelpTopic | None, commands: Sequence[Command]) -> Message:
    """One screen of help: what to do, and the commands for it; or an overview of the screens.

    Every command is on the screen of one topic, or on the overview; the moderators' on theirs, too.
    """
    own = [command for command in commands if is_on(topic, command.name)]
    lines = [_OVERVIEW, ""] if topic is None else [TEXTS[topic], ""]
    if topic is None:
        lines += [f"`/help topic:{one}` {HEADINGS[one]}" for one in HelpTopic]
        lines.append("")
    lines += [f"**/{command.name}** {command.description}" for command in own]
    embed = discord.Embed(
        title=HEADINGS[topic] if topic else "Help",
        description="\n".join(lines).strip(),
        colour=colours.FILM,
    )
    return Message(embed=embed)


def _feature(feature: Feature) -> str:
    commands = ", ".join(f"`{name}`" for name in feature.commands)
    return f"**/{feature.name}** {feature.description}" + (f": {commands}" if commands else "")


def _sources(sources: Sources) -> list[str]:
    more = sources.total - len(sources.titles)
    lines = [escape(title, 100) for title in sources.titles]
    return [*lines, f"… and {plural(more, 'more source')}"] if more else lines
