"""Film facts as messages, within Discord's limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import discord

from bot.catalog.films import FilmRef
from bot.catalog.vocabulary import Topic
from bot.catalog.wording import beyond, date_text, figure_text, score_text
from bot.ui import colours
from bot.ui.buttons import Layout, Shortcut, button_row
from bot.ui.message import Message
from bot.ui.pages import page_note, page_view
from bot.ui.text import SEPARATOR, cited, content_notes, escape, fitted, hidden, plural

from .models import Fact, FilmCard, FilmLine, Found, Person
from .queries.searching import PAGE
from .views import AnotherFact, FactSearch, FilmPage

LIST_SIZE = 15
_MEDIA = {
    "cinema": "Cinemas",
    "vhs": "VHS",
    "dvd": "DVD",
    "blu-ray": "Blu-ray",
    "hd-dvd": "HD DVD",
    "laserdisc": "LaserDisc",
    "album": "Soundtrack album",
    "book": "Book",
}
_CREDITS = (
    ("Director", "director"),
    ("Screenplay", "screenwriter"),
    ("Based on the work of", "author"),
    ("Producer", "producer"),
    ("Music", "composer"),
)
_ROWS = 12  # of one section of the card
_CARD_TEXT = 4_000  # Discord allows no more characters in all the texts of a layout
_TITLE = 120  # Discord allows 256 characters, and escaping may double them


def fact(shown: Fact, film: str, topic: Topic | None, seed: int, at: int, of: int) -> Message:
    """One fact with its citation, and a button to the next of its film and topic."""
    embed = discord.Embed(
        title=escape(f"{shown.film_title}{SEPARATOR}{shown.topic.label}", _TITLE),
        description=_statement(shown),
        colour=colours.FILM,
    )
    place = f"{SEPARATOR}{at + 1} of {of}" if of > 1 else ""
    embed.set_footer(text=f"Source: {cited(shown.source, shown.section)}{place}")
    again = AnotherFact(
        film, topic, seed, at + 1, label="Another" if at + 1 < of else "From the top"
    )
    return Message(embed=embed, view=button_row(again) if of > 1 else None)


def no_fact(film: FilmRef, topic: Topic | None, held_back: int) -> str:
    """Why there is nothing to show."""
    about = f" on {topic.label.lower()}" if topic else ""
    if held_back:
        return (
            f"What I know of {escape(film.label)}{about} touches subjects that are shown only in "
            "age-restricted channels."
        )
    return f"I know nothing of {escape(film.label)}{about}. `/film show` has the rest."


def held_back_note(count: int) -> str:
    """That something was held back, and why; empty when nothing was."""
    if not count:
        return ""
    return (
        f"-# {plural(count, 'fact')} held back: shown in age-restricted channels only "
        "(content notes)."
    )


def search_page(query: str, found: Found, film: FilmRef | None, page: int, tokens: str) -> Message:
    """One page of search results, each cited."""
    lines = [
        f"{_statement(hit, f'**{number}.** ')}\n-# {escape(hit.film_title)}{SEPARATOR}"
        f"{escape(cited(hit.source, hit.section))}"
        for number, hit in enumerate(found.facts, start=page * PAGE + 1)
    ]
    if found.partial:
        lines.insert(0, "-# No fact has all of those words; here is what has some.")
    if found.read_as:
        lines.insert(0, f"Nothing has all of those words; here is “{escape(found.read_as)}”.")
    embed = discord.Embed(
        title=escape(query, _TITLE),
        description=fitted(lines, last=held_back_note(found.held_back)),
        colour=colours.FILM,
    )
    notes = [plural(found.total, "fact"), page_note(page, found.total, PAGE)]
    embed.set_footer(text=SEPARATOR.join(filter(None, notes)))
    identity = film.id if film else None

    def button(to: int, label: str) -> FactSearch:
        return FactSearch(identity, to, tokens, label=label)

    return Message(embed=embed, view=page_view(page, found.total, PAGE, button))


def nothing_found(query: str, held_back: int) -> str:
    """What to say when a search shows nothing."""
    if held_back:
        return "What I found touches subjects that are shown only in age-restricted channels."
    return (
        f"I found nothing on “{escape(query, 60)}”. Fewer or other words may help; "
        "`/film fact` picks one for you."
    )


def film_list(lines: list[FilmLine], total: int, page: int) -> Message:
    """The films, with how much is known of each."""
    embed = discord.Embed(
        title="Films in the catalog",
        description=fitted(
            f"**{escape(line.film.label)}**{SEPARATOR}{plural(line.facts, 'fact')}, "
            f"{plural(line.questions, 'question')}"
            for line in lines
        ),
        colour=colours.FILM,
    )
    notes = [plural(total, "film"), page_note(page, total, LIST_SIZE)]
    embed.set_footer(text=SEPARATOR.join(filter(None, notes)))
    return Message(
        embed=embed,
        view=page_view(page, total, LIST_SIZE, lambda to, label: FilmPage(to, label=label)),
    )


def card(card: FilmCard) -> Message:
    """A film's card: people, dates, figures, scores, awards, and where to go from there."""
    container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(
        accent_colour=colours.FILM
    )
    for text in _card_texts(card):
        container.add_item(discord.ui.TextDisplay(text))
    container.add_item(discord.ui.Separator())
    container.add_item(_card_buttons(card))
    view = Layout()
    view.add_item(container)
    return Message(view=view)


def _card_texts(card: FilmCard) -> Iterator[str]:
    """The heading, the sections that there is room for, and what there was none for."""
    sections = [(title, rows) for title, rows in _sections(card) if rows]
    heading = _heading(card)
    yield heading
    left = _CARD_TEXT - len(heading) - len(_left_out(title for title, _ in sections))
    left_out: list[str] = []
    for title, rows in sections:
        text = f"### {title}\n" + "\n".join(rows)
        if len(text) <= left:
            left -= len(text)
            yield text
        else:
            left_out.append(title)
    if left_out:
        yield _left_out(left_out)


def _left_out(titles: Iterable[str]) -> str:
    return f"-# Too long for this card: {', '.join(titles).lower()}. `/film search` finds more."


def _heading(card: FilmCard) -> str:
    about = SEPARATOR.join([*card.genres, *card.countries])
    lines = [f"## {escape(card.film.label)}"]
    if about:
        lines.append(f"-# {escape(about)}")
    lines.append(content_notes(card.notes) + escape(card.summary, 400))
    lines.append(f"-# Source: {escape('; '.join(cited(*one) for one in card.sources), 400)}")
    return "\n".join(lines)


def _sections(card: FilmCard) -> Iterator[tuple[str, list[str]]]:
    yield "People", list(_people(card.people))
    yield "Dates", _some(_release_lines(card))
    yield (
        "Figures",
        _some(
            f"{escape(_capital(row.label))}: "
            f"{escape(figure_text(row.value, row.unit, row.qualifier, row.label))}"
            for row in card.figures
        ),
    )
    yield (
        "Scores",
        _some(
            f"{escape(row.aggregator)}: {score_text(row.value, row.scale)}"
            + (f" ({plural(row.count, 'review')})" if row.count else "")
            for row in card.scores
        ),
    )
    yield (
        "Awards",
        _some(
            f"{'Won' if row.result == 'won' else 'Nominated'}: {escape(row.award)}, "
            f"{escape(row.category)}" + (f" ({escape(row.recipient)})" if row.recipient else "")
            for row in card.awards
        ),
    )


def _people(people: tuple[Person, ...]) -> Iterator[str]:
    for label, role in _CREDITS:
        names = [escape(person.name) for person in people if role in person.roles]
        if names:
            yield f"{label}: {', '.join(names)}"
    cast = [
        f"{escape(person.name)} as {escape(person.character)}"
        for person in people
        if person.character
    ]
    if cast:
        yield f"Cast: {', '.join(cast[:_ROWS])}"


def _release_lines(card: FilmCard) -> Iterator[str]:
    # The earliest first; a year alone comes before its months, and a month before its days.
    for row in sorted(card.releases, key=lambda row: row.date or ""):
        if row.date is None or (row.medium == "book" and row.date[:4] > str(card.film.year)):
            continue  # the facts tell of these: no list of dates can, or the book is about the film
        medium, when = _MEDIA[row.medium], date_text(row.date)
        where = ", ".join(filter(None, (beyond(row.label, medium), row.territory, row.company)))
        yield f"{medium}: {when}" + (f" ({escape(where)})" if where else "")


def _card_buttons(card: FilmCard) -> discord.ui.ActionRow[Any]:
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    row.add_item(Shortcut("fact", card.film.id, "A fact").item())
    row.add_item(Shortcut("reviews", card.film.id, "Reviews").item())
    if card.questions:
        row.add_item(Shortcut("trivia", card.film.id, "Trivia round").item())
    return row


def _statement(shown: Fact, lead: str = "") -> str:
    """What a fact says, with ``lead`` on the same line; its notes come first, as a warning."""
    return f"{content_notes(shown.notes)}{lead}{hidden(escape(shown.text, 300), shown.spoiler)}"


def _some(rows: Iterable[str]) -> list[str]:
    rows = list(rows)
    return rows if len(rows) <= _ROWS else [*rows[:_ROWS], f"… and {len(rows) - _ROWS} more"]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
