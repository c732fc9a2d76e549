"""Rounds whose bot is killed or told to stop, and another is started after it."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.loopback import Call, Channel, LoopbackDiscord, Reply
from tests.loopback.records import Proceed

from .stage import Stage, custom_ids, text, title, told

PUBLIC_ANSWER = 4


async def test_a_round_survives_kill_9(tmp_path: Path) -> None:
    """The open question is void and that is said; what was scored stays; the round plays on."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        channel, forgotten = stage.channel("played"), stage.channel("forgotten")
        async with stage.bot() as bot:
            await stage.start(stage.ada, channel, questions=3, seconds=5)
            first = await stage.message(channel, "Question 1 of 3")
            await told(await discord.click(stage.ben, first, stage.right_id(first)))
            await stage.message(channel, "Answer 1 of 3")
            second = await stage.message(channel, "Question 2 of 3")
            await told(await discord.click(stage.ben, second, custom_ids(second)[0]))
            bot.kill()
            await bot.wait()
        earned = stage.rows("SELECT step, user_id, points, streak FROM award")
        assert [(step, user) for step, user, *_ in earned] == [(0, stage.ben.id)]
        leave_a_round_behind(stage, forgotten)

        async with stage.bot():
            notice = await stage.message(channel, "Question 2 of 3 does not count")
            assert "I was interrupted. No points, no penalty." in text(notice)
            board = await stage.message(forgotten, "Final board")
            assert "interrupted" in text(board)
            assert f"<@{stage.ada.id}> · 120 points" in text(board)
            third = await stage.message(channel, "Question 3 of 3")
            await told(await discord.click(stage.ben, third, stage.right_id(third)))
            board = await stage.message(channel, "Final board")
            again = await stage.start(stage.ben, channel, questions=1)
            assert (await again.response())["type"] == PUBLIC_ANSWER

        awards = stage.rows(
            "SELECT step, user_id, points, streak FROM award WHERE round_id = 1 ORDER BY step"
        )
        assert awards[0] == earned[0]
        assert [(step, streak) for step, _, _, streak in awards] == [(0, 1), (2, 2)]
        total = sum(points for _, _, points, _ in awards)
        assert f"<@{stage.ben.id}> · {total} points · 2 right" in text(board)
        assert [shown.partition(" · ")[0] for shown in stage.titles(channel)[1:7]] == [
            "Question 1 of 3",
            title(await stage.message(channel, "Answer 1 of 3")),
            "Question 2 of 3",
            "Question 2 of 3 does not count",
            "Question 3 of 3",
            title(await stage.message(channel, "Answer 3 of 3")),
        ]
        assert stage.titles(channel)[7] == "Final board"
        assert stage.rows("SELECT state FROM round ORDER BY id") == [
            ("done",),
            ("lost",),
            ("live",),
        ]


def leave_a_round_behind(stage: Stage, channel: Channel) -> None:
    """A round that was interrupted eleven minutes ago, with one question scored and one open."""
    long_ago = int(time.time() * 1000) - 11 * 60 * 1000
    with closing(sqlite3.connect(stage.ledger)) as db, db:
        (question,) = db.execute("SELECT question FROM asked LIMIT 1").fetchone()
        db.execute(
            "INSERT INTO round (id, guild_id, channel_id, starter_id, film_id, seconds, started_at)"
            " VALUES (2, ?, ?, ?, 'leaving-las-vegas', 20, ?)",
            (stage.guild.id, channel.id, stage.ada.id, long_ago),
        )
        for step, state in enumerate(("closed", "open", "planned")):
            opened = None if state == "planned" else long_ago
            db.execute(
                "INSERT INTO asked VALUES (2, ?, 'some-id', ?, 'plot', ?, ?, ?, ?)",
                (step, question, state, opened, opened, opened),
            )
        db.execute("INSERT INTO answer VALUES (2, 0, ?, 0, 1)", (stage.ada.id,))
        db.execute("INSERT INTO award VALUES (2, 0, ?, 1, 120, 1)", (stage.ada.id,))


async def test_a_round_survives_a_shutdown(tmp_path: Path) -> None:
    """SIGTERM: the open question is dropped and that is said, all within 5 s; then it goes on."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        channel = stage.channel("played")
        async with stage.bot() as bot:
            await stage.start(stage.ada, channel, questions=2, seconds=30)
            message = await stage.message(channel, "Question 1 of 2")
            with notice_held(discord) as (is_coming, may_pass):
                terminated = time.monotonic()
                bot.signal(signal.SIGTERM)
                await is_coming.wait()
                press = await discord.click(stage.ben, message, custom_ids(message)[0])
                assert await told(press) == "That question is closed."
                may_pass.set()
                assert await bot.wait() == 0
            assert time.monotonic() - terminated < 5
            assert "ERROR" not in bot.output
        notice = await stage.message(channel, "Question 1 of 2 does not count")
        assert "I am being updated. No points, no penalty" in text(notice)
        assert stage.rows("SELECT user_id FROM answer") == []

        async with stage.bot():
            message = await stage.message(channel, "Question 2 of 2")
            press = await discord.click(stage.ben, message, stage.right_id(message))
            assert (await told(press)).startswith("Locked in: ")
        kinds = [shown.partition(" · ")[0] for shown in stage.titles(channel)]
        assert kinds[1:] == ["Question 1 of 2", "Question 1 of 2 does not count", "Question 2 of 2"]


@contextmanager
def notice_held(discord: LoopbackDiscord) -> Generator[tuple[asyncio.Event, asyncio.Event]]:
    """Hold back the notice of a dropped question until the second event is set."""
    is_coming, may_pass = asyncio.Event(), asyncio.Event()

    async def hold(call: Call, proceed: Proceed) -> Reply:
        if call.method == "POST" and "does not count" in json.dumps(call.body):
            is_coming.set()
            await may_pass.wait()
        return await proceed(call)

    discord.hooks.append(hold)
    yield is_coming, may_pass
    discord.hooks.remove(hold)


async def test_a_ledger_that_hangs_does_not_keep_the_bot(tmp_path: Path) -> None:
    """SIGTERM while a click waits for a locked disk: out within 5 s, and nothing was confirmed."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        channel = stage.channel("played")
        async with stage.bot() as bot:
            await stage.start(stage.ada, channel, questions=1, seconds=60)
            message = await stage.message(channel, "Question 1 of 1")
            with closing(sqlite3.connect(stage.ledger)) as db:
                db.execute("BEGIN IMMEDIATE")
                press = await discord.click(stage.ben, message, custom_ids(message)[0])
                bot.signal(signal.SIGTERM)
                assert await bot.wait(5.0) == 1
        assert "could not be closed in time" in bot.output
        assert "Locked in" not in str(press.callback)
        assert stage.rows("SELECT * FROM answer") == []
