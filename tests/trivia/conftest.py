"""A table in the film night's channel."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import simcord

from bot.catalog.vocabulary import Note
from bot.client import Marquee
from bot.demo.world import World

from .table import Table


@pytest.fixture
def table(env: simcord.Env, bot: Marquee, world: World) -> Table:
    """The channel ``#film-night``, before anything was played in it."""
    return Table(env, bot, world.film_night)


@pytest.fixture
def noted_film(one_film: Path, tmp_path: Path) -> Path:
    """A catalog in which every fact has a content note."""
    path = tmp_path / "notes.db"
    shutil.copy(one_film, path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE fact SET spoiler = 0, notes = ?", (Note.ADDICTION.bit,))
    return path
