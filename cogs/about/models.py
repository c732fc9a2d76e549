"""What ``/about`` and ``/help`` talk about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Feature:
    """A command, or a group of them, as Discord lists it."""

    name: str
    description: str
    commands: tuple[str, ...]  # of a group; empty for a single command


@dataclass(frozen=True, slots=True)
class Sources:
    """What the catalog's content is from: a few titles in order, and how many there are."""

    titles: tuple[str, ...]
    total: int


class HelpTopic(StrEnum):
    """A screen of ``/help``."""

    FACTS = "facts"
    PLAY = "play"
    DAILY = "daily"
    BOARDS = "boards"
    REVIEWS = "reviews"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Command:
    """A command that the member who asks may use, by its full name."""

    name: str
    description: str
