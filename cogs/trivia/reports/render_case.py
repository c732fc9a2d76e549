"""A reported question as moderators see it, within Discord's limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import discord

from bot.ui import colours
from bot.ui.buttons import Pressable, button_row
from bot.ui.message import Message
from bot.ui.pages import page_note
from bot.ui.text import SEPARATOR, cited, clip, escape, hidden, plural

from ..daily.render import date_of
from ..film_label import with_film
from ..models import LETTERS, OTHER
from .cases import Case, DayCase, LostCase
from .models import VOIDING, Choice, Report, Why
from .render import REFUSALS, SKIPPED, message_link, quoted, turning
from .views import DismissButton, ReportsPage, VerdictButton
from .wordings import Wording

_ROOM = 4_000  # characters of a question with its reports; an embed has 4,096
_REASON = 400
_LABEL = 80  # Discord's limit
_TYPED = 60  # characters for what was typed
_ACCEPTED = 3  # wordings named


def case(shown: Case | DayCase | LostCase, scores: Mapping[Choice, int], note: str = "") -> Message:
    """A question of the queue: all that there is to know for deciding on it.

    :param scores: how many each verdict would change.
    """
    if isinstance(shown, LostCase):
        return _lost(shown, note)
    asked = shown.asked
    lines = [f"**{escape(asked.text)}**", *_options(shown, scores), ""]
    lines.append(hidden(escape(asked.fact, 300), asked.spoiler))
    lines += [f"-# Source: {escape(cited(asked.source, asked.section))}", ""]
    lines += [_effects(shown, scores), *_waiting(shown)]
    lines += ["", *_reports(shown.reports, _ROOM - len("\n".join(lines)))]
    embed = discord.Embed(
        title=f"{_about(shown)}: {plural(len(shown.reports), 'report')}",
        description="\n".join(lines),
        url=_link(shown),
        colour=colours.QUESTION,
    )
    embed.set_footer(text=page_note(shown.page, shown.of, 1))
    with_film(embed, asked)
    return Message(content=note or None, embed=embed, view=_buttons(shown))


def _lost(shown: LostCase, note: str) -> Message:
    lines = [REFUSALS[Why.UNREADABLE], ""]
    lines += _reports(shown.reports, _ROOM - len("\n".join(lines)))
    embed = discord.Embed(
        title=f"A question: {plural(len(shown.reports), 'report')}",
        description="\n".join(lines),
        colour=colours.QUESTION,
    )
    embed.set_footer(text=page_note(shown.page, shown.of, 1))
    items = [DismissButton(shown.place), *turning(shown.page, shown.of, ReportsPage)]
    return Message(content=note or None, embed=embed, view=button_row(*items))


def _about(shown: Case | DayCase) -> str:
    if isinstance(shown, DayCase):
        return f"Daily question of {date_of(shown.day.day)}"
    return f"Question {shown.step + 1} of {len(shown.played.questions)}"


def _waiting(shown: Case | DayCase) -> list[str]:
    """What a verdict has to wait for."""
    if isinstance(shown, Case) and shown.played.is_live:
        return ["The round is still on; its questions can be regraded when it is over."]
    return [REFUSALS[Why.ELSEWHERE]] if shown.is_pending_elsewhere else []


def _link(shown: Case | DayCase) -> str | None:
    """To the message that told the answer."""
    if isinstance(shown, DayCase):
        return message_link(shown.day.guild, shown.day.channel, shown.day.reveal)
    played = shown.played
    return message_link(played.guild, played.channel, played.steps[shown.step].result)


def _options(shown: Case | DayCase, scores: Mapping[Choice, int]) -> list[str]:
    asked = shown.asked
    if isinstance(shown, DayCase):
        chosen, slots = Counter(dict(enumerate(shown.day.shares))), frozenset({asked.right})
    elif shown.played.rules.typed:
        return _typed(shown, scores)
    else:
        chosen, slots = shown.chosen(), shown.played.ruling(shown.step).slots
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
    return f"{quoted(one.text, _TYPED)}{SEPARATOR}{len(one.players)}"


def _if_accepted(scores: int) -> str:
    return f" (accepting it changes {plural(scores, 'score')})"


def _accept(typed: str) -> str:
    """The label of a button, in which Discord reads no markdown."""
    return f"Accept “{clip(' '.join(typed.split()), _LABEL - len('Accept “”'))}”"


def _effects(shown: Case | DayCase, scores: Mapping[Choice, int]) -> str:
    """How many scores each verdict would change, but those on what was typed."""
    void = scores[VOIDING]
    if isinstance(shown, DayCase):
        return (
            "Voiding it lets the day count for nobody, neither for a streak nor against one. "
            f"Players whose scores in rounds would change: {void}"
        )
    if shown.played.is_skipped(shown.step):
        others = f"It was skipped here. Voiding it changes {plural(void, 'score')} of other rounds."
        return others if void else SKIPPED
    effects = [f"void {void}"]
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


def _buttons(shown: Case | DayCase) -> discord.ui.View:
    verdicts = [(VOIDING, "Void the question")]
    if isinstance(shown, Case):
        verdicts += [
            (Choice(slot), f"Also right: {LETTERS[slot]}")
            for slot in shown.played.also_right(shown.step)
        ]
        verdicts += [(Choice(typist=one.typist), _accept(one.text)) for one in shown.offered()]
    items: list[Pressable] = []
    if not _waiting(shown):
        items += [VerdictButton(shown.place, *verdict) for verdict in verdicts]
    items.append(DismissButton(shown.place))
    return button_row(*items, *turning(shown.page, shown.of, ReportsPage))
