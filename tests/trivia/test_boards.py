"""Boards and figures: what the rounds of a server have come to."""

from __future__ import annotations

import simcord

from bot.demo.world import World

from .table import Table, text, told


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
    assert f"12. <@{world.dana.id}> · 0 points" in text(first)
    await world.chiyo.click(first, custom_id="board:server:1")
    second = table.messages()[-1]
    assert second.id == first.id
    assert text(second).count("<@") == 2
    assert f"12. <@{world.dana.id}>" in text(second)


async def test_stats_of_oneself_another_and_nobody(table: Table, world: World) -> None:
    """Private figures; who has none is told so."""
    await table.play_quickly(world.chiyo, world.dana)
    points = await table.points()

    own = told(await world.chiyo.slash(table.channel, "trivia stats"))
    assert f"<@{world.chiyo.id}>" in own
    assert f"Points: {points[world.chiyo.id]}" in own
    assert "Rounds: 1" in own
    assert "Right answers: 1 of 1 (100%)" in own
    assert "Best streak: 1" in own
    other = told(await world.chiyo.slash(table.channel, "trivia stats", member=world.dana))
    assert f"Points: {points[world.dana.id]}" in other
    none = told(await world.chiyo.slash(table.channel, "trivia stats", member=world.ada))
    assert none == f"<@{world.ada.id}> has not answered a scored question here yet."
