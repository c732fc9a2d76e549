"""The button under a round's picture."""

from __future__ import annotations

import re
from typing import Self, cast

from bot.ui.buttons import Pressable

from ..pictures.files import ThemeName


class ThemeButton(Pressable, template=r"recap:(?P<round>[0-9]{1,18}):(?P<theme>dark|light)"):
    """Shows a round's picture in other colours, to who asks."""

    def __init__(self, round_id: int, theme: ThemeName) -> None:
        super().__init__(f"recap:{round_id}:{theme}", f"Picture in {theme} colours")
        self.round_id = round_id
        self.theme: ThemeName = theme

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(int(match["round"]), cast("ThemeName", match["theme"]))
