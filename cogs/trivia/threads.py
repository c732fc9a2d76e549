"""A round's own thread: made for it, and put away after it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import UserError
from bot.network import CUT_OFF
from bot.ui.text import clip

from .checks import missing

if TYPE_CHECKING:
    from bot.client import Marquee

_NAME = 100  # Discord's limit
_QUIET_MINUTES = 60  # after which Discord archives it by itself, should the bot not be there to


def check_thread(interaction: discord.Interaction[Any]) -> discord.TextChannel:
    """The channel that a thread can be made from.

    :raises UserError: where there can be none, or the bot may not make or use one.
    """
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        raise UserError("This is a thread already; start the round without `thread`.")
    if not isinstance(channel, discord.TextChannel):
        raise UserError("There are no threads in this kind of channel; start without `thread`.")
    have = interaction.app_permissions
    needed = {
        "view this channel": have.view_channel,
        "create public threads": have.create_public_threads,
        "send messages in threads": have.send_messages_in_threads,
        "embed links": have.embed_links,
    }
    if lacking := missing(needed):
        raise UserError(f"I cannot open a thread here: I may not {lacking}.")
    return channel


def parent_of(interaction: discord.Interaction[Any]) -> int | None:
    """The channel that a thread belongs to; ``None`` outside of threads."""
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else None


async def open_thread(channel: discord.TextChannel, label: str) -> discord.Thread:
    """A public thread for a round.

    :raises UserError: when Discord refuses it, as it does where there are too many.
    """
    kind = discord.ChannelType.news_thread if channel.is_news() else None
    try:
        return await channel.create_thread(
            name=clip(f"Trivia: {label}", _NAME),
            type=kind or discord.ChannelType.public_thread,
            auto_archive_duration=_QUIET_MINUTES,
        )
    except discord.HTTPException as error:
        if isinstance(error, discord.DiscordServerError):
            raise
        raise UserError(
            "Discord did not let me open a thread here; start the round without `thread`."
        ) from error


@contextlib.asynccontextmanager
async def thread_to_begin(
    bot: Marquee, channel: discord.TextChannel | None, label: str
) -> AsyncGenerator[discord.Thread | None]:
    """A thread of the channel, which is put away when what is to begin in it fails.

    :raises UserError: as :func:`open_thread`.
    """
    thread = await open_thread(channel, label) if channel else None
    try:
        yield thread
    except BaseException:
        if thread is not None:
            await archive(bot, thread.id)
        raise


async def archive(bot: Marquee, thread: int) -> None:
    """Put a thread away; best effort, as Discord does so itself after a while. Not locked."""
    with contextlib.suppress(discord.HTTPException, discord.InvalidData, *CUT_OFF):
        found = bot.get_channel(thread) or await bot.fetch_channel(thread)
        if isinstance(found, discord.Thread):
            await found.edit(archived=True)
