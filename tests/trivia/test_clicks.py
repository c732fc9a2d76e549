"""What a press of an answer button does: once, in time, on the right message; or a private no."""

from __future__ import annotations

import random

import pytest
import simcord

from bot.client import Marquee
from bot.demo.world import World
from bot.ui.buttons import button_row
from cogs.trivia.models import LETTERS
from cogs.trivia.refusals import CLOSED, FOREIGN
from cogs.trivia.round import IDLE_LIMIT
from cogs.trivia.times import GRACE_SECONDS, LEAD_SECONDS
from cogs.trivia.views import AnswerButton

from .table import VOIDED, Table, answer_ids, buttons, forged, told


def bot_id(bot: Marquee) -> int:
    assert bot.user is not None
    return bot.user.id


async def test_a_double_click_counts_once(table: Table, world: World, bot: Marquee) -> None:
    """One award an answerer, however often the button is pressed."""
    await table.start(world.chiyo)
    await table.first_question()
    for _ in range(3):
        assert told(await table.press_right(world.dana)).startswith("Locked in: ")
    await table.close()

    rows = await bot.ledger.rows("SELECT user_id, correct FROM award")
    assert rows == [(world.dana.id, 1)]


async def test_a_click_in_time_counts_though_it_comes_late(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Discord's stamp decides: in the last moment it counts, after the deadline it does not."""
    await table.start(world.chiyo)
    message = await table.first_question()
    (row,) = await table.bot.ledger.rows("SELECT deadline FROM asked WHERE state = 'open'")
    await env.advance_time(row[0] / 1000 - env.now().timestamp())
    assert told(await table.press_right(world.dana)).startswith("Locked in: ")

    await env.advance_time(GRACE_SECONDS / 2)
    late = await table.press(world.bruno, "A", message)
    assert told(late) == "That was just too late: the question has closed."
    await table.close()
    assert set(await table.points()) == {world.dana.id}


async def test_a_click_after_the_close_is_told_so(table: Table, world: World) -> None:
    """A client that still shows the buttons gets a clear answer, and nothing is awarded."""
    await table.start(world.chiyo)
    message = await table.first_question()
    custom_id = answer_ids(message)[0]
    await table.close()

    stale = forged(table.env, table.channel, bot_id(table.bot), custom_id)
    assert told(await world.dana.click(stale, custom_id=custom_id)) == CLOSED
    await table.next_question()
    assert told(await world.dana.click(stale, custom_id=custom_id)) == CLOSED
    await table.play_out()
    assert await table.points() == {}


async def test_a_button_of_an_old_round_is_closed(table: Table, world: World) -> None:
    """Also while another round has the same question number open."""
    await table.start(world.chiyo, questions=1)
    old = answer_ids(await table.first_question())[0]
    await table.close()
    stale = forged(table.env, table.channel, bot_id(table.bot), old)
    assert told(await world.dana.click(stale, custom_id=old)) == CLOSED

    await table.start(world.chiyo, questions=1)
    await table.env.advance_time(3.2)
    assert told(await world.dana.click(stale, custom_id=old)) == CLOSED
    await table.play_out()
    assert await table.points() == {}


async def test_a_forged_button_elsewhere_counts_for_nothing(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Only the buttons on the question's own message, in its own channel, are its buttons."""
    await table.start(world.chiyo)
    custom_id = answer_ids(await table.first_question())[0]

    copy = forged(env, table.channel, bot_id(bot), custom_id)
    told_here = told(await world.dana.click(copy, custom_id=custom_id))
    assert told_here == FOREIGN
    elsewhere = forged(env, world.after_dark, bot_id(bot), custom_id)
    assert told(await world.dana.click(elsewhere, custom_id=custom_id)) == CLOSED
    for step in (1, 2, 999):
        other = custom_id.replace(":0:", f":{step}:")
        ahead = forged(env, table.channel, bot_id(bot), other)
        assert told(await world.dana.click(ahead, custom_id=other)) == CLOSED

    await table.play_out()
    assert await table.points() == {}


@pytest.mark.parametrize("button", ["hint", "skip", "type"])
async def test_no_other_button_works_from_another_message(
    table: Table, world: World, env: simcord.Env, bot: Marquee, button: str
) -> None:
    """Not for who started the round either, who could skip the question at once."""
    await table.start(world.chiyo, typed=button == "type")
    await table.env.advance_time(LEAD_SECONDS + 0.2)
    ids = [one.custom_id or "" for one in buttons(table.messages()[-1])]
    (custom_id,) = [one for one in ids if one.startswith(button)]
    copy = forged(env, table.channel, bot_id(bot), custom_id)
    assert told(await world.chiyo.click(copy, custom_id=custom_id)) == FOREIGN
    await table.env.advance_time(1)
    assert not any(shown.endswith(VOIDED) for shown in table.titles())
    assert await bot.ledger.rows("SELECT 1 FROM hint") == []


async def test_the_question_is_asked_again_of_nobody_who_only_watches(
    table: Table, world: World, bot: Marquee
) -> None:
    """Who does not press gets no row, no point and no place on the board."""
    await table.start(world.chiyo, questions=IDLE_LIMIT)
    await table.first_question()
    await table.press_wrong(world.dana)
    await table.play_out()

    assert await table.points() == {world.dana.id: 0}
    assert await bot.ledger.rows("SELECT DISTINCT user_id FROM answer") == [(world.dana.id,)]


async def test_answer_buttons_outlive_any_number_of_views(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """discord.py forgets a button's pattern when a view of it ends badly; ours never do."""
    chance = random.Random(7)
    channel = bot.get_partial_messageable(world.after_dark.id)
    for number in range(1000):
        view = button_row(*(AnswerButton(number, 0, slot, LETTERS[slot]) for slot in range(4)))
        with env._bot_scope():
            message = await channel.send("?", view=view)
            if chance.random() < 0.7:
                await message.edit(view=None)
            elif chance.random() < 0.5:
                await message.edit(view=button_row(AnswerButton(number, 1, 0)))
            elif chance.random() < 0.5:
                await message.delete()
    await table.start(world.chiyo)
    await table.first_question()
    assert told(await table.press_right(world.dana)).startswith("Locked in: ")


async def test_pressing_the_same_button_again_costs_nothing(table: Table, world: World) -> None:
    """The first press has the time that counts, however often it is repeated."""
    await table.start(world.chiyo, questions=1, seconds=20)
    await table.first_question()
    await table.press_right(world.dana)
    await table.press_right(world.chiyo)
    await table.env.advance_time(10)
    await table.press_right(world.dana)
    await table.close()
    points = await table.points()
    assert points[world.dana.id] == points[world.chiyo.id] > 140
