"""From quiz entries to questions: which are asked, and four options of which one is right.

Pure: randomness is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from .models import Entry, Question
from .options import WRONG, wrong_options
from .rating import Difficulty


def in_turn(entries: Sequence[Entry], seen_at: Mapping[str, int], random: Random) -> list[Entry]:
    """The entries in the order of their turn: never seen, seen long ago, seen lately.

    By chance among equals.

    Two questions of one fact would give each other away, so a fact's second comes after all firsts.
    """
    order = random.sample(entries, len(entries))
    order.sort(key=lambda entry: seen_at.get(entry.id, 0))
    return facts_apart(order)


def facts_apart(order: Sequence[Entry]) -> list[Entry]:
    """The same order, but a fact's second entry comes after the first of every fact."""
    facts: set[str] = set()
    first: list[Entry] = []
    again: list[Entry] = []
    for entry in order:
        (again if entry.fact in facts else first).append(entry)
        facts.add(entry.fact)
    return [*first, *again]


def pose(
    entry: Entry,
    pool: Mapping[str, float] | Sequence[str],
    random: Random,
    *,
    difficulty: Difficulty = Difficulty.MEDIUM,
) -> Question | None:
    """The entry as a question, options shuffled; ``None`` when there are not enough wrong ones.

    :param pool: names of the answer's kind that are no right answer to this question; best with
        the share of the answer's part that each had, from 0 to 1.
    :param difficulty: hard takes values that are near, names of the same part and words that are
        like the answer; easy takes values that are far, and other names and words.
    """
    wrong = wrong_options(entry, pool, random, difficulty)
    if len(wrong) < WRONG:
        return None
    options = [entry.answer, *wrong]
    random.shuffle(options)
    return Question(
        id=entry.id,
        topic=entry.topic,
        text=entry.text,
        options=tuple(options),
        right=options.index(entry.answer),
        fact=entry.fact,
        spoiler=entry.spoiler,
        notes=entry.notes,
        source=entry.source,
        section=entry.section,
        kind=entry.kind,
        accept=entry.accept,
        undrawn=tuple(text for text in entry.options if text not in options),
    )
