"""The errors by which it shows that Discord is out of reach, failing, or not to be told."""

from __future__ import annotations

import aiohttp
import discord

# No connection, or a lost one; a TimeoutError is an OSError.
OUT_OF_REACH = (aiohttp.ClientError, OSError)
# Worth another try, a little later.
CUT_OFF = (*OUT_OF_REACH, discord.DiscordServerError, discord.RateLimited)
# An answer that cannot be sent: the interaction is gone, or has been answered by another.
UNTELLABLE = (*OUT_OF_REACH, discord.DiscordException)
