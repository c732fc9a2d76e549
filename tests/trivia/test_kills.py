"""Rounds whose bot is killed at random points.

Real processes, real sockets, real files; ``--thorough`` goes on for a night.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.loopback import LoopbackDiscord

from .crowd import seat


@pytest.mark.takes(seconds=180)
async def test_kill_9_at_any_moment_loses_and_doubles_nothing(tmp_path: Path, times: int) -> None:
    """8 live rounds, killed again and again at random points; then played to their ends.

    Every third bot must show within 5 s of READY that each round goes on. The others are killed
    sooner than that. As a question that ran out meanwhile gets its time again, some live longer
    than that, so that rounds get on and are killed at any of their steps.
    """
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=9)
        chance = crowd.chance
        for number in range(60 if times == 1 else 1_000):
            async with crowd.stage.bot() as bot:
                if number % 3 == 2:
                    await crowd.all_go_on(within=5)
                mode = chance.choice(["classic", "race", "race"])
                await crowd.start(questions=2, seconds=5, mode=mode)
                least, most = (5, 9) if number % 12 == 6 else (0.02, 0.5)
                await crowd.press_for(chance.uniform(least, most))
                bot.kill()
                await bot.wait()
            crowd.count_after_kill()
        async with crowd.stage.bot():
            await asyncio.gather(crowd.press_for(5), crowd.all_over(within=120))
        await crowd.check()
        # Enough was at stake; with two cores to itself it is some 170.
        assert crowd.count() > 50
        ((closed,),) = crowd.stage.rows("SELECT count(*) FROM asked WHERE state = 'closed'")
        assert closed > 20 * times
