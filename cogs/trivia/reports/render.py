"""Reports, verdicts and what they changed, as messages within Discord's limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.ui import colours
from bot.ui.buttons import Pressable, button_row
from bot.ui.message import Message
from bot.ui.pages import page_count, page_note
from bot.ui.text import SEPARATOR, escape, plural

from ..daily.render import date_of
from ..film_label import after_film, with_film
from ..models import LETTERS
from ..teams.render import score_line
from .models import VOID, Regraded, RegradeLine, Ruling, Why
from .queries.past import REGRADES
from .views import RegradesPage, ReportsPage, UndoButton

_NAMED = 15  # players named on one message
# Characters for what was typed: all of it in a title, which has 256; in a line of a list.
_TITLE, _LINE = 90, 40
_ACCEPTED = 3  # wordings named

NOT_CLOSED = "That question cannot be reported: it is not closed, or does not count any more."
THANKS = (
    "Thank you. The moderators will look at it; sending the form again replaces what you wrote."
)
NO_REPORTS = "There are no open reports."
NO_REGRADES = "No question has been regraded in this server."
DISMISSED = "Dismissed; no scores change."
SKIPPED = "It was skipped. Voiding it changes no scores, but it is not asked here again."
LOST = "another version of this bot wrote that regrade, and I cannot read it"
SAY_WHAT = "Please say what is wrong."
SAY_WHY = "Please give a reason; the players will read it."
REFUSALS: Mapping[Why, str] = {
    Why.GONE: "I know no such question or regrade in this server.",
    Why.UNREADABLE: (
        "That was written by another version of this bot, and I cannot read it. Nothing is changed."
    ),
    Why.LIVE: "Wait until the round is over; then the question can be regraded.",
    Why.ELSEWHERE: (
        "Another round that is still on in this server has that question. Wait until it is over."
    ),
    Why.DECIDED: "The reports of that question have been decided on already.",
    Why.SLOT: "That option cannot be counted as right, or is already.",
    Why.WORDING: "Nobody typed that without its being right, or it counts as right already.",
    Why.UNDONE: "That regrade is undone already.",
    Why.LATER: (
        "A later regrade of the same round, or of one of them, builds on that one. "
        "Undo the later one first."
    ),
}


def regrades(lines: Sequence[RegradeLine], count: int, page: int, note: str = "") -> Message:
    """A page of a server's verdicts."""
    embed = discord.Embed(
        title="Regraded questions",
        description="\n\n".join(map(_regrade, lines)),
        colour=colours.QUESTION,
    )
    embed.set_footer(text=page_note(page, count, REGRADES))
    items: list[Pressable] = [
        UndoButton(one.id, page)
        for one in lines
        if one.judged is not None and one.undone_at is None
    ]
    items += turning(page, page_count(count, REGRADES), RegradesPage)
    return Message(content=note or None, embed=embed, view=button_row(*items) if items else None)


def announced(change: Regraded) -> Message:
    """What the channel is told of a verdict, or of its undoing."""
    about = _about(change)
    reason = escape(change.reason, 300)
    if change.undone_by is None:
        title = f"{about}: {_verdict(change.ruling, change.question.right, _TITLE)}"
        why = f"By <@{change.moderator}>: {reason}"
    else:
        title = f"{about} counts as it did before"
        why = f"<@{change.undone_by}> took a regrade back. Its reason was: {reason}"
    effects = _gains(change) if change.day is None else [_day(change)]
    lines = [f"**{escape(change.question.text)}**", "", why, "", *effects, *_elsewhere(change)]
    embed = discord.Embed(title=title, description="\n".join(lines), colour=colours.VOID)
    return Message(embed=with_film(embed, change.question))


def done(change: Regraded, *, posted: bool) -> str:
    """What the moderator is told."""
    told = "" if posted else f" I could not tell <#{change.channel}>."
    players = {gain.user for gain in change.gains} | change.elsewhere.players
    changed = plural(len(players), "player's score", "players' scores")
    rounds = change.elsewhere.rounds + (change.day is None)
    if rounds > 1 or change.day is not None:
        changed += f" in {plural(rounds, 'round')}"
    changed += " changed."
    if change.day is not None:
        changed = f"{_day(change)} {changed}" if rounds else _day(change)
    return f"Done: {changed}{_from_now_on(change)}{told}"


def _from_now_on(change: Regraded) -> str:
    """What a verdict means for rounds to come; its undoing leaves them as they were."""
    if change.undone_by is not None:
        return ""
    if change.ruling == VOID:
        return " It is not asked in this server again, unless its pack entry is mended."
    return " In rounds to come it counts as right too, and is not offered as wrong."


def _about(change: Regraded) -> str:
    if change.day is not None or change.step is None:
        return f"Daily question{f' of {date_of(change.day)}' if change.day else ''}"
    return f"Question {change.step + 1} of {change.of}"


def _day(change: Regraded) -> str:
    """What becomes of the day that a verdict is on."""
    if change.undone_by is None:
        return "The day counts for nobody: it neither adds to a streak nor breaks one."
    return "The day counts again, for streaks as well."


def _elsewhere(change: Regraded) -> list[str]:
    """What becomes of the question's other rounds and days, whose channels are not told."""
    lines: list[str] = []
    if change.elsewhere.rounds:
        others = plural(change.elsewhere.rounds, "other round" if change.day is None else "round")
        players = plural(len(change.elsewhere.players), "player's points", "players' points")
        lines.append(
            f"The same question was in {others} of this server, where {players} change too."
        )
    if change.elsewhere.days:
        days = plural(change.elsewhere.days, "day")
        since = "not counted any more" if change.undone_by is None else "counted again"
        lines.append(f"It was the daily question of {days}, now {since} for streaks.")
    return lines


def _gains(change: Regraded) -> list[str]:
    """Whose points change, and which figures that were told before are out of date."""
    lines = [
        f"<@{gain.user}> {gain.points:+,}{SEPARATOR}now {plural(gain.total, 'point')}"
        for gain in change.gains[:_NAMED]
    ]
    if not lines:
        return ["Nobody's points change."]
    if len(change.gains) > _NAMED:
        lines.append(f"… and {len(change.gains) - _NAMED} more")
    if change.teams:
        lines.append(score_line(enumerate(change.teams)))
    link = message_link(change.guild, change.channel, change.board)
    board = f"[the round's final board]({link})" if link else "the round's final board"
    if change.is_first_again:
        lines.append(f"-# What {board} said holds again.")
    else:
        lines.append(
            f"-# The answer told above and {board} show the points of before. "
            "`/trivia leaderboard` and `/trivia stats` have the new ones."
        )
    return lines


def _verdict(ruling: Ruling, right: int, room: int) -> str:
    if ruling == VOID:
        return "it does not count any more"
    latest = ruling.wordings[: -_ACCEPTED - 1 : -1]
    more = [LETTERS[slot] for slot in sorted(ruling.slots - {right})]
    more += [quoted(text, room // len(latest)) for text in latest]
    if rest := len(ruling.wordings) - len(latest):
        more.append(f"{rest} more")
    return f"{' and '.join(more)} {'counts' if len(more) == 1 else 'count'} as right too"


def quoted(typed: str, length: int) -> str:
    """What a player typed, on one line."""
    return f"“{escape(' '.join(typed.split()), length)}”"


def message_link(guild: int, channel: int, message: int | None) -> str | None:
    """Where a message is to be read, if there is one."""
    return f"https://discord.com/channels/{guild}/{channel}/{message}" if message else None


def turning(page: int, pages: int, button: type[ReportsPage | RegradesPage]) -> list[Pressable]:
    """Buttons to the neighbouring pages."""
    back = [button(page - 1, "◀ Back")] if page > 0 else []
    return [*back, *([button(page + 1, "More ▶")] if page < pages - 1 else [])]


def _regrade(line: RegradeLine) -> str:
    at = "daily question" if line.step is None else f"question {line.step + 1}"
    if line.day is not None:
        at += f" of {date_of(line.day)}"
    if line.others:
        at += f" and {plural(line.others, 'round' if line.step is None else 'other round')}"
    where = f"**#{line.id}** <#{line.channel}>, {at}"
    if line.judged is None:
        told = [f"{where}: {LOST}"]
    else:
        question, ruling = line.judged
        told = [
            f"{where}: {_verdict(ruling, question.right, _LINE)}",
            escape(after_film(question.text, question.film_label), 100),
        ]
    told.append(f"<@{line.moderator}> <t:{line.at // 1000}:f>: {escape(line.reason, 150)}")
    if line.undone_at is not None:
        told.append(f"Undone by <@{line.undone_by}> <t:{line.undone_at // 1000}:f>")
    return "\n".join(told)
