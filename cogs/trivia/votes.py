"""Who may vote for skipping a question, and how many it takes. Pure."""

from __future__ import annotations

from collections.abc import Set


def may_vote(user: int, players: Set[int]) -> bool:
    """Whether who asks plays. While nobody does, in a first question, anybody may."""
    return not players or user in players


def counted(voters: Set[int], players: Set[int]) -> Set[int]:
    """The votes that count: of players, once there are any."""
    return voters & players if players else voters


def needed(players: Set[int]) -> int:
    """Votes that are a majority: more than half of those who play, and two at least.

    Two, so that the first who answers cannot take the question from the others.
    """
    return max(2, len(players) // 2 + 1)
