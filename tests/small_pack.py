"""A film pack of a few lines, to change one thing at a time, and a writer of TOML."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

Table = dict[str, Any]

_SMALL: Table = {
    "format": 1,
    "film": {"id": "kite", "title": "The Kite", "year": 1998, "summary": "A boy flies a kite."},
    "sources": [{"id": "programme", "title": "A festival programme"}],
    "people": [
        {
            "id": "ada",
            "name": "Ada Lund",
            "aliases": ["A. Lund"],
            "roles": ["director"],
            "section": "Credits",
        },
        {
            "id": "ben",
            "name": "Ben Moor",
            "roles": ["actor"],
            "character": "the boy",
            "section": "Credits",
        },
    ],
    "releases": [
        {"id": "first", "medium": "cinema", "date": "1998-05-01", "section": "Release"},
    ],
    "scores": [
        {"id": "meter", "aggregator": "Meter", "value": 8.5, "scale": 10, "section": "Press"},
    ],
    "facts": [
        {
            "id": "shoot",
            "topic": "filming",
            "text": "Ada Lund shot it in nine days.",
            "section": "Making",
            "people": ["ada"],
            "quiz": [
                {
                    "id": "place",
                    "question": "Where was the film shot?",
                    "answer": "On a beach",
                    "kind": "place",
                    "options": ["In a barn", "On a roof", "In a wood"],
                }
            ],
        },
    ],
}


def small_pack() -> Table:
    """A valid pack, to be changed at will."""
    return deepcopy(_SMALL)


def write_pack(folder: Path, data: Table, name: str | None = None) -> Path:
    """Write a pack into a folder under its film's id."""
    path = folder / f"{name or data['film']['id']}.toml"
    path.write_text(toml_text(data), encoding="utf-8")
    return path


def toml_text(data: Table) -> str:
    """A pack as TOML, its tables as people write them: each under a header of its own."""
    return "\n".join(_lines(data, ()))


def _lines(table: Table, name: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    below: list[str] = []
    for key, value in table.items():
        inner = (*name, key)
        if isinstance(value, dict):
            below += [f"[{_path(inner)}]", *_lines(value, inner)]
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            for row in value:
                below += [f"[[{_path(inner)}]]", *_lines(row, inner)]
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    return lines + below


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(f"{_key(key)} = {_value(child)}" for key, child in value.items())
            + " }"
        )
    if isinstance(value, bool):
        return str(value).lower()
    return _quoted(value) if isinstance(value, str) else str(value)


def _path(names: tuple[str, ...]) -> str:
    return ".".join(map(_key, names))


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
