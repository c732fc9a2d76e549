"""What moderators have decided on questions, heeded when new ones are drawn. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .matching import means_the_same
from .models import Entry, Phrasing


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts in force in a server, on questions as they read then.

    A pack entry that was mended since reads otherwise, so nothing is decided on it.
    """

    voided: frozenset[Phrasing] = frozenset()
    also_right: Mapping[Phrasing, tuple[str, ...]] = field(
        default_factory=dict[Phrasing, tuple[str, ...]]
    )


def not_voided(entries: Iterable[Entry], verdicts: Verdicts) -> list[Entry]:
    """The entries that may be asked, each with all that counts as its answer.

    What counts as right is not offered as wrong: an entry that has too few other options then,
    and whose kind is not one that the catalog has more of, makes no question.
    """
    return [
        _with_answers(entry, verdicts.also_right.get(entry.phrasing, ()))
        for entry in entries
        if entry.phrasing not in verdicts.voided
    ]


def _with_answers(entry: Entry, more: tuple[str, ...]) -> Entry:
    if not more:
        return entry
    wrong = tuple(
        option
        for option in entry.options
        if not any(means_the_same(option, text, entry.answer, entry.kind) for text in more)
    )
    return replace(entry, accept=(*entry.accept, *more), options=wrong)
