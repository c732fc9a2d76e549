"""Drawing the questions of a round from the catalog.

Of all films only some are looked into, so that it takes no longer with ten thousand of them.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.catalog.reader import Reading
from bot.catalog.vocabulary import Topic

from . import questions
from .giveaways import in_safe_order, is_singled_out, telling_nothing_of
from .models import Entry, Question
from .options import WRONG
from .queries import catalog
from .rating import Difficulty, Rating, by_difficulty
from .verdicts import Verdicts, not_voided

# For a round over all films so many are looked into at a time, until so many for each question have
# one that the server has not seen: a few may turn out to have too few wrong options. Then, or at
# the latest after so many, the rest are let be.
_AT_A_TIME = 15
_SPARE = 2
_FILMS_TRIED = 250

# Looks up how hard some questions are, by their ids.
RatingsOf = Callable[[Sequence[str]], Awaitable[Mapping[str, Rating]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a round's questions, and what its server knows of them."""

    count: int
    topic: Topic | None
    barred: int  # bit mask of content notes that its channel is not shown
    seen: Mapping[str, int]  # when, by the question's id
    verdicts: Verdicts
    daily: Sequence[Question] = ()  # those whose answers are still to be told
    difficulty: Difficulty = Difficulty.MEDIUM
    ratings_of: RatingsOf | None = None  # asked for what may be drawn; none if no matter


@dataclass(frozen=True, slots=True)
class Drawn:
    """The questions of a round, and why there are not more of them."""

    posed: list[Question]
    held: int  # so many are not for this channel
    voided: int  # so many were voided by moderators
    awaited: int  # so many would tell the answer of a daily question that is open
    # So many are none of these; of them some may have too few plausible wrong options.
    left: int
    is_sample: bool = False  # there are more films than those that these figures are of


async def drawn_of_film(read: Reading, film: str, wanted: Wanted, chance: random.Random) -> Drawn:
    """A round about one film, which its questions need not name."""
    entries, held = await catalog.entries(read, film, wanted.topic, wanted.barred)
    valid = not_voided(entries, wanted.verdicts)
    left = telling_nothing_of(wanted.daily, valid)
    posed = await _posed(read, left, wanted, chance)
    unnamed = [replace(question, film_label="") for question in posed]
    return Drawn(unnamed, held, len(entries) - len(valid), len(valid) - len(left), len(left))


async def drawn_of_all(read: Reading, wanted: Wanted, chance: random.Random) -> Drawn:
    """A round over all films that have questions on the topic, or on any.

    Some of them, met by chance, are looked into; where there are no more, that is all of them.
    Among those what the server has not seen, or saw longest ago, comes first; and of equals no film
    comes twice before every other one that has a question left, however many each has.
    """
    films = await catalog.films(read, wanted.topic)
    tried = chance.sample(films, min(len(films), _FILMS_TRIED))
    left: list[Entry] = []
    held = voided = awaited = looked_into = 0
    fresh: set[str] = set()
    while looked_into < len(tried) and len(fresh) < _SPARE * wanted.count:
        some = tried[looked_into : looked_into + _AT_A_TIME]
        looked_into += len(some)
        more, barred = await catalog.entries_of_films(read, some, wanted.topic, wanted.barred)
        valid = not_voided(more, wanted.verdicts)
        some_left = telling_nothing_of(wanted.daily, valid)
        held += barred
        voided += len(more) - len(valid)
        awaited += len(valid) - len(some_left)
        left += some_left
        fresh |= {entry.film for entry in some_left if entry.id not in wanted.seen}
    posed = await _posed(read, left, wanted, chance)
    is_sample = looked_into < len(films)
    return Drawn(posed, held, voided, awaited, len(left), is_sample=is_sample)


async def _posed(
    read: Reading, entries: list[Entry], wanted: Wanted, chance: random.Random
) -> list[Question]:
    ratings_of = wanted.ratings_of
    return await posed_questions(
        read,
        entries,
        wanted.count,
        wanted.seen,
        chance,
        difficulty=wanted.difficulty,
        ratings=await ratings_of([entry.id for entry in entries]) if ratings_of else None,
    )


async def posed_questions(
    read: Reading,
    entries: list[Entry],
    count: int,
    seen: Mapping[str, int],
    chance: random.Random,
    *,
    difficulty: Difficulty = Difficulty.MEDIUM,
    ratings: Mapping[str, Rating] | None = None,
) -> list[Question]:
    """At most ``count`` questions, from the entries whose turn it is.

    None that the label of its film singles out, for that is shown with it or above the round.

    :param ratings: of questions, by id; those of the difficulty are asked before others.
    """
    turn = questions.in_turn(entries, seen, chance)
    left = questions.facts_apart(by_difficulty(turn, ratings or {}, difficulty))
    asked: list[Entry] = []
    posed: list[Question] = []
    while left and len(posed) < count:
        entry = questions.next_in_turn(left, asked, seen)
        left.remove(entry)
        names = await _names(read, entry, chance, difficulty)
        question = questions.pose(entry, names, chance, difficulty=difficulty)
        if question is not None and not is_singled_out(question):
            asked.append(entry)
            posed.append(question)
    return in_safe_order(posed, chance)


async def _names(
    read: Reading, entry: Entry, chance: random.Random, difficulty: Difficulty
) -> dict[str, float]:
    """What the catalog knows of an entry's wrong options, or lends it when it has too few."""
    if len(entry.options) < WRONG:
        return await catalog.pool(read, entry, chance)
    if len(entry.options) == WRONG or difficulty is Difficulty.MEDIUM:
        return {}
    return await catalog.parts(read, entry)
