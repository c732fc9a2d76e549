"""What people call a person for short: a surname, a first name cut off. Pure."""

from __future__ import annotations

from .figures import is_figure, with_figures

SHORTEST_SURNAME = 4
SHORTEST_NICKNAME = 3

_PARTICLES = frozenset("von van de der den del della di da la le du dos bin al ten ter st".split())
_SUFFIXES = frozenset("jr sr".split())


def short_names(name: str) -> list[str]:
    """What says enough of a name, and may have slips.

    The surname, with and without its particles and what comes behind it, such as ``Jr.``, when it
    is long enough; and the first name with it, without the names in between.
    """
    first, surnames, behind = _parts(name)
    if not surnames:
        return []
    short = [one for one in surnames if sum(map(str.isalnum, one)) >= SHORTEST_SURNAME]
    last = surnames[-1]
    return [*short, f"{first} {last}", *([f"{last} {behind}"] if behind else [])]


def nicknames(name: str) -> list[str]:
    """The first letters of the first name with the surname: ``Rob Downey``.

    In these nothing is a slip, for another letter makes it another person.
    """
    first, surnames, _ = _parts(name)
    return [
        f"{first[:length]} {surname}"
        for surname in surnames
        for length in range(SHORTEST_NICKNAME, len(first))
    ]


def _parts(name: str) -> tuple[str, list[str], str]:
    """First name, surname with one particle more each, and what comes behind; none of one word."""
    words = name.split()
    end = len(words)
    while end and _is_suffix(words[end - 1]):
        end -= 1
    start = end - 1
    if start < 1:
        return name, [], ""
    surnames = [words[start]]
    while start > 1 and words[start - 1].casefold() in _PARTICLES:
        start -= 1
        surnames.append(" ".join(words[start:end]))
    return words[0], surnames, " ".join(words[end:])


def _is_suffix(word: str) -> bool:
    """``Jr.``, and ``III``; and what is signs alone."""
    bare = "".join(filter(str.isalnum, word.casefold()))
    return not bare or bare in _SUFFIXES or is_figure(with_figures([bare])[-1])
