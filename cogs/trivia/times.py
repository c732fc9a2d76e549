"""Discord's time in milliseconds, and how long a question takes to read."""

from __future__ import annotations

import math

import discord

# Reading takes time: text beyond so many characters gets a second for each so many more.
_READ_FREE = 160
_READ_PER_SECOND = 15


def reading_seconds(text: str, options: tuple[str, ...]) -> int:
    """Extra seconds for a question that takes long to read."""
    length = len(text) + sum(map(len, options))
    return math.ceil(max(0, length - _READ_FREE) / _READ_PER_SECOND)


def snowflake_ms(snowflake: int) -> int:
    """When Discord made an id, in ms since 1970."""
    return (snowflake >> 22) + discord.utils.DISCORD_EPOCH


def now_ms() -> int:
    return int(discord.utils.utcnow().timestamp() * 1000)
