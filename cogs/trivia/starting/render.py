"""What is said when a round is to be started: how it is played, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.catalog.films import FilmRef
from bot.catalog.vocabulary import Topic
from bot.ui import colours
from bot.ui.message import Message
from bot.ui.text import SEPARATOR, escape, plural
from bot.ui.topic_option import topic_names

from ..draw import Drawn
from ..mixed.render import label_of
from ..models import Mode, RoundRecord, Rules
from ..rating import Difficulty


def starting(
    film: FilmRef | None,
    record: RoundRecord,
    drawn: Drawn,
    wanted: int,
    difficulty: Difficulty | None,
) -> Message:
    """That a round is about to begin, how it is played, and why it is shorter than ``wanted``.

    Of all films, here and below, where ``film`` is ``None``.
    """
    rules, topic = record.rules, record.topic
    about = label_of(film) + (f"{SEPARATOR}{topic.label}" if topic else "")
    lines = [_played(record, len(drawn.posed)), _earned(rules)]
    if named := _named(rules, difficulty):
        lines.insert(0, named)
    if film is None:
        lines.insert(0, "Each question says which film it is about.")
    if rules.thread:
        lines.insert(0, f"It is played in <#{record.channel}>.")
    if len(drawn.posed) < wanted:
        lines.insert(0, _too_few(film, topic, drawn))
    if drawn.held:
        lines.append(_held_back(drawn))
    embed = discord.Embed(
        title=escape(f"Trivia: {about}", 120),
        description="\n".join(lines),
        colour=colours.QUESTION,
    )
    return Message(embed=embed)


def _played(record: RoundRecord, questions: int) -> str:
    """How a round is played."""
    rules = record.rules
    seconds = plural(record.seconds * (2 if rules.relaxed else 1), "second")
    each = " (more for a long one)" if questions == 1 else " each (more for long ones)"
    press = "Press the button and type" if rules.typed else "Press a button to lock in"
    change = (
        "the first right answer wins, and you have one try. Nobody sees what you chose "
        "until the question closes."
        if rules.mode is Mode.RACE
        else "you may change it until the question closes. Nobody sees what you chose before that."
    )
    return f"{plural(questions, 'question')}, {seconds}{each}. {press} an answer; {change}"


def _earned(rules: Rules) -> str:
    """What a right answer earns, and a wrong one costs."""
    speed = "" if rules.relaxed else "up to 50 more for speed, "
    wrong = (
        "Whoever answers the first question is in; a wrong or a missing answer puts you out, "
        "unless none of several is right. The last one standing wins."
        if rules.mode is Mode.SURVIVAL
        else "Wrong answers cost nothing."
    )
    return f"Right answers earn 100 points, {speed}and more in a row. {wrong}"


def _named(rules: Rules, difficulty: Difficulty | None) -> str:
    """The options that were chosen, in their own words; empty when all is as usual."""
    chosen = [
        difficulty,
        "typed" if rules.typed else "",
        "relaxed" if rules.relaxed else "",
        plural(rules.teams, "team") if rules.teams else "",
    ]
    if rules.mode is Mode.CLASSIC and not any(chosen):
        return ""
    return SEPARATOR.join(filter(None, [f"**{rules.mode.capitalize()}**", *chosen]))


def _held_back(drawn: Drawn) -> str:
    least = "At least " if drawn.is_sample else ""
    count = plural(drawn.held, "question")
    return f"-# {least}{count} held back in this channel (content notes)."


def no_questions(
    film: FilmRef | None, topic: Topic | None, known: Sequence[Topic], drawn: Drawn
) -> str:
    """Why no round can be made.

    :param known: the topics that there are questions on.
    """
    about, held, voided, lacking = _about(topic), drawn.held, drawn.voided, drawn.left
    all_of_it = f"What I could ask on {_on(film, drawn)}{about}"
    if held:
        count = plural(held, "question")
        return f"{all_of_it} is held back in this channel (content notes): {count}."
    if voided:
        count = plural(voided, "question")
        return (
            f"{all_of_it} was voided by moderators of this server: {count}. "
            "They can take that back with `/trivia regrades`."
        )
    if drawn.awaited:
        count = plural(drawn.awaited, "question")
        return f"{all_of_it} has to wait until the daily question has closed: {count}."
    if lacking:
        count = plural(lacking, "question")
        packs = "Its film pack has" if film else "The film packs have"
        return f"{all_of_it} lacks plausible wrong options: {count}. {packs} to give some."
    one = escape(film.label) if film else "any film"
    if topic is None or not known:
        return f"There are no questions on {one} yet."
    return f"There are no questions on {one}{about}. There are: {topic_names(known)}."


def _too_few(film: FilmRef | None, topic: Topic | None, drawn: Drawn) -> str:
    """That there are no more questions; what is held back is said elsewhere."""
    count = len(drawn.posed)
    more = ""
    if drawn.voided:
        were = "was" if drawn.voided == 1 else "were"
        more = f"; {drawn.voided} {were} voided by moderators of this server"
    elif drawn.held or drawn.left > count:
        more = " that I can ask here"
    if drawn.awaited:
        have = "has" if drawn.awaited == 1 else "have"
        more += f"; {drawn.awaited} {have} to wait until the daily question has closed"
    there = "is" if count == 1 else "are"
    on = _on(film, drawn)
    return f"There {there} only {plural(count, 'question')} on {on}{_about(topic)}{more}."


def _on(film: FilmRef | None, drawn: Drawn) -> str:
    """What was looked into for questions."""
    if film is not None:
        return escape(film.label)
    return "the films that I looked into" if drawn.is_sample else "all films"


def _about(topic: Topic | None) -> str:
    return f" about {topic.label.lower()}" if topic else ""


def already_running(link: str | None, starter: int) -> str:
    """Where the round is that stands in the way, and who may stop it."""
    where = f"[a round is on]({link})" if link else "a round is about to begin"
    return (
        f"In this channel {where}. <@{starter}>, who started it, or a moderator can end it with "
        "`/trivia stop`."
    )
