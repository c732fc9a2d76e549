"""From quiz entries to questions: which are asked, and four options of which one is right.

Pure: randomness is handed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from random import Random

from .giveaways import no_order_helps
from .models import Entry, Question
from .options import WRONG, wrong_options
from .rating import Difficulty


def in_turn(entries: Sequence[Entry], seen_at: Mapping[str, int], random: Random) -> list[Entry]:
    """The entries in the order of their turn: never seen, seen long ago, seen lately.

    By chance among equals, of which no film has more before the others, however many it has.

    Two questions of one fact would give each other away, so a fact's second comes after all firsts.
    """
    order = _films_in_rotation(random.sample(entries, len(entries)), random)
    order.sort(key=lambda entry: seen_at.get(entry.id, 0))
    return facts_apart(order)


def _films_in_rotation(order: Sequence[Entry], random: Random) -> list[Entry]:
    """One entry of each film, then the second of each, and so on."""
    films = list(dict.fromkeys(entry.film for entry in order))
    random.shuffle(films)
    place = {film: number for number, film in enumerate(films)}
    before = Counter[str]()
    turns: list[tuple[int, int]] = []
    for entry in order:
        turns.append((before[entry.film], place[entry.film]))
        before[entry.film] += 1
    return [entry for _, entry in sorted(zip(turns, order, strict=True), key=lambda pair: pair[0])]


def next_in_turn(
    order: Sequence[Entry], chosen: Sequence[Entry], seen_at: Mapping[str, int]
) -> Entry:
    """Which of the entries that are left is asked next, after those that are chosen already.

    Of those at the head of the order that were all seen as long ago, one of the films that come
    least often so far; of these the first that no order has to help, or else the first.
    """
    since = seen_at.get(order[0].id, 0)
    equals = list(takewhile(lambda entry: seen_at.get(entry.id, 0) == since, order))
    often = Counter(entry.film for entry in chosen)
    least = min(often[entry.film] for entry in equals)
    turn = [entry for entry in equals if often[entry.film] == least]
    return next((entry for entry in turn if not no_order_helps(entry, chosen)), turn[0])


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
        film_label=entry.film_label,
    )
