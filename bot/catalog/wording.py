"""Dates, figures and scores as people write them; shared by templates, cards and questions."""

from __future__ import annotations

from datetime import date


def date_text(when: str) -> str:
    """``1995-10-27`` as ``27 October 1995``; a month or a year in the same manner."""
    if len(when) == 10:
        day = date.fromisoformat(when)
        return f"{day.day} {day:%B} {day.year}"
    if len(when) == 7:
        month = date.fromisoformat(f"{when}-01")
        return f"{month:%B} {month.year}"
    return when


def figure_text(value: float, unit: str, qualifier: str | None, label: str) -> str:
    """A figure as people write it: ``less than $2 million``, ``28 days``.

    Beside a ``label`` that ends with the unit, such as ``nominations``, it is the number alone.
    """
    if unit != "USD":
        text = _number(value) if _ends_with(label, unit) else f"{_number(value)} {unit}"
    elif value >= 1_000_000 and value % 100_000 == 0:
        text = f"${_number(value / 1_000_000)} million"
    else:
        text = f"${_number(value)}"
    return f"{qualifier} {text}" if qualifier else text


def score_text(value: float, scale: float) -> str:
    """``91 / 100``, ``7.7 / 10``."""
    return f"{_number(value)} / {_number(scale)}"


def beyond(label: str | None, said: str) -> str | None:
    """``label``, unless what is ``said`` beside it ends with just that."""
    return None if label and _ends_with(said, label) else label


def _ends_with(text: str, word: str) -> bool:
    return f" {text}".casefold().endswith(f" {word}".casefold())


def _number(value: float) -> str:
    """Every digit that the source has, in groups of three."""
    return f"{value:,}".removesuffix(".0")
