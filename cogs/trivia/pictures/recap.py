"""A round's recap as a picture, and as text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ui.text import plural

from . import ROWS
from .sheet import ALT_LENGTH, MARGIN, MISSING, WIDTH, Sheet, Theme, clean, cut, drawable, font

_ROW = 62


@dataclass(frozen=True, slots=True)
class RecapRow:
    """A player; one without a name is shown by the number of the row: ``Player 1``."""

    place: int
    name: str | None
    points: int
    right: int


@dataclass(frozen=True, slots=True)
class Longest:
    """A streak: whose row it is, from 0, the right answers, and how many others had as many."""

    row: int
    answers: int
    others: int = 0


@dataclass(frozen=True, slots=True)
class Hardest:
    text: str
    right: int
    answers: int


@dataclass(frozen=True, slots=True)
class RecapPicture:
    """A round, best player first."""

    title: str
    questions: int
    rows: tuple[RecapRow, ...]
    fastest: tuple[int, float] | None = None  # the row, from 0, and the seconds
    streak: Longest | None = None
    hardest: Hardest | None = None


def recap_picture(recap: RecapPicture, theme: Theme) -> bytes:
    """The first ten players and the round's feats, as a PNG."""
    names = _numbered(_drawn_names(recap))
    rows, notes = recap.rows[:ROWS], _notes(recap, names)
    top = 170
    foot = top + _ROW * max(len(rows), 1) + 16
    sheet = Sheet(foot + 28 + 44 * len(notes) + 32, theme)
    colours = sheet.palette
    sheet.write((MARGIN, 44), recap.title, 44, colours.text, width=WIDTH - 2 * MARGIN)
    for x, anchor, label in ((112, "ls", "Player"), (420, "ls", "Points"), (952, "rs", "Right")):
        sheet.write((x, 146), label, 24, colours.quiet, anchor)
    sheet.box((MARGIN, 160, WIDTH - MARGIN, 162), colours.rail)
    for number, row in enumerate(rows):
        _draw_row(sheet, recap, row, names[number], top + _ROW * number)
    if not rows:
        sheet.write((112, top + 42), "Nobody answered.", 30, colours.quiet, "ls")
    sheet.box((MARGIN, foot, WIDTH - MARGIN, foot + 2), colours.rail)
    for number, (label, text) in enumerate(notes):
        y = foot + 56 + 44 * number
        sheet.write((MARGIN, y), label, 24, colours.quiet, "ls")
        x = 280 if label else MARGIN
        sheet.write((x, y), text, 24, colours.text, "ls", WIDTH - MARGIN - x)
    return sheet.png()


def _draw_row(sheet: Sheet, recap: RecapPicture, row: RecapRow, name: str, top: int) -> None:
    colours, base = sheet.palette, top + 42
    widest = max(font(28).getlength(f"{one.points:,}") for one in recap.rows[:ROWS])
    longest = 376 - widest  # so that the number fits between the bar and the right answers
    best = max(max(one.points for one in recap.rows[:ROWS]), 1)
    length = max(longest * max(row.points, 0) / best, 6)
    sheet.write((92, base), str(row.place), 28, colours.quiet, "rs", 84)
    sheet.write((112, base), name, 30, colours.text, "ls", 284)
    sheet.box((420, top + 14, 420 + length, top + 48), colours.bar, radius=6)
    sheet.write((420 + length + 14, base), f"{row.points:,}", 28, colours.text, "ls")
    sheet.write((952, base), f"{row.right} of {recap.questions}", 26, colours.text, "rs", 134)


def recap_alt(recap: RecapPicture) -> str:
    """What the recap's picture tells, in at most 1,000 characters; names are cut before figures."""
    text = ""
    for length in (40, 24, 14, 8):
        told = [clean(row.name or "") or f"Player {n}" for n, row in enumerate(recap.rows, 1)]
        names = [cut(name, length) for name in told]
        lines = [
            f"{row.place}. {name}: {row.points:,} points, {row.right} right"
            for name, row in zip(names, recap.rows[:ROWS], strict=False)
        ]
        feats = [f"{label}: {text}." if label else text for label, text in _notes(recap, names)]
        notes = [cut(feat, 6 * length) for feat in feats]
        head = f"{cut(clean(recap.title), 3 * length)}: {plural(recap.questions, 'question')}."
        text = "\n".join([head, *(lines or ["Nobody answered."]), *notes])
        if len(text) <= ALT_LENGTH:
            return text
    return cut(text, ALT_LENGTH)


def _notes(recap: RecapPicture, names: Sequence[str]) -> list[tuple[str, str]]:
    notes: list[tuple[str, str]] = []
    if recap.fastest is not None:
        row, seconds = recap.fastest
        notes.append(("Fastest answer", f"{seconds:,.1f} s, {names[row]}"))
    if (streak := recap.streak) is not None:
        more = f" and {streak.others:,} more" if streak.others else ""
        text = f"{streak.answers:,} in a row, {names[streak.row]}{more}"
        notes.append(("Longest streak", text))
    if (hard := recap.hardest) is not None:
        notes.append(("Hardest question", f"{hard.right} of {hard.answers} right"))
        notes.append(("", clean(hard.text)))
    return notes


def is_numbered(recap: RecapPicture) -> bool:
    """Whether the picture shows somebody by the number of the row alone."""
    names = _drawn_names(recap)
    named = names[:ROWS]
    if recap.fastest is not None:
        named.append(names[recap.fastest[0]])
    if recap.streak is not None:
        named.append(names[recap.streak.row])
    return None in named


def _drawn_names(recap: RecapPicture) -> list[str | None]:
    """The names as the font can draw them; ``None`` for one of which it would draw only boxes."""
    drawn = [drawable(row.name or "") for row in recap.rows]
    return [name if name.strip(f"{MISSING} ") else None for name in drawn]


def _numbered(names: Sequence[str | None]) -> list[str]:
    return [name or f"Player {number}" for number, name in enumerate(names, 1)]
