"""What critics said: ``/review scores``, ``critic`` and ``search``."""

from bot.client import Marquee

from .cog import Reviews


async def setup(bot: Marquee) -> None:
    await bot.add_cog(Reviews(bot))
