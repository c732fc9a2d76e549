"""Pydantic's errors in the words of a moderator: what is wrong, and what would be right."""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path

from pydantic_core import ErrorDetails

from .pack import QUESTION, REFERENCE, SLUG, URL, WHEN

_LONGEST_SHOWN = 60

_PATTERNS = {
    SLUG: "must be small letters and digits joined by hyphens: super-16",
    QUESTION: "must end with a question mark",
    URL: "must begin with https:// and hold no space",
    WHEN: "must be a date such as 1995-10-27, or a month 1995-10, or a year 1995, in quotes",
    REFERENCE: "must be a table and an id joined by a dot: releases.us-limited",
}

_TYPES = {
    "string_type": 'must be text between quotation marks: "..."',
    "int_type": "must be a whole number, without quotation marks",
    "float_type": "must be a number, without quotation marks",
    "finite_number": "must be a number that can be counted to",
    "list_type": 'must be a list: ["...", "..."], or rows that each begin with [[...]]',
    "model_type": "must be a table: a line [...] or [[...]], then its fields",
}


def humane(error: ErrorDetails) -> str:
    """One error, to be read after the name of its field."""
    kind, context = error["type"], error.get("ctx", {})
    value: object = error["input"]
    match kind:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is no field that a pack knows here; check its spelling in seeds/README.md"
        case "enum" | "literal_error":
            return _one_of(value, re.findall(r"'([^']+)'", str(context["expected"])))
        case "string_pattern_mismatch":
            return f"{shown(value)} {_PATTERNS[str(context['pattern'])]}"
        case "string_too_long":
            return f"is {len(str(value))} characters long; at most {context['max_length']} fit"
        case "string_too_short" | "too_short":
            return "must not be empty"
        case "too_long":
            return f"has {context['actual_length']} entries; at most {context['max_length']} fit"
        case "value_error":
            return str(context["error"])
        case "model_type" if isinstance(value, list):
            return "must be a single table: its line has single brackets, [film]"
        case _ if kind in _TYPES:
            return f"{_TYPES[kind]}; it is {shown(value)}"
        case _:  # greater_than, less_than_equal: "input should be greater than 0"
            return error["msg"].replace("Input should", "must") + f"; it is {shown(value)}"


def shown(value: object, quote: str = "'") -> str:
    """A value of a pack on one line, however long it is and whatever it holds."""
    text = str(value) if isinstance(value, str) else _brief(value)
    text = text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
    text = _printable(text)
    return f"{quote}{text}{quote}" if isinstance(value, str) else text


def shown_path(path: Path) -> str:
    """A path as text that any terminal prints on one line, whatever bytes its names are made of."""
    return _printable(os.fsencode(path).decode("utf-8", "backslashreplace"))


def _printable(text: str) -> str:
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _brief(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    try:
        return str(value).lower() if isinstance(value, bool) else str(value)
    except ValueError:  # more digits than Python prints
        return "a number of thousands of digits"


def _one_of(value: object, allowed: list[str]) -> str:
    near = get_close_matches(shown(value, ""), allowed, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{shown(value)} must be one of {', '.join(allowed) or '1'}{hint}"
