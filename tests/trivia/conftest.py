"""A table in the film night's channel."""

from __future__ import annotations

import pytest
import simcord

from bot.client import Marquee
from bot.demo.world import World

from .table import Table


@pytest.fixture
def table(env: simcord.Env, bot: Marquee, world: World) -> Table:
    """The channel ``#film-night``, before anything was played in it."""
    return Table(env, bot, world.film_night)
