"""The buttons under a board."""

from __future__ import annotations

import re

from bot.ui.buttons import Pressable

from .models import BoardKind
from .periods import Period


class BoardPage(
    Pressable,
    template=(
        r"board:(?P<board>server|channel|global|solo)"
        # Buttons of before have no period.
        r"(?::(?P<period>all|week|month|season))?:(?P<page>[0-9]{1,6})"
    ),
):
    """Another page of a board."""

    def __init__(self, board: BoardKind, period: Period, page: int, label: str = "…") -> None:
        super().__init__(f"board:{board}:{period}:{page}", label)
        self.board = board
        self.period = period
        self.page = page

    @classmethod
    def from_match(cls, match: re.Match[str]) -> BoardPage:
        period = Period(match["period"] or Period.ALL)
        return cls(BoardKind(match["board"]), period, int(match["page"]))
