"""The ``topic`` option that several commands have: its autocomplete and its meaning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from ..catalog.vocabulary import Topic
from ..errors import InputError


def topic_choices(known: Iterable[tuple[Topic, int]], typed: str) -> list[app_commands.Choice[str]]:
    """The topics, with how much there is on each, whose names hold what is typed."""
    return [
        app_commands.Choice(name=f"{topic.label} ({count})", value=topic.value)
        for topic, count in known
        if typed.casefold() in topic.label.casefold()
    ]


def topic_names(topics: Iterable[Topic]) -> str:
    """Topics in a sentence, as the option offers them."""
    return ", ".join(topic.label for topic in topics)


def chosen_topic(typed: str | None) -> Topic | None:
    """The topic that was picked or typed. :raises InputError: for any other text."""
    if typed is None:
        return None
    wanted = typed.strip().casefold().replace(" ", "-")
    if wanted not in list(Topic):
        raise InputError(f"There is no such topic. Topics are: {topic_names(Topic)}.")
    return Topic(wanted)


def typed_film(interaction: discord.Interaction[Any]) -> str | None:
    """What the ``film`` option holds while another option is being typed."""
    film = interaction.namespace.film
    return film if isinstance(film, str) and film else None
