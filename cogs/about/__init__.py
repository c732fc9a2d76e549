"""What the bot is and what it keeps: ``/about``."""

from bot.client import Marquee

from .cog import About


async def setup(bot: Marquee) -> None:
    await bot.add_cog(About(bot))
