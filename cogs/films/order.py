"""The order in which "Another" shows facts: scattered, and each once before any again. Pure."""

from __future__ import annotations

import math
from functools import lru_cache


def scattered(at: int, count: int, seed: int) -> int:
    """The ``at``-th of ``count`` places in an order that looks random and repeats none.

    A step round a ring meets every place once when it has no divisor in common with the ring's
    size. That costs nothing, where a shuffle of all the facts would be made for every one shown.
    """
    # A golden step, or so, puts neighbours of the pack far apart. Seeds that follow one another, as
    # of members who ask in the same moment, begin at different places.
    step = _no_divisor_of(count, 1 + count * 382 // 1_000 + seed // count % (count // 4 + 1))
    return (seed + at * step) % count


@lru_cache
def _no_divisor_of(count: int, first: int) -> int:
    """The first number from ``first`` on that has no divisor in common with ``count``."""
    return next(step for step in range(first, first + count) if math.gcd(step, count) == 1)
