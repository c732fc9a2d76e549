"""Rounds of the bot as a process of its own, over real sockets and on the real clock."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.conftest import SEEDS
from tests.loopback import (
    BotProcess,
    Call,
    Channel,
    InteractionRecord,
    Json,
    LoopbackDiscord,
    Reply,
    User,
)
from tests.loopback.records import Proceed

PRIVATE = 1 << 6
PUBLIC_ANSWER, DEFERRED, DEFERRED_PRESS = 4, 5, 6
in_one_loop = pytest.mark.asyncio(loop_scope="module")


class Stage:
    """A loopback Discord with one server, and a data folder for the bots that come and go."""

    def __init__(self, discord: LoopbackDiscord, data: Path) -> None:
        self.discord = discord
        self.data = data
        self.guild = discord.add_guild()
        self.ada = discord.add_user("ada")
        self.ben = discord.add_user("ben")

    @asynccontextmanager
    async def bot(self) -> AsyncGenerator[BotProcess]:
        """A bot that is ready."""
        environment = self.discord.environment | {
            "MARQUEE_DATA_DIR": str(self.data),
            "MARQUEE_SEEDS_DIR": str(SEEDS),
        }
        async with BotProcess(environment, "run", cwd=self.data) as process:
            try:
                await self.discord.wait_ready()
                yield process
            except BaseException:
                print(process.output)
                raise

    def channel(self, name: str) -> Channel:
        return self.discord.add_channel(self.guild, name)

    async def start(self, user: User, channel: Channel, **options: Any) -> InteractionRecord:
        return await self.discord.command(user, channel, "trivia start", **options)

    async def message(self, channel: Channel, beginning: str) -> Json:
        """The channel's message with such a title, as soon as it is there."""
        return await self.discord.wait_for_message(
            channel, lambda message: title(message).startswith(beginning)
        )

    def titles(self, channel: Channel) -> list[str]:
        return [title(message) for message in self.discord.messages(channel)]

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Look into the ledger beside the bot."""
        with closing(sqlite3.connect(f"{self.ledger.as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(sql, parameters).fetchall()

    @property
    def ledger(self) -> Path:
        return self.data / "ledger.db"

    def right_id(self, message: Json) -> str:
        """The ``custom_id`` of the right button of an open question."""
        _, round_id, step, _ = custom_ids(message)[0].split(":")
        ((question,),) = self.rows(
            "SELECT question FROM asked WHERE round_id = ? AND step = ?", round_id, step
        )
        return custom_ids(message)[json.loads(question)["right"]]


def title(message: Json) -> str:
    return message["embeds"][0].get("title", "") if message["embeds"] else ""


def text(message: Json) -> str:
    return "\n".join(
        [message["content"] or "", *(embed.get("description", "") for embed in message["embeds"])]
    )


def custom_ids(message: Json) -> list[str]:
    return [button["custom_id"] for row in message["components"] for button in row["components"]]


async def told(record: InteractionRecord) -> str:
    """What an interaction was answered at once, which must be private."""
    data = (await record.response())["data"]
    assert data["flags"] & PRIVATE
    return data["content"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stage]:
    """A bot that runs as long as this module's tests; each plays in a channel of its own."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path_factory.mktemp("data"))
        async with stage.bot():
            yield stage


@in_one_loop
async def test_a_round_is_started_answered_and_stopped(stage: Stage) -> None:
    """The whole way from a socket to the ledger and back."""
    channel = stage.channel("whole-way")
    began = await stage.start(stage.ada, channel, questions=2, seconds=5)
    assert (await began.response())["type"] == PUBLIC_ANSWER
    message = await stage.message(channel, "Question 1 of 2")
    press = await stage.discord.click(stage.ben, message, stage.right_id(message))
    assert (await told(press)).startswith("Locked in: ")
    assert press.latency < 1
    stopped = await stage.discord.command(stage.ada, channel, "trivia stop")
    assert await told(stopped) == "Stopping the round. Points stay."
    await stage.message(channel, "Final board")
    assert stage.rows("SELECT state FROM round WHERE channel_id = ?", channel.id) == [("stopped",)]


@in_one_loop
async def test_two_starts_at_the_same_moment_make_one_round(stage: Stage) -> None:
    """One member's start wins; the other is told whose."""
    channel = stage.channel("same-moment")
    records = [await stage.start(user, channel, questions=1) for user in (stage.ada, stage.ben)]
    answers = [(await record.response())["data"] for record in records]
    (refused,) = [answer for answer in answers if answer.get("flags", 0) & PRIVATE]
    assert "In this channel a round is about to begin." in refused["content"]
    rows = stage.rows("SELECT starter_id FROM round WHERE channel_id = ?", channel.id)
    assert len(rows) == 1
    assert f"<@{rows[0][0]}>, who started it" in refused["content"]
    await stage.message(channel, "Question 1 of 1")
    assert [shown.partition(" ")[0] for shown in stage.titles(channel)] == ["Trivia:", "Question"]


@in_one_loop
@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"questions": 0}, "`questions` must be from 1 to 25."),
        ({"questions": 26}, "`questions` must be from 1 to 25."),
        ({"questions": -(2**53)}, "`questions` must be from 1 to 25."),
        ({"seconds": 4}, "`seconds` must be from 5 to 120."),
        ({"seconds": 2**53}, "`seconds` must be from 5 to 120."),
    ],
)
async def test_numbers_out_of_range_are_refused(
    stage: Stage, options: dict[str, int], answer: str
) -> None:
    """Discord's clients check them; whoever sends a command otherwise gets a private answer."""
    channel = stage.channel("out-of-range")
    assert await told(await stage.start(stage.ada, channel, **options)) == answer
    assert stage.rows("SELECT id FROM round WHERE channel_id = ?", channel.id) == []


@in_one_loop
async def test_a_slow_disk_is_no_reason_to_miss_discords_deadline(stage: Stage) -> None:
    """Acknowledged within three seconds, answered when it is on disk, and nobody else sees it."""
    channel, other = stage.channel("slow-disk"), stage.channel("slow-disk-too")
    await stage.start(stage.ada, channel, questions=1, seconds=30)
    message = await stage.message(channel, "Question 1 of 1")
    with closing(sqlite3.connect(stage.ledger, isolation_level=None)) as elsewhere:
        elsewhere.execute("BEGIN IMMEDIATE")  # the bot's writer has to wait
        press = await stage.discord.click(stage.ben, message, stage.right_id(message))
        start = await stage.start(stage.ben, other, questions=1)
        deferrals = [(await record.response())["type"] for record in (press, start)]
        elsewhere.execute("ROLLBACK")
    assert deferrals == [DEFERRED_PRESS, DEFERRED]
    assert press.latency < 2.9
    assert start.latency < 2.9

    await stage.message(other, "Trivia:")
    (locked,) = await stage.discord.wait_until(lambda: list(press.followups))
    assert locked["flags"] & PRIVATE
    assert locked["content"].startswith("Locked in: ")
    (shown,) = [shown for shown in stage.discord.messages(channel) if shown["id"] == message["id"]]
    assert (text(shown), custom_ids(shown)) == (text(message), custom_ids(message))
    (row,) = stage.rows("SELECT user_id FROM answer WHERE interaction_id = ?", press.id)
    assert row == (stage.ben.id,)


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
                assert await told(press) == "I am being renewed just now. Try again in a moment."
                may_pass.set()
                assert await bot.wait() == 0
            assert time.monotonic() - terminated < 5
            assert "ERROR" not in bot.output
        notice = await stage.message(channel, "Question 1 of 2 does not count")
        assert "I am being renewed just now. No points, no penalty" in text(notice)
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
