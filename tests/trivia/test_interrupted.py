"""Rounds that go on when their code or their bot is replaced: reloads and restarts."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable

import pytest
import simcord

from bot.client import Marquee
from bot.demo.world import World
from tests.conftest import expect_errors

from .table import VOIDED, Table, answer_ids, forged, text, title, told

RENEWED = "I am being updated. No points, no penalty; the round goes on when I am back."


async def reload(table: Table, name: str) -> None:
    """As ``/admin reload`` does it, but for the trial in another process, which takes a second."""
    with table.env._bot_scope():
        await table.bot.reload_extension(f"cogs.{name}")
    await table.env.settle()


async def test_reloading_another_cog_leaves_a_round_alone(table: Table, world: World) -> None:
    """`/admin reload films` while a question is open: the question does not notice."""
    await table.start(world.chiyo, questions=1)
    message = await table.first_question()
    with table.env._bot_scope():
        await table.bot.packages.reload("films")
    await table.press_right(world.dana)
    await table.close()

    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]
    assert message.id in {shown.id for shown in table.messages()}
    assert set(await table.points()) == {world.dana.id}


async def test_a_reload_drops_the_open_question_and_the_round_goes_on(
    table: Table, world: World
) -> None:
    """Said once, without penalty; points and streaks are kept, and the new buttons work."""
    await table.start(world.chiyo, questions=4)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    await table.next_question()
    earned = await table.points()
    dropped = await table.asked()
    message = table.open_question()
    await table.press_wrong(world.dana)
    with table.env._bot_scope():
        await table.bot.packages.reload("trivia")
    await table.env.settle()

    notice = table.messages()[-1]
    assert title(notice) == "Question 2 of 4 does not count"
    assert RENEWED in text(notice)
    assert dropped.answer in text(notice).replace("\\", "")
    assert not next(shown for shown in table.messages() if shown.id == message.id).components
    assert await table.points() == earned

    await table.next_question()
    assert told(await table.press_right(world.dana)).startswith("Locked in: ")
    await table.close()
    rows = await table.bot.ledger.rows("SELECT step, streak FROM award ORDER BY step")
    assert rows == [(0, 1), (2, 2)]
    await table.play_out()
    assert table.kinds() == [
        "Trivia:", "Question", "Answer", "Question", VOIDED,
        "Question", "Answer", "Question", "Answer", "Final",
    ]  # fmt: skip


async def test_a_reload_in_the_gap_is_not_noticed(table: Table, world: World) -> None:
    """Nothing was open, so nothing is dropped and nothing is said."""
    await table.start(world.chiyo)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    await reload(table, "trivia")
    await table.next_question()
    await table.press_right(world.dana)
    await table.close()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question", "Answer", "Final"]


async def test_a_reload_before_the_first_question_is_not_noticed(
    table: Table, world: World
) -> None:
    """The round begins with the new code."""
    await table.start(world.chiyo, questions=1)
    await reload(table, "trivia")
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]


async def test_a_reload_during_the_last_question_ends_the_round(table: Table, world: World) -> None:
    """There is no question to go on with: the board comes, and the channel is free."""
    await table.start(world.chiyo)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    await table.next_question()
    await reload(table, "trivia")
    await table.env.advance_time(30)

    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question", VOIDED, "Final"]
    assert await table.states() == ["done"]
    points = (await table.points())[world.dana.id]
    assert f"<@{world.dana.id}> · {points} points" in text(table.messages()[-1])


async def test_ten_reloads_in_a_row_say_nothing_twice(table: Table, world: World) -> None:
    """One notice a dropped question; then the round is played by one host, not by eleven."""
    await table.start(world.chiyo, questions=3)
    await table.first_question()
    for _ in range(10):
        await reload(table, "trivia")
    await table.first_question()
    await table.press_right(world.dana)
    await table.play_out()
    assert table.kinds() == [
        "Trivia:", "Question", VOIDED, "Question", "Answer", "Question", "Answer", "Final",
    ]  # fmt: skip
    rows = await table.bot.ledger.rows("SELECT user_id FROM award")
    assert rows == [(world.dana.id,)]


async def test_commands_work_on_a_round_taken_over(table: Table, world: World) -> None:
    """After a reload too the starter is known, and may stop."""
    await table.start(world.chiyo, questions=3)
    await reload(table, "trivia")
    await table.first_question()
    assert told(await world.dana.slash(table.channel, "trivia stop")).startswith("Only <@")
    assert "a round is on" in told(await table.start(world.dana))
    await world.chiyo.slash(table.channel, "trivia stop")
    assert await table.states() == ["stopped"]


async def restart(table: Table) -> Table:
    """Another bot on the same ledger; the one before had no time to say anything."""
    old = table.bot
    new = Marquee(old.settings, old.catalog, old.ledger)
    await table.env.restart_bot(new)
    return Table(table.env, new, table.channel)


async def test_a_restart_drops_the_open_question_and_the_round_goes_on(
    table: Table, world: World
) -> None:
    """Points of closed questions stay, the interrupted one costs nothing, no streak breaks."""
    await table.start(world.chiyo, questions=3)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    earned = await table.points()
    message = await table.next_question()
    await table.press_wrong(world.dana)
    old_id = answer_ids(message)[0]

    table = await restart(table)
    await table.env.settle()
    notice = table.messages()[-1]
    assert title(notice) == "Question 2 of 3 does not count"
    assert "I was interrupted. No points, no penalty." in text(notice)
    assert await table.points() == earned
    assert not next(shown for shown in table.messages() if shown.id == message.id).components

    await table.first_question()
    assert answer_ids(table.open_question())[0] != old_id
    await table.press_right(world.dana)
    await table.close()
    rows = await table.bot.ledger.rows("SELECT step, streak FROM award ORDER BY step")
    assert rows == [(0, 1), (2, 2)]
    assert await table.states() == ["done"]


async def test_a_restart_after_the_last_reveal_still_shows_the_board(
    table: Table, world: World, env: simcord.Env
) -> None:
    """The crash came between the last question's close and the round's end."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    await table.bot.ledger.write(
        lambda db: db.execute("UPDATE round SET state = 'live', ended_at = NULL").rowcount
    )
    board = table.messages()[-1]
    env.backend.delete_message(table.channel.id, board.id)

    table = await restart(table)
    await table.env.advance_time(10)
    assert await table.states() == ["done"]
    assert text(table.messages()[-1]) == text(board)


async def test_a_restart_remembers_silence(table: Table, world: World) -> None:
    """One silent question before it, one after: nobody is there, the round is over."""
    await table.start(world.chiyo, questions=5)
    await table.first_question()
    await table.close()
    table = await restart(table)
    await table.first_question()
    await table.close()
    assert await table.states() == ["idle"]


async def test_a_round_left_for_long_ends_with_its_board(
    table: Table, world: World, env: simcord.Env
) -> None:
    """After ten minutes nobody waits for the next question; points stay."""
    await table.start(world.chiyo, questions=3)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    earned = (await table.points())[world.dana.id]
    await table.bot.ledger.write(
        lambda db: (
            db.execute("UPDATE round SET started_at = started_at - 600000").rowcount
            + db.execute("UPDATE asked SET opened_at = opened_at - 600000").rowcount
        )
    )
    table = await restart(table)
    await env.settle()

    assert await table.states() == ["lost"]
    assert f"<@{world.dana.id}> · {earned} points" in text(table.messages()[-1])


async def test_a_button_from_before_a_restart_is_answered(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Also while the new bot has posted no button yet."""
    await table.start(world.chiyo)
    custom_id = answer_ids(await table.first_question())[0]
    table = await restart(table)
    assert env.bot.user is not None
    stale = forged(env, table.channel, env.bot.user.id, custom_id)
    assert told(await world.dana.click(stale, custom_id=custom_id)) == "That question is closed."


async def test_a_start_under_way_during_a_reload_makes_one_round(
    table: Table, world: World
) -> None:
    """The old code is still writing it down when the new code takes over."""
    ledger, is_busy, disk_is_back = table.bot.ledger, threading.Event(), threading.Event()
    waiting = ledger._writer._queue.qsize

    def be_busy(_: sqlite3.Connection) -> None:
        is_busy.set()
        disk_is_back.wait(10)

    busy = asyncio.create_task(ledger.write(be_busy))
    await until(is_busy.is_set)
    start = asyncio.create_task(table.start(world.chiyo, questions=1))
    await until(lambda: waiting() == 1)
    with table.env._bot_scope():
        reloading = asyncio.create_task(table.bot.reload_extension("cogs.trivia"))
    await until(lambda: waiting() == 2 or reloading.done())
    disk_is_back.set()
    await asyncio.gather(busy, start, reloading)

    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]


async def until(is_so: Callable[[], bool]) -> None:
    """Let everything else run, turn by turn, until it is so."""
    while not is_so():  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(0)


async def test_a_round_that_this_code_cannot_read_is_over(
    table: Table, world: World, bot: Marquee, caplog: pytest.LogCaptureFixture
) -> None:
    """Written by another version, it ends as lost; the cog loads, and the channel is free."""
    await table.start(world.chiyo)
    await table.first_question()
    await bot.ledger.write(lambda db: db.execute("UPDATE asked SET question = '{}'"))
    await reload(table, "trivia")

    assert expect_errors(caplog)
    assert await table.states() == ["lost"]
    await table.start(world.dana, questions=1)
    assert await table.states() == ["lost", "live"]


async def test_rounds_and_reloads_leave_no_waiter_behind(
    table: Table, world: World, bot: Marquee
) -> None:
    """What waited for a question's end is gone with it."""
    before = sum(map(len, bot._listeners.values()))
    for _ in range(3):
        await table.play_quickly(world.chiyo)
        await table.play_out()
    assert sum(map(len, bot._listeners.values())) == before
