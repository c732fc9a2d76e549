"""Who plays for which team, and what the teams have come to. Pure.

Teams are numbered from 0. Every player's points are the team's as well; they stay the player's own
on all other boards. So that more players do not win by being more, a team is never more than one
ahead of the smallest when somebody joins it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NAMES = ("Red", "Blue", "Green", "Gold")
SIGNS = ("🟥", "🟦", "🟩", "🟨")
FEWEST, MOST = 2, len(NAMES)

Members = Mapping[int, int]  # the team of each player


class Unbalanced(Exception):
    """The team has a player more than ``smaller`` already."""

    def __init__(self, team: int, smaller: int) -> None:
        super().__init__(f"{team} is larger than {smaller}")
        self.team = team
        self.smaller = smaller


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """A team's line on the board; ``players`` in order of their ids."""

    rank: int
    team: int
    points: int
    right: int
    players: tuple[int, ...]


def label(team: int) -> str:
    """A team's sign and name; never the colour alone."""
    return f"{SIGNS[team]} {NAMES[team]}"


def joined(members: Members, teams: int, user: int, team: int | None) -> dict[int, int]:
    """Everybody's team once ``user`` has joined ``team``, or has been put where players lack.

    Who is in a team and has no wish stays there.

    :raises Unbalanced: when the team would be more than one ahead of another.
    """
    if team is None and user in members:
        return dict(members)
    others = {member: theirs for member, theirs in members.items() if member != user}
    sizes = [list(others.values()).count(number) for number in range(teams)]
    smallest = min(range(teams), key=lambda number: sizes[number])
    if team is None:
        team = smallest
    elif sizes[team] > sizes[smallest]:
        raise Unbalanced(team, smallest)
    return {**others, user: team}


def team_points(members: Members, teams: int, points: Mapping[int, int]) -> list[int]:
    """What each team has earned, in the order of the teams."""
    earned = [0] * teams
    for user, team in members.items():
        earned[team] += points.get(user, 0)
    return earned


def standings(
    members: Members, teams: int, points: Mapping[int, int], right: Mapping[int, int]
) -> list[TeamStanding]:
    """Every team, best first; equal points share a rank. Who has left no answer counts nothing."""
    lines = [
        (team, tuple(sorted(user for user, theirs in members.items() if theirs == team)))
        for team in range(teams)
    ]
    earned = team_points(members, teams, points)
    return [
        TeamStanding(
            1 + sum(other > earned[team] for other in earned),
            team,
            earned[team],
            sum(right.get(user, 0) for user in players),
            players,
        )
        for team, players in sorted(lines, key=lambda line: (-earned[line[0]], line[0]))
    ]
