"""Folding names, so that ``Amélie``, ``amelie`` and ``AMELIE!`` are the same name."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHE = re.compile(r"['\u2018\u2019]")
_POSSESSIVE = re.compile(r"(?<=\w)['\u2018\u2019]s\b", re.IGNORECASE)
_WITH_APOSTROPHE = re.compile(r"\w+(?:['\u2018\u2019]\w+)+")
_NOT_WORD = re.compile(r"[^\w]+")
_ARTICLE = re.compile(r"^(the|an?) (?=.)")


def fold(text: str) -> str:
    """Lower case, without diacritics, punctuation or a leading English article.

    Text with no letter or digit at all folds to the empty string.
    """
    return _ARTICLE.sub("", _spaced(text))


def words(text: str) -> list[str]:
    """The folded words of a text, in order; ``Sera's`` counts as ``sera``."""
    return fold(_POSSESSIVE.sub("", text)).split()


def index_text(text: str) -> str:
    """A text as full-text search stores it, so that :func:`words` of a query meet its words.

    A word with an apostrophe is there whole and in parts: ``O'Brien`` as ``obrien o brien``.
    """
    if not _APOSTROPHE.search(text):  # as in most texts, which a build has by the ten thousand
        return _spaced(text)
    parts = " ".join(_WITH_APOSTROPHE.findall(text))
    return f"{_spaced(text)} {_spaced(_APOSTROPHE.sub(' ', parts))}".rstrip()


def _spaced(text: str) -> str:
    bare = text.casefold()
    if not bare.isascii():  # most text is, and has no marks to take off
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(
            character for character in decomposed if not unicodedata.combining(character)
        )
    return " ".join(_NOT_WORD.sub(" ", _APOSTROPHE.sub("", bare)).replace("_", " ").split())
