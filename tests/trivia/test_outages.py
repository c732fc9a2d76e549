"""Rounds under a Discord that fails, refuses or is away, and under a wrong clock.

Real processes, real sockets, real files; ``--thorough`` goes on for a night.
"""

from __future__ import annotations

import asyncio
import os
import signal
from itertools import pairwise
from pathlib import Path

import pytest

from cogs.trivia.tally import REFRESH_SECONDS
from tests.loopback import Buckets, Faults, LoopbackDiscord

from .crowd import seat
from .stage import custom_ids, told


@pytest.mark.takes(seconds=25)
async def test_a_failing_discord_gets_every_message_once(tmp_path: Path, times: int) -> None:
    """5 % of requests fail after they were accepted, 10 % are refused for a while."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=5, channels=100)
        faults = Faults(5, bad_gateway_after=0.05, too_many=0.10, server_error=0.02)
        async with crowd.stage.bot():
            for _ in range(times):
                await crowd.start(questions=2, seconds=5)
                discord.hooks.append(faults)
                pressing = asyncio.create_task(crowd.press_for(600))
                await crowd.all_over(within=120)
                pressing.cancel()
                discord.hooks.clear()
        assert faults.counts["bad_gateway_after"] > 0
        assert faults.counts["too_many"] > 0
        await crowd.check()
        late = crowd.stage.rows(
            "SELECT round_id, step, state, deadline FROM asked WHERE state IS NOT 'closed'"
            " OR (result_id >> 22) + 1420070400000 - deadline NOT BETWEEN 0 AND 10000"
        )
        assert not late
        assert len(crowd.stage.rows("SELECT * FROM asked")) == times * 100 * 2


@pytest.mark.takes(seconds=40)
async def test_buckets_of_five_never_run_dry(tmp_path: Path) -> None:
    """At most three requests a question, however many play, but for how many have answered."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=6, channels=2)
        buckets = Buckets()
        discord.hooks.append(buckets)
        async with crowd.stage.bot():
            await crowd.start(questions=3, seconds=8)
            await asyncio.gather(crowd.press_for(30), crowd.all_over(within=60))
        assert buckets.exceeded == 0
        requests = [
            call
            for call in discord.world.calls
            if call.route.startswith("/channels/{channel}/messages")
        ]
        counts = [call for call in requests if "so far" in str(call.body)]
        # Two rounds of three questions, and a board each.
        assert len(requests) - len(counts) <= 2 * (3 * 3 + 1)
        assert counts
        for earlier, later in pairwise(sorted(counts, key=lambda call: (call.path, call.at))):
            is_same = earlier.path == later.path
            assert not is_same or later.at - earlier.at > 0.95 * REFRESH_SECONDS
        await crowd.check()


async def test_a_dropped_connection_loses_no_click(tmp_path: Path) -> None:
    """What was pressed while the gateway was away is heard on its return, and counts."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=7, channels=1)
        stage = crowd.stage
        async with stage.bot():
            await crowd.start(questions=1, seconds=30)
            message = await stage.message(crowd.channels[0], "Question 1 of 1")
            await discord.gateway.drop()
            press = await discord.click(stage.ben, message, custom_ids(message)[0])
            assert (await told(press)).startswith("Locked in: ")
            assert discord.gateway.resumes == 1


@pytest.mark.takes(seconds=15)
async def test_an_outage_over_the_deadline_gives_the_time_again(tmp_path: Path) -> None:
    """With the session lost and nobody to be heard, the question is opened again."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=8, channels=1)
        stage, channel = crowd.stage, crowd.channels[0]
        async with stage.bot():
            await crowd.start(questions=1, seconds=5)
            message = await stage.message(channel, "Question 1 of 1")
            discord.gateway.lose_sessions()  # discord.py waits five seconds before it identifies
            await stage.message(channel, "Question 1 of 1 is open again")
            press = await discord.click(stage.ben, message, stage.right_id(message))
            assert (await told(press)).startswith("Locked in: ")
            await crowd.all_over(within=20)
        assert stage.rows("SELECT user_id, points FROM award") == [(stage.ben.id, 100)]


@pytest.mark.takes(seconds=40)
async def test_a_process_that_stood_still_hears_what_was_pressed(tmp_path: Path) -> None:
    """For 30 s, over the deadline: a click that was in time counts, one after it does not."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=3, channels=1)
        stage, channel = crowd.stage, crowd.channels[0]
        async with stage.bot() as bot:
            await crowd.start(questions=1, seconds=5)
            message = await stage.message(channel, "Question 1 of 1")
            right = stage.right_id(message)
            wrong = next(name for name in custom_ids(message) if name != right)
            # An answer to this press says that the question is in the ledger.
            await told(await discord.click(crowd.players[0], message, wrong))
            os.kill(bot.pid, signal.SIGSTOP)
            await discord.click(stage.ben, message, right)
            await asyncio.sleep(30)  # what is waited for is the time itself
            await discord.click(stage.ada, message, right)
            os.kill(bot.pid, signal.SIGCONT)
            await crowd.all_over(within=20)
        assert stage.rows("SELECT user_id FROM award WHERE correct") == [(stage.ben.id,)]


@pytest.mark.takes(seconds=20)
async def test_a_wrong_clock_changes_nothing(tmp_path: Path) -> None:
    """The clock jumps while the bot is away: the question goes on, and ends, with its winner."""
    await asyncio.gather(*(jump(tmp_path / str(hours), hours) for hours in (1, -1, 24, -24)))


async def jump(data: Path, hours: int) -> None:
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, data, seed=2, channels=1)
        stage, channel = crowd.stage, crowd.channels[0]
        async with stage.bot() as bot:
            await crowd.start(questions=1, seconds=15)
            message = await stage.message(channel, "Question 1 of 1")
            await told(await discord.click(stage.ben, message, stage.right_id(message)))
            bot.kill()
            await bot.wait()
        async with stage.bot(LOOPBACK_CLOCK_AHEAD=str(hours * 3_600)):
            press = await discord.click(stage.ada, message, stage.right_id(message))
            assert (await told(press)).startswith("Locked in: ")
            await crowd.all_over(within=40)
        assert stage.rows("SELECT state FROM round") == [("done",)]
        winners = stage.rows("SELECT user_id FROM award WHERE correct ORDER BY points DESC")
        assert winners == [(stage.ben.id,), (stage.ada.id,)]
        await crowd.check()
