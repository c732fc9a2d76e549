"""Rounds over real sockets and on the real clock."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing

import pytest
import pytest_asyncio

from cogs.trivia.models import LETTERS
from tests.loopback import Call, LoopbackDiscord, Reply
from tests.loopback.entities import MANAGER_PERMISSIONS, User
from tests.loopback.records import InteractionRecord, Json, Proceed

from .crowd import answer_to
from .stage import PRIVATE, Stage, custom_ids, text, title, told

DEFERRED, DEFERRED_PRESS = 5, 6
in_one_loop = pytest.mark.asyncio(loop_scope="module")


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
    assert not (await began.message())["flags"] & PRIVATE
    message = await stage.message(channel, "Question 1 of 2")
    press = await stage.discord.click(stage.ben, message, stage.right_id(message))
    assert (await told(press)).startswith("Locked in: ")
    stopped = await stage.discord.command(stage.ada, channel, "trivia stop")
    assert (await told(stopped)).startswith("Stopping the round. Points stay.")
    await stage.message(channel, "Final board")
    assert stage.rows("SELECT state FROM round WHERE channel_id = ?", channel.id) == [("stopped",)]


@in_one_loop
async def test_two_starts_at_the_same_moment_make_one_round(stage: Stage) -> None:
    """One member's start wins; the other is told whose."""
    channel = stage.channel("same-moment")
    records = [await stage.start(user, channel, questions=1) for user in (stage.ada, stage.ben)]
    answers = [await record.message() for record in records]
    (refused,) = [answer for answer in answers if answer["flags"] & PRIVATE]
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


@in_one_loop
async def test_a_form_is_answered_where_it_was_opened_however_slow_the_disk_is(
    stage: Stage,
) -> None:
    """A report is thanked for beside the reveal; a verdict replaces the queue, buttons and all."""
    channel = stage.channel("slow-form")
    judge = stage.discord.add_user("judge", permissions=MANAGER_PERMISSIONS)
    await stage.start(stage.ada, channel, questions=1, seconds=5)
    question = await stage.message(channel, "Question 1 of 1")
    await told(await stage.discord.click(stage.ben, question, stage.right_id(question)))
    await stage.message(channel, "Final board")
    reveal = next(one for one in stage.discord.messages(channel) if "Answer" in title(one))

    async def slowly(opener: Json, custom_id: str, user: User, said: str) -> InteractionRecord:
        pressed = await stage.discord.click(user, opener, custom_id)
        opened = (await pressed.response())["data"]["custom_id"]
        with closing(sqlite3.connect(stage.ledger, isolation_level=None)) as elsewhere:
            elsewhere.execute("BEGIN IMMEDIATE")
            sent = await stage.discord.submit(user, pressed, opened, {"text": said})
            assert (await sent.response())["type"] == DEFERRED_PRESS
            elsewhere.execute("ROLLBACK")
        return sent

    (report_id,) = custom_ids(reveal)
    sent = await slowly(reveal, report_id, stage.ben, "It is wrong")
    (thanks,) = await stage.discord.wait_until(lambda: list(sent.followups))
    assert thanks["flags"] & PRIVATE
    assert thanks["content"].startswith("Thank you.")
    asked = await stage.discord.command(judge, channel, "trivia reports")
    queue = await asked.message()
    void = next(one for one in custom_ids(queue) if one.startswith("verdict:"))
    ruled = await slowly(queue, void, judge, "It is")
    await stage.discord.wait_until(lambda: "Done" in (ruled.original or {}).get("content", ""))
    shown = ruled.original
    assert shown is not None
    assert (shown["id"], custom_ids(shown), ruled.followups) == (queue["id"], [], [])


@in_one_loop
async def test_clicks_that_overtake_each_other_are_remembered_in_their_order(stage: Stage) -> None:
    """A press of what was overtaken is a change again, and counts."""
    channel = stage.channel("overtaken")
    for number in range(5):
        await stage.start(stage.ada, channel, questions=1, seconds=60)
        message = await stage.message(channel, "Question 1 of 1")
        a, b, *_ = custom_ids(message)
        records = await stage.discord.click_many(
            [(stage.ben, message, a), (stage.ben, message, b)], [1, 0]
        )
        for record in records:
            await told(record)
        again = await stage.discord.click(stage.ben, message, a)
        assert "A. " in await told(again), number
        rows = stage.rows(
            "SELECT slot FROM answer JOIN round ON id = round_id"
            " WHERE channel_id = ? AND state = 'live'",
            channel.id,
        )
        assert rows == [(0,)], number
        await told(await stage.discord.command(stage.ada, channel, "trivia stop"))
        channel = stage.channel(f"overtaken-{number}")


@in_one_loop
async def test_an_older_click_that_comes_late_is_told_what_stands(stage: Stage) -> None:
    """The newer one, which was heard first."""
    channel = stage.channel("overtaken")
    await stage.start(stage.ada, channel, questions=1, seconds=60)
    message = await stage.message(channel, "Question 1 of 1")
    first, second = custom_ids(message)[:2]
    presses = [(stage.ben, message, first), (stage.ben, message, second)]
    older, newer = await stage.discord.click_many(presses, [1, 0])
    assert (await told(newer)).startswith("Locked in: B.")
    assert (await told(older)).startswith("Locked in: B.")
    await told(await stage.discord.command(stage.ada, channel, "trivia stop"))


@in_one_loop
async def test_a_race_without_a_winner_after_all_goes_on(stage: Stage) -> None:
    """The right press of a player is heard first, and that it came after a wrong one later."""
    taken, other = stage.channel("taken-back"), stage.channel("beside")
    for channel in (taken, other):
        await stage.start(stage.ada, channel, questions=1, seconds=60, mode="race")
    messages = [await stage.message(channel, "Question 1 of 1") for channel in (taken, other)]
    right = stage.right_id(messages[0])
    wrong = next(name for name in custom_ids(messages[0]) if name != right)
    presses = [(stage.ben, messages[0], wrong), (stage.ben, messages[0], right)]
    for record in await stage.discord.click_many(presses, [1, 0]):
        await told(record)
    # Won later, and told: so the first would be over by now, too.
    await told(await stage.discord.click(stage.ada, messages[1], stage.right_id(messages[1])))
    await stage.message(other, "Answer 1 of 1")
    await told(await stage.discord.click(stage.ada, messages[0], right))
    await stage.message(taken, "Answer 1 of 1")
    winners = stage.rows(
        "SELECT user_id FROM award JOIN round ON id = round_id WHERE correct AND channel_id = ?",
        taken.id,
    )
    assert winners == [(stage.ada.id,)]


@in_one_loop
async def test_stop_reaches_the_newer_round(stage: Stage) -> None:
    """While the one before still tries to tell its end."""
    channel = stage.channel("in-a-row")
    ending, stuck = asyncio.Event(), asyncio.Event()

    async def slow(call: Call, proceed: Proceed) -> Reply:
        if str(channel.id) in call.path and "Final board" in str(call.body):
            ending.set()
            await stuck.wait()
        return await proceed(call)

    await stage.start(stage.ben, channel, questions=1, seconds=5)
    message = await stage.message(channel, "Question 1 of 1")
    stage.discord.hooks.append(slow)
    try:
        await told(await stage.discord.click(stage.ben, message, stage.right_id(message)))
        async with asyncio.timeout(30):
            await ending.wait()
        await (await stage.start(stage.ada, channel, questions=5, seconds=60)).message()
        stopped = await told(await stage.discord.command(stage.ada, channel, "trivia stop"))
        assert "Stopping the round" in stopped
    finally:
        stuck.set()
        stage.discord.hooks.remove(slow)
    state = "SELECT state FROM round WHERE channel_id = ? ORDER BY id"
    stopped_then = [("done",), ("stopped",)]
    await stage.discord.wait_until(lambda: stage.rows(state, channel.id) == stopped_then)


@in_one_loop
@pytest.mark.parametrize("mode", ["classic", "race"])
async def test_a_change_of_mind_within_a_write_is_one(stage: Stage, mode: str) -> None:
    """Pressed twice while the disk is slow: what was confirmed last is what counts."""
    channel = stage.channel(f"changing-{mode}")
    await stage.start(stage.ada, channel, questions=1, seconds=60, mode=mode)
    message = await stage.message(channel, "Question 1 of 1")
    a, b, *_ = [name for name in custom_ids(message)[:4] if name != stage.right_id(message)]
    if mode == "classic":
        await told(await stage.discord.click(stage.ben, message, a))
    with closing(sqlite3.connect(stage.ledger, isolation_level=None)) as elsewhere:
        elsewhere.execute("BEGIN IMMEDIATE")  # the bot's writer has to wait
        records = [await stage.discord.click(stage.ben, message, name) for name in (b, a)]
        for record in records:
            assert (await record.response())["type"] == DEFERRED_PRESS
        elsewhere.execute("ROLLBACK")

    said = [await stage.discord.wait_until(lambda one=one: answer_to(one)) for one in records]
    slots = [int(name.rpartition(":")[2]) for name in (b, a)]
    counts = slots[1] if mode == "classic" else slots[0]
    rows = stage.rows(
        "SELECT slot FROM answer JOIN round ON id = round_id WHERE channel_id = ?", channel.id
    )
    assert rows == [(counts,)]
    assert f" {LETTERS[counts]}." in said[1], said
    assert said[0].startswith("Changed to" if mode == "classic" else "Locked in: ")
