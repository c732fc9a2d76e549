"""Boards and figures as messages."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.ui import colours
from bot.ui.message import File, Message
from bot.ui.pages import page_note, page_view
from bot.ui.text import SEPARATOR, escape, plural

from .models import BOARD_SIZE, Board, BoardKind, BoardLine, Stats, TopicRecord
from .periods import Period
from .views import BoardPage

_MEDALS = {1: "🥇 1.", 2: "🥈 2.", 3: "🥉 3."}
_TITLES = {
    BoardKind.SERVER: "Server board",
    BoardKind.CHANNEL: "Channel board",
    BoardKind.GLOBAL: "Board of all servers",
    BoardKind.SOLO: "Solo board",
}
_PERIODS = {
    Period.ALL: "",
    Period.WEEK: "this week",
    Period.MONTH: "this month",
    Period.SEASON: "this season",
}


def rank_mark(rank: int, points: int) -> str:
    """A rank, with its medal, to begin a line; nobody gets a medal for nothing.

    Discord takes a line that begins with ``1.`` for an item of a list, and numbers that itself.
    """
    plain = f"{rank}\\."
    return _MEDALS.get(rank, plain) if points else plain


def board(
    shown: Board, kind: BoardKind, period: Period, names: Mapping[int, str], asker: int | None
) -> Message:
    """A page of a board, with the asker's own line below when it is not on it.

    Everybody reads it, so that line says whose it is, and not "you".

    :param names: of players whom a mention would not name.
    """
    rows = [_board_row(line, names) for line in shown.lines]
    if own := _own_row(shown, names, asker):
        rows += ["…", own] if rows else [own]
    if kind is BoardKind.GLOBAL:
        rows.append(
            "-# Only members who wish it are listed (`/trivia profile`), "
            "and whoever asks for the board."
        )
    embed = discord.Embed(
        title=SEPARATOR.join(filter(None, [_TITLES[kind], _PERIODS[period]])),
        description="\n".join(rows),
        colour=colours.QUESTION,
    )
    unlisted = shown.players - shown.shown
    notes = [
        plural(shown.players, "player"),
        f"{unlisted:,} not listed" if unlisted else "",
        page_note(shown.page, shown.shown, BOARD_SIZE),
        "" if kind is BoardKind.SOLO else "rounds of two or more players",
    ]
    embed.set_footer(text=SEPARATOR.join(filter(None, notes)))
    view = page_view(
        shown.page,
        shown.shown,
        BOARD_SIZE,
        lambda to, label: BoardPage(kind, period, to, label=label),
    )
    return Message(embed=embed, view=view)


def empty_board(kind: BoardKind, period: Period) -> str:
    """What to say while nobody is on a board."""
    where = {BoardKind.CHANNEL: " in this channel", BoardKind.GLOBAL: ""}.get(kind, " here")
    when = f" {_PERIODS[period]}" if period is not Period.ALL else " yet"
    if kind is BoardKind.SOLO:
        return f"Nobody has played a solo round{where}{when}. `/trivia start` begins one."
    return (
        f"No round of two or more players has been scored{where}{when}. `/trivia start` begins "
        "one; rounds played alone are on the solo board (`/trivia leaderboard board:solo`)."
    )


def profile(*, shown: bool) -> Message:
    """What a member has just decided."""
    if shown:
        return Message(
            content="You are listed on the board of all servers from now on, to members of every "
            "server that I am in."
        )
    return Message(
        content="You are not listed on the board of all servers. Your points still count "
        "for the ranks, and your line is shown when you ask for that board yourself."
    )


def daily_only(user: int, streak: int) -> Message:
    """The figures of a member who has answered daily questions, and none of a round."""
    lines = [f"<@{user}>", _streak(streak), "No scored question of a round answered here yet."]
    return Message(
        embed=discord.Embed(
            title="Trivia figures", description="\n".join(lines), colour=colours.QUESTION
        )
    )


def _streak(days: int) -> str:
    return f"Daily streak: {plural(days, 'day')}"


def stats(user: int, figures: Stats, streak: int, plot: File | None) -> Message:
    """A member's figures, with their rating over time when there is a plot of it.

    :param streak: in days, of the daily question.
    """
    lines = [
        f"<@{user}>",
        f"Points: {figures.points:,}{_solo(figures.solo_points, figures)}",
        f"Rounds: {figures.rounds:,}{_solo(figures.solo_rounds, figures)}",
        f"Right answers: {figures.right:,} of {figures.answers:,} "
        f"({figures.right / figures.answers:.0%})",
        f"Best streak: {figures.best_streak}",
    ]
    if streak:
        lines.append(_streak(streak))
    if figures.rating is not None:
        lines.append(f"Rating now: {figures.rating:,.0f}")
    if known := figures.known_topics:
        lines.append(f"Strongest topic: {_topic_row(known[0])}")
    if known and known[-1].share < known[0].share:
        lines.append(f"Weakest topic: {_topic_row(known[-1])}")
    lines += ["", "**By topic**", *map(_topic_row, figures.topics)]
    embed = discord.Embed(
        title="Trivia figures", description="\n".join(lines), colour=colours.QUESTION
    )
    if plot is not None:
        embed.set_image(url=plot.url)
    return Message(embed=embed, file=plot)


def _solo(count: int, figures: Stats) -> str:
    """How many of a figure are of rounds played alone, which have a board of their own."""
    return f", {count:,} of them alone" if figures.solo_rounds else ""


def _topic_row(row: TopicRecord) -> str:
    return f"{row.topic.label}: {row.right} of {row.answers} ({row.share:.0%})"


def _own_row(shown: Board, names: Mapping[int, str], asker: int | None) -> str:
    """The asker's line, or that they have none; empty when it is on the page."""
    if shown.own is None:
        return f"<@{asker}>{SEPARATOR}no score on this board yet" if asker is not None else ""
    return "" if shown.own in shown.lines else _board_row(shown.own, names)


def _board_row(line: BoardLine, names: Mapping[int, str]) -> str:
    who = escape(names[line.user]) if line.user in names else f"<@{line.user}>"
    return (
        f"{rank_mark(line.rank, line.points)} {who}{SEPARATOR}"
        f"{plural(line.points, 'point')}{SEPARATOR}"
        f"{line.right} of {line.answers} right{SEPARATOR}{plural(line.rounds, 'round')}"
    )
