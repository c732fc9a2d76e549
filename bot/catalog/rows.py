"""A pack as the rows of the catalog: pure, so that packs can be worked out in several processes.

Facts and reviews are numbered within the pack; the build adds what comes before them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .derive import derived_facts
from .names import fold, index_text
from .pack import Award, Cited, Company, Fact, Figure, Medium, Pack, Person, Release, Review
from .vocabulary import SAYS_WHO, Kind, Spoiler, Topic, mask

Row = tuple[str | int | float | None, ...]

# A word must be this long to be worth correcting; shorter ones are found as they are typed.
MIN_TERM = 4
# What says who somebody is, after the last two words of the name.
_IS = re.compile(r" (?:is|was) (?:a|an|the) ")
_ON_CARD = frozenset({"people", "releases", "figures", "scores", "awards"})


@dataclass(frozen=True, slots=True)
class PackRows:
    """What one pack adds to each table; the keys of ``tables`` are their names."""

    film: str
    tables: dict[str, list[Row]]
    label: Row  # film, title, year
    called: str  # for film_index
    reviews: list[tuple[Row, str, str]]  # the row, and its gist and names for review_index
    facts: list[tuple[Row, str, str]]  # the row, and its text and keywords for fact_index
    questions: list[tuple[int, Row]]  # the number of the fact, and the row
    terms: frozenset[str]


def pack_rows(pack: Pack) -> PackRows:
    """The rows of a pack that has passed the check."""
    film = pack.film
    told = list(derived_facts(pack))
    questions = list(_questions(pack))
    called = index_text(" ".join([film.title, *film.aliases, str(film.year)]))
    reviews = [_review(pack, review) for review in pack.reviews]
    typed = {f"{table}.{row.id}": row for table, _, row in pack.cited()}
    facts = [_fact(pack, fact, [typed[row] for row in fact.covers]) for fact in pack.facts]
    facts += [
        _indexed(pack, (fact.id, fact.topic, fact.text, int(Spoiler.NONE), 0), fact.row,
                 " ".join((fact.topic.label, *_row_keywords(fact.row))))
        for fact in told
    ]  # fmt: skip
    texts = (film.summary, _json(film.genres), _json(film.countries), mask(film.notes))
    counts = len(facts), len(questions)
    film_row: Row = (film.id, film.title, film.year, *texts, *counts, _card_sources(pack))
    names = {fold(name) for name in (film.id, film.title, *film.aliases)} - {""}
    return PackRows(
        film=film.id,
        tables={
            "film": [film_row],
            "film_name": [(name, film.id) for name in sorted(names)],
            **_typed_tables(pack),
        },
        label=(film.id, film.title, film.year),
        called=called,
        reviews=reviews,
        facts=facts,
        questions=questions,
        terms=frozenset(
            word
            for text in (called, *(text for _, *texts in (*reviews, *facts) for text in texts))
            for word in text.split()
            if len(word) >= MIN_TERM and not word.isdigit() and word != SAYS_WHO
        ),
    )


def question_id(film: str, fact: str, quiz: str) -> str:
    """A question's id: it survives a rebuild, and an edit of any wording."""
    return hashlib.blake2b(f"{film}/{fact}/{quiz}".encode(), digest_size=8).hexdigest()


def _typed_tables(pack: Pack) -> dict[str, list[Row]]:
    film = pack.film.id
    companies = {company.id: company.name for company in pack.companies}
    people = {person.id: person.name for person in pack.people}
    return {
        "person": [
            (film, row.id, row.name, _json(row.aliases), _json(row.roles), row.character, at)
            for at, row in enumerate(pack.people)
        ],
        "company": [
            (film, row.id, row.name, _json(row.aliases), row.trade, row.territory, at)
            for at, row in enumerate(pack.companies)
        ],
        "release": [
            (film, row.id, row.medium, row.label, row.territory, row.date,
             companies.get(row.company or ""), at)
            for at, row in enumerate(pack.releases)
        ],
        "figure": [
            (film, row.id, row.label, row.value, row.unit, row.qualifier, at)
            for at, row in enumerate(pack.figures)
        ],
        "score": [
            (film, row.id, row.aggregator, row.value, row.scale, row.count, row.average,
             row.average_scale, row.verdict, *_citation(pack, row), at)
            for at, row in enumerate(pack.scores)
        ],
        "award": [
            (film, row.id, row.award, row.category, row.result, people.get(row.recipient or ""), at)
            for at, row in enumerate(pack.awards)
        ],
    }  # fmt: skip


def _review(pack: Pack, review: Review) -> tuple[Row, str, str]:
    row: Row = (pack.film.id, review.id, review.critic, fold(review.critic), review.outlet,
                review.year, review.verdict, review.gist, review.quote,
                *_citation(pack, review))  # fmt: skip
    names = (
        f"{review.critic} {review.outlet} {review.year or ''} {pack.film.title} {review.verdict}"
    )
    return row, index_text(f"{review.gist} {review.quote or ''}"), index_text(names)


def _fact(pack: Pack, fact: Fact, covered: Iterable[Cited]) -> tuple[Row, str, str]:
    row: Row = (fact.id, fact.topic, fact.text, int(fact.spoiler), mask(fact.notes))
    return _indexed(pack, row, fact, " ".join(_keywords(pack, fact, covered)))


def _indexed(pack: Pack, row: Row, cited: Cited, keywords: str) -> tuple[Row, str, str]:
    whole = (pack.film.id, *row, *_citation(pack, cited))
    text = index_text(str(row[2]))
    said = (f"{SAYS_WHO} {word}" for word in _introduced(text))
    return whole, text, " ".join((*said, index_text(f"{keywords} {pack.film.title}")))


def _introduced(text: str) -> Iterator[str]:
    """The words that may be the name of somebody of whom a folded text says who that is."""
    for verb in _IS.finditer(text):
        yield from text[: verb.start()].rsplit(None, 2)[-2:]


def _keywords(pack: Pack, fact: Fact, covered: Iterable[Cited]) -> Iterator[str]:
    """What a member may type who looks for this fact, beyond its own words."""
    yield fact.topic.label
    yield from fact.keywords
    yield from (note.label for note in fact.notes)
    for quiz in fact.quiz:
        yield quiz.question
        yield quiz.answer
        yield from quiz.accept
    kinds = [quiz.kind for quiz in fact.quiz if quiz.kind is not Kind.TERM]
    if fact.topic is Topic.OVERVIEW and str(pack.film.year) in fact.text:
        kinds.append(Kind.YEAR)  # which members ask for and no quiz may: every round shows it
    yield from dict.fromkeys([*kinds, *(word for row in covered for word in _row_keywords(row))])
    for person in pack.people:
        if person.id in fact.people:
            yield person.name
            yield from person.roles


def _row_keywords(row: Cited) -> Iterator[str]:
    """The same for a fact that is made from a row."""
    match row:
        case Person():
            yield Kind.PERSON
            yield from row.roles
        case Company():
            yield Kind.COMPANY
            yield row.trade
            yield row.territory or ""
        case Release():
            yield "published" if row.medium is Medium.BOOK else "released"
            yield row.territory or ""
            if row.date:
                yield Kind.DATE
        case Figure():
            yield Kind.MONEY if row.unit == "USD" else Kind.NUMBER
        case Award():
            yield Kind.AWARD
            yield from ("win", row.result)  # whether it was won is asked of a nomination, too
        case _:
            return


def _questions(pack: Pack) -> Iterator[tuple[int, Row]]:
    """What can be asked: nothing that gives away any of the story.

    An answer cannot be put behind spoiler marks. Such a quiz still helps its fact to be found.
    """
    for number, fact in enumerate(pack.facts):
        if fact.spoiler is not Spoiler.NONE:
            continue
        for quiz in fact.quiz:
            yield number, (question_id(pack.film.id, fact.id, quiz.id), pack.film.id, fact.topic,
                           quiz.kind, quiz.question, quiz.answer, _json(quiz.accept),
                           _json(quiz.options))  # fmt: skip


def _card_sources(pack: Pack) -> str:
    """What the tables of a film's card are from, each source with its sections; else its facts."""
    rows = [row for table, _, row in pack.cited() if table in _ON_CARD] or pack.facts
    sections: dict[str, dict[str, None]] = {}
    for row in rows:
        source, section = _citation(pack, row)
        sections.setdefault(source, {})[section] = None
    return json.dumps([[source, *of] for source, of in sections.items()], ensure_ascii=False)


def _citation(pack: Pack, row: Cited) -> tuple[str, str]:
    return pack.source_of(row).title, row.section


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
