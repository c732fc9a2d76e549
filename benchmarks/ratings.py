"""How well the ratings find out which questions are hard: ``python -m benchmarks.ratings``.

Players of known abilities answer questions of known difficulties; right and wrong fall as the
model says. All ratings begin alike, and in the end the questions' order is set beside the true one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import correlation

from cogs.trivia.rating import Rating, after, expected

QUESTIONS, PLAYERS, ANSWERS = 100, 400, 200
# Standard deviations in Elo points, of difficulties and of abilities: far apart, and near.
SPREADS = (200.0, 100.0)
SEEDS = range(5)
LIMIT = 0.9


@dataclass(frozen=True, slots=True)
class Learnt:
    """Rank correlations of the true values with the learnt ones."""

    questions: float
    players: float


def learnt(
    seed: int, *, questions: int, players: int, answers: int, spread: float = SPREADS[0]
) -> Learnt:
    """Every question answered ``answers`` times by players at random, all of it shuffled."""
    chance = Random(seed)
    hard = [Rating(chance.gauss(1500, spread)) for _ in range(questions)]
    able = [Rating(chance.gauss(1500, spread)) for _ in range(players)]
    hard_learnt, able_learnt = [Rating()] * questions, [Rating()] * players
    asked = list(range(questions)) * answers
    chance.shuffle(asked)
    for question in asked:
        player = chance.randrange(players)
        correct = chance.random() < expected(able[player], hard[question])
        able_learnt[player], hard_learnt[question] = after(
            able_learnt[player], hard_learnt[question], correct=correct
        )
    return Learnt(spearman(hard, hard_learnt), spearman(able, able_learnt))


def spearman(known: Sequence[Rating], found: Sequence[Rating]) -> float:
    """The rank correlation: 1 for the same order, -1 for the opposite."""
    return correlation(_ranks(known), _ranks(found))


def _ranks(ratings: Sequence[Rating]) -> list[int]:
    """Each one's place by value; equal ones, which chance hardly makes, as they come."""
    order = sorted(range(len(ratings)), key=lambda index: ratings[index].value)
    ranks = [0] * len(ratings)
    for rank, index in enumerate(order):
        ranks[index] = rank
    return ranks


def main() -> None:
    print(f"{QUESTIONS} questions, {ANSWERS} answers each, by {PLAYERS} players (rank correlation)")
    print(f"| spread | seed | questions (to reach {LIMIT}) | players |")
    print("|---|---|---|---|")
    for spread in SPREADS:
        for seed in SEEDS:
            result = learnt(
                seed, questions=QUESTIONS, players=PLAYERS, answers=ANSWERS, spread=spread
            )
            print(f"| {spread:.0f} | {seed} | {result.questions:.3f} | {result.players:.3f} |")


if __name__ == "__main__":
    main()
