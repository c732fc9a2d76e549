"""Which critic a member means, by what they typed. Pure: the names are handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.catalog.names import fold
from bot.errors import InputError
from bot.likeness import likest_in_part
from bot.plain import visible

from .models import Critic, CriticMatch

# rapidfuzz's score of 0 to 100 for a name that may be meant; a slip in a short surname passes.
_NEAR = 70
_SHOWN = 3
_LONGEST_NAME = 100  # of the packs' names; anything longer is no slip of one


def find(typed: str, critics: Iterable[Critic]) -> CriticMatch:
    """The critic of that name, or the only one whose name, or else outlet, has words that begin so.

    Case, diacritics and punctuation do not count.

    :raises InputError: when nothing of the name can be seen.
    """
    if not visible(typed):
        raise InputError("Please name a critic; the `name` option offers those I know.")
    critics = list(critics)
    name = fold(typed)
    for critic in critics:
        if critic.folded == name:
            return CriticMatch(critic)
    begun = (list(beginning(name, critics)) or _writing_for(name, critics)) if name else []
    if len(begun) == 1:
        return CriticMatch(begun[0])
    if begun:
        return CriticMatch(several=tuple(begun))
    return CriticMatch(near=tuple(_nearest(name, critics)))


def beginning(name: str, critics: Iterable[Critic]) -> Iterator[Critic]:
    """Critics with a word in their name from which on it reads like the folded ``name``."""
    return (critic for critic in critics if _has_beginning(name, critic.folded))


def _writing_for(name: str, critics: list[Critic]) -> list[Critic]:
    return [
        critic
        for critic in critics
        if any(_has_beginning(name, fold(outlet)) for outlet in critic.outlets)
    ]


def _has_beginning(name: str, folded: str) -> bool:
    return f" {name}" in f" {folded}"


def _nearest(name: str, critics: list[Critic]) -> list[Critic]:
    if not name or len(name) > _LONGEST_NAME:
        return []
    names = {place: critic.folded for place, critic in enumerate(critics)}
    best = likest_in_part(name, names, least=_NEAR, many=_SHOWN)
    return [critics[place] for place in best]
