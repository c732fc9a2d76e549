"""Reviews as messages, within Discord's limits."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.catalog.films import FilmRef
from bot.catalog.wording import score_text
from bot.ui import colours
from bot.ui.buttons import Shortcut, button_row
from bot.ui.message import Message
from bot.ui.pages import page_note, page_view
from bot.ui.text import SEPARATOR, cited, escape, fitted, plural

from .models import Critic, CriticMatch, Found, Listing, Overview, Review, Score
from .queries import OVERVIEW_PAGE, PAGE
from .views import MAX_KEY, ReviewPage

_OFFERED = 3  # critics whom a name may mean


def scores(film: FilmRef, shown: Iterable[Score]) -> Message:
    """A film's aggregate scores, each cited, and a way to the critics."""
    lines = [f"{_score(score)}\n-# {escape(cited(score.source, score.section))}" for score in shown]
    critics = Shortcut("reviews", film.id, "What critics said")
    return _message(_title(f"{film.label}{SEPARATOR}Scores"), lines, view=button_row(critics))


def no_scores(film: FilmRef) -> str:
    """What to say when a film has no scores."""
    return f"I know no score of {escape(film.label)}."


def overview(shown: Overview, page: int) -> Message:
    """A film's scores and every critic's verdict, a line each."""
    lines = [_score(score) for score in shown.scores]
    lines += [
        f"**{escape(review.critic)}**, {escape(_where(review))}: {review.verdict}"
        for review in shown.found.reviews
    ]
    rows = (*shown.scores, *shown.found.reviews)
    sources = dict.fromkeys(cited(row.source, row.section) for row in rows)
    last = f"-# {escape('; '.join(sources), 400)}"
    verdicts = ", ".join(f"{count:,} {verdict}" for verdict, count in shown.verdicts)
    total = shown.found.total
    notes = [
        f"{plural(total, 'review')}: {verdicts}" if total else "",
        page_note(page, total, OVERVIEW_PAGE),
    ]
    view = page_view(
        page,
        total,
        OVERVIEW_PAGE,
        lambda to, label: ReviewPage(Listing.FILM, to, shown.film.id, label=label),
    )
    return _message(_title(f"{shown.film.label}{SEPARATOR}Reviews"), lines, notes, view, last)


def no_reviews(film: FilmRef) -> str:
    """What to say when a film has neither scores nor reviews."""
    return f"I know no review of {escape(film.label)}."


def critic(shown: Critic, found: Found, page: int) -> Message:
    """What one critic wrote, by film."""
    lines = [_entry(review, review.film.label) for review in found.reviews]
    notes = [plural(found.total, "review"), page_note(page, found.total, PAGE)]
    view = page_view(
        page,
        found.total,
        PAGE,
        lambda to, label: ReviewPage(Listing.CRITIC, to, shown.folded[:MAX_KEY], label=label),
    )
    return _message(_title(shown.name), lines, notes, view)


def no_critic(typed: str, match: CriticMatch, film: FilmRef | None) -> str:
    """That a name means no critic, or several; and who may be meant."""
    name = escape(typed, 60)
    if match.several:
        names = [escape(critic.name) for critic in match.several[:_OFFERED]]
        others = "" if len(match.several) <= _OFFERED else ", or others"
        return f"“{name}” could be {' or '.join(names)}{others}. Please type more of the name."
    of = f" of {escape(film.label)}" if film else ""
    near = " or ".join(escape(critic.name) for critic in match.near)
    hint = f" Did you mean {near}?" if near else ""
    return f"I know no critic{of} called “{name}”.{hint} The `name` option offers those I know."


def search_title(query: str) -> str:
    """A query as the title of its results."""
    return _title(query)


def search_page(title: str, found: Found, page: int, tokens: str) -> Message:
    """One page of search results, each cited, under a title that is escaped already."""
    lines = [_entry(review, f"{review.critic} on {review.film.label}") for review in found.reviews]
    if found.partial:
        lines.insert(0, "-# No review has all of those words; here is what has some.")
    if found.read_as:
        lines.insert(0, f"No review has those words; here is “{escape(found.read_as)}”.")
    notes = [plural(found.total, "review"), page_note(page, found.total, PAGE)]
    view = page_view(
        page,
        found.total,
        PAGE,
        lambda to, label: ReviewPage(Listing.SEARCH, to, tokens, label=label),
    )
    return _message(title, lines, notes, view)


def nothing_found(query: str) -> str:
    """What to say when a search shows nothing."""
    return (
        f"I found no review with “{escape(query, 60)}”. Fewer or other words may help; "
        "`/review scores` has a button to all the critics of a film."
    )


def _message(
    title: str,
    lines: list[str],
    notes: Iterable[str] = (),
    view: discord.ui.View | None = None,
    last: str = "",
) -> Message:
    text = fitted(lines, last=last)
    embed = discord.Embed(title=title, description=text, colour=colours.REVIEW)
    if footer := SEPARATOR.join(filter(None, notes)):
        embed.set_footer(text=footer)
    return Message(embed=embed, view=view)


def _title(text: str) -> str:
    return escape(text, 120)  # Discord allows 256, and escaping can double it


def _entry(review: Review, heading: str) -> str:
    lines = [
        f"**{escape(heading)}**: {review.verdict}{SEPARATOR}{escape(_where(review))}",
        escape(review.gist, 300),
    ]
    if review.quote:
        lines.append(f"In their words: “{escape(review.quote)}”")
    lines.append(f"-# {escape(cited(review.source, review.section))}")
    return "\n".join(lines)


def _where(review: Review) -> str:
    """The outlet, and the year when it is known."""
    return f"{review.outlet}, {review.year}" if review.year else review.outlet


def _score(score: Score) -> str:
    parts = [score_text(score.value, score.scale)]
    parts.append(f"from {plural(score.count, 'review')}" if score.count else "count not recorded")
    if score.average is not None:
        scale = score.average_scale or score.scale
        parts.append(f"average {score_text(score.average, scale)}")
    text = f"**{escape(score.aggregator)}**: {', '.join(parts)}"
    return f"{text}{SEPARATOR}{escape(score.verdict)}" if score.verdict else text
