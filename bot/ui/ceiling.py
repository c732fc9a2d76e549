"""What a channel may be shown: which content notes are held back where."""

from __future__ import annotations

import discord

from ..catalog.vocabulary import AGE_RESTRICTED, mask

_EVERYWHERE_ELSE = mask(AGE_RESTRICTED)


def barred_notes(interaction: discord.Interaction) -> int:
    """The mask of content notes that are held back where ``interaction`` took place.

    An age-restricted channel, and a thread in one, holds nothing back; a direct message counts as
    any other channel.
    """
    return barred_in(interaction.channel)


def barred_in(channel: object) -> int:
    """The same for a channel that the bot writes in by itself; an unknown one is as any other."""
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        is_nsfw = getattr(channel, "is_nsfw", None)
        if is_nsfw is not None and is_nsfw():
            return 0
    return _EVERYWHERE_ELSE
