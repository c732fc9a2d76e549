"""The button of the review commands; all it needs is in its ``custom_id``."""

from __future__ import annotations

import re

from bot.ui.buttons import Pressable

from .models import Listing

# With the rest of the custom_id around it, the longest that Discord takes.
MAX_KEY = 80


class ReviewPage(
    Pressable,
    template=r"reviews:(?P<listing>film|critic|search):(?P<page>[0-9]{1,3}):(?P<key>[\w +-]{1,80})",
):
    """Another page of reviews. ``key`` is a film's id, a folded name, or words joined by ``+``."""

    def __init__(self, listing: Listing, page: int, key: str, label: str = "…") -> None:
        super().__init__(f"reviews:{listing}:{page}:{key}", label)
        self.listing = listing
        self.page = page
        self.key = key

    @classmethod
    def from_match(cls, match: re.Match[str]) -> ReviewPage:
        return cls(Listing(match["listing"]), int(match["page"]), match["key"])
