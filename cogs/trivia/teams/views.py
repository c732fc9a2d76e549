"""The buttons with which players choose a team."""

from __future__ import annotations

import re
from typing import Self

import discord

from bot.ui.buttons import Pressable, button_row

from .rules import label


class JoinButton(Pressable, template=r"team:(?P<round>[0-9]{1,18}):(?P<team>[0-3])"):
    """Joins one team of a round."""

    def __init__(self, round_id: int, team: int) -> None:
        super().__init__(f"team:{round_id}:{team}", f"Join {label(team)}")
        self.round_id = round_id
        self.team = team

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        return cls(int(match["round"]), int(match["team"]))


def team_buttons(round_id: int, teams: int) -> discord.ui.View:
    """One button for each team."""
    return button_row(*(JoinButton(round_id, team) for team in range(teams)))
