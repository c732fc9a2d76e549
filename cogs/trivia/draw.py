"""Drawing the questions of a round from the catalog."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from bot.catalog.reader import Reading

from . import questions
from .giveaways import in_safe_order, no_order_helps
from .models import Entry, Question
from .options import WRONG
from .queries import catalog
from .rating import Difficulty, Rating, by_difficulty


@dataclass(frozen=True, slots=True)
class Drawn:
    """The questions of a round, and why there are not more of them."""

    posed: list[Question]
    held: int  # so many are not for this channel
    voided: int  # so many were voided by moderators
    left: int  # so many are neither; of these some may have too few wrong options


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
    order = questions.facts_apart(by_difficulty(turn, ratings or {}, difficulty))
    asked: list[Entry] = []
    posed: list[Question] = []

    async def ask(entry: Entry) -> None:
        if len(posed) < count:
            names = await _names(read, entry, chance, difficulty)
            question = questions.pose(entry, names, chance, difficulty=difficulty)
            if question is not None:
                asked.append(entry)
                posed.append(question)

    # What was seen longer ago goes first all the same: only equals give way to each other.
    for _, equals in groupby(order, key=lambda entry: seen.get(entry.id, 0)):
        waiting: list[Entry] = []
        for entry in equals:
            if len(posed) < count and no_order_helps(entry, asked):
                waiting.append(entry)
            else:
                await ask(entry)
        for entry in waiting:
            await ask(entry)
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
