"""The running count of answers: seldom, and never in the way of what has to be said."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.world import World
from cogs.trivia.tally import REFRESH_SECONDS, TURNS, Count, Tally, has_turn
from cogs.trivia.traffic import CHANNEL_LIMIT, TOTAL_LIMIT, WINDOW_SECONDS, Traffic

from .table import Table, answer_ids, labelled, text


def edits(env: simcord.Env) -> int:
    return sum(request.method == "PATCH" for request in env.http_requests)


async def test_the_count_is_shown_every_three_seconds_at_most(
    table: Table, world: World, env: simcord.Env
) -> None:
    """However many answer in between, and no more when nobody else has."""
    await table.start(world.chiyo, seconds=30)
    await table.first_question()
    before = edits(env)
    for number, player in enumerate((world.ada, world.bruno, world.chiyo), start=1):
        await table.press_right(player)
        assert edits(env) == before, number
    await env.advance_time(REFRESH_SECONDS)
    assert text(table.open_question()).strip().endswith(" · 3 answers so far")
    assert edits(env) == before + 1
    await table.press_wrong(world.ada)  # a change is no further answer
    await env.advance_time(2 * REFRESH_SECONDS)
    assert edits(env) == before + 1
    await table.press_right(world.dana)
    await env.advance_time(REFRESH_SECONDS)
    assert text(table.open_question()).strip().endswith(" · 4 answers so far")
    assert len(answer_ids(table.open_question())) == 4
    await table.close()
    await env.advance_time(REFRESH_SECONDS)
    (question,) = [shown for shown in table.messages() if "Question 1" in text(shown)]
    assert "so far" not in text(question)
    assert not question.components


async def test_answers_spread_over_three_seconds_are_shown_once(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Not with each of them, though the counts of other rounds may be shown in between."""
    await table.start(world.chiyo, seconds=30)
    await table.first_question()
    before = edits(env)
    for player in world.members:
        await table.press_right(player)
        await env.advance_time(REFRESH_SECONDS / 5)
    assert edits(env) <= before + 1


async def test_votes_to_skip_are_shown_with_it(
    table: Table, world: World, env: simcord.Env
) -> None:
    """A majority comes about only when players know that a vote is on; not in the next question."""
    await table.start(world.chiyo, questions=2, seconds=30)
    message = await table.first_question()
    for player in (world.ada, world.bruno, world.dana):
        await table.press_right(player)
    skip = labelled(message, "Skip")
    await world.dana.click(message, custom_id=skip)
    await env.advance_time(REFRESH_SECONDS)
    assert (
        text(table.open_question())
        .strip()
        .endswith(" · 3 answers so far · 1 of 2 votes to skip it")
    )
    await table.close()
    await table.next_question()
    await table.press_right(world.dana)
    await env.advance_time(REFRESH_SECONDS)
    assert text(table.open_question()).strip().endswith(" · 1 answer so far")


@given(st.integers(1, 2**62), st.integers(1, 500), st.integers(0, 10_000))
def test_rounds_take_turns_with_their_counts(first: int, rounds: int, turn: int) -> None:
    """Each has one of any 24 in a row, and rounds that began together do not all have the same."""
    began = range(first, first + rounds)
    turns = range(turn, turn + TURNS)
    having = {at: [number for number in began if has_turn(number, at)] for at in turns}
    assert sorted(number for numbers in having.values() for number in numbers) == list(began)
    assert max(map(len, having.values())) == -(-rounds // TURNS)


async def test_a_count_that_discord_refuses_disturbs_nothing(
    table: Table, world: World, env: simcord.Env
) -> None:
    """The question closes in its time, and its buttons go."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    await table.press_right(world.dana)
    env.inject_error("PATCH", "/channels/*/messages/*", status=404, code=10008)
    await env.advance_time(REFRESH_SECONDS)
    assert text(await table.close())
    await table.play_out()
    assert await table.states() == ["done"]


async def test_what_is_shown_next_comes_after_the_count() -> None:
    """A refresh under way is over, or broken off, before the question is shown as closed."""
    shown: list[str] = []
    go = asyncio.Event()

    async def show(count: Count) -> None:
        await go.wait()
        shown.append(f"{count.answers} answers")

    tally = Tally(show, lambda: True)
    tally.refresh(Count(3))
    tally.refresh(Count(4))  # one at a time
    closing = asyncio.create_task(tally.settle())
    await asyncio.sleep(0)
    go.set()
    await closing
    assert shown == ["3 answers"]

    go.clear()
    broken_off = Tally(show, lambda: True)
    broken_off.refresh(Count(1))
    await asyncio.sleep(0)
    broken_off.abandon()
    await broken_off.settle()
    go.set()
    await asyncio.sleep(0)
    assert shown == ["3 answers"]


async def test_without_room_the_count_waits() -> None:
    """It is shown at the next occasion instead."""
    shown: list[int] = []

    async def show(count: Count) -> None:
        shown.append(count.answers)

    room = False
    tally = Tally(show, lambda: room)
    tally.refresh(Count(2))
    await tally.settle()
    assert shown == []
    room = True
    tally.refresh(Count(2))
    await tally.settle()
    assert shown == [2]


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.floats(0, 1.0, allow_nan=False), st.booleans()),
        max_size=150,
    )
)
def test_two_requests_of_five_are_always_left(requests: list[tuple[int, float, bool]]) -> None:
    """What is not needed is written only where at least two more can follow at once."""
    traffic, now = Traffic(), 0.0
    sent: list[tuple[float, int]] = []
    for channel, wait, is_needed in requests:
        now += wait
        lately = [where for at, where in sent if at > now - WINDOW_SECONDS]
        has_room = traffic.has_room(channel, now)
        assert has_room == (lately.count(channel) < CHANNEL_LIMIT and len(lately) < TOTAL_LIMIT)
        if is_needed or has_room:
            traffic.note(channel, now)
            sent.append((now, channel))


def test_traffic_forgets_what_is_long_ago() -> None:
    """Also when nobody asks for room, as where nobody answers."""
    traffic = Traffic()
    for second in range(1_000):
        traffic.note(1, float(second))
    assert len(traffic) <= WINDOW_SECONDS + 1


async def test_a_round_that_begins_as_another_ends_has_its_count(
    table: Table, world: World, env: simcord.Env
) -> None:
    """The pulse of all counts ends with the last round, and begins again with the next."""
    play = cast("Any", table.bot.get_cog("Trivia"))._play
    await table.start(world.chiyo, questions=1)
    host = play.in_channel(table.channel.id)
    with env._bot_scope():
        assert play._counts is not None
        # As if the only round ended and the next one began before the loop came round.
        play._forget(host)
        play._run(host, asyncio.Event().wait)
        assert not play._counts.cancelling()


async def test_a_count_under_way_ends_with_the_code_that_shows_it(
    table: Table, world: World, env: simcord.Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would bring the buttons back to a question that the next code has closed."""
    await table.start(world.chiyo, questions=1)
    question = await table.first_question()
    await table.press_right(world.dana)
    edit, discord_is_back = table.bot.http.edit_message, asyncio.Event()

    async def be_slow(*arguments: Any, **more: Any) -> Any:
        await env.external_wait(discord_is_back.wait(), reason="Discord is slow")
        return await edit(*arguments, **more)

    with monkeypatch.context() as patched:
        patched.setattr(table.bot.http, "edit_message", be_slow)
        await env.advance_time(REFRESH_SECONDS)
        with env._bot_scope():
            await table.bot.reload_extension("cogs.trivia")
    await table.close()
    discord_is_back.set()
    await env.settle()
    (closed,) = [shown for shown in table.messages() if shown.id == question.id]
    assert not closed.components
