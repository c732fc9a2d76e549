"""From what a member types to an FTS5 expression that is safe and finds something.

The words are folded, so that nothing a member types reaches ``MATCH`` but letters and digits in
quotes; they are few, so that no query runs long. Words that every question has are dropped, and a
few everyday words are widened to what an article would say. Words such as "where" are asked of no
fact: they only help to put one that tells a place before one that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ..errors import InputError
from ..likeness import likest
from .names import parts, words
from .reader import Reading
from .vocabulary import SAYS_WHO

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
    films from get had happen happened happens has have he her him himself his how i in into is it
    its know many me movie movies much of on or out please said say she so take taken tell that the
    their there they think this thought to us use used was we were what when where which who whom
    whose why will with would you
    arent cant couldnt didnt doesnt dont hes id im isnt ive lets like shes theres theyre wasnt
    werent wont wouldnt
    """.split()
)
_CONTRACTED = {
    "hows": "how",
    "whats": "what",
    "whens": "when",
    "wheres": "where",
    "whos": "who",
    "whys": "why",
}

# What a question begins with, and what the keywords of a fact that answers it may have: the kind of
# answer that its quiz entries ask for, its topic, or the word itself.
_HELPS = {
    "critics": ("reception",),
    "many": ("number",),
    "reviewers": ("reception",),
    "said": ("reception",),
    "say": ("reception",),
    "think": ("reception",),
    "thought": ("reception",),
    "when": ("date", "year"),
    "where": ("place",),
    "who": ("person", "company", "character"),
    "whom": ("person", "company", "character"),
    "whose": ("person", "company", "character"),
    "why": ("why",),
}

# What everyday words are looked for as; once each, where two have the same stem. Some are among the
# words to drop: they are widened where a question has nothing but such words.
_SAID_AS = {
    word: tuple(said.split(", "))
    for typed, said in {
        "about": "about, story, premise",
        "actor actors": "actor, lead, plays",
        "actress actresses": "actress, lead, plays",
        "ad ads adverts advertise advertised": "ad, advertising, marketing",
        "alcohol alcoholic alcoholism": "alcohol, drinking, addiction",
        "america american usa": "america, usa, united states, north america",
        "audience audiences": "audience, viewers, moviegoers",
        "author": "author, writer, wrote, novel",
        "big": "big, large",
        "book": "book, novel",
        "budget": "budget, money",
        "came come": "came, come, release, first shown",
        "cast": "cast, lead, plays, stars",
        "consensus": "consensus, verdict",
        "cost": "cost, budget, spent",
        "die died dies": "die, dies, dead, death, suicide",
        "distribute distributed distribution distributor": "distributed, distributor",
        "drive drives": "drive, car",
        "earn earned": "gross, box",
        "enjoy enjoyed": "enjoy, fun",
        "expensive": "expensive, budget, cost",
        "filmed filming": "shot, shoot, videotape",  # "film" itself is in every other fact
        "flop": "flop, success",
        "format": "format, gauge",
        "gauge": "gauge, stock",
        "gross grossed": "gross, box",
        "hit": "hit, success",
        "in": "lead, plays, cast",
        "job": "job, profession",
        "kick kicked kicks threw throw throws thrown": "kick, throw, thrown",
        "kill killed": "kill, suicide",
        "living": "a living, his living, her living",  # by itself it has the stem of "live"
        "long": "long, days, weeks",
        "lose loses lost": "lose, lost, loss",
        "made": "made, gross, box, directed, composed, first shown",
        "make": "make, made, gross, box",
        "meet met": "meet, met",
        "money": "money, budget, gross, box",
        "music": "music, soundtrack, score",
        "novel": "novel, book",
        "oscar oscars": "oscar, academy",
        "other": "other, earlier",
        "performance performances": "performance, acting",
        "played portrayed portrays": "plays, portrays, lead",
        "plot": "plot, story, premise",
        "premiere premiered": "premiere, release, opened",
        "prepare prepared": "prepare, research, ready",
        "prize prizes": "prize, award",
        "published publisher": "published, publisher, brought out",
        "received": "received, reception, critics, praised",
        "research researched": "research, preparation, ready",
        "reviewers": "reviewers, critics",
        "role roles": "role, part, character",
        "sang singer": "sang, singer, sing, song",
        "screenplay script": "screenplay, script",
        "shoot shot": "shoot, shot",
        "song songs": "song, soundtrack",
        "star starred stars": "star, lead, plays",
        "theater theaters theatre theatres": "theater, theatre, cinema",
        "true": "true, life",
        "tv": "tv, television",
        "win wins": "win, won, winner",
        "write wrote": "write, wrote, written, writer, screenwriter, author, novel",
        "year": "year, first shown",
    }.items()
    for word in typed.split()
}

# "Best" and one of these is the name of an award, which no other two words are.
_CATEGORIES = frozenset("actor actress director picture screenplay score song supporting".split())


@lru_cache(maxsize=256)  # a search asks when it looks, and again for the buttons under its page
def tokens(query: str) -> tuple[str, ...]:
    """The words of ``query`` worth looking for, at most :data:`MAX_TOKENS`.

    Those that only help come last. They make the same tokens when they are typed themselves.

    :raises InputError: when the query is too long, or holds no letter or digit.
    """
    if len(query) > MAX_LENGTH:
        raise InputError(
            f"That is {len(query):,} characters long; please ask in at most {MAX_LENGTH}."
        )
    found = list(
        dict.fromkeys(_CONTRACTED.get(word, word)[:_MAX_TOKEN_LENGTH] for word in words(query))
    )
    if not found:
        raise InputError("Please type a few words to look for; letters or digits.")
    telling = (
        [word for word in found if word not in _STOP]
        or [word for word in found if word in _SAID_AS]
        or found
    )
    helping = [word for word in found if word in _HELPS and word not in telling]
    kept = [*telling, *helping][:MAX_TOKENS]
    while len("+".join(kept)) > MAX_CHARACTERS and len(kept) > 1:
        kept.pop()
    return tuple(kept)


def asked(found: Sequence[str]) -> tuple[str, ...]:
    """The tokens that a fact should have, without those that only help."""
    return (
        tuple(token for token in found if token not in _STOP)
        or tuple(token for token in found if token not in _HELPS)
        or tuple(found)
    )


def match_helping(found: Sequence[str]) -> list[tuple[str, ...]]:
    """FTS5 expressions for facts of a kind that answers the question, for each such kind."""
    helping = [f"{{keywords}} : ({_any(_HELPS[token])})" for token in found if token in _HELPS]
    # The last words of such a question are a name, or two.
    names = asked(found)[-2:] if "who" in found else ()
    return [*((kind,) for kind in helping), tuple(map(_tells_who, names))]


def _tells_who(name: str) -> str:
    """An FTS5 expression for facts that say who somebody is, or who plays them."""
    return (
        f'({{keywords}} : "{SAYS_WHO} {name}") OR '
        f'({{text}} : ("{name}" AND "plays") AND {{keywords}} : actor)'
    )


def match_each(found: Sequence[str]) -> tuple[str, ...]:
    """FTS5 expressions that each find one token, or what it is said as.

    The name of an award is found as one.
    """
    return tuple(map(_match, _with_awards(found)))


@lru_cache(maxsize=1_024)  # members ask about the same things
def _match(word: str) -> str:
    """An FTS5 expression for rows with any form of a word, written together or apart."""
    return f"({_any(_SAID_AS.get(word) or (' '.join(parts(word)),))})"


def _with_awards(found: Sequence[str]) -> Sequence[str]:
    """The tokens, with the name of an award as one."""
    if "best" in found:
        at = found.index("best")
        if _CATEGORIES.issuperset(category := found[at + 1 : at + 2]):
            return [*found[:at], " ".join(("best", *category)), *found[at + 2 :]]
    return found


def all_of(words: Sequence[str]) -> str:
    """An FTS5 expression for rows that have every word of :func:`match_each`."""
    return " AND ".join(words)


def all_but_one_of(words: Sequence[str]) -> str:
    """An FTS5 expression for rows that lack one of the words at most; a single one is needed."""
    rest = [[*words[:at], *words[at + 1 :]] for at in range(len(words))]
    return " OR ".join(f"({all_of(some or words)})" for some in rest)


def any_of(words: Sequence[str]) -> str:
    """An FTS5 expression for rows that have any of the words."""
    return " OR ".join(words)


def match_prefixes(found: Iterable[str], *, whole_figures: bool = False) -> str:
    """An FTS5 expression for rows with words that begin with each token: for autocomplete.

    With ``whole_figures`` a figure is the word itself, and no beginning of a longer one.
    """
    return " AND ".join(
        f'"{token}"' if whole_figures and token.isdigit() else f'"{token}"*' for token in found
    )


def match_any_prefix(found: Iterable[str]) -> str:
    """An FTS5 expression for rows with a word that begins with any of the tokens."""
    return " OR ".join(f'"{token}"*' for token in found)


def _any(forms: Iterable[str]) -> str:
    return " OR ".join(f'"{form}"' for form in forms)


async def corrected(read: Reading, found: Sequence[str]) -> tuple[str, ...]:
    """Each token, or the catalog's word nearest to it when it has none like it."""
    return tuple([await _nearest(read, token) or token for token in found])


async def _nearest(read: Reading, token: str) -> str | None:
    if len(token) < 4 or token.isdigit():  # a wrong figure is no slip
        return None

    async def load() -> str | None:
        return await _likest_term(read, token)

    # Of a question that is asked anew, with other words beside it.
    return await read.memo(("nearest", token), load)


async def _likest_term(read: Reading, token: str) -> str | None:
    grams = " OR ".join(f'"{token[at : at + 3]}"' for at in range(len(token) - 2))
    shape = (token[:2], token[:2], len(token) - 2, len(token) + 2)
    rows = await read.rows(_TERMS_LIKE, grams, *shape, _CANDIDATES)
    best = likest(token, {word: word for (word,) in rows}, least=_NEAR, many=1)
    return best[0] if best else None


# A slip in the middle of a short word leaves no three letters in a row, but how it begins.
_TERMS_LIKE = """
SELECT word FROM (
    SELECT word FROM term
    WHERE rowid IN (SELECT rowid FROM term_index WHERE term_index MATCH ?)
    UNION
    SELECT word FROM term WHERE word BETWEEN ? AND ? || char(0x10FFFF)
)
WHERE length(word) BETWEEN ? AND ?
LIMIT ?
"""
