"""Boards and figures: what the rounds of a server have come to."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord
from discord.http import HTTPClient
from simcord.actors import MemberActor

from bot.client import Marquee
from bot.demo.world import World
from cogs.trivia import display_names
from cogs.trivia.boards import queries as boards
from cogs.trivia.boards.models import BoardKind
from cogs.trivia.boards.periods import Period, span
from cogs.trivia.boards.views import BoardPage
from cogs.trivia.display_names import UserNames

from .table import PNG, Table, picture, text, title, told
from .test_threads import only_thread

DAY = 86_400


async def test_the_boards_keep_solo_rounds_apart(table: Table, world: World) -> None:
    """A round alone counts on the solo board and on no other."""
    empty = told(await world.ada.slash(table.channel, "trivia leaderboard"))
    assert empty.startswith("No round of two or more players")
    empty = told(await world.ada.slash(table.channel, "trivia leaderboard", board="solo"))
    assert empty.startswith("Nobody has played a solo round")

    await table.play_quickly(world.chiyo)
    assert "A solo round" in text(table.messages()[-1])
    await table.play_quickly(world.dana, world.bruno)
    assert "A solo round" not in text(table.messages()[-1])

    await world.ada.slash(table.channel, "trivia leaderboard")
    server = text(table.messages()[-1])
    await world.ada.slash(table.channel, "trivia leaderboard", board="solo")
    solo = text(table.messages()[-1])
    assert f"<@{world.chiyo.id}>" in solo
    assert f"<@{world.chiyo.id}>" not in server
    assert f"<@{world.dana.id}>" in server
    assert f"<@{world.dana.id}>" not in solo


async def test_a_member_beyond_the_first_page_sees_their_own_line(
    table: Table, world: World, env: simcord.Env
) -> None:
    """And the board's other pages a press away."""
    crowd = [world.guild.add_member(env.create_user(f"guest{number}")) for number in range(11)]
    await table.start(world.chiyo, questions=1, seconds=30)
    await table.first_question()
    for member in crowd:
        await table.press_right(member)
    await table.press_wrong(world.dana)
    await table.close()

    await world.dana.slash(table.channel, "trivia leaderboard")
    first = table.messages()[-1]
    assert text(first).count("<@") == 11
    assert f"12\\. <@{world.dana.id}> · 0 points" in text(first)
    await world.chiyo.click(first, custom_id="board:server:all:1")
    second = table.messages()[-1]
    assert second.id == first.id
    assert text(second).count("<@") == 2
    assert f"12\\. <@{world.dana.id}>" in text(second)


async def test_who_is_not_on_a_board_is_told_so(table: Table, world: World) -> None:
    """The asker's own line is always there, on every board, and says nothing of other boards."""
    await table.play_quickly(world.ada)
    await table.play_quickly(world.chiyo, world.dana)
    for board in ("server", "channel", "global"):
        await world.ada.slash(table.channel, "trivia leaderboard", board=board)
        lines = text(table.messages()[-1]).splitlines()
        assert lines.count(f"<@{world.ada.id}> · no score on this board yet") == 1
        assert lines.count("…") == (board != "global")  # which lists nobody that could be above
        await world.dana.slash(table.channel, "trivia leaderboard", board=board)
        assert "no score" not in text(table.messages()[-1])


async def test_equal_ranks_are_shown_as_they_are(table: Table, world: World) -> None:
    """No line is an item of a list, which Discord numbers anew and puts the note below into."""
    await table.start(world.chiyo, questions=1, seconds=30)
    await table.first_question()
    for member in (world.chiyo, world.dana):
        await table.press_wrong(member)
    await table.close()
    await table.play_out()
    final = text(table.messages()[-1])
    await world.dana.slash(table.channel, "trivia leaderboard")
    for board in (final, text(table.messages()[-1])):
        lines = [line for line in board.splitlines() if "<@" in line]
        assert [line.split()[0] for line in lines] == ["1\\.", "1\\."]


async def test_stats_of_oneself_another_and_nobody(table: Table, world: World) -> None:
    """Private figures; who has none is told so. Rounds alone are told apart."""
    await table.play_quickly(world.chiyo, world.dana)
    points = await table.points()
    await table.play_quickly(world.dana)
    with_solo = (await table.points())[world.dana.id]

    own = told(await world.chiyo.slash(table.channel, "trivia stats"))
    assert f"<@{world.chiyo.id}>" in own
    assert f"Points: {points[world.chiyo.id]}" in own
    assert "Rounds: 1\n" in own
    assert "Right answers: 1 of 1 (100%)" in own
    assert "Best streak: 1" in own
    other = told(await world.chiyo.slash(table.channel, "trivia stats", member=world.dana))
    solo = with_solo - points[world.dana.id]
    assert f"Points: {with_solo}, {solo} of them alone\nRounds: 2, 1 of them alone\n" in other
    none = told(await world.chiyo.slash(table.channel, "trivia stats", member=world.ada))
    assert none == f"<@{world.ada.id}> has not answered a scored question here yet."


async def test_a_channel_has_a_board_of_its_own(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Rounds of the server's other channels do not count on it; on the server's they all do."""
    other = Table(env, bot, world.after_dark)
    await table.play_quickly(world.chiyo, world.dana)
    await other.play_quickly(world.ada, world.dana)
    assert world.chiyo.id in await listed(table, world.ada, board="channel")
    assert world.ada.id not in await listed(table, world.dana, board="channel")
    assert world.chiyo.id not in await listed(other, world.dana, board="channel")
    assert await listed(table, world.bruno) == {world.ada.id, world.chiyo.id, world.dana.id}


async def test_a_channel_has_the_rounds_of_its_threads(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Opened by the bot or not; a thread's board has its own only, and other channels have none."""
    await table.start(world.chiyo, questions=1, seconds=5, thread=True)
    opened = Table(env, bot, only_thread(table))
    await opened.first_question()
    for player in (world.chiyo, world.dana):
        await opened.press_right(player)
    await opened.close()
    await opened.play_out()
    made = await table.messages()[0].create_thread(name="Chatting")
    chatting = Table(env, bot, next(one for one in table.channel.threads if one.id == made.id))
    await chatting.play_quickly(world.ada, world.dana)
    await table.play_quickly(world.bruno, world.dana)

    threads = {world.chiyo.id, world.ada.id}
    assert await listed(table, world.dana, board="channel", period="week") == {
        *threads, world.bruno.id, world.dana.id
    }  # fmt: skip
    assert await listed(opened, world.dana, board="channel") == {world.chiyo.id, world.dana.id}
    assert await listed(chatting, world.dana, board="channel") == {world.ada.id, world.dana.id}
    other = Table(env, bot, world.after_dark)
    empty = told(await world.dana.slash(other.channel, "trivia leaderboard", board="channel"))
    assert empty.startswith("No round of two or more players has been scored in this channel yet")


@pytest.mark.parametrize("kind", boards._BOARDS)
async def test_no_board_reads_the_rounds_of_others(bot: Marquee, kind: BoardKind) -> None:
    """The rounds of a board are found by an index, however many rounds there are."""
    sql = boards._BOARDS[kind]
    plan = await bot.ledger.rows(f"EXPLAIN QUERY PLAN {sql}", *[0] * sql.count("?"))
    steps = [detail for _, _, _, detail in plan]
    assert "SCAN round" not in steps
    if kind is BoardKind.CHANNEL:
        for index in ("round_by_channel", "round_by_parent"):
            assert any(f"SEARCH round USING INDEX {index} (" in step for step in steps)


async def test_periods_count_rounds_by_their_start(table: Table, world: World) -> None:
    """A round of last week is on this month's board; one of last month on neither."""
    # SimCord's time begins on Thursday, 1 January 2026.
    await table.play_quickly(world.chiyo, world.dana)
    assert await listed(table, world.ada, period="week") == {world.chiyo.id, world.dana.id}
    await table.env.advance_time(4 * DAY)
    empty = told(await world.ada.slash(table.channel, "trivia leaderboard", period="week"))
    assert empty.startswith("No round of two or more players has been scored here this week.")
    await table.play_quickly(world.ada, world.dana)
    assert await listed(table, world.ada, period="week") == {world.ada.id, world.dana.id}
    assert len(await listed(table, world.ada, period="month")) == 3
    await table.env.advance_time(31 * DAY)
    solo = await world.ada.slash(table.channel, "trivia leaderboard", board="solo", period="month")
    assert told(solo).startswith("Nobody has played a solo round here this month.")
    assert len(await listed(table, world.ada, period="season")) == 3
    assert "this season" in title(table.messages()[-1])
    assert len(await listed(table, world.ada, period="all")) == 3


async def test_the_board_of_all_servers_names_who_wished_it(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Servers are added up; the others have a rank there, but no line, and are counted."""
    elsewhere = env.create_guild("Elsewhere")
    hall = Table(env, bot, elsewhere.create_text_channel("hall"))
    evan, fay = (env.create_user(name) for name in ("evan", "fay__fay"))
    here = [world.guild.add_member(user) for user in (evan, fay)]
    await table.play_quickly(*here)
    await hall.play_quickly(*(elsewhere.add_member(user) for user in (fay, evan)))
    both = {
        user: points + (await hall.points())[user]
        for user, points in (await table.points()).items()
    }

    assert await named(table, world.ada) == []
    assert "2 players · 2 not listed" in text(table.messages()[-1])
    answer = told(await here[1].slash(table.channel, "trivia profile", shown=True))
    assert answer.startswith("You are listed on the board of all servers")
    assert await named(table, world.ada) == ["fay\\_\\_fay"]
    board = text(table.messages()[-1])
    assert f". fay\\_\\_fay · {both[fay.id]} points · 2 of 2 right · 2 rounds" in board
    assert "2 players · 1 not listed" in board
    # Who asks always has a line.
    assert await named(table, here[0]) == ["evan", "fay\\_\\_fay"]
    assert "and whoever asks for the board." in text(table.messages()[-1])

    answer = told(await here[1].slash(table.channel, "trivia profile", shown=False))
    assert answer.startswith("You are not listed")
    assert await named(table, world.ada) == []
    assert await named(table, here[0]) == ["evan"]
    assert "…" not in text(table.messages()[-1])


async def named(table: Table, member: MemberActor) -> list[str]:
    """The names on the board of all servers, where a mention would show strangers' ids."""
    await member.slash(table.channel, "trivia leaderboard", board="global")
    shown = text(table.messages()[-1])
    assert not re.search(r"<@\d+> · [\d,]+ point", shown)
    return sorted(re.findall(r"\d\\?\. (\S+) ·", shown))


def users_asked_for(table: Table) -> list[int]:
    """Whose names Discord was asked for, in order."""
    paths = [entry.path for entry in table.env.http_requests]
    return [int(found[1]) for path in paths if (found := re.fullmatch(r".*/users/(\d+)", path))]


async def test_names_are_asked_for_once_an_hour_and_the_best_first(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Whoever looks, on any page; who asks is named already, by no server's name for them."""
    users = [env.create_user(f"guest{number}") for number in range(12)]
    crowd = [world.guild.add_member(user, nick="Boss") for user in users]
    await table.start(crowd[0], questions=1, seconds=30)
    await table.first_question()
    for member in reversed(crowd):
        await table.press_right(member)
        await env.advance_time(1)
        await boards.show_member(table.bot.ledger, member.id, shown=True)
    await table.close()

    assert sorted(await named(table, crowd[11])) == sorted(f"guest{n}" for n in range(2, 12))
    asked = [member.id for member in crowd[10:1:-1]]
    assert users_asked_for(table) == asked
    for page in (1, 0, 1):
        await crowd[0].click(table.messages()[-1], custom_id=f"board:global:all:{page}")
    assert "guest1 · " in text(table.messages()[-1])
    assert users_asked_for(table) == [*asked, crowd[1].id]
    await env.advance_time(3_601)
    await named(table, crowd[1])
    assert users_asked_for(table)[10:] == [crowd[11].id, *asked]
    await env.advance_time(3_601)
    await crowd[0].click(table.messages()[-1], custom_id="board:global:all:1")
    assert users_asked_for(table)[20:] == [crowd[1].id]


async def test_of_many_names_the_latest_are_remembered(
    table: Table, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here two; whom an interaction has shown again is one of them."""
    monkeypatch.setattr(display_names, "_REMEMBERED", 2)
    known, ada, chiyo, dana = UserNames(table.bot), world.ada.id, world.chiyo.id, world.dana.id
    assert await known.of([chiyo, dana]) == {chiyo: "Chiyo", dana: "Dana"}
    known.see(await table.bot.fetch_user(chiyo))
    await known.of([ada])
    assert await known.of([ada, chiyo, dana]) == {ada: "Ada", chiyo: "Chiyo", dana: "Dana"}
    assert users_asked_for(table) == [chiyo, dana, chiyo, ada, dana]


async def test_a_name_that_is_refused_leaves_the_others(
    table: Table, world: World, env: simcord.Env
) -> None:
    """The first one asked for stays a mention."""
    await table.play_quickly(world.chiyo, world.dana)
    for member in (world.chiyo, world.dana):
        await boards.show_member(table.bot.ledger, member.id, shown=True)
    env.inject_error("GET", "/users/*", status=403)
    await world.ada.slash(table.channel, "trivia leaderboard", board="global")
    shown = text(table.messages()[-1])
    assert len(re.findall(r"<@\d+> · [\d,]+ point", shown)) == 1
    assert len(re.findall(r"(Chiyo|Dana) · [\d,]+ point", shown)) == 1


async def test_slow_names_do_not_hold_a_board_up(
    table: Table, world: World, env: simcord.Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes with those that have come by then, here that of who asks."""

    async def slowly(*_: object) -> None:
        await asyncio.sleep(60)  # of SimCord's time, which passes until the command is answered

    monkeypatch.setattr(HTTPClient, "get_user", slowly)
    await table.play_quickly(world.ada, world.dana)
    await boards.show_member(table.bot.ledger, world.dana.id, shown=True)
    began = env.now()
    await world.ada.slash(table.channel, "trivia leaderboard", board="global")
    assert env.now() - began < timedelta(seconds=3)
    shown = text(table.messages()[-1])
    assert "1. Ada · " in shown
    assert f"1. <@{world.dana.id}> · " in shown


async def test_the_pages_of_a_board_keep_their_period_and_their_asker(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Whoever turns the page: everybody reads the message."""
    crowd = [world.guild.add_member(env.create_user(f"guest{number}")) for number in range(11)]
    await table.start(world.chiyo, questions=1, seconds=30)
    await table.first_question()
    for member in crowd:
        await table.press_right(member)
    await table.close()
    await crowd[0].slash(table.channel, "trivia leaderboard", board="channel", period="season")
    await world.ada.click(table.messages()[-1], custom_id="board:channel:season:1")
    await crowd[10].click(table.messages()[-1], custom_id="board:channel:season:0")
    await world.ada.click(table.messages()[-1], custom_id="board:channel:season:1")
    shown = text(table.messages()[-1])
    assert "Channel board · this season" in shown
    assert "Page 2 of 2" in shown
    assert shown.count("<@") == 2
    assert f"<@{crowd[0].id}>" in shown
    assert "(you)" not in shown


@pytest.mark.parametrize("board", BoardKind)
@pytest.mark.parametrize("period", Period)
def test_the_buttons_of_a_board_are_read_back(board: BoardKind, period: Period) -> None:
    """And so are those of before, which had no period."""
    button = BoardPage(board, period, 123_456)
    assert button.custom_id is not None
    match = BoardPage.template.fullmatch(button.custom_id)
    assert match
    again = BoardPage.from_match(match)
    assert (again.board, again.period, again.page) == (board, period, 123_456)
    old = BoardPage.template.fullmatch("board:solo:3")
    assert old
    assert BoardPage.from_match(old).custom_id == "board:solo:all:3"


async def test_a_page_beyond_the_last_is_the_last(table: Table, world: World) -> None:
    """Awards may have been taken back since the button was made."""
    await table.play_quickly(world.chiyo, world.dana)
    ledger, when, asker = table.bot.ledger, span(Period.ALL, 0), world.dana.id
    server = await boards.board(
        ledger, BoardKind.SERVER, world.guild.id, when, asker=asker, page=99
    )
    everywhere = await boards.AllServers(ledger).page(when, asker=asker, page=99)
    for found, shown in ((server, 2), (everywhere, 0)):
        assert (found.page, found.players, len(found.lines)) == (0, 2, shown)
        assert found.own is not None


async def test_no_topic_is_weak_where_all_are_as_strong(table: Table, world: World) -> None:
    """Who was always right has no weakest one."""
    for topic in ("casting", "filming"):
        await table.start(world.chiyo, topic=topic, questions=5)
        await table.first_question()
        for number in range(5):
            await table.press_right(world.chiyo)
            await table.close()
            if number < 4:
                await table.next_question()
        await table.play_out()
    figures = text(await shown_stats(table, world.chiyo))
    assert "Strongest topic: " in figures
    assert figures.count("5 of 5 (100%)") == 3
    assert "Weakest topic" not in figures


async def test_strong_and_weak_topics_and_the_rating_over_time(table: Table, world: World) -> None:
    """Each with enough answers; the picture says in words what it shows, in either theme."""
    await table.play_quickly(world.chiyo, world.dana, topic="casting")
    assert (await shown_stats(table, world.chiyo)).attachments == []
    for topic in ("casting", "filming"):
        await table.start(world.chiyo, topic=topic, questions=5, relaxed=True)
        await table.first_question()
        for number in range(5):
            is_right = topic == "casting" or number == 0
            await (table.press_right if is_right else table.press_wrong)(world.chiyo)
            await table.close()
            if number < 4:
                await table.next_question()
        await table.play_out()

    dark = await shown_stats(table, world.chiyo)
    assert "Strongest topic: Casting: " in text(dark)
    assert "Weakest topic: Filming: 1 of 5 (20%)" in text(dark)
    rating = await table.bot.ledger.rows(
        "SELECT value FROM player_rating WHERE user_id = ?", world.chiyo.id
    )
    assert f"Rating now: {rating[0][0]:,.0f}" in text(dark)
    light = await shown_stats(table, world.chiyo, theme="light")
    pictures = [picture(table, message) for message in (dark, light)]
    assert pictures[0] != pictures[1]
    assert all(data.startswith(PNG) for data in pictures)
    description = dark.attachments[0].description or ""
    assert description.startswith("Rating over time (UTC): 1,")
    assert len(description) <= 1024


async def shown_stats(table: Table, member: MemberActor, **options: Any) -> discord.Message:
    result = await member.slash(table.channel, "trivia stats", **options)
    told(result)
    assert result.response is not None
    return result.response.message


async def listed(table: Table, member: MemberActor, **options: Any) -> set[int]:
    """Everybody on a board as a member sees it."""
    await member.slash(table.channel, "trivia leaderboard", **options)
    return {
        int(user) for user in re.findall(r"<@(\d+)> · [\d,]+ point", text(table.messages()[-1]))
    }
