"""The last message of a round: its board, its feats and its picture."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any, cast

import pytest
import simcord
from PIL import Image

from bot.demo.world import World
from bot.ui.message import File, Message
from cogs.trivia.models import Standing
from cogs.trivia.pictures import ROWS, files
from cogs.trivia.recap.feats import Recap
from tests.conftest import ROOT, expect_errors

from .table import Table, buttons, forged, labelled, picture, text, title, told
from .test_interrupted import reload, until
from .test_reports import decide, queue, report


async def play(table: Table, world: World, *, last: bool = True) -> None:
    """Three questions, which get harder; Chiyo is the first and the best."""
    await table.start(world.chiyo, questions=3, seconds=60)
    await table.first_question()
    for player in (world.chiyo, world.dana, world.ada):
        await table.press_right(player)
        await table.env.advance_time(2)
    await table.close()
    await table.next_question()
    await table.env.advance_time(5)
    await table.press_right(world.chiyo)
    await table.press_wrong(world.dana)
    await table.press_right(world.ada)
    await table.close()
    await table.next_question()
    await table.press_right(world.chiyo)
    await table.press_wrong(world.dana)
    await table.press_wrong(world.ada)
    if last:
        await table.close()


async def hardest(table: Table) -> str:
    return (await table.asked()).text


async def test_the_board_tells_what_was_remarkable(table: Table, world: World) -> None:
    """In words and in a picture, which has a text of its own."""
    await play(table, world, last=False)
    question = await hardest(table)
    await table.close()
    board = table.messages()[-1]
    assert title(board) == "Final board"
    told = text(board)
    assert f"**Fastest right answer**: <@{world.chiyo.id}>, 0." in told
    assert f"**Longest streak**: <@{world.chiyo.id}>, 3 in a row" in told
    assert f"**Hardest question**: {question} (1 of 3 answers right)" in told
    with Image.open(BytesIO(picture(table, board))) as image:
        image.load()
        assert image.format == "PNG"
        assert image.getpixel((2, 2)) == (30, 31, 36)  # dark
    described = board.attachments[0].description or ""
    assert described.startswith("Final board: 3 questions.\n1. Chiyo: ")
    assert "Hardest question: 1 of 3 right" in described
    assert len(described) <= 1024


async def light(table: Table, world: World) -> str:
    """Ask for the light picture of the latest board; what it is described as."""
    board = next(one for one in reversed(table.messages()) if title(one) == "Final board")
    (button,) = buttons(board)
    assert button.label == "Picture in light colours"
    result = await world.dana.click(board, custom_id=button.custom_id)
    assert result.response is not None
    assert result.response.ephemeral
    (attached,) = result.response.message.attachments
    data = table.env.backend.cdn.get(attached.url)
    assert data is not None
    with Image.open(BytesIO(data)) as image:
        assert image.getpixel((2, 2)) == (255, 255, 255)
    return attached.description or ""


def members_asked_for(table: Table) -> int:
    return sum("/members/" in entry.path for entry in table.env.http_requests)


async def test_the_picture_comes_in_light_colours_too(table: Table, world: World) -> None:
    """For who asks alone, with the same names and figures."""
    await play(table, world)
    assert "1. Chiyo: " in await light(table, world)
    assert members_asked_for(table) == 0  # the presses had the names


@pytest.mark.parametrize("questions", [1, 4])
async def test_the_light_picture_is_the_same_after_verdicts(
    table: Table, world: World, questions: int
) -> None:
    """It is of the round as it was played, like the dark one above it; boards tell what counts."""
    await table.start(world.chiyo, questions=questions, seconds=60)
    await table.first_question()
    for step in range(questions):
        if step:
            await table.next_question()
        await table.press_right(world.chiyo)
        await table.press_wrong(world.dana)
        if step == 3:
            await world.chiyo.slash(table.channel, "trivia skip")
            await table.play_out()
        else:
            await table.close()
    dark = table.messages()[-1].attachments[0].description
    labelled = [(one, [button.label for button in buttons(one)]) for one in table.messages()]
    reveals = [one for one, labels in labelled if "Report a mistake" in labels]
    verdicts = ("Void", "Also", "Void", "Void")[:questions]
    for reveal, verdict in zip(reveals, verdicts, strict=True):
        await report(world.dana, reveal, "?")
        await decide(world.bruno, await queue(table, world.bruno), verdict)
        assert await light(table, world) == dark


async def test_names_that_are_forgotten_are_asked_for_again(table: Table, world: World) -> None:
    """Once each after a restart; who has left has a number."""
    await play(table, world)
    await reload(table, "trivia")
    for _ in range(2):
        assert "1. Chiyo: " in await light(table, world)
        assert members_asked_for(table) == 3
    world.guild.remove_member(world.chiyo)
    await reload(table, "trivia")
    described = await light(table, world)
    assert "1. Player 1: " in described
    assert "2. Dana: " in described or "2. Ada: " in described


async def test_names_that_cannot_be_had_are_numbers(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Discord's refusal is no reason to lack the picture, nor the others' names."""
    await play(table, world)
    await reload(table, "trivia")
    env.inject_error("GET", "/guilds/*/members/*", status=403)
    described = await light(table, world)
    assert "1. Player 1: " in described
    assert "Dana: " in described
    assert "Ada: " in described


async def crowded(table: Table, world: World, *, last: str) -> None:
    """A round of one more player than its picture has lines.

    Who is called ``last`` is the fastest, and the last of the board for having taken the hint.
    """
    env = table.env
    names = [last, *(f"Guest {number}" for number in range(ROWS))]
    players = [
        world.guild.add_member(env.create_user(f"guest{number}", global_name=name))
        for number, name in enumerate(names)
    ]
    await table.start(world.chiyo, questions=1, seconds=60)
    question = await table.first_question()
    await players[0].click(question, custom_id=labelled(question, "Hint"))
    for player in players:
        await table.press_right(player)
        await env.advance_time(0.2)
    await table.close()


@pytest.mark.parametrize(("last", "seen"), [("🙂🙂", True), ("Zoë", False)])
async def test_numbers_instead_of_names_are_explained(
    table: Table, world: World, last: str, seen: bool
) -> None:
    """Where the picture has some, as for a name of signs that its font lacks."""
    await crowded(table, world, last=last)
    board = table.messages()[-1]
    described = board.attachments[0].description or ""
    assert f"s, {last}." in described  # whoever reads it has more signs
    assert ("only the numbers" in text(board)) == seen


async def test_who_is_not_in_the_picture_lacks_no_name(table: Table, world: World) -> None:
    """Only the first of a round have lines in it."""
    await table.start(world.chiyo, questions=1, seconds=60)
    await table.first_question()
    for number in range(ROWS):
        user = table.env.create_user(f"guest{number}", global_name=f"Guest {number}")
        await table.press_right(world.guild.add_member(user))
        await table.env.advance_time(0.2)
    await table.press_right(world.guild.add_member(table.env.create_user("odd", global_name="🙂")))
    await table.close()
    board = table.messages()[-1]
    assert "Guest 9" in (board.attachments[0].description or "")
    assert "only the numbers" not in text(board)


async def test_who_was_remarkable_is_asked_for_below_the_picture_too(
    table: Table, world: World
) -> None:
    """The fastest may have no line in it, and is named all the same after a restart."""
    await crowded(table, world, last="Zoë")
    await reload(table, "trivia")
    assert "s, Zoë." in await light(table, world)
    assert members_asked_for(table) == ROWS + 1


async def test_a_picture_is_of_its_own_server_only(
    table: Table, world: World, env: simcord.Env
) -> None:
    """A forged button of another server's round, or of none, is refused."""
    await play(table, world)
    await table.bot.ledger.write(lambda db: db.execute("UPDATE round SET guild_id = 1").rowcount)
    assert env.bot.user is not None
    for custom_id in ("recap:1:light", "recap:77:dark"):
        message = forged(env, table.channel, env.bot.user.id, custom_id)
        result = await world.dana.click(message, custom_id=custom_id)
        assert told(result) == "There is no picture of that round."


def test_a_picture_is_drawn_once() -> None:
    """The same one is asked for again by button, and by every page."""
    drawn = [
        files.draw_recap((Standing(1, 5, 100, 1),), Recap(questions=1), ("Ada",), "light")
        for _ in range(2)
    ]
    assert drawn[0] is drawn[1]


async def test_a_streak_of_many_is_not_told_as_one_players(table: Table, world: World) -> None:
    """In words, and in what the picture is described as."""
    await table.start(world.chiyo, questions=2)
    for ask in (table.first_question, table.next_question):
        await ask()
        for player in (world.dana, world.chiyo, world.ada):
            await table.press_right(player)
        await table.close()
    board = table.messages()[-1]
    assert f"**Longest streak**: <@{world.dana.id}> and 2 more, 2 in a row" in text(board)
    described = board.attachments[0].description or ""
    assert "Longest streak: 2 in a row, Dana and 2 more." in described


async def test_no_medal_for_nothing(table: Table, world: World) -> None:
    """Who has no points has a place all the same."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    await table.press_wrong(world.chiyo)
    await table.press_right(world.dana)
    await table.close()
    board = text(table.messages()[-1])
    assert f"🥇 1. <@{world.dana.id}>" in board
    assert f"\n2\\. <@{world.chiyo.id}> · 0 points" in board


async def test_a_round_without_answers_has_no_picture(table: Table, world: World) -> None:
    """There would be nothing in it."""
    await table.start(world.chiyo, questions=2)
    await table.first_question()
    await table.play_out()
    board = table.messages()[-1]
    assert title(board) == "Final board"
    assert board.attachments == []
    assert "Hardest" not in text(board)


async def test_the_recap_is_the_same_after_an_interruption(
    table: Table, world: World, env: simcord.Env
) -> None:
    """The cog that ends the round has seen nothing of its beginning."""
    await play(table, world, last=False)
    question = await hardest(table)
    await reload(table, "trivia")
    await table.close()
    board = table.messages()[-1]
    assert f"<@{world.chiyo.id}>, 3 in a row" in text(board)
    assert question in text(board)
    assert len(board.attachments) == 1


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (413, 40005)])
async def test_a_board_where_files_are_refused(
    table: Table, world: World, env: simcord.Env, status: int, code: int
) -> None:
    """It has its feats in words; the round ends as ever."""
    await play(table, world, last=False)
    # SimCord takes every file; this is what Discord says to who may attach none.
    env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    await world.chiyo.slash(table.channel, "trivia stop")
    await env.advance_time(1)
    board = table.messages()[-1]
    assert title(board) == "Final board"
    assert board.attachments == []
    assert "**Longest streak**" in text(board)
    assert "In the picture" not in text(board)
    assert await table.states() == ["stopped"]


def test_a_file_can_be_sent_again() -> None:
    """A post is tried again when the connection is lost under it."""
    file = File("a.png", b"data", "What it shows")
    sent = [Message(file=file).to_send()["file"] for _ in range(2)]
    assert [each.fp.read() for each in sent] == [b"data", b"data"]
    assert [each.description for each in sent] == ["What it shows"] * 2


async def test_a_board_whose_picture_fails(
    table: Table,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The failure is in the log, and the board in the channel."""
    # The same round may have been drawn before, by the code that serves since the last reload.
    importlib.import_module(files.__name__).draw_recap.cache_clear()
    monkeypatch.setattr(Image, "new", None)
    await play(table, world)
    board = table.messages()[-1]
    assert title(board) == "Final board"
    assert "**Longest streak**" in text(board)
    assert board.attachments == []
    assert [record.getMessage() for record in expect_errors(caplog)] == [
        "A picture of a recap could not be drawn"
    ]


@pytest.fixture
def studio() -> Iterator[files.Studio]:
    studio = files.Studio()
    yield studio
    studio.close()


async def test_a_picture_that_takes_too_long_is_left_out(
    studio: files.Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The board does not wait for it."""
    stuck = threading.Event()

    def new(*_: object) -> None:
        stuck.wait(30)

    monkeypatch.setattr(Image, "new", new)
    monkeypatch.setattr(files, "PATIENCE", 0.01)
    try:
        assert await studio.recap([Standing(1, 5, 100, 1)], Recap(questions=1), {}) is None
    finally:
        stuck.set()
    assert "A picture of a recap took too long and is left out" in caplog.messages


async def test_pictures_are_drawn_a_few_at_a_time(
    studio: files.Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every thread that draws holds memory for it, and rounds of many channels end together."""
    too_many, new = threading.Barrier(files.AT_ONCE + 1), Image.new
    met, drew = list[int](), set[int]()

    def meet(*arguments: Any) -> Image.Image:
        drew.add(threading.get_ident())
        with contextlib.suppress(threading.BrokenBarrierError):
            met.append(too_many.wait(0.5))
        return new(*arguments)

    monkeypatch.setattr(Image, "new", meet)
    boards = [[Standing(1, 5, points, 1)] for points in range(6)]
    history = [(day, 1500.0 + day) for day in range(files.LEAST_POINTS)]
    pictures = [studio.recap(one, Recap(questions=1), {}) for one in boards]
    assert all(await asyncio.gather(*pictures, studio.rating(history, "dark")))
    assert not met
    assert len(drew) <= files.AT_ONCE


async def test_an_unload_ends_the_threads_that_draw(table: Table, world: World) -> None:
    """New code draws in threads of its own."""
    earlier = drawing_threads()
    await play(table, world)
    assert table.messages()[-1].attachments
    (drawing,) = drawing_threads() - earlier
    with table.env._bot_scope():
        await table.bot.packages.unload("trivia")
    drawing.join(10)
    assert not drawing.is_alive()


async def test_who_waits_for_a_picture_during_a_reload_is_answered(
    table: Table, world: World
) -> None:
    """The old code begins no drawing any more, and whoever has asked it for one is told so."""
    await table.play_quickly(world.chiyo)
    board = table.messages()[-1]
    (button,) = buttons(board)
    studio, both_are_free = cast("Any", table.bot.get_cog("Trivia")).studio, threading.Event()
    for _ in range(files.AT_ONCE):
        studio._threads.submit(both_are_free.wait, 10)
    press = asyncio.create_task(world.dana.click(board, custom_id=button.custom_id or ""))
    await until(lambda: studio._threads._work_queue.qsize() == 1)
    with table.env._bot_scope():
        await table.bot.reload_extension("cogs.trivia")
    both_are_free.set()
    assert told(await press).startswith("I cannot draw that picture")
    assert await studio.recap([Standing(1, 5, 7, 1)], Recap(questions=1), {}) is None


def drawing_threads() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if each.name.startswith("drawing")}


@pytest.mark.parametrize("package", ["PIL", "rapidfuzz"])
def test_what_is_large_is_not_loaded_before_it_is_needed(package: str) -> None:
    """It would cost every start time and memory."""
    cogs = "cogs.about, cogs.admin, cogs.films, cogs.reviews, cogs.trivia"
    code = f"import sys, bot.live, {cogs}; sys.exit({package!r} in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
