"""Rounds as messages, within Discord's limits."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.catalog.vocabulary import Spoiler, notes_in
from bot.ui import colours
from bot.ui.buttons import button_row
from bot.ui.message import Message
from bot.ui.text import SEPARATOR, cited, content_notes, escape, hidden, mentions, plural

from .boards.render import rank_mark
from .film_label import with_film
from .models import (
    LETTERS,
    Answer,
    Award,
    Mode,
    Outcome,
    Place,
    Question,
    RoundRecord,
)
from .round import End, Locked, Round
from .tally import NOTHING, Count
from .teams import render as teams
from .teams.rules import Members
from .views import ReportButton, question_buttons

_NAMED = 15  # players named on one message
_TAKEN = 5  # other wordings of an answer
_ENDINGS = {
    End.DONE: "That was the last question.",
    End.STOPPED: "The round was stopped.",
    End.IDLE: "Two questions in a row went unanswered, so the round is over.",
    End.LOST: "The round was interrupted and is over. All points so far stay.",
}


def question(
    asked: Question,
    record: RoundRecord,
    step: int,
    of: int,
    closes_at: int,
    count: Count = NOTHING,
) -> Message:
    """An open question. ``closes_at`` is in seconds since 1970."""
    typed = record.rules.typed
    closing = f"Closes <t:{closes_at}:R>"
    if count.answers:
        closing += f"{SEPARATOR}{plural(count.answers, 'answer')} so far"
    if count.votes:
        closing += f"{SEPARATOR}{count.votes} of {plural(count.wanted, 'vote')} to skip it"
    embed = _question_embed(asked, step, of, closing, typed=typed)
    return Message(embed=embed, view=question_buttons(record.id, step, asked, typed=typed))


def closed_question(asked: Question, step: int, of: int, record: RoundRecord) -> Message:
    """The same question without its buttons."""
    return Message(embed=_question_embed(asked, step, of, "Closed", typed=record.rules.typed))


def reopened(step: int, of: int, seconds: int) -> Message:
    """That a question is open for longer, after an outage."""
    return Message(
        embed=discord.Embed(
            title=f"Question {step + 1} of {of} is open again",
            description=(
                f"I was cut off for a while. You have {plural(seconds, 'second')} from now, and "
                "speed earns nothing. Answers that are locked in stand, and may be changed."
            ),
            colour=colours.QUESTION,
        )
    )


def result(
    outcome: Outcome, of: int, record: RoundRecord, played: Round, members: Members
) -> Message:
    """The reveal: the same options in the same order, the right one, shares, points, the fact."""
    asked = outcome.question
    shares = _typed_shares(outcome) if record.rules.typed else _shares(outcome)
    lines = [f"**{escape(asked.text)}**", "", *shares, "", _fact(asked), ""]
    spared = bool(played.alive) and not outcome.out
    lines.append(_winners(outcome.awards, record.rules.mode, spared=spared))
    if outcome.out:
        lines.append(f"Out: {mentions(outcome.out, _NAMED)}.")
    if record.rules.teams:
        lines.append(teams.score(played, members))
    embed = discord.Embed(
        title=f"Answer {outcome.step + 1} of {of}: {_right(asked, record)}",
        description="\n".join(lines),
        colour=colours.RIGHT,
    )
    embed.set_footer(text=f"Source: {cited(asked.source, asked.section)}")
    with_film(embed, asked)
    return Message(embed=embed, view=button_row(ReportButton(Place(record.id, outcome.step))))


def skipped(asked: Question, record: RoundRecord, step: int, of: int) -> Message:
    """That a question does not count. The answer is told: this round will not ask it again."""
    embed = discord.Embed(
        title=f"Question {step + 1} of {of} does not count",
        description=(
            f"It was skipped.\n\n**{escape(asked.text)}**\n"
            f"It was {_right(asked, record)}.\n\n{_fact(asked)}"
        ),
        colour=colours.VOID,
    )
    embed.set_footer(text=f"Source: {cited(asked.source, asked.section)}")
    with_film(embed, asked)
    return Message(embed=embed, view=button_row(ReportButton(Place(record.id, step))))


def _right(asked: Question, record: RoundRecord) -> str:
    """The right answer, with its letter where letters were shown."""
    letter = "" if record.rules.typed else f"{LETTERS[asked.right]}. "
    return escape(f"{letter}{asked.answer}")


def final(
    end: End, played: Round, record: RoundRecord, members: Members, *, dropped: bool
) -> Message:
    """The board of a round that is over; ``dropped`` is whether it had a question open then."""
    standings = played.standings()
    lines = [_ending(end, played) + (" The open question does not count." if dropped else ""), ""]
    if record.rules.teams:
        lines += [*teams.table(played, members), ""]
    lines += [
        f"{rank_mark(line.rank, line.points)} <@{line.user}>{teams.badge(line.user, members)}"
        f"{SEPARATOR}{plural(line.points, 'point')}"
        f"{SEPARATOR}{line.right} right"
        for line in standings[:_NAMED]
    ] or ["Nobody scored."]
    if len(standings) > _NAMED:
        lines.append(f"… and {len(standings) - _NAMED} more")
    if played.alive and not played.is_decided:
        lines.append(f"Still standing: {mentions(sorted(played.alive), _NAMED)}.")
    if len(standings) == 1:
        lines.append("-# A solo round: it counts on the solo board.")
    return Message(
        embed=discord.Embed(
            title="Final board", description="\n".join(lines), colour=colours.QUESTION
        )
    )


def locked_in(answer: Answer, locked: Locked, mode: Mode, team: int | None = None) -> Message:
    """The private confirmation of an answer."""
    given = LETTERS[answer.slot] if answer.typed is None else f"“{escape(answer.typed, 100)}”"
    if locked is Locked.KEPT:
        return Message(content=f"In a race your first answer counts: {given}.")
    word = "Changed to" if locked is Locked.CHANGED else "Locked in:"
    then = (
        "It cannot be changed"
        if mode is Mode.RACE
        else "You can change it until the question closes"
    )
    side = "" if team is None else f" {teams.plays_for(team)}"
    return Message(content=f"{word} {given}. {then}.{side}")


def hinted(told: str) -> Message:
    """A hint, for who asked alone."""
    return Message(content=f"Hint: It is {told}. A right answer now earns you half the points.")


def noted(text: str) -> Message:
    """A short private word."""
    return Message(content=text)


def _question_embed(
    asked: Question, step: int, of: int, closing: str, *, typed: bool
) -> discord.Embed:
    options = [] if typed else [*_options(asked), ""]
    notes = content_notes(notes_in(asked.notes))
    lines = [f"{notes}**{escape(asked.text)}**", "", *options, closing]
    embed = discord.Embed(
        title=f"Question {step + 1} of {of}{SEPARATOR}{asked.topic.label}",
        description="\n".join(lines),
        colour=colours.QUESTION,
    )
    return with_film(embed, asked)


def _fact(asked: Question) -> str:
    """The fact behind a question. Nobody asked for it, so what has content notes is covered up."""
    notes = notes_in(asked.notes)
    cover = Spoiler.MILD if notes else asked.spoiler
    return content_notes(notes) + hidden(escape(asked.fact, 300), cover)


def _options(asked: Question) -> list[str]:
    return [f"{LETTERS[slot]}. {escape(text)}" for slot, text in enumerate(asked.options)]


def _shares(outcome: Outcome) -> list[str]:
    """The options, how many chose each, and which was right."""
    asked, total = outcome.question, sum(outcome.shares)
    lines: list[str] = []
    for slot, text in enumerate(asked.options):
        right = slot == asked.right
        share = f"{outcome.shares[slot]} of {total}" if total else "0"
        percent = f" ({outcome.shares[slot] / total:.0%})" if total else ""
        line = (
            f"{'✅' if right else '▫️'} {LETTERS[slot]}. {escape(text)}{SEPARATOR}{share}{percent}"
        )
        lines.append(f"**{line}** ← right" if right else line)
    return lines


def _typed_shares(outcome: Outcome) -> list[str]:
    right = outcome.shares[outcome.question.right]
    line = (
        f"✅ **{escape(outcome.question.answer)}**{SEPARATOR}{right} of {sum(outcome.shares)} right"
    )
    taken = ", ".join(f"“{escape(text, 60)}”" for text in outcome.taken[:_TAKEN])
    return [line, f"-# Also taken: {taken}"] if taken else [line]


def _ending(end: End, played: Round) -> str:
    """Why the round is over. Survival mostly ends before its last question."""
    if end is not End.DONE or not played.is_decided:
        return _ENDINGS[end]
    alive = mentions(sorted(played.alive or ()), _NAMED)
    return f"Only {alive} is left." if alive else "Nobody is left."


def _winners(awards: Sequence[Award], mode: Mode, *, spared: bool) -> str:
    """Who was right. Where nobody was, all who are in a survival round are ``spared``."""
    winners = [award for award in awards if award.correct]
    if not awards:
        return "Nobody answered, so nobody is out." if spared else "Nobody answered."
    if not winners:
        return "Nobody was right, so nobody is out." if spared else "Nobody was right this time."
    best = sorted(winners, key=lambda award: -award.points)
    names = [
        f"<@{award.user}> +{award.points}"
        + (f" ({award.streak} in a row)" if award.streak > 1 else "")
        for award in best[:_NAMED]
    ]
    more = f" and {len(best) - _NAMED} more" if len(best) > _NAMED else ""
    first = "First: " if mode is Mode.RACE else ""
    return f"{first}{', '.join(names)}{more}"
