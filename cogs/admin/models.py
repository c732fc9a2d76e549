"""What the admin commands talk about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Cog:
    """A package in ``cogs/``; ``failure`` has the last lines of its last try, if that failed.

    It is ``gone`` when it was loaded, and its folder was removed or renamed since.
    """

    name: str
    loaded: bool
    failure: str | None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What a catalog holds."""

    fingerprint: str
    films: int
    facts: int
    questions: int


class Synced(StrEnum):
    """What became of the commands after a change."""

    SENT = "sent"
    SAME = "same"
    COG_MISSING = "cog missing"
    REFUSED = "refused"
