"""A round that loses its channel, its message or its rights, at each stage of a question."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.demo.world import World

from .table import Table
from .test_trouble import forbid

STAGES = ("started", "asked", "answered", "closed", "second asked")


async def reach(table: Table, world: World, stage: str) -> None:
    """Play as far as ``stage``."""
    await table.start(world.chiyo, questions=3, seconds=10)
    if stage == "started":
        return
    await table.first_question()
    if stage == "asked":
        return
    await table.press_right(world.dana)
    if stage == "answered":
        return
    await table.close()
    if stage == "closed":
        return
    await table.next_question()
    await table.press_right(world.dana)


@pytest.mark.parametrize("stage", STAGES)
async def test_a_lost_channel_ends_the_round_and_keeps_the_points(
    table: Table, world: World, env: simcord.Env, stage: str
) -> None:
    """Within five seconds; an answer that was given counts."""
    await reach(table, world, stage)
    env.backend.delete_channel(table.channel.id)
    await env.advance_time(5)

    assert await table.states() == ["lost"]
    scored = {"started": 0, "asked": 0, "answered": 1, "closed": 1, "second asked": 2}[stage]
    rows = await table.bot.ledger.rows("SELECT count(*) FROM award WHERE points > 0")
    assert rows == [(scored,)]


@pytest.mark.parametrize("stage", STAGES)
async def test_a_lost_right_ends_the_round_and_the_channel_is_free(
    table: Table, world: World, env: simcord.Env, stage: str
) -> None:
    """As soon as the bot notices; with the right given back, another round begins."""
    await reach(table, world, stage)
    forbid(env, table.channel, discord.Permissions(send_messages=True).value)
    await env.advance_time(30)
    assert await table.states() == ["lost"]
    forbid(env, table.channel, 0)
    await table.start(world.dana, questions=1)
    assert await table.states() == ["lost", "live"]


@pytest.mark.parametrize("stage", STAGES)
async def test_a_server_left_ends_its_rounds(
    table: Table, world: World, env: simcord.Env, stage: str
) -> None:
    """Points are kept for when the bot is invited again."""
    await reach(table, world, stage)
    before = await table.points()
    env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    await env.advance_time(1)
    assert await table.states() == ["lost"]
    after = await table.points()
    assert all(after[user] >= points for user, points in before.items())


@pytest.mark.parametrize("stage", STAGES[1:])
async def test_a_lost_message_changes_nothing_else(table: Table, world: World, stage: str) -> None:
    """The question closes in its time, the round goes on to its board."""
    await reach(table, world, stage)
    questions = [shown for shown in table.messages() if "Question" in str(shown.embeds[0].title)]
    await world.bruno.delete(questions[-1])
    await table.play_out()
    assert await table.states() in (["done"], ["idle"])
