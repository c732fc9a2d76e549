"""Rounds as messages, within Discord's limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord

from bot.catalog.films import FilmRef
from bot.catalog.vocabulary import Spoiler, Topic, notes_in
from bot.ui import colours
from bot.ui.message import Message
from bot.ui.pages import page_note, page_view
from bot.ui.text import SEPARATOR, cited, content_notes, escape, hidden, plural

from .models import LETTERS, Award, BoardLine, Outcome, Question, Standing, Stats
from .queries.boards import BOARD_SIZE
from .round import End, Locked
from .views import BoardPage, answer_buttons

_NAMED = 15  # players named on one message
_MEDALS = {1: "🥇 1.", 2: "🥈 2.", 3: "🥉 3."}
_ENDINGS = {
    End.DONE: "That was the last question.",
    End.STOPPED: "The round was stopped.",
    End.IDLE: "Nobody answered two questions in a row, so the round is over.",
    End.LOST: "The round was interrupted and is over. All points so far stay.",
}


def starting(
    film: FilmRef, topic: Topic | None, questions: int, seconds: int, held: int
) -> Message:
    """That a round is about to begin, and how it is played."""
    about = f"{film.label}{SEPARATOR}{topic.label}" if topic else film.label
    lines = [
        f"{plural(questions, 'question')}, {plural(seconds, 'second')} each (more for long ones). "
        "Press a button to lock in an answer; you may change it until the question closes. "
        "Nobody sees what you chose before that.",
        "Right answers earn 100 points, up to 50 more for speed, and more in a row. "
        "Wrong answers cost nothing.",
    ]
    if held:
        lines.append(f"-# {plural(held, 'question')} held back in this channel (content notes).")
    embed = discord.Embed(
        title=escape(f"Trivia: {about}", 120),
        description="\n".join(lines),
        colour=colours.QUESTION,
    )
    return Message(embed=embed)


def question(asked: Question, round_id: int, step: int, of: int, closes_at: int) -> Message:
    """An open question. ``closes_at`` is in seconds since 1970."""
    embed = _question_embed(asked, step, of, f"Closes <t:{closes_at}:R>")
    return Message(embed=embed, view=answer_buttons(round_id, step, asked))


def closed_question(asked: Question, step: int, of: int) -> Message:
    """The same question without its buttons."""
    return Message(embed=_question_embed(asked, step, of, "Closed"))


def result(outcome: Outcome, of: int) -> Message:
    """The reveal: the same options in the same order, the right one, shares, points, the fact."""
    asked, total = outcome.question, sum(outcome.shares)
    lines = [f"**{escape(asked.text)}**", ""]
    for slot, text in enumerate(asked.options):
        right = slot == asked.right
        share = f"{outcome.shares[slot]} of {total}" if total else "0"
        percent = f" ({outcome.shares[slot] / total:.0%})" if total else ""
        line = (
            f"{'✅' if right else '▫️'} {LETTERS[slot]}. {escape(text)}{SEPARATOR}{share}{percent}"
        )
        lines.append(f"**{line}** ← right" if right else line)
    lines += ["", _fact(asked), "", _winners(outcome.awards)]
    embed = discord.Embed(
        title=f"Answer {outcome.step + 1} of {of}: {LETTERS[asked.right]}. {escape(asked.answer)}",
        description="\n".join(lines),
        colour=colours.RIGHT,
    )
    embed.set_footer(text=f"Source: {cited(asked.source, asked.section)}")
    return Message(embed=embed)


def voided(asked: Question, step: int, of: int, why: str) -> Message:
    """That a question does not count. The answer is told: this round will not ask it again."""
    embed = discord.Embed(
        title=f"Question {step + 1} of {of} does not count",
        description=(
            f"{why}\n\n**{escape(asked.text)}**\nIt was {LETTERS[asked.right]}. "
            f"{escape(asked.answer)}.\n\n{_fact(asked)}"
        ),
        colour=colours.VOID,
    )
    embed.set_footer(text=f"Source: {cited(asked.source, asked.section)}")
    return Message(embed=embed)


def final(end: End, standings: Sequence[Standing]) -> Message:
    """The board of a round that is over."""
    lines = [_ENDINGS[end], ""]
    lines += [
        f"{_place(line.rank)} <@{line.user}>{SEPARATOR}{plural(line.points, 'point')}"
        f"{SEPARATOR}{line.right} right"
        for line in standings[:_NAMED]
    ] or ["Nobody scored."]
    if len(standings) > _NAMED:
        lines.append(f"… and {len(standings) - _NAMED} more")
    if len(standings) == 1:
        lines.append("-# A solo round: it counts on the solo board.")
    return Message(
        embed=discord.Embed(
            title="Final board", description="\n".join(lines), colour=colours.QUESTION
        )
    )


def locked_in(slot: int, locked: Locked) -> Message:
    """The private confirmation of a click."""
    word = "Changed to" if locked is Locked.CHANGED else "Locked in:"
    return Message(content=f"{word} {LETTERS[slot]}. You can change it until the question closes.")


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


def noted(text: str) -> Message:
    """A short private word."""
    return Message(content=text)


def no_questions(film: FilmRef, topic: Topic | None, known: Sequence[Topic], held: int) -> str:
    """Why no round can be made; ``held`` questions are not for this channel."""
    about = f" about {topic.label.lower()}" if topic else ""
    if held:
        return (
            f"What I could ask on {escape(film.label)}{about} is held back in this channel "
            f"(content notes): {plural(held, 'question')}."
        )
    if topic is None or not known:
        return f"There are no questions on {escape(film.label)} yet."
    return f"There are no questions on {escape(film.label)}{about}. There are: {', '.join(known)}."


def already_running(link: str | None, starter: int) -> str:
    """Where the round is that stands in the way, and who may stop it."""
    where = f"[a round is on]({link})" if link else "a round is about to begin"
    return (
        f"In this channel {where}. <@{starter}>, who started it, or a moderator can end it with "
        "`/trivia stop`."
    )


def _board_row(line: BoardLine) -> str:
    return (
        f"{_place(line.rank)} <@{line.user}>{SEPARATOR}{plural(line.points, 'point')}{SEPARATOR}"
        f"{line.right} of {line.answers} right{SEPARATOR}{plural(line.rounds, 'round')}"
    )


def _question_embed(asked: Question, step: int, of: int, closing: str) -> discord.Embed:
    lines = [f"**{escape(asked.text)}**", "", *_options(asked), "", closing]
    return discord.Embed(
        title=f"Question {step + 1} of {of}{SEPARATOR}{asked.topic.label}",
        description="\n".join(lines),
        colour=colours.QUESTION,
    )


def _fact(asked: Question) -> str:
    """The fact behind a question. Nobody asked for it, so what has content notes is covered up."""
    notes = notes_in(asked.notes)
    cover = Spoiler.MILD if notes else asked.spoiler
    return content_notes(notes) + hidden(escape(asked.fact, 300), cover)


def _options(asked: Question) -> list[str]:
    return [f"{LETTERS[slot]}. {escape(text)}" for slot, text in enumerate(asked.options)]


def _winners(awards: Sequence[Award]) -> str:
    winners = [award for award in awards if award.correct]
    if not awards:
        return "Nobody answered."
    if not winners:
        return "Nobody was right this time."
    best = sorted(winners, key=lambda award: -award.points)
    names = [
        f"<@{award.user}> +{award.points}"
        + (f" ({award.streak} in a row)" if award.streak > 1 else "")
        for award in best[:_NAMED]
    ]
    more = f" and {len(best) - _NAMED} more" if len(best) > _NAMED else ""
    return f"{', '.join(names)}{more}"


def _place(rank: int) -> str:
    return _MEDALS.get(rank, f"{rank}.")
