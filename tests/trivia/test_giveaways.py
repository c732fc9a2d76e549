"""No question of a round has the answer of a later one in its text or fact."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.reader import Catalog
from cogs.trivia.draw import posed_questions
from cogs.trivia.giveaways import gives_away, in_safe_order, no_order_helps
from cogs.trivia.models import Question
from cogs.trivia.queries import catalog

from .samples import entry, question

WORDS = "amber birch cedar dahlia elm fern".split()


def told(number: int, answer: str, *said: str, accept: tuple[str, ...] = ()) -> Question:
    """A question whose fact says some words."""
    options = (answer, "1", "2", "3")
    return replace(question(number), options=options, fact=f"{' '.join(said)}.", accept=accept)


ROUNDS = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sets(st.sampled_from(WORDS), max_size=2)), max_size=7
).map(lambda rows: [told(number, answer, *sorted(said))
                    for number, (answer, said) in enumerate(rows)])  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "accept", "said", "text", "expected"),
    [
        ("Lonely Teardrops", (), "the film takes Lonely Teardrops", "Which song?", True),
        ("Elisabeth Shue", ("Shue",), "how did Shue work", "Who plays Sera?", True),
        ("Sera's", (), "Sera is on a crosswalk", "Whose view is it?", True),
        ("Sera", (), "all of Sera's eyes", "Who is it?", True),
        ("The Police", (), "it was police.", "Who came?", True),
        ("Art", (), "an artful start", "What is it?", False),
        ("Score", (), "the score of the film", "Of which score is it?", False),
        ("?!", (), "what is this", "Which sign?", False),
    ],
)
def test_what_gives_away(
    answer: str, accept: tuple[str, ...], said: str, text: str, expected: object
) -> None:
    """Whole words of the answer or what is accepted, unless the question says them itself."""
    asked = replace(told(1, answer, accept=accept), text=text)
    assert gives_away(told(2, "Yes", said), asked) is expected
    assert gives_away(replace(told(2, "Yes"), text=f"Is it so: {said}?"), asked) is expected


@given(ROUNDS, st.integers())
def test_an_order_that_gives_nothing_away_is_found(posed: list[Question], seed: int) -> None:
    """Whenever there is one; and nothing is lost or doubled, whether or not there is."""
    chosen: list[Question] = []
    for one in posed:
        if not no_order_helps(one, chosen):
            chosen.append(one)
    safe = in_safe_order(chosen, Random(seed))
    assert not any(gives_away(first, later) for first, later in combinations(safe, 2))
    every = in_safe_order(posed, Random(seed))
    assert sorted(one.id for one in every) == sorted(one.id for one in posed)


@given(ROUNDS)
def test_only_a_circle_is_beyond_help(posed: list[Question]) -> None:
    """What is given away by others only, or only gives others away, can always be asked."""
    for one in posed:
        others = [other for other in posed if other is not one]
        if no_order_helps(one, others):
            assert any(gives_away(one, other) for other in others)
            assert any(gives_away(other, one) for other in others)


def test_questions_that_have_nothing_to_do_with_each_other_come_by_chance() -> None:
    """Each is first about as often."""
    posed = [told(number, word) for number, word in enumerate(WORDS[:4])]
    first = Counter(in_safe_order(posed, Random(seed))[0].id for seed in range(800))
    assert all(150 < first[one.id] < 250 for one in posed)


@pytest.mark.parametrize("count", [7, 10])
async def test_no_round_of_the_shipped_film_gives_an_answer_away(
    one_film: Path, count: int
) -> None:
    """Whatever the chance."""
    async with Catalog.open(one_film) as opened, opened.reading() as read:
        entries, _ = await catalog.entries(read, "leaving-las-vegas", None, 0)
        for seed in range(60):
            posed = await posed_questions(read, entries, count, {}, Random(seed))
            assert len(posed) == count
            for first, later in combinations(posed, 2):
                assert not gives_away(first, later), (first.text, later.text)


async def test_what_was_seen_longest_ago_is_asked_all_the_same(one_film: Path) -> None:
    """Two that give each other away are both asked before one that was seen lately."""
    options = ("Ash", "Oak", "Yew")
    pair = [
        replace(entry(answer, name=name, fact=fact), options=options)
        for name, answer, fact in (("a", "Elm", "Fern."), ("b", "Fern", "Elm."))
    ]
    third = replace(entry("Moss", name="c", fact="Nothing."), options=options)
    async with Catalog.open(one_film) as opened, opened.reading() as read:
        for seed in range(10):
            fresh = await posed_questions(read, [*pair, third], 2, {}, Random(seed))
            seen = await posed_questions(read, [*pair, third], 2, {"c": 1}, Random(seed))
            assert "c" in {one.id for one in fresh}
            assert {one.id for one in seen} == {"a", "b"}
