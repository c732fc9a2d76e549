"""Reports, verdicts and what they changed, as messages within Discord's limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.ui import colours
from bot.ui.buttons import Pressable, button_row
from bot.ui.message import Message
from bot.ui.pages import page_count, page_note
from bot.ui.text import SEPARATOR, cited, escape, hidden, plural

from ..models import LETTERS, OTHER
from .queries.regrades import REGRADES
from .regrading import VOID, Case, Regraded, RegradeLine, Report, Slots, Why
from .views import DismissButton, RegradesPage, ReportsPage, UndoButton, VerdictButton

_NAMED = 15  # players named on one message
_ROOM = 4_000  # characters of a question with its reports; an embed has 4,096
_REASON = 400

MODERATORS_ONLY = "Only moderators, who may manage messages here, can see and decide on reports."
NOT_CLOSED = "That question cannot be reported: it is not closed, or does not count any more."
THANKS = (
    "Thank you. The moderators will look at it; sending the form again replaces what you wrote."
)
NO_REPORTS = "There are no open reports."
NO_REGRADES = "No question has been regraded in this server."
DISMISSED = "Dismissed; no scores change."
SAY_WHAT = "Please say what is wrong."
SAY_WHY = "Please give a reason; the players will read it."
REFUSALS: Mapping[Why, str] = {
    Why.GONE: "I know no such question or regrade in this server.",
    Why.LIVE: "Wait until the round is over; then the question can be regraded.",
    Why.DECIDED: "The reports of that question have been decided on already.",
    Why.SLOT: "That option cannot be counted as right, or is already.",
    Why.UNDONE: "That regrade is undone already.",
    Why.LATER: "A later regrade of the same round builds on that one. Undo the later one first.",
}


def case(shown: Case, note: str = "") -> Message:
    """A question of the queue: all that there is to know for deciding on it."""
    played, asked = shown.played, shown.played.questions[shown.step]
    lines = [f"**{escape(asked.text)}**", *_options(shown), ""]
    lines.append(hidden(escape(asked.fact, 300), asked.spoiler))
    lines += [f"-# Source: {escape(cited(asked.source, asked.section))}", "", _effects(shown)]
    if played.is_live:
        lines.append("The round is still on; its questions can be regraded when it is over.")
    lines += ["", *_reports(shown.reports, _ROOM - len("\n".join(lines)))]
    embed = discord.Embed(
        title=f"Question {shown.step + 1} of {len(played.questions)}: "
        f"{plural(len(shown.reports), 'report')}",
        description="\n".join(lines),
        url=_link(shown),
        colour=colours.QUESTION,
    )
    embed.set_footer(text=page_note(shown.page, shown.of, 1))
    return Message(content=note or None, embed=embed, view=_case_buttons(shown))


def regrades(lines: Sequence[RegradeLine], count: int, page: int, note: str = "") -> Message:
    """A page of a server's verdicts."""
    embed = discord.Embed(
        title="Regraded questions",
        description="\n\n".join(map(_regrade, lines)),
        colour=colours.QUESTION,
    )
    embed.set_footer(text=page_note(page, count, REGRADES))
    items: list[Pressable] = [UndoButton(one.id, page) for one in lines if one.undone_at is None]
    items += _turning(page, page_count(count, REGRADES), RegradesPage)
    return Message(content=note or None, embed=embed, view=button_row(*items) if items else None)


def announced(done: Regraded) -> Message:
    """What the channel is told of a verdict."""
    title = f"Question {done.step + 1} of {done.of}: {_verdict(done.slots, done.question.right)}"
    return Message(embed=_told(title, f"By <@{done.moderator}>: {escape(done.reason, 300)}", done))


def taken_back(undone: Regraded, by: int) -> Message:
    """What the channel is told of an undo."""
    title = f"Question {undone.step + 1} of {undone.of} counts as it did before"
    why = f"<@{by}> took a regrade back. Its reason was: {escape(undone.reason, 300)}"
    return Message(embed=_told(title, why, undone))


def done(change: Regraded, *, posted: bool) -> str:
    """What the moderator is told."""
    told = "" if posted else f" I could not tell <#{change.channel}>."
    changed = plural(len(change.points), "player's score", "players' scores")
    return f"Done: {changed} changed.{told}"


def _told(title: str, why: str, change: Regraded) -> discord.Embed:
    # Those with most to tell first.
    changed = sorted(change.points.items(), key=lambda item: (-abs(item[1]), item[0]))
    lines = [f"**{escape(change.question.text)}**", "", why, ""]
    lines += [
        f"<@{user}> {gain:+,}{SEPARATOR}now {plural(change.totals.get(user, 0), 'point')}"
        for user, gain in changed[:_NAMED]
    ] or ["Nobody's points change."]
    if len(changed) > _NAMED:
        lines.append(f"… and {len(changed) - _NAMED} more")
    return discord.Embed(title=title, description="\n".join(lines), colour=colours.VOID)


def _verdict(slots: Slots, right: int) -> str:
    if slots == VOID:
        return "it does not count any more"
    more = " and ".join(LETTERS[slot] for slot in sorted(slots - {right}))
    return f"{more} {'counts' if len(slots) == 2 else 'count'} as right too"


def _link(shown: Case) -> str | None:
    """To the message that told the answer."""
    played, result = shown.played, shown.played.steps[shown.step].result
    where = f"https://discord.com/channels/{played.guild}/{played.channel}/{result}"
    return where if result else None


def _options(shown: Case) -> list[str]:
    played, chosen = shown.played, shown.chosen()
    asked, slots = played.questions[shown.step], played.slots(shown.step)
    lines = [
        f"{'✅' if slot in slots else '▫️'} {LETTERS[slot]}. {escape(text)}{SEPARATOR}{chosen[slot]}"
        + (" ← right" if slot in slots else "")
        for slot, text in enumerate(asked.options)
    ]
    if played.rules.typed:
        lines.append(f"▫️ Something else was typed{SEPARATOR}{chosen[OTHER]}")
    return lines


def _effects(shown: Case) -> str:
    """How many scores each verdict would change."""
    slots = shown.played.slots(shown.step)
    effects = [f"void {shown.would_change(VOID)}"]
    effects += [
        f"{LETTERS[slot]} also right {shown.would_change(slots | {slot})}"
        for slot in shown.played.also_right(shown.step)
    ]
    return f"Players whose scores would change: {', '.join(effects)}"


def _reports(reports: Sequence[Report], room: int) -> list[str]:
    """Who wrote what, as many as fit; the oldest in any case."""
    lines: list[str] = []
    for one in reports:
        reason = escape(one.reason, _REASON).replace("\n", "\n> ")
        line = f"<@{one.user}> <t:{one.at // 1000}:R>\n> {reason}"
        if lines and len("\n".join([*lines, line])) > room:
            return [*lines, f"… and {len(reports) - len(lines)} more"]
        lines.append(line)
    return lines


def _case_buttons(shown: Case) -> discord.ui.View:
    items: list[Pressable] = []
    if not shown.played.is_live:
        items.append(VerdictButton(shown.round_id, shown.step, None, "Void the question"))
        items += [
            VerdictButton(shown.round_id, shown.step, slot, f"Also right: {LETTERS[slot]}")
            for slot in shown.played.also_right(shown.step)
        ]
    items.append(DismissButton(shown.round_id, shown.step))
    return button_row(*items, *_turning(shown.page, shown.of, ReportsPage))


def _turning(page: int, pages: int, button: type[ReportsPage | RegradesPage]) -> list[Pressable]:
    """Buttons to the neighbouring pages."""
    back = [button(page - 1, "◀ Back")] if page > 0 else []
    return [*back, *([button(page + 1, "More ▶")] if page < pages - 1 else [])]


def _regrade(line: RegradeLine) -> str:
    verdict = _verdict(line.slots, line.question.right)
    told = [
        f"**#{line.id}** <#{line.channel}>, question {line.step + 1}: {verdict}",
        escape(line.question.text, 100),
        f"<@{line.moderator}> <t:{line.at // 1000}:f>: {escape(line.reason, 150)}",
    ]
    if line.undone_at is not None:
        told.append(f"Undone by <@{line.undone_by}> <t:{line.undone_at // 1000}:f>")
    return "\n".join(told)
