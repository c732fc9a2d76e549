"""Rounds whose bot is killed or told to stop, and another is started after it."""

from __future__ import annotations

import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.loopback import Channel, LoopbackDiscord

from .stage import PRIVATE, Stage, custom_ids, text, title, told


@pytest.mark.takes(seconds=25)
async def test_a_round_goes_on_after_kill_9(tmp_path: Path) -> None:
    """The same message, the same buttons, the answers that were given, the streak that was."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        channel, forgotten = stage.channel("played"), stage.channel("forgotten")
        async with stage.bot() as bot:
            await stage.start(stage.ada, channel, questions=2, seconds=5)
            first = await stage.message(channel, "Question 1 of 2")
            await told(await discord.click(stage.ben, first, stage.right_id(first)))
            await stage.message(channel, "Answer 1 of 2")
            second = await stage.message(channel, "Question 2 of 2")
            wrong = next(name for name in custom_ids(second) if name != stage.right_id(second))
            await told(await discord.click(stage.ben, second, wrong))
            bot.kill()
            await bot.wait()
        leave_a_round_behind(stage, forgotten)

        async with stage.bot():
            board = await stage.message(forgotten, "Final board")
            assert "interrupted" in text(board)
            assert f"<@{stage.ada.id}> · 0 points" in text(board)
            press = await discord.click(stage.ben, second, stage.right_id(second))
            assert (await told(press)).startswith("Changed to ")
            board = await stage.message(channel, "Final board")
            again = await stage.start(stage.ben, channel, questions=1)
            assert not (await again.message())["flags"] & PRIVATE

        awards = stage.rows("SELECT step, streak FROM award WHERE round_id = 1 ORDER BY step")
        assert awards == [(0, 1), (1, 2)]
        ((total,),) = stage.rows("SELECT sum(points) FROM award WHERE round_id = 1")
        assert f"<@{stage.ben.id}> · {total} points · 2 right" in text(board)
        shown = [name for name in stage.titles(channel) if "open again" not in name]
        kinds = [name.partition(" ")[0] for name in shown]
        assert kinds[:6] == ["Trivia:", "Question", "Answer", "Question", "Answer", "Final"]
        assert stage.rows("SELECT state FROM round ORDER BY id") == [
            ("done",),
            ("lost",),
            ("live",),
        ]
        assert title(board) == "Final board"


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
                "INSERT INTO asked (round_id, step, question_id, question, topic, state,"
                " message_id, opened_at, deadline, allowed, result_id)"
                " VALUES (2, ?, 'some-id', ?, 'plot', ?, ?, ?, ?, 0, ?)",
                (step, question, state, opened, opened, opened, 1 if state == "closed" else None),
            )
        db.execute(
            "INSERT INTO answer (round_id, step, user_id, slot, interaction_id)"
            " VALUES (2, 0, ?, 9, 1)",
            (stage.ada.id,),
        )
        db.execute(
            "INSERT INTO award (round_id, step, user_id, correct, points, streak)"
            " VALUES (2, 0, ?, 0, 0, 0)",
            (stage.ada.id,),
        )


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


async def test_an_answer_under_way_is_given_before_the_end(tmp_path: Path) -> None:
    """SIGTERM while a click waits for the disk: it is confirmed, and nothing is taken after it."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        channel = stage.channel("played")
        async with stage.bot() as bot:
            await stage.start(stage.ada, channel, questions=1, seconds=60)
            message = await stage.message(channel, "Question 1 of 1")
            with closing(sqlite3.connect(stage.ledger, isolation_level=None)) as db:
                db.execute("BEGIN IMMEDIATE")
                press = await discord.click(stage.ben, message, custom_ids(message)[0])
                bot.signal(signal.SIGTERM)
                await bot.wait_for_output("Stopping")
                late = await discord.click(stage.ada, message, custom_ids(message)[0])
                db.execute("ROLLBACK")
            assert (await told(press)).startswith("Locked in: ")
            assert await bot.wait(5.0) == 0
        assert late.callback is None
        assert "Traceback" not in bot.output
        assert stage.rows("SELECT user_id FROM answer") == [(stage.ben.id,)]
