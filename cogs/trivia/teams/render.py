"""Teams as text: who plays for which, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import discord

from bot.ui import colours
from bot.ui.message import Message
from bot.ui.text import SEPARATOR, mentions, plural

from ..boards.render import rank_mark
from ..models import RoundRecord
from ..round import Round
from .rules import NAMES, Members, TeamStanding, label, standings
from .views import team_buttons

NO_TEAM = "There is no such team in this round."
_NAMED = 15  # players named of one team


def lobby(record: RoundRecord, members: Members, starts_at: int | None) -> Message:
    """Who plays for which team, and the buttons to choose one.

    :param starts_at: when the first question comes, in seconds since 1970; not after that.
    """
    when = f" The first question comes <t:{starts_at}:R>." if starts_at else ""
    how = [
        f"Press a button to join a team; you may change it until your first answer.{when}",
        "Every player's points are the team's. Whoever answers without a team is put into the "
        "smallest one.",
    ]
    view = team_buttons(record.id, record.rules.teams)
    return Message(embed=_rosters(how, record, members), view=view)


def closed_lobby(record: RoundRecord, members: Members) -> Message:
    """Who played for which team, without buttons."""
    return Message(embed=_rosters(["The round is over."], record, members))


def _rosters(lines: Iterable[str], record: RoundRecord, members: Members) -> discord.Embed:
    """The teams with their players, below some lines."""
    teams = (_roster(team, members) for team in range(record.rules.teams))
    return discord.Embed(
        title="Teams", description="\n".join([*lines, "", *teams]), colour=colours.QUESTION
    )


def score(played: Round, members: Members) -> str:
    """Where the teams stand, on one line."""
    return score_line([(line.team, line.points) for line in _standings(played, members)])


def score_line(points: Iterable[tuple[int, int]]) -> str:
    """Teams and their points, the best first, on one line."""
    best_first = sorted(points, key=lambda line: (-line[1], line[0]))
    return "Teams: " + SEPARATOR.join(f"{label(team)} {earned:,}" for team, earned in best_first)


def table(played: Round, members: Members) -> list[str]:
    """The teams at the end of a round, the winner first; of one alone, that it was alone."""
    lines = _standings(played, members)
    playing = [line for line in lines if not played.points.keys().isdisjoint(line.players)]
    if len(playing) == 1:
        return [f"Only {label(playing[0].team)} has answered, so no team has won."]
    winners = [line for line in lines if line.rank == 1 and line.points]
    head = "Nobody has won."
    if len(winners) == 1:
        head = f"**{label(winners[0].team)} wins.**"
    elif winners:
        head = f"**{' and '.join(label(line.team) for line in winners)} are equal.**"
    return [head, *map(_line, lines)]


def badge(user: int, members: Members) -> str:
    """The team of a player, to stand after the name; empty for who has none."""
    return f" ({label(members[user])})" if user in members else ""


def with_teams(names: Mapping[int, str], members: Members) -> dict[int, str]:
    """Players' names with their teams, for a picture."""
    return {
        user: f"{name} ({NAMES[members[user]]})" if user in members else name
        for user, name in names.items()
    }


def plays_for(team: int) -> str:
    """For the private confirmation of an answer."""
    return f"You play for {label(team)}."


def unbalanced(team: int, smaller: int) -> str:
    """Why a team cannot be joined now."""
    return (
        f"{label(team)} has more players than {label(smaller)} already. Join {NAMES[smaller]}, or "
        "wait until somebody else has."
    )


def has_answered(team: int) -> str:
    """Why a team cannot be left."""
    return f"You have answered for {label(team)} in this round, so you play on for it."


def _standings(played: Round, members: Members) -> list[TeamStanding]:
    return standings(members, played.rules.teams, played.points, played.right)


def _line(line: TeamStanding) -> str:
    return (
        f"{rank_mark(line.rank, line.points)} {label(line.team)}"
        f"{SEPARATOR}{plural(line.points, 'point')}"
        f"{SEPARATOR}{line.right} right{SEPARATOR}{plural(len(line.players), 'player')}"
    )


def _roster(team: int, members: Members) -> str:
    players = sorted(user for user, theirs in members.items() if theirs == team)
    return f"**{label(team)}**: {mentions(players, _NAMED) or 'nobody yet'}"
