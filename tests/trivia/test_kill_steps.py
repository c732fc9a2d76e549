"""Rounds whose bot is killed at each step, or told to stop under load.

Real processes, real sockets, real files; ``--thorough`` goes on for a night.
"""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest

from tests.loopback import Call, LoopbackDiscord, Reply
from tests.loopback.records import Proceed

from .crowd import seat
from .stage import custom_ids, told

MARKS = {
    "question posted": ("POST", "Question"),
    "result posted": ("POST", "Answer"),
    "buttons taken away": ("PATCH", "Closed"),
    "board posted": ("POST", "Final board"),
}


@pytest.mark.takes(seconds=20)
@pytest.mark.parametrize("mark", MARKS)
async def test_kill_9_at_each_step(tmp_path: Path, mark: str) -> None:
    """Killed as Discord is told of a step, before or after it took it: each is told once.

    Also when the bot is away for so long that Discord has forgotten the nonces.
    """
    await asyncio.gather(
        kill_at(tmp_path / "before", mark, accepted=False),
        kill_at(tmp_path / "after", mark, accepted=True),
        kill_at(tmp_path / "long", mark, accepted=True, forgotten=True),
    )


async def kill_at(data: Path, mark: str, *, accepted: bool, forgotten: bool = False) -> None:
    method, beginning = MARKS[mark]
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, data, seed=1, channels=1)
        reached = asyncio.Event()

        async def stop_there(call: Call, proceed: Proceed) -> Reply:
            if call.method != method or beginning not in str(call.body) or reached.is_set():
                return await proceed(call)
            if accepted:
                reply = await proceed(call)
                reached.set()
                return reply
            reached.set()
            await asyncio.Event().wait()
            raise AssertionError("nobody sets it")

        async with crowd.stage.bot() as bot:
            await crowd.start(questions=1, seconds=5, mode="race")  # which is over sooner
            discord.hooks.append(stop_there)
            pressing = asyncio.create_task(crowd.press_for(30))
            await asyncio.wait_for(reached.wait(), 30)
            bot.kill()
            await bot.wait()
            pressing.cancel()
            discord.hooks.clear()
        if forgotten:
            discord.world.forget_nonces()
        async with crowd.stage.bot():
            await crowd.all_over(within=30)
        await crowd.check()
        # A question whose time nearly ran out meanwhile is opened again, and that is said.
        titles = [name for name in crowd.stage.titles(crowd.channels[0]) if "again" not in name]
        assert [title.split()[0] for title in titles] == ["Trivia:", "Question", "Answer", "Final"]


async def test_a_notice_posted_right_before_the_kill_is_not_the_next_ones(tmp_path: Path) -> None:
    """Killed once more as it says that a question is open again: who comes later says so anew."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=2, channels=1)
        stage, channel = crowd.stage, crowd.channels[0]
        noticed = asyncio.Event()

        async def stop_there(call: Call, proceed: Proceed) -> Reply:
            reply = await proceed(call)
            if call.method == "POST" and "open again" in str(call.body):
                noticed.set()
                await asyncio.Event().wait()
            return reply

        async with stage.bot() as bot:
            await crowd.start(questions=1, seconds=60)
            message = await stage.message(channel, "Question 1 of 1")
            # An answer to this press says that the question is in the ledger.
            await told(await discord.click(crowd.players[0], message, custom_ids(message)[0]))
            bot.kill()
            await bot.wait()
        discord.let_pass(120)
        discord.hooks.append(stop_there)
        async with stage.bot() as bot:
            await asyncio.wait_for(noticed.wait(), 30)
            bot.kill()
            await bot.wait()
        discord.hooks.clear()
        discord.let_pass(120)
        async with stage.bot():
            await discord.wait_until(lambda: "".join(stage.titles(channel)).count("again") == 2)
            press = await discord.click(stage.ben, message, stage.right_id(message))
            assert (await told(press)).startswith("Locked in: ")


@pytest.mark.takes(seconds=45)
async def test_sigterm_under_load_is_quick_and_loses_nothing(tmp_path: Path, times: int) -> None:
    """Out within 5 s, every time; the rounds go on with the next."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=4)
        for number in range(20 if times == 1 else 100):
            async with crowd.stage.bot() as bot:
                if number == 0:
                    await crowd.start(questions=2, seconds=5)
                pressing = asyncio.create_task(crowd.press_for(3))
                await asyncio.wait({pressing}, timeout=crowd.chance.uniform(0.05, 0.3))
                asked = time.monotonic()
                bot.signal(signal.SIGTERM)
                assert await bot.wait(10) == 0
                assert time.monotonic() - asked < 5
                pressing.cancel()
                assert "Traceback" not in bot.output
        async with crowd.stage.bot():
            await crowd.all_over(within=60)
        await crowd.check()
