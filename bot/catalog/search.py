"""From what a member types to an FTS5 expression that is safe and finds something.

The words are folded, so that nothing a member types reaches ``MATCH`` but letters and digits in
quotes; they are few, so that no query runs long. Words that every question has are dropped, and a
few everyday words are widened to what an article would say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from ..errors import InputError
from .names import words
from .reader import Reading

MAX_LENGTH = 200
MAX_TOKENS = 8
# Together with a film they must fit into the custom_id of a button.
MAX_CHARACTERS = 48
_MAX_TOKEN_LENGTH = 40
# rapidfuzz's ratio of 0 to 100: one slip in five letters, two in ten.
_NEAR = 78
_CANDIDATES = 5_000

_STOP = frozenset(
    """
    a about an and any anybody anyone are as at be been by can could did do does film for
    from get had happen happened happens has have he her his how i in into is it its know many
    me movie much of on or out please say she so take taken tell that the their there they
    think this thought to us use used was we were what when where which who whom whose why
    will with would you
    """.split()
)

_SAID_AS = {
    "budget": ("budget", "money"),
    "came": ("came", "release", "released"),
    "cast": ("cast", "lead", "plays", "stars"),
    "come": ("come", "release", "released"),
    "cost": ("cost", "budget", "spent"),
    "die": ("die", "dead", "death", "suicide"),
    "died": ("died", "dead", "death", "suicide"),
    "dies": ("dies", "dead", "death", "suicide"),
    "distributor": ("distributor", "distributed"),
    "drive": ("drive", "car"),
    "drives": ("drives", "car"),
    "earn": ("gross", "box"),
    "earned": ("gross", "box"),
    "filmed": ("shot", "shoot"),  # "film" itself is in every other fact
    "filming": ("shot", "shoot"),
    "format": ("format", "gauge"),
    "gross": ("gross", "box"),
    "grossed": ("grossed", "box"),
    "hit": ("hit", "success"),
    "long": ("long", "days", "weeks"),
    "made": ("made", "gross", "box", "directed"),
    "make": ("make", "gross", "box"),
    "money": ("money", "budget", "gross", "box"),
    "music": ("music", "soundtrack", "score"),
    "oscar": ("oscar", "academy"),
    "oscars": ("oscars", "academy"),
    "performance": ("performance", "acting"),
    "performances": ("performances", "acting"),
    "prepare": ("prepare", "research", "ready"),
    "prize": ("prize", "award"),
    "prizes": ("prizes", "award"),
    "shoot": ("shoot", "shot"),
    "shot": ("shot", "shoot"),
    "song": ("song", "songs", "soundtrack"),
    "star": ("star", "lead", "plays"),
    "starred": ("starred", "lead", "plays"),
    "stars": ("stars", "lead", "plays"),
    "true": ("true", "life"),
    "win": ("win", "won"),
    "wins": ("wins", "won"),
    "wrote": ("wrote", "written", "writer", "screenwriter", "author", "novel"),
}


@lru_cache(maxsize=256)  # a search asks when it looks, and again for the buttons under its page
def tokens(query: str) -> tuple[str, ...]:
    """The words of ``query`` worth looking for, at most :data:`MAX_TOKENS`.

    :raises InputError: when the query is too long, or holds no letter or digit.
    """
    if len(query) > MAX_LENGTH:
        raise InputError(
            f"That is {len(query):,} characters long; please ask in at most {MAX_LENGTH}."
        )
    found = list(dict.fromkeys(word[:_MAX_TOKEN_LENGTH] for word in words(query)))
    if not found:
        raise InputError("Please type a few words to look for; letters or digits.")
    telling = ([word for word in found if word not in _STOP] or found)[:MAX_TOKENS]
    while len("+".join(telling)) > MAX_CHARACTERS and len(telling) > 1:
        telling.pop()
    return tuple(telling)


def match_all(found: Sequence[str]) -> str:
    """An FTS5 expression for rows that have every token, or what it is said as."""
    return " AND ".join(_group(token) for token in found)


def match_all_but_one(found: Sequence[str]) -> str:
    """An FTS5 expression for rows that lack one of the tokens at most; a single one is needed."""
    rest = [[*found[:at], *found[at + 1 :]] for at in range(len(found))]
    return " OR ".join(f"({match_all(some or found)})" for some in rest)


def match_any(found: Sequence[str]) -> str:
    """An FTS5 expression for rows that have any of the tokens."""
    return " OR ".join(_group(token) for token in found)


def match_prefixes(found: Iterable[str]) -> str:
    """An FTS5 expression for rows with words that begin with each token: for autocomplete."""
    return " AND ".join(f'"{token}"*' for token in found)


def match_any_prefix(found: Iterable[str]) -> str:
    """An FTS5 expression for rows with a word that begins with any of the tokens."""
    return " OR ".join(f'"{token}"*' for token in found)


def _group(token: str) -> str:
    choices = " OR ".join(f'"{word}"' for word in _SAID_AS.get(token, (token,)))
    return f"({choices})"


async def corrected(read: Reading, found: Sequence[str]) -> tuple[str, ...]:
    """Each token, or the catalog's word nearest to it when it has none like it."""
    return tuple([await _nearest(read, token) or token for token in found])


async def _nearest(read: Reading, token: str) -> str | None:
    if len(token) < 4:
        return None
    grams = " OR ".join(f'"{token[at : at + 3]}"' for at in range(len(token) - 2))
    rows = await read.rows(_TERMS_LIKE, grams, len(token) - 2, len(token) + 2, _CANDIDATES)
    best = process.extractOne(
        token, [str(row[0]) for row in rows], scorer=fuzz.ratio, score_cutoff=_NEAR
    )
    return best[0] if best else None


_TERMS_LIKE = """
SELECT word FROM term
WHERE rowid IN (SELECT rowid FROM term_index WHERE term_index MATCH ?)
  AND length(word) BETWEEN ? AND ?
LIMIT ?
"""
