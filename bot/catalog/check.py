"""Reading and checking film packs: every problem, each with its place and what would be right.

A pack is checked in three steps, and all the problems of a step are reported: is it TOML, does it
have the shape of :mod:`.pack`, and do its rows agree with one another (references, duplicates,
questions that give themselves away).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .pack import CITED_TABLES, Fact, Pack, Quiz
from .places import Location, Places
from .vocabulary import NOT_FOR_TRIVIA, Kind, Spoiler

MAX_BYTES = 5_000_000
QUOTE_WORDS = 6

# For these the bot finds wrong options itself; the others need authored ones.
SELF_OPTIONED = frozenset(
    {Kind.PERSON, Kind.COMPANY, Kind.YEAR, Kind.DATE, Kind.MONEY, Kind.NUMBER}
)

Finding = tuple[Location, str]


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing to mend in a pack."""

    path: str
    line: int
    entry: str
    field: str
    message: str

    def __str__(self) -> str:
        where = ", ".join(
            part for part in (self.entry, self.field and f"field {self.field}") if part
        )
        return f"{self.path}:{self.line}: {where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of reading some packs. ``packs`` are complete only when ``problems`` is empty."""

    packs: list[Pack]
    problems: list[Problem]


def pack_files(seeds: Path) -> list[Path]:
    """The packs in a seeds folder, in the order in which they are built."""
    return sorted(seeds.glob("*.toml"))


def check_files(paths: Sequence[Path]) -> Checked:
    """Read and check every pack in ``paths``. Never raises for what is in the files."""
    packs: list[Pack] = []
    problems: list[Problem] = []
    seen: dict[str, Path] = {}
    for path in paths:
        pack, found = check_file(path)
        problems += found
        if pack is None:
            continue
        if pack.film.id in seen:
            message = f"is already the film of {seen[pack.film.id]}; every film has one pack"
            problems.append(Problem(str(path), 1, "film", "id", message))
        seen.setdefault(pack.film.id, path)
        packs.append(pack)
    return Checked(packs, sorted(problems))


def check_file(path: Path) -> tuple[Pack | None, list[Problem]]:
    """Read one pack: the pack (``None`` when it has not even the shape) and its problems."""
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            raise ValueError(f"is larger than {MAX_BYTES // 1_000_000} MB, the limit of a pack")
        text = raw.decode()
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax_problem(path, error)]
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return None, [Problem(str(path), 1, "file", "", f"cannot be read: {reason}")]
    try:
        pack = Pack.model_validate(data)
    except ValidationError as error:
        shape = ((_location(detail), _humane(detail)) for detail in error.errors())
        return None, _placed(path, text, data, shape)
    return pack, _placed(path, text, data, _disagreements(pack, path.stem))


def _syntax_problem(path: Path, error: tomllib.TOMLDecodeError) -> Problem:
    message = str(error)
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    line = int(place[1]) if place else 1
    reason = message.split(" (at ")[0]
    return Problem(str(path), line, "file", "", f"is not valid TOML: {reason}")


def _placed(
    path: Path, text: str, data: dict[str, Any], findings: Iterable[Finding]
) -> list[Problem]:
    found = list(findings)
    if not found:
        return []
    places = Places(text)
    return [
        Problem(str(path), places.line(location), *_entry_and_field(data, location), message)
        for location, message in found
    ]


def _entry_and_field(data: dict[str, Any], location: Location) -> tuple[str, str]:
    """How a person would call the place: ``('facts "super-16"', 'topic')``."""
    names: list[str] = []
    node: Any = data
    rest = list(location)
    while rest:
        key = rest[0]
        node = _child(node, key)
        if not isinstance(node, (dict, list)) and not isinstance(key, int):
            break
        rest.pop(0)
        if not isinstance(key, int):
            names.append(key)
        elif isinstance(node, dict):
            identity = cast("dict[str, object]", node).get("id")
            names[-1] += f' "{identity}"' if isinstance(identity, str) else f" #{key + 1}"
        else:
            names[-1] += f" #{key + 1}"
    return " ".join(names) or "file", ".".join(str(part) for part in rest)


def _child(node: Any, key: str | int) -> Any:
    try:
        return node[key]
    except (KeyError, IndexError, TypeError):
        return None


def _location(detail: ErrorDetails) -> Location:
    return tuple(detail["loc"])


def _humane(detail: ErrorDetails) -> str:
    """Pydantic's error in the words of a moderator."""
    kind, context = detail["type"], detail.get("ctx", {})
    value: object = detail["input"]
    match kind:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is no field that a pack knows here; check its spelling in seeds/README.md"
        case "enum" | "literal_error":
            return _one_of(value, re.findall(r"'([^']+)'", str(context["expected"])))
        case "string_pattern_mismatch":
            return f"{value!r} {_PATTERN_HINTS.get(str(context['pattern']), 'has the wrong form')}"
        case "string_too_long":
            return f"is {len(str(value))} characters long; at most {context['max_length']} fit"
        case "value_error":
            return str(context["error"])
        case _:
            return detail["msg"][0].lower() + detail["msg"][1:]


def _one_of(value: object, allowed: list[str]) -> str:
    near = get_close_matches(str(value), allowed, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{value!r} must be one of {', '.join(allowed) or '1'}{hint}"


_PATTERN_HINTS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "must be small letters and digits joined by hyphens: super-16",
    r"\?$": "must end with a question mark",
    r"^https://[^\s]+$": "must begin with https:// and hold no space",
    r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$": (
        "must be a date such as 1995-10-27, or a month 1995-10, or a year 1995, in quotes"
    ),
    r"^[a-z]+\.[a-z0-9-]+$": "must be a table and an id joined by a dot: releases.us-limited",
}


def _disagreements(pack: Pack, stem: str) -> Iterator[Finding]:
    if pack.film.id != stem:
        yield ("film", "id"), f"must be the file's name without .toml: {stem!r}"
    yield from _duplicates(pack)
    yield from _references(pack)
    yield from _numbers(pack)
    questions: dict[str, str] = {}
    for index, fact in enumerate(pack.facts):
        yield from _fact_rules(index, fact)
        for number, quiz in enumerate(fact.quiz):
            place: Location = ("facts", index, "quiz", number)
            yield from ((place + tail, message) for tail, message in quiz_problems(pack, quiz))
            if other := questions.get(quiz.question.casefold()):
                yield (*place, "question"), f"is asked already under {other}"
            questions[quiz.question.casefold()] = f'facts "{fact.id}"'


def _duplicates(pack: Pack) -> Iterator[Finding]:
    for table in ("sources", *CITED_TABLES):
        seen: set[str] = set()
        for index, row in enumerate(getattr(pack, table)):
            if row.id in seen:
                yield (table, index, "id"), f"{row.id!r} is the id of another entry of {table}"
            seen.add(row.id)


def _references(pack: Pack) -> Iterator[Finding]:
    ids = {table: [row.id for row in getattr(pack, table)] for table in ("sources", *CITED_TABLES)}

    def known(table: str, value: str) -> str | None:
        if value in ids.get(table, ()):
            return None
        return f"{value!r} is no id in {table}" + _hint(value, ids.get(table, []))

    for table, index, row in pack.cited():
        if row.source is None and len(pack.sources) > 1:
            message = f"is missing; this pack has several: {', '.join(ids['sources'])}"
            yield (table, index, "source"), message
        elif row.source is not None and (wrong := known("sources", row.source)):
            yield (table, index, "source"), wrong
    for index, release in enumerate(pack.releases):
        if release.company and (wrong := known("companies", release.company)):
            yield ("releases", index, "company"), wrong
    for index, award in enumerate(pack.awards):
        if award.recipient and (wrong := known("people", award.recipient)):
            yield ("awards", index, "recipient"), wrong
    for index, fact in enumerate(pack.facts):
        for person in fact.people:
            if wrong := known("people", person):
                yield ("facts", index, "people"), wrong
        for covered in fact.covers:
            table, _, identity = covered.partition(".")
            if wrong := known(table, identity):
                yield ("facts", index, "covers"), wrong


def _hint(value: str, known: list[str]) -> str:
    near = get_close_matches(value, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _numbers(pack: Pack) -> Iterator[Finding]:
    for index, score in enumerate(pack.scores):
        if score.value > score.scale:
            yield ("scores", index, "value"), f"is above its scale of {score.scale:g}"
        if (score.average is None) != (score.average_scale is None):
            yield ("scores", index, "average_scale"), "goes together with average"
    for index, release in enumerate(pack.releases):
        if release.date and len(release.date) == 10:
            try:
                date.fromisoformat(release.date)
            except ValueError:
                yield ("releases", index, "date"), f"{release.date} is not in the calendar"
    for index, review in enumerate(pack.reviews):
        if review.quote and len(review.quote.split()) > QUOTE_WORDS:
            message = f"has more than {QUOTE_WORDS} words; put the opinion into gist, in your own"
            yield ("reviews", index, "quote"), message


def _fact_rules(index: int, fact: Fact) -> Iterator[Finding]:
    if not fact.quiz:
        return
    if barred := sorted(NOT_FOR_TRIVIA.intersection(fact.notes)):
        yield ("facts", index, "quiz"), f"a fact about {', '.join(barred)} is no trivia material"
    if fact.spoiler is Spoiler.ENDING:
        yield ("facts", index, "quiz"), "a fact that gives away the ending is no trivia material"
    identities = [quiz.id for quiz in fact.quiz]
    for number, identity in enumerate(identities):
        if identity in identities[:number]:
            yield ("facts", index, "quiz", number, "id"), f"{identity!r} is used twice in this fact"


def quiz_problems(pack: Pack, quiz: Quiz) -> Iterator[Finding]:
    """What is wrong with one quiz entry, as (field within the entry, message)."""
    right = {_folded(text) for text in (quiz.answer, *quiz.accept)}
    right |= _other_names(pack, right)
    if _folded(quiz.answer) in _folded(quiz.question):
        yield ("question",), f"gives the answer away: it holds {quiz.answer!r}"
    if not quiz.options and quiz.kind not in SELF_OPTIONED:
        yield ("options",), f"is missing; a question of kind {quiz.kind} needs three wrong options"
    elif quiz.options and len(quiz.options) < 3:
        yield ("options",), f"needs at least three wrong options, not {len(quiz.options)}"
    folded = [_folded(option) for option in quiz.options]
    for number, option in enumerate(quiz.options):
        if folded[number] in right:
            yield ("options", number), f"{option!r} is the right answer in other words"
        if folded[number] in folded[:number]:
            yield ("options", number), f"{option!r} is there twice"
    longest = max((len(option) for option in quiz.options), default=0)
    if longest and len(quiz.answer) > 1.5 * longest + 6:
        yield ("options",), "are all much shorter than the answer, which gives it away"


def _other_names(pack: Pack, right: set[str]) -> set[str]:
    """Every other name of the person or company that is the right answer."""
    return {
        _folded(name)
        for row in (*pack.people, *pack.companies)
        if right.intersection(_folded(name) for name in (row.name, *row.aliases))
        for name in (row.name, *row.aliases)
    }


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[^\w$%.]+", " ", text.casefold()).split())
