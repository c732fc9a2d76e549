"""How alike texts are, by rapidfuzz, which is imported when it is first needed.

It takes 2.5 MB, which a bot at rest, whose members make no slips and play no round, can do without.
Likeness is from 0 to 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

_T = TypeVar("_T")


def slips(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many, or swapped with their neighbours."""
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other)


def words_alike(one: str, other: str) -> float:
    """How alike two texts are, in whatever order their words are."""
    from rapidfuzz import fuzz

    return fuzz.token_sort_ratio(one, other)


def likest(text: str, among: Mapping[_T, str], *, least: float, many: int) -> list[_T]:
    """Whose texts are at least so like the text, the likest first."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, among, scorer=fuzz.ratio, score_cutoff=least, limit=many)
    return [key for _, _, key in found]


def likest_in_part(text: str, among: Mapping[_T, str], *, least: float, many: int) -> list[_T]:
    """The same, where the text may be a part of theirs, or its words in another order."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, among, scorer=fuzz.WRatio, score_cutoff=least, limit=many)
    return [key for _, _, key in found]
