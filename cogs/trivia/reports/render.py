"""Reports, verdicts and what they changed, as messages within Discord's limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord

from bot.ui import colours
from bot.ui.buttons import Pressable, button_row
from bot.ui.message import Message
from bot.ui.pages import page_count, page_note
from bot.ui.text import SEPARATOR, cited, clip, escape, hidden, plural

from ..models import LETTERS, OTHER
from ..teams.render import score_line
from .cases import Case
from .models import VOID, VOIDING, Choice, Regraded, RegradeLine, Report, Ruling, Why
from .queries.regrades import REGRADES
from .views import DismissButton, RegradesPage, ReportsPage, UndoButton, VerdictButton
from .wordings import Wording

_NAMED = 15  # players named on one message
_ROOM = 4_000  # characters of a question with its reports; an embed has 4,096
_REASON = 400
_LABEL = 80  # Discord's limit
# Characters for what was typed: all of it in a title, which has 256; in a line of a list; one
# answer in a case.
_TITLE, _LINE, _TYPED = 90, 40, 60
_ACCEPTED = 3  # wordings named

MODERATORS_ONLY = "Only moderators, who may manage messages here, can see and decide on reports."
NOT_CLOSED = "That question cannot be reported: it is not closed, or does not count any more."
THANKS = (
    "Thank you. The moderators will look at it; sending the form again replaces what you wrote."
)
NO_REPORTS = "There are no open reports."
NO_REGRADES = "No question has been regraded in this server."
DISMISSED = "Dismissed; no scores change."
SKIPPED = "It was skipped. Voiding it changes no scores, but it is not asked here again."
SAY_WHAT = "Please say what is wrong."
SAY_WHY = "Please give a reason; the players will read it."
REFUSALS: Mapping[Why, str] = {
    Why.GONE: "I know no such question or regrade in this server.",
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


def case(shown: Case, scores: Mapping[Choice, int], note: str = "") -> Message:
    """A question of the queue: all that there is to know for deciding on it.

    :param scores: how many each verdict would change.
    """
    played, asked = shown.played, shown.asked
    lines = [f"**{escape(asked.text)}**", *_options(shown, scores), ""]
    lines.append(hidden(escape(asked.fact, 300), asked.spoiler))
    lines += [
        f"-# Source: {escape(cited(asked.source, asked.section))}",
        "",
        _effects(shown, scores),
    ]
    if played.is_live:
        lines.append("The round is still on; its questions can be regraded when it is over.")
    elif shown.is_pending_elsewhere:
        lines.append(REFUSALS[Why.ELSEWHERE])
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


def announced(change: Regraded) -> Message:
    """What the channel is told of a verdict, or of its undoing."""
    about = f"Question {change.step + 1} of {change.of}"
    reason = escape(change.reason, 300)
    if change.undone_by is None:
        title = f"{about}: {_verdict(change.ruling, change.question.right, _TITLE)}"
        why = f"By <@{change.moderator}>: {reason}"
    else:
        title = f"{about} counts as it did before"
        why = f"<@{change.undone_by}> took a regrade back. Its reason was: {reason}"
    lines = [f"**{escape(change.question.text)}**", "", why, "", *_gains(change)]
    lines += _elsewhere(change)
    embed = discord.Embed(title=title, description="\n".join(lines), colour=colours.VOID)
    return Message(embed=embed)


def done(change: Regraded, *, posted: bool) -> str:
    """What the moderator is told."""
    told = "" if posted else f" I could not tell <#{change.channel}>."
    players = {gain.user for gain in change.gains} | change.elsewhere.players
    changed = plural(len(players), "player's score", "players' scores")
    if others := change.elsewhere.rounds:
        changed += f" in {others + 1} rounds"
    is_void = change.ruling == VOID and change.undone_by is None
    barred = " It is not asked in this server again, unless its pack entry is mended."
    return f"Done: {changed} changed.{barred if is_void else ''}{told}"


def _elsewhere(change: Regraded) -> list[str]:
    """What becomes of the question's other rounds, whose channels are not told."""
    if not change.elsewhere.rounds:
        return []
    others = plural(change.elsewhere.rounds, "other round")
    players = plural(len(change.elsewhere.players), "player's points", "players' points")
    return [f"The same question was in {others} of this server, where {players} change too."]


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
    link = _message_link(change.guild, change.channel, change.board)
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
    more += [_quoted(text, room // len(latest)) for text in latest]
    if rest := len(ruling.wordings) - len(latest):
        more.append(f"{rest} more")
    return f"{' and '.join(more)} {'counts' if len(more) == 1 else 'count'} as right too"


def _quoted(typed: str, length: int) -> str:
    """What a player typed, on one line."""
    return f"“{escape(' '.join(typed.split()), length)}”"


def _link(shown: Case) -> str | None:
    """To the message that told the answer."""
    played = shown.played
    return _message_link(played.guild, played.channel, played.steps[shown.step].result)


def _message_link(guild: int, channel: int, message: int | None) -> str | None:
    """Where a message is to be read, if there is one."""
    return f"https://discord.com/channels/{guild}/{channel}/{message}" if message else None


def _options(shown: Case, scores: Mapping[Choice, int]) -> list[str]:
    asked, chosen = shown.asked, shown.chosen()
    if shown.played.rules.typed:
        return _typed(shown, scores)
    slots = shown.played.ruling(shown.step).slots
    return [
        f"{'✅' if slot in slots else '▫️'} {LETTERS[slot]}. {escape(text)}{SEPARATOR}{chosen[slot]}"
        + (" ← right" if slot in slots else "")
        for slot, text in enumerate(asked.options)
    ]


def _typed(shown: Case, scores: Mapping[Choice, int]) -> list[str]:
    """The answer, what counts as right since, and what was typed in vain."""
    asked, chosen = shown.asked, shown.chosen()
    accepted, offered = shown.accepted(), shown.offered()
    lines = [f"✅ {escape(asked.answer)}{SEPARATOR}{chosen[asked.right]} ← right"]
    lines += [f"✅ {_given(one)} ← counts as right too" for one in accepted[:_ACCEPTED]]
    lines += [
        f"▫️ {_given(one)}{_if_accepted(scores[Choice(typist=one.typist)])}" for one in offered
    ]
    named = sum(len(one.players) for one in (*accepted[:_ACCEPTED], *offered))
    if rest := chosen[OTHER] - named:
        lines.append(f"▫️ Something else was typed{SEPARATOR}{rest}")
    return lines


def _given(one: Wording) -> str:
    return f"{_quoted(one.text, _TYPED)}{SEPARATOR}{len(one.players)}"


def _if_accepted(scores: int) -> str:
    return f" (accepting it changes {plural(scores, 'score')})"


def _accept(typed: str) -> str:
    """The label of a button, in which Discord reads no markdown."""
    return f"Accept “{clip(' '.join(typed.split()), _LABEL - len('Accept “”'))}”"


def _effects(shown: Case, scores: Mapping[Choice, int]) -> str:
    """How many scores each verdict would change, but those on what was typed."""
    if shown.played.is_skipped(shown.step):
        return (
            SKIPPED
            if not scores[VOIDING]
            else (
                "It was skipped here. Voiding it changes "
                f"{plural(scores[VOIDING], 'score')} of other rounds."
            )
        )
    effects = [f"void {scores[VOIDING]}"]
    effects += [
        f"{LETTERS[slot]} also right {scores[Choice(slot)]}"
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
    verdicts = [(VOIDING, "Void the question")]
    verdicts += [
        (Choice(slot), f"Also right: {LETTERS[slot]}")
        for slot in shown.played.also_right(shown.step)
    ]
    verdicts += [(Choice(typist=one.typist), _accept(one.text)) for one in shown.offered()]
    items: list[Pressable] = []
    if not shown.played.is_live and not shown.is_pending_elsewhere:
        items += [VerdictButton(shown.spot.round_id, shown.step, *verdict) for verdict in verdicts]
    items.append(DismissButton(shown.spot.round_id, shown.step))
    return button_row(*items, *_turning(shown.page, shown.of, ReportsPage))


def _turning(page: int, pages: int, button: type[ReportsPage | RegradesPage]) -> list[Pressable]:
    """Buttons to the neighbouring pages."""
    back = [button(page - 1, "◀ Back")] if page > 0 else []
    return [*back, *([button(page + 1, "More ▶")] if page < pages - 1 else [])]


def _regrade(line: RegradeLine) -> str:
    verdict = _verdict(line.ruling, line.question.right, _LINE)
    others = f" and {plural(line.rounds - 1, 'other round')}" if line.rounds > 1 else ""
    told = [
        f"**#{line.id}** <#{line.channel}>, question {line.step + 1}{others}: {verdict}",
        escape(line.question.text, 100),
        f"<@{line.moderator}> <t:{line.at // 1000}:f>: {escape(line.reason, 150)}",
    ]
    if line.undone_at is not None:
        told.append(f"Undone by <@{line.undone_by}> <t:{line.undone_at // 1000}:f>")
    return "\n".join(told)
