"""Changing the running bot: ``/admin reload``, ``rebuild`` and the rest."""

from bot.client import Marquee

from .cog import Admin


async def setup(bot: Marquee) -> None:
    await bot.add_cog(Admin(bot))
