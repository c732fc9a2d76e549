"""The few colours; none of them carries a meaning that the text does not."""

from __future__ import annotations

from typing import Final

import discord

FILM: Final = discord.Colour(0xB3872D)
QUESTION: Final = discord.Colour(0x2D6FB3)
RIGHT: Final = discord.Colour(0x2E8B57)
VOID: Final = discord.Colour(0x7A7A7A)
REVIEW: Final = discord.Colour(0x8B5A9E)
