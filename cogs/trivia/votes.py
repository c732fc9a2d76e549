"""Who may vote for skipping a question, and how many it takes. Pure."""

from __future__ import annotations

from collections.abc import Set


def may_vote(user: int, players: Set[int]) -> bool:
    """Whether who asks plays. While nobody does, in a first question, anybody may."""
    return not players or user in players


def counted(voters: Set[int], players: Set[int]) -> Set[int]:
    """The votes that count: of players, once there are any."""
    return voters & players if players else voters


def needed(players: Set[int], *, is_first: bool) -> int:
    """Votes that are a majority: more than half of those who play.

    Two at least in the first question of a round, so that the first who answers cannot take it
    from the others; and while nobody plays.
    """
    least = 2 if is_first or not players else 1
    return max(least, len(players) // 2 + 1)
