"""Rounds whose bot is killed at random points.

Real processes, real sockets, real files; ``--thorough`` goes on for a night.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.loopback import LoopbackDiscord

from .crowd import seat


async def test_kill_9_at_any_moment_loses_and_doubles_nothing(tmp_path: Path, times: int) -> None:
    """8 live rounds, killed again and again at random points; then played to their ends."""
    kills = 60 if times == 1 else 1_000
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=9)
        began = False
        for _ in range(kills):
            async with crowd.stage.bot() as bot:
                if not began:
                    await crowd.start(questions=min(25, 2 * times), seconds=5)
                    began = True
                await crowd.press_for(crowd.chance.uniform(0.02, 0.5))
                bot.kill()
                await bot.wait()
            crowd.count()
        async with crowd.stage.bot():
            await asyncio.gather(crowd.press_for(5), crowd.all_over(within=120 * times))
        await crowd.check()
        assert crowd.count() > 20
