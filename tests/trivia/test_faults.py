"""Rounds under faults: kills, shutdowns, lost connections, a Discord that fails and refuses.

Real processes, real sockets, real files. ``--thorough`` runs as often as a night allows.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.loopback import Buckets, Call, Faults, LoopbackDiscord, Reply
from tests.loopback.process import PROJECT
from tests.loopback.records import InteractionRecord, Proceed

from .crowd import Crowd
from .stage import Stage, custom_ids, told

CHANNELS, PLAYERS = 8, 6


def seat(discord: LoopbackDiscord, data: Path, seed: int, *, channels: int = CHANNELS) -> Crowd:
    """A crowd in some channels of one server."""
    stage = Stage(discord, data)
    return Crowd(
        stage,
        [stage.channel(f"table-{number}") for number in range(channels)],
        [discord.add_user(f"player {number}") for number in range(PLAYERS)],
        random.Random(seed),
    )


async def test_kill_9_at_any_moment_loses_and_doubles_nothing(tmp_path: Path, times: int) -> None:
    """8 live rounds, killed again and again at random points; then played to their ends."""
    kills = 60 if times == 1 else 1_000
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=9)
        began = False
        for _ in range(kills):
            async with crowd.stage.bot() as bot:
                if not began:
                    await crowd.start(questions=min(25, 3 * times), seconds=5)
                    began = True
                await crowd.press_for(crowd.chance.uniform(0.05, 0.9))
                bot.kill()
                await bot.wait()
            crowd.count()
        async with crowd.stage.bot():
            await asyncio.gather(crowd.press_for(5), crowd.all_over(within=120 * times))
        await crowd.check()
        assert crowd.count() > 20


MARKS = {
    "question posted": ("POST", "Question"),
    "result posted": ("POST", "Answer"),
    "buttons taken away": ("PATCH", "Closed"),
    "board posted": ("POST", "Final board"),
}


@pytest.mark.parametrize("accepted", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("mark", MARKS)
async def test_kill_9_at_each_step(tmp_path: Path, mark: str, *, accepted: bool) -> None:
    """Killed as Discord is told of a step, before or after it took it: each is told once."""
    method, beginning = MARKS[mark]
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=1, channels=1)
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
            await crowd.start(questions=1, seconds=5)
            discord.hooks.append(stop_there)
            pressing = asyncio.create_task(crowd.press_for(30))
            await asyncio.wait_for(reached.wait(), 30)
            bot.kill()
            await bot.wait()
            pressing.cancel()
            discord.hooks.clear()
        async with crowd.stage.bot():
            await crowd.all_over(within=30)
        await crowd.check()
        # A question whose time nearly ran out meanwhile is opened again, and that is said.
        titles = [name for name in crowd.stage.titles(crowd.channels[0]) if "again" not in name]
        assert [title.split()[0] for title in titles] == ["Trivia:", "Question", "Answer", "Final"]


async def test_sigterm_under_load_is_quick_and_loses_nothing(tmp_path: Path, times: int) -> None:
    """Out within 5 s, every time; the rounds go on with the next."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=4)
        for number in range(20 if times == 1 else 100):
            async with crowd.stage.bot() as bot:
                if number == 0:
                    await crowd.start(questions=3, seconds=5)
                pressing = asyncio.create_task(crowd.press_for(3))
                await asyncio.wait({pressing}, timeout=crowd.chance.uniform(0.1, 0.5))
                asked = time.monotonic()
                bot.signal(signal.SIGTERM)
                assert await bot.wait(10) == 0
                assert time.monotonic() - asked < 5
                pressing.cancel()
                assert "Traceback" not in bot.output
        async with crowd.stage.bot():
            await crowd.all_over(within=60)
        await crowd.check()


async def test_a_failing_discord_gets_every_message_once(tmp_path: Path, times: int) -> None:
    """5 % of requests fail after they were accepted, 10 % are refused for a while."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=5, channels=25)
        faults = Faults(5, bad_gateway_after=0.05, too_many=0.10, server_error=0.02)
        async with crowd.stage.bot():
            for _ in range(1 if times == 1 else 10):
                await crowd.start(questions=3, seconds=5)
                discord.hooks.append(faults)
                await asyncio.gather(crowd.press_for(20), crowd.all_over(within=120))
                discord.hooks.clear()
        assert faults.counts["bad_gateway_after"] > 0
        assert faults.counts["too_many"] > 0
        await crowd.check()
        for deadline, closed in crowd.stage.rows(
            "SELECT deadline, (result_id >> 22) + 1420070400000 FROM asked"
            " WHERE state = 'closed' AND result_id > 0"
        ):
            assert closed - deadline < 10_000


async def test_buckets_of_five_never_run_dry(tmp_path: Path) -> None:
    """At most three requests a question, however many play."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=6, channels=2)
        buckets = Buckets()
        discord.hooks.append(buckets)
        async with crowd.stage.bot():
            await crowd.start(questions=3, seconds=5)
            await asyncio.gather(crowd.press_for(20), crowd.all_over(within=60))
        assert buckets.exceeded == 0
        requests = [
            call
            for call in discord.world.calls
            if call.route.startswith("/channels/{channel}/messages")
        ]
        # Two rounds of three questions, and a board each.
        assert len(requests) <= 2 * (3 * 3 + 1)
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


async def test_a_process_that_stood_still_hears_what_was_pressed(tmp_path: Path) -> None:
    """Stopped over the deadline: a click that was in time counts, one after it does not."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=3, channels=1)
        stage, channel = crowd.stage, crowd.channels[0]
        async with stage.bot() as bot:
            await crowd.start(questions=1, seconds=5)
            message = await stage.message(channel, "Question 1 of 1")
            right = stage.right_id(message)
            os.kill(bot.pid, signal.SIGSTOP)
            await discord.click(stage.ben, message, right)
            await asyncio.sleep(8)  # what is waited for is the time itself
            await discord.click(stage.ada, message, right)
            os.kill(bot.pid, signal.SIGCONT)
            await crowd.all_over(within=20)
        assert stage.rows("SELECT user_id FROM award") == [(stage.ben.id,)]


@pytest.mark.parametrize("hours", [1, -1, 24, -24])
async def test_a_wrong_clock_changes_nothing(tmp_path: Path, hours: int) -> None:
    """The clock jumps while the bot is away: the question goes on, and ends, with its winner."""
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path, seed=2, channels=1)
        stage, channel = crowd.stage, crowd.channels[0]
        async with stage.bot() as bot:
            await crowd.start(questions=1, seconds=12)
            message = await stage.message(channel, "Question 1 of 1")
            await told(await discord.click(stage.ben, message, stage.right_id(message)))
            bot.kill()
            await bot.wait()
        async with stage.bot(LOOPBACK_CLOCK_AHEAD=str(hours * 3_600)):
            press = await discord.click(stage.ada, message, stage.right_id(message))
            assert (await told(press)).startswith("Locked in: ")
            await crowd.all_over(within=30)
        assert stage.rows("SELECT state FROM round") == [("done",)]
        winners = stage.rows("SELECT user_id FROM award WHERE correct ORDER BY points DESC")
        assert winners == [(stage.ben.id,), (stage.ada.id,)]
        await crowd.check()


TROUBLES: dict[str, Callable[[str], str]] = {
    "nothing": lambda code: code,
    "a syntax error": lambda code: code + "\ndef broken(:\n",
    "a failing setup": lambda code: code.replace("await bot.add_cog", "await bot.no_such_thing"),
    "a setup that fails when it matters": lambda code: code + "    assert bot.user is None\n",
}


async def test_reloads_under_twenty_rounds(tmp_path: Path, times: int) -> None:
    """Of good code and bad, while members press: no round is lost, and one click has one answer."""
    checkout = tmp_path / "checkout"
    for part in ("bot", "cogs", "tests/loopback"):
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / part, checkout / part, ignore=skipped)
    (checkout / "tests" / "__init__.py").touch()
    setup = checkout / "cogs" / "trivia" / "__init__.py"
    good = setup.read_text()
    data = tmp_path / "data"
    data.mkdir()
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, data, seed=12, channels=20)
        ada = crowd.players[0]
        more = {"PYTHONPATH": str(checkout), "MARQUEE_ADMIN_IDS": str(ada.id)}
        async with crowd.stage.bot(**more) as bot:
            await crowd.start(questions=4, seconds=10)
            pressing = asyncio.create_task(crowd.press_for(600))
            for number in range(40 if times == 1 else 200):
                trouble = list(TROUBLES)[number % len(TROUBLES)]
                setup.write_text(TROUBLES[trouble](good))
                record = await discord.command(ada, crowd.channels[0], "admin reload", cog="trivia")
                said = await discord.wait_until(lambda record=record: answer_to(record), 30)
                assert ("could not" in said) == (trouble != "nothing"), said
            setup.write_text(good)
            pressing.cancel()
            await crowd.all_over(within=120)
            assert "never awaited" not in bot.output
        await crowd.check()
        assert {state for (state,) in crowd.stage.rows("SELECT state FROM round")} <= {
            "done", "idle",
        }  # fmt: skip
        doubled = [record.id for _, _, record in crowd.waiting if len(record.followups) > 1]
        assert not doubled


def answer_to(record: InteractionRecord) -> str:
    """What an interaction was answered, by the callback or by an edit of it; empty until then."""
    shown = record.original or (record.callback or {}).get("data") or {}
    return str(shown.get("content") or "")


async def test_fifty_at_once_in_whatever_order(tmp_path: Path, times: int) -> None:
    """In a race the lowest snowflake wins; otherwise everybody has one award."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        players = [discord.add_user(f"racer {number}") for number in range(50)]
        chance = random.Random(11)
        async with stage.bot():
            for number in range(4 * times):
                mode = "race" if number % 2 else "classic"
                channel = stage.channel(f"race-{number}")
                await stage.start(stage.ada, channel, questions=1, seconds=5, mode=mode)
                message = await stage.message(channel, "Question 1 of 1")
                right = stage.right_id(message)
                order = chance.sample(range(50), 50)
                records = await discord.click_many(
                    [(player, message, right) for player in players], order
                )
                await stage.message(channel, "Final board")
                awards = stage.rows(
                    "SELECT user_id, correct, points > 0 FROM award JOIN round ON id = round_id"
                    " WHERE channel_id = ?",
                    channel.id,
                )
                first = min(records, key=lambda record: record.id)
                expected = [first.user.id] if mode == "race" else [user.id for user in players]
                assert sorted(user for user, _, _ in awards) == sorted(expected)
                assert all(correct and scored for _, correct, scored in awards)
