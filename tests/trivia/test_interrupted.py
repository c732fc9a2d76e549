"""Rounds that go on when their code or their bot is replaced: reloads and restarts."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
import simcord

from bot.client import Marquee
from bot.clock import snowflake_ms
from bot.demo.world import World
from bot.errors import UserError
from cogs.trivia.models import Answer
from cogs.trivia.times import LEAD_SECONDS, LOBBY_SECONDS
from tests.conftest import expect_errors

from .table import Table, answer_ids, buttons, forged, text, title, told
from .test_trouble import forbid

READ_MESSAGE_HISTORY = 1 << 16
# What a crash can keep from the ledger of a message that was just posted.
QUESTION_LOST = """
UPDATE asked SET state = 'planned', message_id = NULL, opened_at = NULL, deadline = NULL,
                 allowed = NULL WHERE step = 0
"""
RESULT_LOST = "UPDATE asked SET result_id = NULL WHERE step = 0"
BOARD_LOST = "UPDATE round SET board_id = NULL WHERE id = (SELECT max(id) FROM round)"


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


async def test_a_reload_leaves_the_open_question_open(table: Table, world: World) -> None:
    """Nothing is said; the answers stand, the same buttons work, and the time goes on."""
    await table.start(world.chiyo, questions=2, seconds=30)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    message = await table.next_question()
    left = table.seconds_left()
    await table.press_wrong(world.dana)
    await table.press_wrong(world.chiyo)
    await table.env.advance_time(10)
    with table.env._bot_scope():
        await table.bot.packages.reload("trivia")
    await table.env.settle()

    assert table.open_question().id == message.id
    assert told(await table.press_right(world.dana)).startswith("Changed to ")
    assert told(await table.press_wrong(world.chiyo)).startswith("Locked in: ")
    assert abs(table.seconds_left() - (left - 10)) < 1
    await table.close()
    rows = await table.bot.ledger.rows(
        "SELECT step, user_id, correct, streak FROM award ORDER BY step, user_id"
    )
    assert rows == [
        (0, world.dana.id, 1, 1), (1, world.chiyo.id, 0, 0), (1, world.dana.id, 1, 2),
    ]  # fmt: skip
    await table.play_out()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question", "Answer", "Final"]


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


async def test_ten_reloads_in_a_row_say_nothing(table: Table, world: World) -> None:
    """The round is played by one host, not by eleven."""
    await table.start(world.chiyo, questions=2, seconds=30)
    await table.first_question()
    for _ in range(10):
        await reload(table, "trivia")
    await table.press_right(world.dana)
    await table.play_out()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question", "Answer", "Final"]
    rows = await table.bot.ledger.rows("SELECT user_id FROM award")
    assert rows == [(world.dana.id,)]


@pytest.mark.parametrize("event", [("round_wish", 1), ("daily_changed",)], ids=lambda e: e[0])
async def test_what_is_waited_for_may_come_at_the_moment_of_a_reload(
    table: Table, world: World, bot: Marquee, event: tuple[Any, ...]
) -> None:
    """The old code ends there and then all the same, and holds nothing up."""
    daily = {"channel": table.channel, "hour": 18, "timezone": "Europe/Berlin"}
    await world.bruno.slash(table.channel, "trivia daily set", **daily)
    await table.start(world.chiyo, questions=1, seconds=60)
    await table.first_question()

    async def come_and_reload() -> None:
        bot.dispatch(*event)  # as a press does that settles a question
        await bot.reload_extension("cogs.trivia")

    with table.env._bot_scope():
        reloading = asyncio.create_task(come_and_reload())
    await asyncio.wait({reloading}, timeout=5)
    assert reloading.done()
    await table.press_right(world.dana)
    await table.close()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]


async def test_what_was_posted_long_ago_is_not_posted_again(table: Table, world: World) -> None:
    """A crash came between a post and its record, and Discord has forgotten the nonce."""
    await table.start(world.chiyo, questions=2, seconds=60)
    await table.first_question()
    await crash(table, QUESTION_LOST)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    await crash(table, RESULT_LOST)
    await table.play_out()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question", "Answer", "Final"]
    assert set(await table.points()) == {world.dana.id}


async def test_a_lobby_of_long_ago_is_not_opened_again(table: Table, world: World) -> None:
    """The start is all that came before it."""
    await table.start(world.chiyo, questions=1, teams=2)
    await crash(table, "UPDATE round SET lobby_id = NULL")
    await table.env.advance_time(LOBBY_SECONDS + 1)
    assert table.kinds() == ["Trivia:", "Teams", "Question"]


@pytest.mark.parametrize("kind", ["without answers", "with a picture", "picture refused"])
async def test_a_board_of_long_ago_is_not_posted_again(
    table: Table, world: World, env: simcord.Env, kind: str
) -> None:
    """Whether or not it had a picture then, and whether or not it would have one now."""
    await table.start(world.chiyo, questions=2)
    await table.first_question()
    if kind != "without answers":
        await table.press_right(world.dana)
        await table.close()
    if kind == "picture refused":
        env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await world.chiyo.slash(table.channel, "trivia stop")
    await env.advance_time(1)
    board = table.messages()[-1]
    assert bool(board.attachments) == (kind == "with a picture")
    await crash(table, BOARD_LOST)
    await env.advance_time(1)
    assert table.kinds().count("Final") == 1
    assert await table.bot.ledger.rows("SELECT board_id FROM round") == [(board.id,)]


async def test_another_rounds_board_is_not_taken_for_the_one_that_lacks(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Two rounds that nobody answers end with the same words."""
    for _ in range(2):
        await table.start(world.chiyo, questions=1)
        await table.play_out()
    first, second = (one for one in table.messages() if title(one) == "Final board")
    assert text(first) == text(second)
    env.backend.delete_message(table.channel.id, second.id)
    await crash(table, BOARD_LOST)
    await env.advance_time(1)
    assert table.kinds() == 2 * ["Trivia:", "Question", "Answer", "Final"]


@pytest.mark.parametrize("refusal", [403, 500, None])
async def test_a_history_that_cannot_be_read_holds_nothing_up(
    table: Table, world: World, refusal: int | None
) -> None:
    """A question had better stand there twice than not at all. Some get a refusal, some nothing."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    if refusal is None:
        forbid(table.env, table.channel, READ_MESSAGE_HISTORY)
    else:
        history = ("GET", "/channels/*/messages")
        table.env.inject_error(*history, status=refusal, times=None)
    await crash(table, QUESTION_LOST)
    await table.env.advance_time(LEAD_SECONDS + 30)
    assert table.kinds()[:3] == ["Trivia:", "Question", "Question"]


async def crash(table: Table, lost: str) -> None:
    """Go on in new code, without what the SQL in ``lost`` takes out of the ledger."""
    with table.env._bot_scope():
        await table.bot.packages.unload("trivia")
    await table.bot.ledger.write(lambda db: db.execute(lost).rowcount)
    with table.env._bot_scope():
        await table.bot.packages.load("trivia")
    await table.env.settle()


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


async def test_a_restart_leaves_the_open_question_open(table: Table, world: World) -> None:
    """With the time that is left, its answers and its buttons; no streak breaks."""
    await table.start(world.chiyo, questions=2, seconds=30)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    message = await table.next_question()
    left = table.seconds_left()
    await table.press_wrong(world.dana)

    table = await restart(table)
    await table.env.settle()
    assert table.open_question().id == message.id
    assert abs(table.seconds_left() - left) < 2
    assert told(await table.press_right(world.dana)).startswith("Changed to ")
    await table.close()
    rows = await table.bot.ledger.rows("SELECT step, streak FROM award ORDER BY step")
    assert rows == [(0, 1), (1, 2)]
    await table.play_out()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question", "Answer", "Final"]


async def test_a_restart_after_a_race_does_not_begin_the_gap_anew(
    table: Table, world: World, env: simcord.Env
) -> None:
    """A question that was won long before its deadline is over since then."""
    await table.start(world.chiyo, questions=2, seconds=60, mode="race")
    await table.first_question()
    await table.press_right(world.dana)
    await env.advance_time(1.5)
    assert table.kinds()[-1] == "Answer"
    await env.advance_time(2)
    table = await restart(table)
    await env.advance_time(1.5)
    table.open_question()


async def test_a_question_whose_time_ran_out_meanwhile_gets_it_anew(
    table: Table, world: World
) -> None:
    """That is said and shown; what was locked in stands, and late answers earn no speed."""
    await table.start(world.chiyo, questions=1, seconds=20)
    message = await table.first_question()
    await table.press_right(world.dana)
    await run_out(table, seconds=60)
    table = await restart(table)
    await table.env.settle()

    notice = table.messages()[-1]
    assert title(notice) == "Question 1 of 1 is open again"
    assert table.open_question().id == message.id
    assert 19 <= table.seconds_left() <= 31
    assert told(await table.press_right(world.chiyo)).startswith("Locked in: ")
    await table.close()
    points = await table.points()
    assert points[world.chiyo.id] == 100
    assert set(points) == {world.chiyo.id, world.dana.id}
    assert table.kinds() == ["Trivia:", "Question", "Question", "Answer", "Final"]


async def test_a_restart_after_a_close_still_tells_its_result(
    table: Table, world: World, env: simcord.Env
) -> None:
    """The crash came between the question's close and its reveal."""
    await table.start(world.chiyo, questions=2)
    await table.first_question()
    await table.press_right(world.dana)
    reveal = await table.close()
    await table.bot.ledger.write(
        lambda db: db.execute("UPDATE asked SET result_id = NULL WHERE step = 0").rowcount
    )
    env.backend.delete_message(table.channel.id, reveal.id)

    table = await restart(table)
    await table.env.settle()
    assert text(table.messages()[-1]) == text(reveal)
    await table.first_question()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question"]


async def test_a_restart_after_the_last_reveal_still_shows_the_board(
    table: Table, world: World, env: simcord.Env
) -> None:
    """The crash came between the last question's close and the round's end."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    await table.bot.ledger.write(
        lambda db: (
            db.execute("UPDATE round SET state = 'live', ended_at = NULL, board_id = NULL").rowcount
        )
    )
    board = table.messages()[-1]
    env.backend.delete_message(table.channel.id, board.id)

    table = await restart(table)
    await table.env.advance_time(10)
    assert await table.states() == ["done"]
    assert text(table.messages()[-1]) == text(board)
    assert "1. Dana: " in (table.messages()[-1].attachments[0].description or "")


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
            + db.execute("UPDATE asked SET deadline = deadline - 600000").rowcount
        )
    )
    table = await restart(table)
    await env.settle()

    assert await table.states() == ["lost"]
    assert f"<@{world.dana.id}> · {earned} points" in text(table.messages()[-1])


async def test_what_was_locked_in_before_a_long_outage_earns_its_points(
    table: Table, world: World
) -> None:
    """The question is not opened again after ten minutes, but closed, with its reveal."""
    await table.start(world.chiyo, questions=3)
    message = await table.first_question()
    await table.press_right(world.dana)
    await run_out(table, seconds=11 * 60)
    table = await restart(table)
    await table.env.settle()

    assert await table.states() == ["lost"]
    assert (await table.points())[world.dana.id] >= 100
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]
    assert not buttons(next(one for one in table.messages() if one.id == message.id))


async def run_out(table: Table, *, seconds: int) -> None:
    """The open question was asked so much earlier."""
    ms = seconds * 1000
    await table.bot.ledger.write(
        lambda db: (
            db.execute("UPDATE round SET started_at = started_at - ?", (ms,)).rowcount
            + db.execute(
                "UPDATE asked SET opened_at = opened_at - ?, deadline = deadline - ?", (ms, ms)
            ).rowcount
        )
    )


async def test_a_button_from_before_a_restart_is_answered(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Also while the new bot has posted no button yet."""
    await table.start(world.chiyo)
    custom_id = answer_ids(await table.first_question())[0]
    table = await restart(table)
    assert env.bot.user is not None
    stale = forged(env, table.channel, env.bot.user.id, custom_id)
    assert "does not belong" in told(await world.dana.click(stale, custom_id=custom_id))


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


async def test_a_press_that_waited_while_the_code_was_renewed_is_refused(
    table: Table, world: World
) -> None:
    """The next code has read the ledger by then; a repetition is not confirmed there either."""
    await table.start(world.chiyo, questions=1, seconds=60)
    message = await table.first_question()
    await table.press(world.dana, "A")
    play = cast("Any", table.bot.get_cog("Trivia"))._play
    old = play.in_channel(table.channel.id)
    await reload(table, "trivia")
    for slot in (0, 1):
        click = old.given[world.dana.id].click + 1
        waiting = Answer(world.dana.id, slot, click, snowflake_ms(click))
        with pytest.raises(UserError, match="being renewed"):
            await old.lock_in(waiting, 0, message.id)
    assert await table.bot.ledger.rows("SELECT slot FROM answer") == [(0,)]


async def test_a_race_that_is_won_is_not_open_again(table: Table, world: World) -> None:
    """However little of its time is left to the code that takes it up."""
    await table.start(world.chiyo, questions=1, seconds=10, mode="race")
    await table.first_question()
    await table.env.advance_time(table.seconds_left() - 1)
    await table.press_right(world.dana)
    await reload(table, "trivia")
    await table.env.advance_time(3)
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]
    assert set(await table.points()) == {world.dana.id}


async def test_a_round_that_is_hosted_is_not_read_again(
    table: Table, world: World, bot: Marquee
) -> None:
    """Whoever starts another beside it is told so, whatever the ledger has of it meanwhile."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    await bot.ledger.write(lambda db: db.execute("UPDATE round SET rules = 'nonsense'").rowcount)
    assert "a round is on" in told(await table.start(world.dana))
    await table.press_right(world.dana)
    await table.close()
    assert await table.states() == ["done"]
