"""What ``/about`` talks about."""

from __future__ import annotations

from dataclasses import dataclass


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
