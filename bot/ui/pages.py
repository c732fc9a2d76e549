"""Turning pages: how many there are, and the two buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord

from .buttons import Pressable, button_row


def page_count(total: int, size: int) -> int:
    """How many pages ``total`` rows take; one at least."""
    return max(1, -(-total // size))


def page_note(page: int, total: int, size: int) -> str:
    """``Page 2 of 7``; empty when there is one page only."""
    pages = page_count(total, size)
    return f"Page {page + 1} of {pages}" if pages > 1 else ""


def title_of_page(interaction: discord.Interaction[Any]) -> str | None:
    """What stands over the page that is turned, to stand over the next; it is escaped already."""
    embeds = interaction.message.embeds if interaction.message else []
    return embeds[0].title if embeds else None


def page_view(
    page: int, total: int, size: int, button: Callable[[int, str], Pressable]
) -> discord.ui.View | None:
    """Buttons to the neighbouring pages; ``None`` when there is one page only.

    :param button: makes the button that leads to a page, with a label.
    """
    pages = page_count(total, size)
    if pages == 1:
        return None
    items: list[Pressable] = []
    if page > 0:
        items.append(button(page - 1, "◀ Back"))
    if page < pages - 1:
        items.append(button(page + 1, "More ▶"))
    return button_row(*items)
