"""Folding names, so that ``Amélie``, ``amelie`` and ``AMELIE!`` are the same name."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHE = re.compile(r"['\u2019]")
_NOT_WORD = re.compile(r"[^\w]+")
_ARTICLE = re.compile(r"^(the|an?) (?=.)")


def fold(text: str) -> str:
    """Lower case, without diacritics, punctuation or a leading English article.

    Text with no letter or digit at all folds to the empty string.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    spaced = _NOT_WORD.sub(" ", _APOSTROPHE.sub("", bare)).replace("_", " ")
    return _ARTICLE.sub("", " ".join(spaced.split()))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return fold(text).split()
