"""Which of the facts found come first: the rules, without an index."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cogs.films.ranking import HELP, Hits, Ranking, ranked

FACTS = range(1, 13)
shares = st.floats(-9.0, -0.001)
hits = st.dictionaries(st.sampled_from(FACTS), shares).flatmap(
    lambda badness: st.builds(
        Hits, st.just(badness), st.frozensets(st.sampled_from(FACTS)).map(badness.keys().__and__)
    )
)


def word(*facts: int, badness: float = -1.0, barred: frozenset[int] = frozenset()) -> Hits:
    return Hits(dict.fromkeys(facts, badness), barred)


@given(st.lists(hits, min_size=1, max_size=4))
def test_facts_with_all_the_words_or_else_with_any(words: list[Hits]) -> None:
    """Each once; those that may not be shown are counted."""
    ranking = ranked(words, among=len(FACTS))
    every = set[int](FACTS).intersection(*(hits.badness for hits in words))
    found = every or set[int]().union(*(hits.badness for hits in words))
    barred = found.intersection(set[int]().union(*(hits.barred for hits in words)))
    assert sorted(ranking.facts) == sorted(found - barred)
    assert ranking.held_back == len(barred)
    assert ranking.has_all_words is bool(every)


@given(st.dictionaries(st.sampled_from(FACTS), shares, min_size=1))
def test_one_word_ranks_as_the_index_does(badness: dict[int, float]) -> None:
    """The lowest bm25 first; of equals the first in the pack."""
    ranking = ranked([Hits(badness, frozenset())], among=len(FACTS))
    assert ranking.facts == sorted(badness, key=lambda fact: (badness[fact], fact))


def test_the_words_of_a_fact_add_up() -> None:
    """Where facts have all the words, how rare these are says nothing more."""
    words = [Hits({1: -1.0, 2: -2.0, 3: -9.0}, frozenset()), Hits({1: -4.0, 2: -2.5}, frozenset())]
    assert ranked(words, among=1_000) == Ranking([1, 2], 0, has_all_words=True)


def test_a_rare_name_outweighs_a_common_word_with_many_forms() -> None:
    """When no fact has both, by the logarithm of how many have it."""
    common = Hits(dict.fromkeys(range(1, 60), -4.0), frozenset())
    name = Hits({99: -2.5}, frozenset())
    assert ranked([common, name], among=113).facts[0] == 99
    assert (
        ranked([common, Hits(dict.fromkeys(range(99, 150), -2.5), frozenset())], among=113).facts[0]
        == 1
    )
    assert ranked([common, Hits({}, frozenset())], among=113).facts[0] == 1


def test_a_word_is_no_more_telling_than_one_in_a_thousand() -> None:
    """Among a hundred thousand facts the only one weighs as much as one of a hundred."""
    one, hundred = word(1, badness=-1.0), word(*range(2, 102), badness=-1.5)
    assert ranked([one, hundred], among=200_000).facts[-1] == 1


def test_what_helps_puts_a_fact_forward_and_finds_none() -> None:
    """A fact of the kind that answers, or with a common word, is three better."""
    first = Hits({1: -2.0, 2: -2.0 + HELP - 0.1, 3: -2.0 + HELP + 0.1}, frozenset())
    assert ranked([first], helping=[{2, 3, 9}], among=12).facts == [2, 1, 3]
    second = word(4, 5, 6, badness=-2.0)  # as rare
    assert ranked([first, second], common=[{2, 3}], among=12).facts[0] == 2


def test_common_words_are_words_too() -> None:
    """A fact that lacks one does not have all; a word that only helps may be lacking."""
    words = [word(1, 2), word(1, 2, 3)]
    assert ranked(words, common=[{2}], among=12) == Ranking([2], 0, has_all_words=True)
    assert not ranked(words, common=[{3}], among=12).has_all_words
    assert ranked(words, helping=[{3}], among=12).has_all_words
