"""Folding names, so that ``Amélie``, ``amelie`` and ``AMELIE!`` are the same name."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHE = re.compile(r"['\u2018\u2019]")
_POSSESSIVE = re.compile(r"(?<=\w)['\u2018\u2019]s\b", re.IGNORECASE)
_WITH_APOSTROPHE = re.compile(r"\w+(?:['\u2018\u2019]\w+)+")
_HYPHEN = re.compile(r"[-\u2010\u2011]")
_WITH_HYPHEN = re.compile(r"\w+(?:[-\u2010\u2011]\w+)+")
_JOINT = re.compile(r"['\u2018\u2019]|\w[-\u2010\u2011]\w")
_MIXED = re.compile(r"\b(?:\d+[^\W\d]|[^\W\d]+\d)\w*")
_PARTS = re.compile(r"\d+|\D+")
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

    A word with an apostrophe or a hyphen, or of letters and digits, is there whole and in parts:
    ``O'Brien`` as ``obrien o brien``, ``Blu-ray`` as ``blu ray bluray``.
    """
    forms = [_spaced(text)]
    if _JOINT.search(text):  # as in few texts of the ten thousands that a build has
        forms += [_spaced(_APOSTROPHE.sub(" ", word)) for word in _WITH_APOSTROPHE.findall(text)]
        forms += [_spaced(_HYPHEN.sub("", word)) for word in _WITH_HYPHEN.findall(text)]
    forms += [" ".join(parts(word)) for word in _MIXED.findall(forms[0])]
    return " ".join(filter(None, forms))


def parts(word: str) -> list[str]:
    """A folded word where letters meet digits: ``16mm`` is ``16`` and ``mm``."""
    return _PARTS.findall(word)


def _spaced(text: str) -> str:
    bare = text.casefold()
    if not bare.isascii():  # most text is, and has no marks to take off
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(
            character for character in decomposed if not unicodedata.combining(character)
        )
    return " ".join(_NOT_WORD.sub(" ", _APOSTROPHE.sub("", bare)).replace("_", " ").split())
