"""What is posted in a round's channel, as far as no round shows it."""

from __future__ import annotations

import discord
import simcord

from bot.client import Marquee
from bot.clock import Clock, snowflake_ms
from bot.demo.world import World
from bot.ui.buttons import button_row
from bot.ui.message import Message
from cogs.trivia.poster import Poster
from cogs.trivia.views import SkipButton

from .table import forged


async def test_the_clock_learns_from_what_is_posted(bot: Marquee, world: World) -> None:
    """Where nobody presses anything, as before a question of the day, it is right all the same."""
    bot.clock = Clock()
    bot.clock.see(0)  # of 2015
    sent = await Poster(bot, world.guild.id, world.film_night.id).say(Message("Good evening"), "1")
    assert bot.clock.now_ms() >= snowflake_ms(sent)


async def test_only_our_own_messages_are_taken_for_an_earlier_post(
    bot: Marquee, world: World, env: simcord.Env
) -> None:
    """Any other bot may post buttons of the same ids."""
    poster = Poster(bot, world.guild.id, world.film_night.id)
    skip = SkipButton(1, 0)
    message = Message("Skip it?", view=button_row(skip))
    since = int(env.now().timestamp() * 1000)
    other = forged(env, world.film_night, world.dana.id, skip.custom_id)
    sent = await poster.say(message, "1", look_since=since)
    assert sent != other.id
    forged(env, world.film_night, world.dana.id, skip.custom_id)
    assert await poster.say(message, "1", look_since=since) == sent


async def test_a_message_without_buttons_is_known_by_its_words(
    bot: Marquee, world: World, env: simcord.Env
) -> None:
    """By its title, and by all of what it says; more may have been added below."""
    poster = Poster(bot, world.guild.id, world.film_night.id)
    since = int(env.now().timestamp() * 1000)
    sent = await poster.say(told("Final board", "Nobody scored.\nThis time."), "1")
    assert await poster.find(told("Final board", "Nobody scored."), since) == sent
    assert await poster.find(told("Final board", "Dana scored."), since) is None
    assert await poster.find(told("Board", "Nobody scored.\nThis time."), since) is None


def told(title: str, text: str) -> Message:
    return Message(embed=discord.Embed(title=title, description=text))


async def test_the_clock_learns_nothing_from_an_earlier_post(
    bot: Marquee, world: World, env: simcord.Env
) -> None:
    """It would be slow by the age of that until it sees something new."""
    poster = Poster(bot, world.guild.id, world.film_night.id)
    message = Message("Skip it?", view=button_row(SkipButton(1, 0)))
    sent = await poster.say(message, "1")
    await env.advance_time(10 * 60)
    bot.clock = Clock()
    now = bot.clock.now_ms()
    assert await poster.say(message, "1", look_since=snowflake_ms(sent)) == sent
    assert bot.clock.now_ms() >= now
