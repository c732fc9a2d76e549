"""A round that loses its channel, thread, message, rights or server, at each stage of a question.

What was earned stays, and within five seconds another round can be asked its first question there;
where that place is gone, in the one above it.
"""

from __future__ import annotations

import pytest
import simcord
from simcord.backend import serializers

from bot.demo.world import World
from cogs.trivia.times import LEAD_SECONDS
from tests.conftest import expect_errors

from .table import Table, title
from .test_interrupted import restart, run_out
from .test_threads import SEND_THERE, only_thread
from .test_trouble import SEND, break_disk, forbid

# How many answers have earned points when a question that was open at the loss is closed by it.
SCORED = {"started": 0, "asked": 0, "answered": 1, "closed": 1, "second asked": 2}
at_each_stage = pytest.mark.parametrize("stage", SCORED)
in_both_places = pytest.mark.parametrize("place", ["channel", "thread"])


async def play(table: Table, world: World, place: str, stage: str) -> Table:
    """Play as far as ``stage``; the table at which that is."""
    await table.start(world.chiyo, questions=3, seconds=10, thread=place == "thread")
    if place == "thread":
        table = Table(table.env, table.bot, only_thread(table))
    if stage == "started":
        return table
    await table.first_question()
    if stage == "asked":
        return table
    await table.press_right(world.dana)
    if stage == "answered":
        return table
    await table.close()
    if stage == "closed":
        return table
    await table.next_question()
    await table.press_right(world.dana)
    return table


async def scored(table: Table) -> int:
    ((count,),) = await table.bot.ledger.rows("SELECT count(*) FROM award WHERE points > 0")
    return count


async def starts_again(table: Table, world: World) -> None:
    """A round that was lost less than a second ago does not keep the next from its question."""
    before = await table.states()
    assert "live" not in before
    await table.start(world.dana, questions=1)
    await table.env.advance_time(LEAD_SECONDS + 1)
    assert title(table.messages()[-1]).startswith("Question 1 of 1")
    assert await table.states() == [*before, "live"]


@in_both_places
@at_each_stage
async def test_a_lost_channel_ends_the_round_and_keeps_the_points(
    table: Table, world: World, env: simcord.Env, place: str, stage: str
) -> None:
    """An answer that was given counts. The channel of a lost thread is as free as before."""
    played = await play(table, world, place, stage)
    env.backend.delete_channel(played.channel.id)
    await env.advance_time(1)

    assert await played.states() == ["lost"]
    assert await scored(played) == SCORED[stage]
    if place == "thread":
        await starts_again(table, world)


@in_both_places
@at_each_stage
async def test_a_lost_right_ends_the_round_and_the_channel_is_free(
    table: Table, world: World, env: simcord.Env, place: str, stage: str
) -> None:
    """As soon as the bot has something to say; with the right given back, another round begins."""
    played = await play(table, world, place, stage)
    forbid(env, table.channel, SEND_THERE if place == "thread" else SEND)
    await env.advance_time(30)

    assert await played.states() == ["lost"]
    assert await scored(played) == SCORED[stage]
    forbid(env, table.channel, 0)
    await starts_again(played, world)


@pytest.mark.parametrize("seconds", [0, 60, 11 * 60])
@at_each_stage
async def test_a_right_lost_while_the_bot_is_away_costs_no_points(
    table: Table, world: World, env: simcord.Env, stage: str, seconds: int
) -> None:
    """Whether the open question has time left then, ran out of it, or ran out long ago."""
    played = await play(table, world, "channel", stage)
    await run_out(played, seconds=seconds)
    forbid(env, table.channel, SEND)
    played = await restart(played)
    await env.advance_time(30)

    assert await played.states() == ["lost"]
    assert await scored(played) == SCORED[stage]
    forbid(env, table.channel, 0)
    await starts_again(played, world)


@in_both_places
@at_each_stage
async def test_without_the_right_a_round_can_be_stopped_at_once(
    table: Table, world: World, env: simcord.Env, place: str, stage: str
) -> None:
    """Whoever does not wait until the bot notices has the channel free; points stay."""
    played = await play(table, world, place, stage)
    before = await played.points()
    forbid(env, table.channel, SEND_THERE if place == "thread" else SEND)
    await world.chiyo.slash(played.channel, "trivia stop")
    await env.advance_time(1)

    assert await played.points() == before
    forbid(env, table.channel, 0)
    await starts_again(played, world)


@in_both_places
@at_each_stage
async def test_a_server_left_ends_its_rounds(
    table: Table, world: World, env: simcord.Env, place: str, stage: str
) -> None:
    """Points are kept for when the bot is invited again."""
    played = await play(table, world, place, stage)
    env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    await env.advance_time(1)

    assert await played.states() == ["lost"]
    assert await scored(played) == SCORED[stage]
    guild = env.backend.get_guild(world.guild.id)
    env.backend.emit("GUILD_CREATE", serializers.guild_create_payload(env.backend, guild))
    await starts_again(played, world)


@in_both_places
@pytest.mark.parametrize("stage", list(SCORED)[1:])
async def test_a_lost_message_changes_nothing_else(
    table: Table, world: World, place: str, stage: str
) -> None:
    """The question closes in its time, the round goes on to its board."""
    played = await play(table, world, place, stage)
    questions = [shown for shown in played.messages() if "Question" in str(shown.embeds[0].title)]
    await world.bruno.delete(questions[-1])
    await played.play_out()

    assert await played.states() in (["done"], ["idle"])
    assert await scored(played) == SCORED[stage]
    await starts_again(played, world)


@at_each_stage
async def test_a_server_that_is_away_for_a_while_loses_nothing(
    table: Table, world: World, env: simcord.Env, stage: str
) -> None:
    """An outage of Discord's is not a loss: the round goes on."""
    await play(table, world, "channel", stage)
    env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id), "unavailable": True})
    await env.advance_time(1)
    assert await table.states() == ["live"]
    guild = env.backend.get_guild(world.guild.id)
    env.backend.emit("GUILD_CREATE", serializers.guild_create_payload(env.backend, guild))
    await table.play_out()
    assert await table.states() in (["done"], ["idle"])
    assert await scored(table) == SCORED[stage]


async def test_what_was_open_when_a_round_broke_down_is_told(
    table: Table, world: World, env: simcord.Env, caplog: pytest.LogCaptureFixture
) -> None:
    """Its answers have earned their points; here it cannot be said that it is open again."""
    await play(table, world, "channel", "answered")
    await run_out(table, seconds=60)
    env.inject_error("POST", "/channels/*/messages", status=500)
    table = await restart(table)
    await env.settle()

    assert [record.getMessage() for record in expect_errors(caplog)] == ["Round 1 broke down"]
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]
    assert await table.states() == ["lost"]
    assert await scored(table) == 1


async def test_a_round_that_cannot_be_written_does_not_keep_the_others_from_their_end(
    table: Table, world: World, env: simcord.Env, caplog: pytest.LogCaptureFixture
) -> None:
    """The bot leaves a server with two rounds while the disk takes nothing for a while."""
    await play(table, world, "channel", "answered")
    other = Table(env, table.bot, world.after_dark)
    await other.start(world.ada)
    await env.advance_time(LEAD_SECONDS + 1)
    mend_disk = await break_disk(table.bot)
    env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    await env.advance_time(15.5)  # the first is given up by now, the second tried
    mend_disk()
    await env.advance_time(2)
    assert (await table.states(), await other.states()) == (["live"], ["lost"])
    (error,) = expect_errors(caplog)
    assert error.getMessage() == "Round 1 of a lost channel goes on"
