"""Film facts: ``/film show``, ``fact``, ``search`` and ``list``."""

from bot.client import Marquee

from .cog import Films


async def setup(bot: Marquee) -> None:
    await bot.add_cog(Films(bot))
