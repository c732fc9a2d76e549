"""Presses of buttons reach the code that answers them, whatever became of the view."""

from __future__ import annotations

import random
from typing import Any

import discord
import simcord

from bot.client import Marquee
from bot.demo.world import World
from bot.ui.buttons import Shortcut, button_row

from .answers import answer, private


async def test_a_button_of_nobody_is_answered(world: World, env: simcord.Env, bot: Marquee) -> None:
    """Buttons of other features, of none, and of an older version each get a private word."""
    channel = bot.get_partial_messageable(world.film_night.id)
    for custom_id, expected in {
        "nobody:1": "switched off",
        "go:nothing:leaving-las-vegas": "switched off",
        "go:fact": "older version",
        "answer:1:2": "older version",
        "\u202enobody": "switched off",
    }.items():
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Press", custom_id=custom_id))
        message = await channel.send("An old message", view=view)
        view.stop()
        assert expected in private(await world.dana.click(message, custom_id=custom_id)), custom_id
    assert not env.errors


async def test_ten_thousand_lives_of_views_take_no_button_away(world: World, bot: Marquee) -> None:
    """Views that end, time out or are sent anew beside ours leave ours answering, and no trace."""
    chance = random.Random(1995)
    store: Any = bot._connection._view_store
    shown = await world.dana.slash(world.film_night, "film show")

    for number in range(10_000):
        view = discord.ui.View(timeout=chance.choice([None, 180.0]))
        items: list[discord.ui.Item[Any]] = [
            discord.ui.Button(label="Other", custom_id=f"other:{number}"),
            Shortcut("fact", "leaving-las-vegas").item(),
        ]
        for item in chance.sample(items, chance.randint(1, 2)):
            view.add_item(item)
        bot._connection.store_view(view, number)
        if chance.random() < 0.3:
            view.remove_item(view.children[0])
            bot._connection.store_view(view, number)
        chance.choice([view.stop, view._dispatch_timeout])()
        ours = button_row(Shortcut("fact", "leaving-las-vegas"))
        assert ours.is_finished()  # for which discord.py leaves it alone

    assert "Source:" in (
        answer(await world.dana.click(answer(shown), label="A fact")).embeds[0].footer.text or ""
    )
    assert not store._dynamic_items
