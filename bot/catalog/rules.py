"""What the rows of a pack must agree on, beyond the shape of each: the rules of the format.

References lead somewhere, nothing is there twice, and no question gives itself away. An id, an
element of a list or a text of a quiz that could not be read is empty (see :mod:`.salvage`): no rule
says anything of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from .label import singled_out_by
from .names import words
from .pack import CITED_TABLES, Fact, Pack, Quiz
from .places import Location
from .vocabulary import NOT_FOR_TRIVIA, Kind, Spoiler

QUOTE_WORDS = 6

# For these the bot finds wrong options itself; the others need authored ones.
SELF_OPTIONED = frozenset(
    {Kind.PERSON, Kind.COMPANY, Kind.YEAR, Kind.DATE, Kind.MONEY, Kind.NUMBER}
)

Finding = tuple[Location, str]


def disagreements(
    pack: Pack, unread: Mapping[str, float] = MappingProxyType({})
) -> Iterator[Finding]:
    """Every broken rule in a pack, with its place.

    :param unread: of how many rows of a table the id is not known.
    """
    yield from _duplicates(pack)
    yield from _references(pack, unread)
    yield from _numbers(pack)
    questions: dict[str, str] = {}
    for index, fact in enumerate(pack.facts):
        yield from _fact_rules(index, fact)
        for number, quiz in enumerate(fact.quiz):
            place: Location = ("facts", index, "quiz", number)
            yield from ((place + tail, message) for tail, message in quiz_problems(pack, quiz))
            asked = quiz.question.casefold()
            if asked and (other := questions.get(asked)):
                yield (*place, "question"), f"is asked already under {other}"
            questions[asked] = f'facts "{fact.id}"'


def _duplicates(pack: Pack) -> Iterator[Finding]:
    for table in ("sources", *CITED_TABLES):
        seen: set[str] = set()
        for index, row in enumerate(getattr(pack, table)):
            if row.id in seen:
                yield (table, index, "id"), f"{row.id!r} is the id of another entry of {table}"
            seen.add(row.id)


def _references(pack: Pack, unread: Mapping[str, float]) -> Iterator[Finding]:
    """References that lead nowhere; of a table, as long as all could mean rows without an id."""
    ids = {
        table: [row.id for row in getattr(pack, table) if row.id]
        for table in ("sources", *CITED_TABLES)
    }
    sources = [source for source in pack.sources if source.title]
    lost: dict[str, list[tuple[Location, str]]] = {}
    for place, table, value in _referred(pack):
        if value and value not in ids.get(table, ()):
            lost.setdefault(table, []).append((place, value))
    for table, found in lost.items():
        if len({value for _, value in found}) > unread.get(table, 0):
            for place, value in found:
                if table in ids:
                    yield place, f"{value!r} is no id in {table}" + _hint(value, ids[table])
                else:
                    yield place, f"{table!r} is no table of such rows" + _hint(table, list(ids))
    for table, index, row in pack.cited():
        if row.source is None and len(sources) > 1:
            message = f"is missing; this pack has several: {', '.join(ids['sources'])}"
            yield (table, index, "source"), message


def _referred(pack: Pack) -> Iterator[tuple[Location, str, str | None]]:
    """Every reference of the pack: its place, the table that it leads to, and the id there."""
    for table, index, row in pack.cited():
        yield (table, index, "source"), "sources", row.source
    for index, release in enumerate(pack.releases):
        yield ("releases", index, "company"), "companies", release.company
    for index, award in enumerate(pack.awards):
        yield ("awards", index, "recipient"), "people", award.recipient
    for index, fact in enumerate(pack.facts):
        for number, person in enumerate(fact.people):
            yield ("facts", index, "people", number), "people", person
        for number, covered in enumerate(fact.covers):
            table, _, identity = covered.partition(".")
            yield ("facts", index, "covers", number), table, identity


def _hint(value: str, known: list[str]) -> str:
    near = get_close_matches(value, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _numbers(pack: Pack) -> Iterator[Finding]:
    for index, score in enumerate(pack.scores):
        if score.value > score.scale:
            yield ("scores", index, "value"), f"is above its scale of {score.scale:g}"
        if (score.average is None) != (score.average_scale is None):
            yield ("scores", index, "average_scale"), "goes together with average"
        elif score.average and score.average_scale and score.average > score.average_scale:
            yield ("scores", index, "average"), f"is above its scale of {score.average_scale:g}"
    for index, release in enumerate(pack.releases):
        if release.date and not _in_calendar(release.date):
            yield ("releases", index, "date"), f"{release.date} is not in the calendar"
    for index, review in enumerate(pack.reviews):
        if review.quote and len(review.quote.split()) > QUOTE_WORDS:
            message = f"has more than {QUOTE_WORDS} words; put the opinion into gist, in your own"
            yield ("reviews", index, "quote"), message


def _in_calendar(when: str) -> bool:
    """Whether there is such a day, or a first day of such a month or year."""
    try:
        date.fromisoformat(when + "-01-01"[len(when) - 4 :])
    except ValueError:
        return False
    return True


def _fact_rules(index: int, fact: Fact) -> Iterator[Finding]:
    if not fact.quiz:
        return
    if barred := sorted(NOT_FOR_TRIVIA.intersection(fact.notes)):
        yield ("facts", index, "quiz"), f"a fact about {', '.join(barred)} is no trivia material"
    if fact.spoiler is Spoiler.ENDING:
        yield ("facts", index, "quiz"), "a fact that gives away the ending is no trivia material"
    identities = [quiz.id for quiz in fact.quiz]
    for number, identity in enumerate(identities):
        if identity and identity in identities[:number]:
            yield ("facts", index, "quiz", number, "id"), f"{identity!r} is used twice in this fact"


def quiz_problems(pack: Pack, quiz: Quiz) -> Iterator[Finding]:
    """What is wrong with one quiz entry, as (field within the entry, message)."""
    right = {_folded(text) for text in (quiz.answer, *quiz.accept) if text}
    right |= _other_names(pack, right)
    if quiz.answer and f" {_folded(quiz.answer)} " in f" {_folded(quiz.question)} ":
        yield ("question",), f"gives the answer away: it holds {quiz.answer!r}"
    yield from _told_by_label(pack, quiz)
    if not quiz.options and quiz.kind not in SELF_OPTIONED:
        yield ("options",), f"is missing; a question of kind {quiz.kind} needs three wrong options"
    elif quiz.options and len(quiz.options) < 3:
        yield ("options",), f"needs at least three wrong options, not {len(quiz.options)}"
    folded = [_folded(option) for option in quiz.options]
    for number, option in enumerate(quiz.options):
        if option and folded[number] in right:
            yield ("options", number), f"{option!r} is the right answer in other words"
        if option and folded[number] in folded[:number]:
            yield ("options", number), f"{option!r} is there twice"
    longest = max((len(option) for option in quiz.options), default=0)
    if quiz.options and all(quiz.options) and len(quiz.answer) > 1.5 * longest + 6:
        yield ("options",), "are all much shorter than the answer, which gives it away"


def _told_by_label(pack: Pack, quiz: Quiz) -> Iterator[Finding]:
    """Title and year are shown with a question or above the round, and must not answer it.

    Nor may they single the answer out of its options: no round asks such a question.
    """
    title_and_year = f"{pack.film.title} ({pack.film.year})"
    label = _spaced(title_and_year)
    said = _spaced(quiz.question)  # what it says itself is another matter

    def is_told(text: str) -> bool:
        form = _spaced(text)
        return form in label and form not in said

    if is_told(quiz.answer):
        message = f"{quiz.answer!r} is told by the film's title or year, which players see"
        yield ("answer",), f"{message}; ask something else"
        return
    for number, text in enumerate(quiz.accept):
        if is_told(text):
            message = f"{text!r} is told by the film's title or year, which players see"
            yield ("accept", number), message
    elsewhere = (quiz.question, *quiz.options)
    if quiz.options and all(elsewhere):
        for word in singled_out_by(title_and_year, quiz.answer, elsewhere)[:1]:
            message = f"none has {word!r}, which is in the answer and in the film's title or year"
            yield ("options",), f"{message}, and so gives it away; put it into one as well"


def _other_names(pack: Pack, right: set[str]) -> set[str]:
    """Every other name of the person or company that is the right answer."""
    return {
        _folded(name)
        for row in (*pack.people, *pack.companies)
        if right.intersection(_folded(name) for name in (row.name, *row.aliases))
        for name in (row.name, *row.aliases)
    }


def _spaced(text: str) -> str:
    return f" {' '.join(words(text))} "


@lru_cache(maxsize=4_096)  # every question is held against every name of the pack
def _folded(text: str) -> str:
    """For comparison: without case and punctuation, unless there is nothing else."""
    return " ".join(re.sub(r"[^\w$%.]+|\.(?!\d)", " ", text.casefold()).split()) or text.casefold()
