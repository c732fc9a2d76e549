"""The admin commands' answers, within Discord's limits; what programs say in code blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord

from bot.errors import ExtensionError
from bot.ui import colours
from bot.ui.message import Message
from bot.ui.text import plural

from .models import Cog, Content, Synced

NOT_AN_ADMIN = "Only the bot's owner and the ids in `MARQUEE_ADMIN_IDS` may use `/admin`."
REBUILDING = "A rebuild is under way already; its answer comes when it is done."

# Discord allows 2,000 characters in a message and 4,096 in an embed's description; what is left
# of them is for the words around the block.
_BLOCK_OF_MESSAGE = 1_700
_BLOCKS_OF_EMBED = 2_000
_CATALOG_BLOCK = 1_200
_MARK = 12  # of a fingerprint, enough to tell two apart

_SYNCED = {
    Synced.SENT: "The commands had changed and are synced.",
    Synced.SAME: "No command has changed, so nothing was sent to Discord.",
    Synced.COG_MISSING: (
        "Nothing is synced while a cog is not loaded: Discord goes on listing its commands, "
        "which answer that they are switched off."
    ),
    Synced.REFUSED: "The commands could not be synced with Discord; try `/admin sync` later.",
}


def status(cogs: Iterable[Cog], content: Content, problem: str | None) -> Message:
    """Every cog's state, and the catalog's."""
    cogs = list(cogs)
    failed = sum(cog.failure is not None for cog in cogs)
    lines = [_cog(cog, _BLOCKS_OF_EMBED // max(failed, 1)) for cog in cogs]
    lines.append(f"**Catalog** {_content(content)}")
    if problem is not None:
        lines.append("The packs of today are not in it; they have problems:")
        lines.append(_first_lines(problem, _CATALOG_BLOCK))
    embed = discord.Embed(title="Cogs", description="\n".join(lines), colour=colours.FILM)
    return Message(embed=embed)


def changed(cog: str, action: str, synced: Synced) -> Message:
    """That a cog was loaded, unloaded or reloaded, and what became of its commands."""
    return Message(content=f"The cog `{cog}` is {action}. {_SYNCED[synced]}")


def failure(error: ExtensionError, *, serving: bool) -> Message:
    """Why a cog could not be changed, in its last words, and what serves now."""
    after = "The code from before goes on serving." if serving else "It is not loaded."
    return Message(
        content=f"The cog `{error.cog}` could not be {error.action}. {after}\n"
        + _last_words(error.detail, _BLOCK_OF_MESSAGE)
    )


def synced(count: int) -> Message:
    """That all the commands were sent to Discord."""
    return Message(content=f"Synced {plural(count, 'command')} with Discord.")


def not_synced(error: discord.HTTPException) -> str:
    """That Discord did not take the commands."""
    return f"Discord did not take the commands ({error.status}); try again later."


def rebuilt(content: Content) -> Message:
    """What the new catalog holds."""
    return Message(content=f"The catalog is built anew and serves: {_content(content)}")


def not_rebuilt(problem: str) -> Message:
    """Why there is no new catalog."""
    return Message(
        content="The catalog could not be built; the old one serves on. "
        "`python -m bot check` prints every problem.\n" + _first_lines(problem, _BLOCK_OF_MESSAGE)
    )


def _cog(cog: Cog, space: int) -> str:
    if cog.gone:
        return f"`{cog.name}`: loaded, but its folder is gone, or has no `__init__.py`"
    if cog.failure is None:
        return f"`{cog.name}`: {'loaded' if cog.loaded else 'not loaded'}"
    state = "loaded, but its newest code failed" if cog.loaded else "failed"
    return f"`{cog.name}`: {state}\n{_last_words(cog.failure, space)}"


def _content(content: Content) -> str:
    counts = (
        plural(content.films, "film"),
        plural(content.facts, "fact"),
        plural(content.questions, "question"),
    )
    return f"`{content.fingerprint[:_MARK]}`: {', '.join(counts)}"


def _last_words(text: str, space: int) -> str:
    """The end of a traceback, where it says what is wrong."""
    text = _fenceless(text)
    return _block(text if len(text) <= space else f"…{text[1 - space :]}")


def _first_lines(text: str, space: int) -> str:
    """The lines that fit, and how many more there are."""
    lines = _fenceless(text).splitlines()
    shown = _fitting(lines, space)
    rest = len(lines) - len(shown)
    return _block("\n".join(shown)) + (f"… and {plural(rest, 'more line')}." if rest else "")


def _fitting(lines: Sequence[str], space: int) -> list[str]:
    """As many of the lines as fit; the first at any rate, cut if need be."""
    shown = [lines[0][:space]] if lines else []
    left = space - sum(map(len, shown))
    for line in lines[1:]:
        left -= len(line) + 1
        if left < 0:
            break
        shown.append(line)
    return shown


def _fenceless(text: str) -> str:
    """``text`` with nothing in it that could end a code block."""
    return text.replace("```", "`\u200b`\u200b`")


def _block(text: str) -> str:
    return f"```\n{text}\n```"
