"""Ratings that are learnt from answers, and the choice of questions by them."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.ratings import LIMIT, learnt, spearman
from bot.ledger import Ledger
from cogs.trivia.queries import ratings as queries
from cogs.trivia.rating import (
    FIRST_STEP,
    GRAIN,
    GUESS,
    HIGHEST,
    LOWEST,
    Difficulty,
    Rating,
    after,
    by_difficulty,
    expected,
)

from .samples import entry

RATINGS = st.builds(Rating, st.floats(LOWEST, HIGHEST), st.integers(0, 10_000))
# So far from the ends that no step is cut short there.
INNER = st.builds(Rating, st.floats(LOWEST + 200, HIGHEST - 200), st.integers(0, 10_000))
ENTRIES = [entry("a", name=f"q{number}") for number in range(9)]


def test_equals_know_half_and_guess_the_rest() -> None:
    """Half of the answers are known, and of the other half a quarter is guessed."""
    assert expected(Rating(), Rating()) == pytest.approx(0.625)
    assert expected(Rating(1900), Rating(1500)) == pytest.approx(0.25 + 0.75 * 10 / 11)


@given(player=RATINGS, question=RATINGS, more=st.floats(1, 1000))
def test_the_chance_grows_with_the_player_and_falls_with_the_question(
    player: Rating, question: Rating, more: float
) -> None:
    """It is never below a guess, and never more than certain."""
    chance = expected(player, question)
    assert GUESS <= chance <= 1
    assert expected(Rating(player.value + more), question) >= chance
    assert expected(player, Rating(question.value + more)) <= chance


@given(player=INNER, question=INNER, correct=st.booleans())
def test_ratings_move_towards_the_answer(player: Rating, question: Rating, correct: bool) -> None:
    """A right answer lifts the player and lowers the question, a wrong one the other way."""
    rose, fell = after(player, question, correct=correct)
    assert (rose.answers, fell.answers) == (player.answers + 1, question.answers + 1)
    if correct:
        assert rose.value >= player.value
        assert fell.value <= question.value
    else:
        assert rose.value < player.value
        assert fell.value > question.value


@given(
    start=st.integers(0, int(HIGHEST / GRAIN)),
    answers=st.lists(st.booleans(), min_size=2, max_size=20),
    question=RATINGS,
)
def test_movements_add_up_to_the_last_bit(
    start: int, answers: list[bool], question: Rating
) -> None:
    """So that any of them can be taken back, whatever came after it."""
    player = Rating(start * GRAIN)
    moved: list[float] = []
    for correct in answers:
        before = player
        player, _ = after(player, question, correct=correct)
        moved.append(player.value - before.value)
    assert all((one / GRAIN).is_integer() for one in moved)
    value = player.value
    for one in moved:  # the first one first
        value -= one
    assert value == start * GRAIN


@given(
    value=st.floats(LOWEST + 200, HIGHEST - 200),
    question=INNER,
    answers=st.integers(0, 1000),
    more=st.integers(1, 1000),
    correct=st.booleans(),
)
def test_steps_shrink_with_the_answers(
    value: float, question: Rating, answers: int, more: int, correct: bool
) -> None:
    """What is known well is not overturned by one answer, and no step is longer than the first."""
    new, _ = after(Rating(value, answers), question, correct=correct)
    old, _ = after(Rating(value, answers + more), question, correct=correct)
    assert abs(old.value - value) <= abs(new.value - value) <= FIRST_STEP


@given(
    player=st.floats(LOWEST + 200, HIGHEST - 200),
    question=st.floats(LOWEST + 200, HIGHEST - 200),
    answers=st.integers(0, 10_000),
    correct=st.booleans(),
)
def test_equally_old_ratings_keep_their_sum(
    player: float, question: float, answers: int, correct: bool
) -> None:
    """What one gains the other loses."""
    rose, fell = after(Rating(player, answers), Rating(question, answers), correct=correct)
    assert rose.value + fell.value == pytest.approx(player + question)


@given(player=RATINGS, question=RATINGS, answers=st.lists(st.booleans(), max_size=50))
def test_ratings_stay_in_their_range(player: Rating, question: Rating, answers: list[bool]) -> None:
    """Whatever is answered, and however often."""
    for correct in answers:
        player, question = after(player, question, correct=correct)
        assert LOWEST <= player.value <= HIGHEST
        assert LOWEST <= question.value <= HIGHEST


def test_who_only_guesses_comes_to_rest() -> None:
    """A quarter right for ever ends at the foot of the range, and not below."""
    player, question = Rating(), Rating(1500, 10**9)
    for number in range(200_000):
        player, _ = after(player, question, correct=number % 4 == 0)
    assert LOWEST <= player.value < 1000


def rated(*values: float) -> dict[str, Rating]:
    return {one.id: Rating(value) for one, value in zip(ENTRIES, values, strict=False)}


@pytest.mark.parametrize(
    ("difficulty", "ids"),
    [
        (Difficulty.EASY, ["q8", "q7", "q6"]),
        (Difficulty.MEDIUM, ["q3", "q4", "q5"]),
        (Difficulty.HARD, ["q0", "q1", "q2"]),
    ],
)
def test_a_difficulty_is_a_third(difficulty: Difficulty, ids: list[str]) -> None:
    """In the order that they came in, whatever their ratings within the third are."""
    order = by_difficulty(ENTRIES, rated(9, 8, 7, 6, 5, 4, 3, 2, 1), difficulty)
    assert [one.id for one in order[:3]] == sorted(ids)


def test_the_unknown_are_just_begun() -> None:
    """They stand between what turned out easy and what turned out hard."""
    ratings = rated(1400, 1400, 1600, 1600)
    assert {one.id for one in by_difficulty(ENTRIES, ratings, Difficulty.EASY)[:2]} == {"q0", "q1"}
    assert {one.id for one in by_difficulty(ENTRIES, ratings, Difficulty.HARD)[:2]} == {"q2", "q3"}
    assert by_difficulty(ENTRIES, ratings, Difficulty.MEDIUM)[:5] == ENTRIES[4:]


@pytest.mark.parametrize("difficulty", Difficulty)
def test_before_anything_is_learnt_the_turn_decides(difficulty: Difficulty) -> None:
    """Nothing is easy or hard yet."""
    assert by_difficulty(ENTRIES, {}, difficulty) == ENTRIES
    assert by_difficulty([], {}, difficulty) == []


@given(
    values=st.lists(st.floats(LOWEST, HIGHEST), max_size=9), difficulty=st.sampled_from(Difficulty)
)
def test_no_question_is_lost_and_the_nearest_follow(
    values: list[float], difficulty: Difficulty
) -> None:
    """At least a third is of the difficulty; the others come as far as they are from it."""
    ratings = rated(*values)
    order = by_difficulty(ENTRIES, ratings, difficulty)
    assert sorted(one.id for one in order) == [one.id for one in ENTRIES]
    found = [ratings.get(one.id, Rating()).value for one in order]
    ranked = sorted(found)
    third = {Difficulty.EASY: ranked[:3], Difficulty.HARD: ranked[6:]}.get(difficulty, ranked[3:6])
    beyond = [max(third[0] - value, value - third[-1], 0) for value in found]
    assert beyond[:3] == [0, 0, 0]
    assert all(one <= other for one, other in pairwise(beyond))


async def test_ratings_are_read_for_what_is_asked(tmp_path: Path) -> None:
    """However many others there are: each is looked up by its id."""

    def write(db: sqlite3.Connection) -> None:
        db.executemany(
            "INSERT INTO question_rating (question_id, value, answers) VALUES (?, ?, ?)",
            ((f"q{number}", 1500 + number, number) for number in range(9)),
        )

    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        await ledger.write(write)
        plan = await ledger.rows(f"EXPLAIN QUERY PLAN {queries._QUESTIONS}", "[]")
        found = await queries.of_questions(ledger, ["q7", "unknown", "q2"])
        assert await queries.of_questions(ledger, []) == {}
    assert found == {"q2": Rating(1502, 2), "q7": Rating(1507, 7)}
    assert "SEARCH question_rating USING PRIMARY KEY (question_id=?)" in {row[-1] for row in plan}


def test_learnt_difficulties_are_in_the_true_order() -> None:
    """Two hundred answers to each of forty questions: the benchmark, in small."""
    result = learnt(1, questions=40, players=160, answers=200)
    assert result.questions >= LIMIT
    assert result.players >= 0.8


def test_more_answers_know_more() -> None:
    """It is learnt from the answers, and does not come with the model."""
    few, many = (learnt(2, questions=40, players=160, answers=count) for count in (2, 100))
    assert few.questions < 0.8 < many.questions


def test_the_rank_correlation_is_of_ranks() -> None:
    """Only the order counts."""
    known = [Rating(value) for value in (1, 2, 3, 4)]
    assert spearman(known, [Rating(value) for value in (1, 20, 300, 4000)]) == pytest.approx(1)
    assert spearman(known, [Rating(value) for value in (9, 7, 5, 3)]) == pytest.approx(-1)
    assert spearman(known, [Rating(value) for value in (1, 3, 2, 4)]) == pytest.approx(0.8)
