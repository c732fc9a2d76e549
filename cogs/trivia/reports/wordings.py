"""Typed answers that were not accepted, by what they come down to. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from ..matching import means_the_same, sense
from ..models import OTHER, Answer, Question
from .models import Ruling


@dataclass(frozen=True, slots=True)
class Wording:
    """Answers that differ in nothing that counts: case, accents, punctuation and the like."""

    text: str  # as most of them are written, else the first
    typist: int  # the first who wrote it so
    players: frozenset[int]


def refused(asked: Question, answers: Iterable[Answer]) -> list[Wording]:
    """Everything that was typed in vain, what most typed first, then what was typed first."""
    same: defaultdict[Hashable, list[Answer]] = defaultdict(list)
    for answer in sorted(answers, key=lambda answer: answer.click):
        if answer.slot == OTHER and answer.typed is not None:
            same[_sense(asked, answer.typed)].append(answer)
    return sorted(map(_wording, same.values()), key=lambda found: -len(found.players))


def by_typist(found: Iterable[Wording], typist: int) -> Wording | None:
    """The wording that a player used."""
    return next((one for one in found if typist in one.players), None)


def is_right(asked: Question, ruling: Ruling, answer: Answer) -> bool:
    """Whether an answer counts as right under a ruling."""
    if answer.slot != OTHER or answer.typed is None:
        return answer.slot in ruling.slots
    return is_accepted(asked, ruling, answer.typed)


def is_accepted(asked: Question, ruling: Ruling, typed: str) -> bool:
    """Whether what was typed comes down to a wording that was accepted afterwards."""
    return any(
        means_the_same(wording, typed, asked.answer, asked.kind) for wording in ruling.wordings
    )


def _sense(asked: Question, typed: str) -> Hashable:
    return sense(typed, asked.answer, asked.kind)


def _wording(same: list[Answer]) -> Wording:
    written = Counter(answer.typed or "" for answer in same)
    text = max(written, key=lambda typed: written[typed])
    typist = next(answer.user for answer in same if answer.typed == text)
    return Wording(text, typist, frozenset(answer.user for answer in same))
