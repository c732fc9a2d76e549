"""What goes wrong under a round: permissions, channels, messages, Discord, the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import discord
import pytest
import simcord
from simcord.actors import MemberActor
from simcord.backend.models.channel import Overwrite
from simcord.builders import ChannelHandle, GuildHandle
from simcord.enums import OverwriteType

from bot.client import Marquee
from bot.demo.world import World
from tests.conftest import expect_errors

from .table import Table, text, title, told

# An award where no code expects one yet, so that its own is refused.
SPOIL = (
    "INSERT INTO award (round_id, step, user_id, correct, points, streak) VALUES (1, 1, ?, 0, 0, 0)"
)
SEND, EMBED, VIEW, MANAGE_MESSAGES = 1 << 11, 1 << 14, 1 << 10, 1 << 13


def forbid(env: simcord.Env, channel: ChannelHandle, permissions: int) -> None:
    """Take permissions from the bot in one channel; 0 gives all of them back."""
    assert env.bot.user is not None
    env.backend.set_overwrite(
        channel.id,
        Overwrite(target_id=env.bot.user.id, type=OverwriteType.MEMBER, allow=0, deny=permissions),
    )


def let_moderate(env: simcord.Env, channel: ChannelHandle, member: MemberActor) -> None:
    """Let a member manage the messages of one channel, and no other."""
    env.backend.set_overwrite(
        channel.id,
        Overwrite(target_id=member.id, type=OverwriteType.MEMBER, allow=MANAGE_MESSAGES, deny=0),
    )


def manager_of(env: simcord.Env, guild: GuildHandle) -> MemberActor:
    """A member who may manage the server, and no messages."""
    role = guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
    return guild.add_member(env.create_user("evan"), roles=[role])


@pytest.mark.parametrize(
    ("permissions", "missing"),
    [
        (SEND, "send messages here"),
        (EMBED, "embed links"),
        (SEND | EMBED, "send messages here and embed links"),
    ],
)
async def test_a_channel_where_the_bot_may_not_post(
    table: Table, world: World, permissions: int, missing: str
) -> None:
    """The starter is told what is missing, and no round begins."""
    forbid(table.env, table.channel, permissions)
    answer = told(await table.start(world.chiyo))
    assert answer == f"I cannot run a round here: I may not {missing}."
    assert await table.states() == []


@pytest.mark.parametrize("moment", ["lead", "question", "gap"])
async def test_a_round_that_may_not_post_any_more_is_over(
    table: Table, world: World, env: simcord.Env, moment: str
) -> None:
    """Whenever the right is taken: points stay, and the channel can start another round later."""
    await table.start(world.chiyo, questions=3)
    if moment != "lead":
        await table.first_question()
        await table.press_right(world.dana)
    if moment == "gap":
        await table.close()
    forbid(env, table.channel, SEND)
    await env.advance_time(20)

    assert await table.states() == ["lost"]
    assert set(await table.points()) == ({world.dana.id} if moment != "lead" else set())
    forbid(env, table.channel, 0)
    await table.start(world.dana, questions=1)
    await table.first_question()
    await table.play_out()
    assert await table.states() == ["lost", "done"]


async def test_a_deleted_channel_ends_its_round_and_no_other(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """What was earned in it stays earned."""
    other = Table(env, bot, world.after_dark)
    await table.start(world.chiyo)
    await other.start(world.chiyo, seconds=30)
    await table.first_question()
    await table.press_right(world.dana)
    env.backend.delete_channel(table.channel.id)
    await env.advance_time(20)

    assert await table.states() == ["lost"]
    assert set(await table.points()) == {world.dana.id}
    assert await other.states() == ["live"]
    other.open_question()


async def test_a_deleted_question_is_closed_all_the_same(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Its answers count, its reveal comes, and the round goes on."""
    await table.start(world.chiyo)
    message = await table.first_question()
    await table.press_right(world.dana)
    await world.bruno.delete(message)
    await env.advance_time(13)

    assert title(table.messages()[-1]).startswith("Answer 1 of 2")
    assert set(await table.points()) == {world.dana.id}
    await table.next_question()
    assert await table.states() == ["live"]


async def test_discord_failing_for_long_ends_the_round_and_frees_the_channel(
    table: Table, world: World, env: simcord.Env, caplog: pytest.LogCaptureFixture
) -> None:
    """Points stay, the board is shown if it can be, and the owner finds it in the log."""
    await table.start(world.chiyo, questions=3)
    await table.first_question()
    await table.press_right(world.dana)
    env.inject_error("POST", "/channels/*/messages", status=500)
    await env.advance_time(20)

    assert [record.getMessage() for record in expect_errors(caplog)] == ["Round 1 broke down"]
    assert await table.states() == ["lost"]
    points = (await table.points())[world.dana.id]
    board = table.messages()[-1]
    assert title(board) == "Final board"
    assert "interrupted" in text(board)
    assert f"<@{world.dana.id}> · {points} points" in text(board)
    await table.start(world.chiyo)
    assert await table.states() == ["lost", "live"]


async def test_a_question_that_cannot_be_scored_does_not_keep_the_channel(
    table: Table, world: World, env: simcord.Env, caplog: pytest.LogCaptureFixture
) -> None:
    """The round breaks down of it, and ends without it; what was earned before stays."""
    await table.start(world.chiyo, questions=3)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    earned = await table.points()
    await table.next_question()
    await table.press_right(world.dana)
    await table.bot.ledger.write(lambda db: db.execute(SPOIL, (world.dana.id,)).rowcount)
    await env.advance_time(20)

    logged = [record.getMessage() for record in expect_errors(caplog)]
    assert logged == ["Round 1 broke down", "What round 1 had open cannot be scored"]
    assert await table.states() == ["lost"]
    assert await table.points() == earned
    await table.start(world.chiyo)
    assert await table.states() == ["lost", "live"]


async def test_a_disk_that_takes_nothing_loses_no_round(
    table: Table,
    world: World,
    env: simcord.Env,
    bot: Marquee,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody is told that they are locked in; once the disk is well, the channel can be played."""
    await table.start(world.chiyo, questions=3)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    earned = await table.points()
    await table.next_question()
    mend_disk = await break_disk(bot)
    answer = told(await table.press_right(world.dana))
    assert "Locked in" not in answer
    assert "reference" in answer
    await env.advance_time(20)
    assert expect_errors(caplog)

    mend_disk()
    assert await table.states() == ["live"]
    assert "In this channel" in told(await table.start(world.bruno))
    await table.play_out()
    assert await table.states() == ["done"]
    assert await table.points() == earned
    await table.start(world.bruno)
    assert await table.states() == ["done", "live"]


async def break_disk(bot: Marquee) -> Callable[[], object]:
    """Let the ledger's only writer refuse every write, as a broken disk does, until called."""

    def read_only(db: sqlite3.Connection) -> sqlite3.Connection:
        db.execute("PRAGMA query_only = ON")
        return db

    db = await bot.ledger.write(read_only)
    return lambda: db.execute("PRAGMA query_only = OFF")
