"""How many it takes to skip a question. Pure."""

from __future__ import annotations

from collections.abc import Set


def needed(players: Set[int], voters: Set[int]) -> int:
    """Votes that are a majority: more than half of those who play, and two at least.

    Who votes plays, also before having answered anything.
    """
    return max(2, len(players | voters) // 2 + 1)
