"""Drawing the questions of a round from the catalog."""

from __future__ import annotations

import random
from collections.abc import Mapping

from bot.catalog.reader import Reading

from . import questions
from .models import Entry, Question
from .options import WRONG
from .queries import catalog
from .rating import Difficulty, Rating, by_difficulty


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

    :param ratings: of questions, by id; those of the difficulty are asked before others.
    """
    turn = questions.in_turn(entries, seen, chance)
    posed: list[Question] = []
    for entry in questions.facts_apart(by_difficulty(turn, ratings or {}, difficulty)):
        names = await _names(read, entry, chance, difficulty)
        question = questions.pose(entry, names, chance, difficulty=difficulty)
        if question is not None:
            posed.append(question)
        if len(posed) == count:
            break
    chance.shuffle(posed)
    return posed


async def _names(
    read: Reading, entry: Entry, chance: random.Random, difficulty: Difficulty
) -> dict[str, float]:
    """What the catalog knows of an entry's wrong options, or lends it when it has too few."""
    if len(entry.options) < WRONG:
        return await catalog.pool(read, entry, chance)
    if len(entry.options) == WRONG or difficulty is Difficulty.MEDIUM:
        return {}
    return await catalog.parts(read, entry)
