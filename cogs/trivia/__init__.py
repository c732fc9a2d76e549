"""Trivia rounds: ``/trivia start``, ``stop``, ``skip``, ``leaderboard`` and ``stats``."""

from bot.client import Marquee

from .cog import Trivia


async def setup(bot: Marquee) -> None:
    await bot.add_cog(Trivia(bot))
