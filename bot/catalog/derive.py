"""Sentences for typed rows that no authored fact tells: the templates.

A moderator who only fills the tables gets facts for free. A row that some fact ``covers`` is left
alone, so nothing is said twice. That a person is among the ``people`` of a fact does not count: it
may tell anything of them but what they did for the film.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .pack import Award, Cited, Figure, Medium, Pack, Person, Release, Review, Role, Score
from .vocabulary import Topic
from .wording import beyond, date_text, figure_text, score_text

_MEDIA = {
    Medium.CINEMA: "cinemas",
    Medium.VHS: "VHS",
    Medium.DVD: "DVD",
    Medium.BLU_RAY: "Blu-ray",
    Medium.HD_DVD: "HD DVD",
    Medium.LASERDISC: "LaserDisc",
    Medium.ALBUM: "a soundtrack album",
    Medium.BOOK: "a book",
}
_DISCS = {Medium.VHS, Medium.DVD, Medium.BLU_RAY, Medium.HD_DVD, Medium.LASERDISC}


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact made from one typed row; ``id`` is ``table.row``."""

    id: str
    topic: Topic
    text: str
    row: Cited


def derived_facts(pack: Pack) -> Iterator[Derived]:
    """One sentence for each typed row that no authored fact covers, in the pack's order."""
    covered = {reference for fact in pack.facts for reference in fact.covers}
    for table, _, row in pack.cited():
        if f"{table}.{row.id}" in covered:
            continue
        told = _tell(pack, row)
        if told is not None:
            yield Derived(f"{table}.{row.id}", told[0], told[1], row)


def _tell(pack: Pack, row: Cited) -> tuple[Topic, str] | None:
    title = pack.film.title
    match row:
        case Person():
            return _person(title, row)
        case Release():
            return _release(title, row)
        case Figure():
            amount = figure_text(row.value, row.unit, row.qualifier, row.label)
            topic = Topic.BOX_OFFICE if row.unit == "USD" else Topic.OVERVIEW
            return topic, f"{_capital(row.label)} of {title}: {amount}."
        case Score():
            return Topic.RECEPTION, _score(title, row)
        case Review():
            return Topic.RECEPTION, _review(title, row)
        case Award():
            return Topic.AWARDS, _award(pack, row)
        case _:
            return None


def _person(title: str, person: Person) -> tuple[Topic, str] | None:
    if Role.ACTOR in person.roles and person.character:
        return Topic.CASTING, f"{person.name} plays {person.character} in {title}."
    if Role.DIRECTOR in person.roles:
        return Topic.OVERVIEW, f"{person.name} directed {title}."
    return None


def _release(title: str, release: Release) -> tuple[Topic, str]:
    topic = Topic.HOME_MEDIA if release.medium in _DISCS else Topic.RELEASE
    topic = Topic.SOUNDTRACK if release.medium is Medium.ALBUM else topic
    parts = [f"{title} came out", "in" if release.medium is Medium.CINEMA else "on"]
    parts[1:] = [parts[1], _MEDIA[release.medium]]
    if release.territory:
        parts.append(f"in {release.territory}")
    if release.date:
        parts.append(f"{'on' if len(release.date) == 10 else 'in'} {date_text(release.date)}")
    if label := beyond(release.label, _MEDIA[release.medium]):
        parts.append(f"({label})")
    return topic, " ".join(parts) + "."


def _score(title: str, score: Score) -> str:
    text = f"{score.aggregator} rates {title} {score_text(score.value, score.scale)}"
    if score.count:
        text += f", from {score.count} review{'s' if score.count > 1 else ''}"
    return text + "."


def _review(title: str, review: Review) -> str:
    when = f" in {review.year}" if review.year else ""
    return f"{review.critic} of {review.outlet}{when}, on {title} ({review.verdict}): {review.gist}"


def _award(pack: Pack, award: Award) -> str:
    names = [person.name for person in pack.people if person.id == award.recipient]
    verb = "won" if award.result == "won" else "was nominated for"
    return f"{names[0] if names else pack.film.title} {verb} the {award.award}: {award.category}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
