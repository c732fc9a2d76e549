"""What a round over all films shows besides: their name, and with each question its film."""

from __future__ import annotations

import discord

from bot.catalog.films import FilmRef
from bot.ui.text import SEPARATOR, clip

from ..models import Question

ALL = "All films"
# Added to what is said where no film is named and none is plain.
OR_ALL = f"For a round over all of them choose `{ALL}`."


def label_of(film: FilmRef | None) -> str:
    """What a round is about: a film, or all of them."""
    return film.label if film else ALL


def with_film(embed: discord.Embed, asked: Question) -> discord.Embed:
    """The embed of a question with its film above the title, where that is not plain."""
    if asked.film_label:
        embed.set_author(name=clip(asked.film_label, 120))  # no markdown there
    return embed


def named(text: str, film_label: str) -> str:
    """A text on one line with the film of its question, where that is not plain."""
    return f"{film_label}{SEPARATOR}{text}" if film_label else text
