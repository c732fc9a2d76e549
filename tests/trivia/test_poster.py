"""What is posted in a round's channel, as far as no round shows it."""

from __future__ import annotations

from bot.client import Marquee
from bot.clock import Clock, snowflake_ms
from bot.demo.world import World
from bot.ui.message import Message
from cogs.trivia.poster import Poster


async def test_the_clock_learns_from_what_is_posted(bot: Marquee, world: World) -> None:
    """Where nobody presses anything, as before a question of the day, it is right all the same."""
    bot.clock = Clock()
    bot.clock.see(0)  # of 2015
    sent = await Poster(bot, world.guild.id, world.film_night.id).say(Message("Good evening"), "1")
    assert bot.clock.now_ms() >= snowflake_ms(sent)
