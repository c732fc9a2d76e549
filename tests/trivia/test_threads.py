"""Rounds in threads of their own."""

from __future__ import annotations

import discord
import pytest
import simcord
from simcord.builders import ChannelHandle

from bot.client import Marquee
from bot.demo.world import World
from tests.conftest import expect_errors

from .table import Table, text, title, told
from .test_interrupted import restart
from .test_trouble import break_disk, forbid

CREATE, SEND_THERE = 1 << 35, 1 << 38


def only_thread(table: Table) -> ChannelHandle:
    (thread,) = table.channel.threads
    return thread


def is_archived(env: simcord.Env, thread: ChannelHandle) -> bool:
    meta = env.backend.get_channel(thread.id).thread_metadata
    assert meta is not None
    assert not meta.locked
    return meta.archived


async def test_a_round_is_played_in_its_thread(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """The answer leads there; the channel stays free; the thread is archived, not locked."""
    await table.start(world.chiyo, questions=1, thread=True)
    thread = only_thread(table)
    assert thread.name == "Trivia: Leaving Las Vegas (1995)"
    (answer,) = [shown for shown in table.messages() if title(shown).startswith("Trivia:")]
    assert f"<#{thread.id}>" in text(answer)
    other = Table(env, bot, thread)
    for command in ("trivia stop", "trivia skip"):  # whoever started it from here looks here first
        refused = told(await world.chiyo.slash(table.channel, command))
        assert refused == f"There is no round in this channel. One is on in <#{thread.id}>."
    await table.start(world.dana, questions=25)
    await other.first_question()
    await other.press_right(world.dana)
    assert "a round is on" in told(await other.start(world.dana))
    await other.close()
    await other.play_out()
    assert await other.states() == ["done"]
    assert other.kinds() == ["Question", "Answer", "Final"]
    await env.settle()
    assert is_archived(env, thread)
    assert await table.states() == ["live"]


async def test_a_restart_in_a_thread_is_not_noticed(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """The new bot archives it."""
    await table.start(world.chiyo, questions=1, thread=True)
    thread = only_thread(table)
    other = Table(env, bot, thread)
    await other.first_question()
    await other.press_right(world.dana)
    other = await restart(other)
    await other.close()
    await other.play_out()
    await env.settle()
    assert is_archived(env, thread)


@pytest.mark.parametrize(
    ("permissions", "missing"),
    [(CREATE, "create public threads"), (SEND_THERE, "send messages in threads")],
)
async def test_where_the_bot_may_not(
    table: Table, world: World, permissions: int, missing: str
) -> None:
    """It is said what is missing, and nothing is started."""
    forbid(table.env, table.channel, permissions)
    answer = told(await table.start(world.chiyo, thread=True))
    assert answer == f"I cannot open a thread here: I may not {missing}."
    assert await table.bot.ledger.rows("SELECT * FROM round") == []


async def test_where_a_round_cannot_begin_its_thread_is_put_away(
    table: Table, world: World, env: simcord.Env, bot: Marquee, caplog: pytest.LogCaptureFixture
) -> None:
    """As on a full disk: nobody waits in it for a question."""
    mend_disk = await break_disk(bot)
    assert "I could not write that down" in told(await table.start(world.chiyo, thread=True))
    assert len(expect_errors(caplog)) == len(env.errors) == 1
    assert is_archived(env, only_thread(table))
    mend_disk()


async def test_a_thread_has_no_threads(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Asked for in one, that is said."""
    await table.start(world.chiyo, questions=1, thread=True)
    other = Table(env, bot, only_thread(table))
    assert "This is a thread already" in told(await other.start(world.dana, thread=True))


async def test_a_voice_channel_has_none_either(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Its chat can be played in, but not in a thread."""
    voice = Table(env, bot, world.guild.create_voice_channel("foyer"))
    assert "There are no threads" in told(await voice.start(world.dana, thread=True))


async def test_a_refusal_of_discord_is_told(table: Table, world: World, env: simcord.Env) -> None:
    """As when a server has a thousand threads; no round is left behind."""
    env.inject_error("POST", "/channels/*/threads", status=400)
    assert "did not let me open a thread" in told(await table.start(world.chiyo, thread=True))
    assert await table.bot.ledger.rows("SELECT * FROM round") == []
    assert discord.utils.get(table.channel.threads) is None
