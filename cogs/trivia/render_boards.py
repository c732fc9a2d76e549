"""Boards and figures as messages."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.ui import colours
from bot.ui.message import Message
from bot.ui.pages import page_note, page_view
from bot.ui.text import SEPARATOR, plural

from .models import BoardLine, Stats
from .queries.boards import BOARD_SIZE
from .views import BoardPage

_MEDALS = {1: "🥇 1.", 2: "🥈 2.", 3: "🥉 3."}


def place(rank: int) -> str:
    """A rank, with its medal."""
    return _MEDALS.get(rank, f"{rank}.")


def board(
    lines: Iterable[BoardLine], own: BoardLine | None, players: int, *, solo: bool, page: int
) -> Message:
    """A page of a server's board, with the asker's own line below when it is not on it."""
    shown = list(lines)
    rows = [_board_row(line) for line in shown]
    if own is not None and own.user not in {line.user for line in shown}:
        rows += ["…", f"{_board_row(own)} (you)"]
    embed = discord.Embed(
        title="Solo board" if solo else "Server board",
        description="\n".join(rows),
        colour=colours.QUESTION,
    )
    notes = [
        plural(players, "player"),
        page_note(page, players, BOARD_SIZE),
        "" if solo else "rounds of two or more players",
    ]
    embed.set_footer(text=SEPARATOR.join(filter(None, notes)))
    kind = "solo" if solo else "server"
    view = page_view(page, players, BOARD_SIZE, lambda to, label: BoardPage(kind, to, label=label))
    return Message(embed=embed, view=view)


def empty_board(*, solo: bool) -> str:
    """What to say while nobody is on a board."""
    if solo:
        return "Nobody has played a solo round here yet. `/trivia start` begins one."
    return (
        "No round of two or more players has been scored here yet. `/trivia start` begins one; "
        "rounds played alone are on the solo board (`/trivia leaderboard board:solo`)."
    )


def stats(user: int, figures: Stats) -> Message:
    """A member's figures."""
    lines = [
        f"<@{user}>",
        f"Points: {figures.points:,}",
        f"Rounds: {figures.rounds:,}",
        f"Right answers: {figures.right:,} of {figures.answers:,} "
        f"({figures.right / figures.answers:.0%})",
        f"Best streak: {figures.best_streak}",
        "",
        "**By topic**",
        *(
            f"{row.topic.label}: {row.right} of {row.answers} ({row.right / row.answers:.0%})"
            for row in figures.topics
        ),
    ]
    return Message(
        embed=discord.Embed(
            title="Trivia figures", description="\n".join(lines), colour=colours.QUESTION
        )
    )


def _board_row(line: BoardLine) -> str:
    return (
        f"{place(line.rank)} <@{line.user}>{SEPARATOR}{plural(line.points, 'point')}{SEPARATOR}"
        f"{line.right} of {line.answers} right{SEPARATOR}{plural(line.rounds, 'round')}"
    )
