"""Which of the facts that were found answer a question best. Pure.

FTS5's ``bm25`` is a sum over the words of a query, so each word's share of it can be kept, and a
question of words that were asked before is ranked without the index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

# A word that is common, or that only helps, counts like one that every twentieth fact has: bm25
# weighs words by the logarithm of that, ln 20 = 3.
HELP = 3.0
# From one fact in a thousand on, a word is as telling as words get.
_MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class Hits:
    """The facts that have a word, by rowid."""

    badness: Mapping[int, float]  # bm25 for this word alone: the better the lower
    barred: AbstractSet[int]  # those that may not be shown


@dataclass(frozen=True, slots=True)
class Ranking:
    """The facts that answer a question."""

    facts: Sequence[int]  # the rowids of those that may be shown, the best first
    held_back: int
    has_all_words: bool  # each of them does; otherwise none


NOTHING = Ranking((), 0, has_all_words=False)


def ranked(
    words: Sequence[Hits],
    *,
    common: Sequence[AbstractSet[int]] = (),
    helping: Sequence[AbstractSet[int]] = (),
    among: int,
) -> Ranking:
    """Rank the facts that have every word or, where there are none, those that have any.

    bm25 adds up all that a word is said as. So when no fact has all the words, each that a fact
    has counts once more by itself, by how often the facts that have it can be doubled before they
    are all: a rare name then outweighs a common word with many forms.

    :param words: the hits of each word that is rare enough to look for; one at least.
    :param common: which of those hits have the other words, for each of them.
    :param helping: facts of the kind that answers the question, for each such kind.
    :param among: how many facts there are.
    """
    whole = set(words[0].badness).intersection(*(hits.badness for hits in words[1:]), *common)
    badness: dict[int, float] = {}
    for hits in words:
        weight = 0 if whole else _weight(len(hits.badness), among)
        for fact, share in hits.badness.items():
            badness[fact] = badness.get(fact, 0.0) + share - weight
    for facts in (*common, *helping):
        for fact in badness.keys() & facts:
            badness[fact] -= HELP
    found = whole or badness.keys()
    barred = found & set[int]().union(*(hits.barred for hits in words))
    # Of equals the first in the pack.
    order = sorted(sorted(found - barred), key=badness.__getitem__)
    return Ranking(order, len(barred), bool(whole))


def _weight(facts: int, among: int) -> int:
    return min((among // facts).bit_length(), _MOST_DOUBLINGS) if facts else 0
