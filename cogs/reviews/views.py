"""The button of the review commands; all it needs is in its ``custom_id``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord

from bot.ui.buttons import Pressable

from .models import Listing

if TYPE_CHECKING:
    from bot.client import Marquee

    from .cog import Reviews

_Button = discord.ui.Button[Any]
# With the rest of the custom_id around it, the longest that Discord takes.
MAX_KEY = 80


def _reviews(interaction: discord.Interaction[Marquee]) -> Reviews:
    cog = interaction.client.get_cog("Reviews")
    assert cog is not None, "these buttons are registered by the cog"
    return cog  # pyright: ignore[reportReturnType] - after a reload its class is another object


class ReviewPage(
    Pressable[_Button],
    discord.ui.DynamicItem[_Button],
    template=r"reviews:(?P<listing>film|critic|search):(?P<page>[0-9]{1,3}):(?P<key>[\w +-]{1,80})",
):
    """Another page of reviews. ``key`` is a film's id, a folded name, or words joined by ``+``."""

    def __init__(self, listing: Listing, page: int, key: str, label: str = "…") -> None:
        super().__init__(
            discord.ui.Button(label=label, custom_id=f"reviews:{listing}:{page}:{key}")
        )
        self.listing = listing
        self.page = page
        self.key = key

    @classmethod
    def from_match(cls, match: re.Match[str]) -> ReviewPage:
        return cls(Listing(match["listing"]), int(match["page"]), match["key"])

    async def pressed(self, interaction: discord.Interaction[Marquee]) -> None:
        await _reviews(interaction).turn_page(interaction, self)
