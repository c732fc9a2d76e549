"""The daily question as messages, within Discord's limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import discord

from bot.catalog.vocabulary import Spoiler, notes_in
from bot.ui import colours
from bot.ui.buttons import button_row
from bot.ui.message import Message
from bot.ui.text import SEPARATOR, cited, clip, content_notes, escape, hidden, plural

from ..film_label import with_film
from ..models import LETTERS, Place, Question
from ..views import ReportButton
from .days import Streak
from .queries import Daily, Given, Setting
from .views import daily_buttons

CHANNEL_GONE = "I cannot find that channel any more, so nothing is asked."
_NAMED = 5  # streaks on one reveal


def question(asked: Daily) -> Message:
    """A day's question, open until it closes."""
    told = f"The right answer is told {_at(asked.closes, 'R')}."
    closing = f"Answers are private and cannot be changed. {told}"
    embed = _embed(asked, closing)
    return Message(embed=embed, view=daily_buttons(asked.id, asked.question))


def closed_question(asked: Daily) -> Message:
    """The same without its buttons."""
    return Message(embed=_embed(asked, "Closed"))


def reveal(asked: Daily, shares: Sequence[int], days: Mapping[int, int]) -> Message:
    """What was right, who chose what, the fact, and the longest streaks (days by member)."""
    posed = asked.question
    lines = [f"**{escape(posed.text)}**", "", *_shares(posed, shares), "", _fact(posed), ""]
    lines.append(_how_many(posed, shares))
    longest = sorted(days.items(), key=lambda item: (-item[1], item[0]))
    if named := [f"<@{user}> {count} days" for user, count in longest if count > 1]:
        lines.append(f"Longest streaks: {', '.join(named[:_NAMED])}")
    embed = discord.Embed(
        title=f"Answer of {date_of(asked.day)}: {LETTERS[posed.right]}. {escape(posed.answer, 80)}",
        description="\n".join(lines),
        colour=colours.RIGHT,
    )
    embed.set_footer(text=f"Source: {cited(posed.source, posed.section)}")
    film = f"{SEPARATOR}{clip(posed.film_label, 120)}" if posed.film_label else ""
    embed.set_author(name=f"Daily question{film}")
    return Message(embed=embed, view=button_row(ReportButton(Place(asked.id))))


def locked_in(given: Given, closes: datetime, streak: Streak) -> Message:
    """The private word on an answer; nothing of what is right."""
    letter = LETTERS[given.slot]
    first = (
        f"Locked in: {letter}. The right answer is told {_at(closes, 'R')}."
        if given.is_new
        else f"You have answered already: {letter}. The first answer counts."
    )
    return Message(content=f"{first}\nYour streak: {plural(streak.days, 'day')}{_missed(streak)}.")


def _missed(streak: Streak) -> str:
    """What became of a streak by the days that were missed just now."""
    if not streak.missed:
        return ""
    if streak.days > 1:
        return "; the day you missed is forgiven, as one a week is"
    missed = plural(streak.missed, "day")
    return f". It begins anew: you missed {missed}, and only one a week is forgiven"


def switched_on(chosen: Setting, due: datetime) -> Message:
    """That, where and when a question is asked daily."""
    return Message(content=f"Switched on. {_where(chosen, due)}")


def switched_off() -> Message:
    """That no question is asked any more."""
    return Message(
        content="The daily question is off. One that is open still closes and is told when it "
        "says. Streaks stay."
    )


def shown(chosen: Setting | None, due: datetime | None, trouble: str = "") -> Message:
    """Where and when, and the ``trouble`` with that; or that there is none."""
    if chosen is None or due is None:
        return Message(
            content="This server has no daily question. A moderator can switch it on with "
            "`/trivia daily set`."
        )
    return Message(content="\n".join(filter(None, [_where(chosen, due), trouble])))


def forbidden(lacking: str) -> str:
    """What keeps the questions from being asked, for now."""
    return f"I may not {lacking} there at the moment, so nothing is asked."


def _where(chosen: Setting, due: datetime) -> str:
    return (
        f"One question a day in <#{chosen.channel}>, at {chosen.hour:02}:00 "
        f"({escape(chosen.zone, 60)}). The next comes {_at(due, 'F')}, {_at(due, 'R')}."
    )


def _embed(asked: Daily, closing: str) -> discord.Embed:
    posed = asked.question
    notes = content_notes(notes_in(posed.notes))
    options = [f"{LETTERS[slot]}. {escape(text)}" for slot, text in enumerate(posed.options)]
    embed = discord.Embed(
        title=f"Daily question of {date_of(asked.day)}{SEPARATOR}{posed.topic.label}",
        description="\n".join([f"{notes}**{escape(posed.text)}**", "", *options, "", closing]),
        colour=colours.QUESTION,
    )
    return with_film(embed, posed)


def _fact(posed: Question) -> str:
    """The fact behind a question. Nobody asked for it, so what has content notes is covered up."""
    notes = notes_in(posed.notes)
    cover = Spoiler.MILD if notes else posed.spoiler
    return content_notes(notes) + hidden(escape(posed.fact, 300), cover)


def _shares(posed: Question, shares: Sequence[int]) -> list[str]:
    total = sum(shares)
    lines: list[str] = []
    for slot, text in enumerate(posed.options):
        right = slot == posed.right
        share = f"{shares[slot]} of {total} ({shares[slot] / total:.0%})" if total else "0"
        line = f"{'✅' if right else '▫️'} {LETTERS[slot]}. {escape(text)}{SEPARATOR}{share}"
        lines.append(f"**{line}** ← right" if right else line)
    return lines


def _how_many(posed: Question, shares: Sequence[int]) -> str:
    total, right = sum(shares), shares[posed.right]
    if not total:
        return "Nobody answered."
    return f"Right: {right} of {plural(total, 'answer')}."


def date_of(day: date) -> str:
    """A day of the server's zone, which a Discord timestamp would show as another elsewhere."""
    return f"{day.day} {day:%B %Y}"


def _at(instant: datetime, style: discord.utils.TimestampStyle) -> str:
    return discord.utils.format_dt(instant, style)
