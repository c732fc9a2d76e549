"""The film of a question, shown with it where that is not plain."""

from __future__ import annotations

import discord

from bot.ui.text import SEPARATOR, clip

from .models import Question


def with_film(embed: discord.Embed, asked: Question) -> discord.Embed:
    """The embed of a question with its film above the title."""
    if asked.film_label:
        embed.set_author(name=clip(asked.film_label, 120))  # no markdown there
    return embed


def after_film(text: str, film_label: str) -> str:
    """A text on one line, behind the film of its question."""
    return f"{film_label}{SEPARATOR}{text}" if film_label else text
