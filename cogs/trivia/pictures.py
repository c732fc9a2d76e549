"""Pictures of a round's recap and of a rating over time, and the same as text. Pure.

Each figure stands there as text too, so that nothing is told by colour or length alone.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1_000
ROWS = 10
ALT_LENGTH = 1_000
_MARGIN = 48
_ROW = 62
_MISSING = "\ufffd"  # fonts draw it, or what they draw for any character they lack
_PLAIN = str.maketrans("øØłŁđĐ\u0131\u2013\u2014\u2212", "oOlLdDi---") | str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
)
Point = tuple[float, float]


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Palette:
    """``text`` and ``quiet`` are for words, ``bar`` and ``rail`` for shapes, on ``ground``."""

    ground: str
    text: str
    quiet: str
    bar: str
    rail: str


PALETTES = {
    Theme.LIGHT: Palette("#ffffff", "#1c1e24", "#585c68", "#2d6fb3", "#e5e8ee"),
    Theme.DARK: Palette("#1e1f24", "#f2f3f5", "#b0b4be", "#6aa8e8", "#363942"),
}


@dataclass(frozen=True, slots=True)
class RecapRow:
    """A player; one without a name is shown by the number of the row: ``Player 1``."""

    place: int
    name: str | None
    points: int
    right: int


@dataclass(frozen=True, slots=True)
class Hardest:
    text: str
    right: int
    answers: int


@dataclass(frozen=True, slots=True)
class RecapPicture:
    """A round, best player first; who was ``fastest`` or had the ``streak`` is a row, from 0."""

    title: str
    questions: int
    rows: tuple[RecapRow, ...]
    fastest: tuple[int, float] | None = None  # the row, and the seconds
    streak: tuple[int, int] | None = None  # the row, and the right answers
    hardest: Hardest | None = None


def recap_picture(recap: RecapPicture, theme: Theme) -> bytes:
    """The first ten players and the round's feats, as a PNG."""
    names = [_shown_name(row.name, number) for number, row in enumerate(recap.rows, 1)]
    rows, notes = recap.rows[:ROWS], _notes(recap, names)
    top = 170
    foot = top + _ROW * max(len(rows), 1) + 16
    sheet = _Sheet(foot + 28 + 44 * len(notes) + 32, theme)
    colours = sheet.palette
    sheet.write((_MARGIN, 44), recap.title, 44, colours.text, width=WIDTH - 2 * _MARGIN)
    for x, anchor, label in ((112, "ls", "Player"), (420, "ls", "Points"), (952, "rs", "Right")):
        sheet.write((x, 146), label, 24, colours.quiet, anchor)
    sheet.box((_MARGIN, 160, WIDTH - _MARGIN, 162), colours.rail)
    for number, row in enumerate(rows):
        _draw_row(sheet, recap, row, names[number], top + _ROW * number)
    if not rows:
        sheet.write((112, top + 42), "Nobody answered.", 30, colours.quiet, "ls")
    sheet.box((_MARGIN, foot, WIDTH - _MARGIN, foot + 2), colours.rail)
    for number, (label, text) in enumerate(notes):
        y = foot + 56 + 44 * number
        sheet.write((_MARGIN, y), label, 24, colours.quiet, "ls")
        x = 280 if label else _MARGIN
        sheet.write((x, y), text, 24, colours.text, "ls", WIDTH - _MARGIN - x)
    return sheet.png()


def _draw_row(sheet: _Sheet, recap: RecapPicture, row: RecapRow, name: str, top: int) -> None:
    colours, base = sheet.palette, top + 42
    widest = max(_font(28).getlength(f"{one.points:,}") for one in recap.rows[:ROWS])
    longest = 376 - widest  # so that the number fits between the bar and the right answers
    best = max(max(one.points for one in recap.rows[:ROWS]), 1)
    length = max(longest * max(row.points, 0) / best, 6)
    sheet.write((92, base), str(row.place), 28, colours.quiet, "rs", 84)
    sheet.write((112, base), name, 30, colours.text, "ls", 284)
    sheet.box((420, top + 14, 420 + length, top + 48), colours.bar, radius=6)
    sheet.write((420 + length + 14, base), f"{row.points:,}", 28, colours.text, "ls")
    sheet.write((952, base), f"{row.right} of {recap.questions}", 26, colours.text, "rs", 134)


def rating_picture(points: Sequence[tuple[int, float]], title: str, theme: Theme) -> bytes:
    """A line through ratings at their times, which are in ms since 1970, as a PNG."""
    sheet = _Sheet(600, theme)
    colours = sheet.palette
    sheet.write((_MARGIN, 40), title, 40, colours.text, width=WIDTH - 2 * _MARGIN)
    if not points:
        sheet.write((_MARGIN, 300), "No rated rounds yet.", 30, colours.quiet, "ls")
        return sheet.png()
    points = sorted(points)
    left, right, top, bottom = 150, WIDTH - 140, 160, 490
    values = _ticks([rating for _, rating in points])
    first, span = points[0][0], points[-1][0] - points[0][0]

    def place(at: float, rating: float) -> Point:
        x = left + 20 + (right - left - 40) * ((at - first) / span if span else 0.5)
        return x, bottom - (bottom - top) * (rating - values[0]) / (values[-1] - values[0])

    sheet.write((_MARGIN, 132), "Rating", 24, colours.quiet, "ls")
    for value in values:
        _, y = place(first, value)
        sheet.box((left, y - 1, right, y + 1), colours.rail)
        sheet.write((left - 16, y), f"{value:,.0f}", 24, colours.quiet, "rm")
    for at in [first + span * step // 3 for step in range(4)] if span else [first]:
        x, _ = place(at, values[0])
        sheet.box((x - 1, bottom, x + 1, bottom + 10), colours.quiet)
        sheet.write((x, bottom + 42), _time_text(at, span), 24, colours.quiet, "ms")
    sheet.write(((left + right) / 2, 574), "Date (UTC)", 24, colours.quiet, "ms")
    *_, (x, y) = dots = [place(*point) for point in points]
    sheet.line(dots, colours.bar, dotted=len(dots) <= 40)
    sheet.write((x + 28, y), f"{points[-1][1]:,.0f}", 28, colours.text, "lm")
    return sheet.png()


def recap_alt(recap: RecapPicture) -> str:
    """What the recap's picture tells, in at most 1,000 characters; names are cut before figures."""
    text = ""
    for length in (40, 24, 14, 8):
        told = [_clean(row.name or "") or f"Player {n}" for n, row in enumerate(recap.rows, 1)]
        names = [_cut(name, length) for name in told]
        lines = [
            f"{row.place}. {name}: {row.points:,} points, {row.right} right"
            for name, row in zip(names, recap.rows[:ROWS], strict=False)
        ]
        feats = [f"{label}: {text}." if label else text for label, text in _notes(recap, names)]
        notes = [_cut(feat, 6 * length) for feat in feats]
        head = f"{_cut(_clean(recap.title), 3 * length)}: {recap.questions} questions."
        text = "\n".join([head, *(lines or ["Nobody answered."]), *notes])
        if len(text) <= ALT_LENGTH:
            return text
    return _cut(text, ALT_LENGTH)


def rating_alt(points: Sequence[tuple[int, float]], title: str) -> str:
    """Every rating with its date, or the telling ones where that is over 1,000 characters."""
    head = _cut(_clean(title), 100)
    if not points:
        return f"{head}: no rated rounds yet."
    points = sorted(points)
    span = points[-1][0] - points[0][0]

    def told(point: tuple[int, float]) -> str:
        return f"{point[1]:,.0f} on {_time_text(point[0], span)}"

    every = f"{head} (UTC): " + "; ".join(map(told, points)) + "."
    if len(every) <= ALT_LENGTH:
        return every
    low, high = (told(choose(points, key=lambda point: point[1])) for choose in (min, max))
    ends = f"from {told(points[0])} to {told(points[-1])}"
    return f"{head} (UTC): {len(points):,} ratings, {ends}; lowest {low}, highest {high}."


def _notes(recap: RecapPicture, names: Sequence[str]) -> list[tuple[str, str]]:
    notes: list[tuple[str, str]] = []
    if recap.fastest is not None:
        row, seconds = recap.fastest
        notes.append(("Fastest answer", f"{seconds:,.1f} s, {names[row]}"))
    if recap.streak is not None:
        row, answers = recap.streak
        notes.append(("Longest streak", f"{answers:,} in a row, {names[row]}"))
    if (hard := recap.hardest) is not None:
        notes.append(("Hardest question", f"{hard.right} of {hard.answers} right"))
        notes.append(("", _clean(hard.text)))
    return notes


def _shown_name(name: str | None, number: int) -> str:
    """A name as the font can draw it; one of which it has nothing would only be boxes."""
    shown = _drawable(name or "")
    return shown if shown.strip(f"{_MISSING} ") else f"Player {number}"


def _clean(text: str) -> str:
    """On one line, without control characters, such as those that turn the writing direction."""
    line = " ".join(text[:400].split())
    return "".join(sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _drawable(text: str) -> str:
    """With a plain letter, or else a visible sign, for each character that the font lacks."""
    parts = (
        part
        for sign in _clean(text).translate(_PLAIN)
        for part in (sign if _in_font(sign) else unicodedata.normalize("NFKD", sign))
        if not unicodedata.category(part).startswith("M")
    )
    return "".join(part if _in_font(part) else _MISSING for part in parts)


@lru_cache(maxsize=4_096)
def _in_font(sign: str) -> bool:
    return _drawn(sign) != _drawn("\uffff")


def _drawn(sign: str) -> bytes:
    image = Image.new("L", (48, 32))
    ImageDraw.Draw(image).text((4, 4), sign, fill=255, font=_font(20))
    return image.tobytes()


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


def _ticks(ratings: Sequence[float]) -> list[float]:
    """Round values, from at most the least to at least the greatest; 3 to 8 of them."""
    low, high = min(ratings), max(ratings)
    rough = max((high - low) / 5, 1)
    power = 10 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    start, end = math.floor(low / step) - (low == high), math.ceil(high / step) + (low == high)
    return [step * count for count in range(start, end + 1)]


def _time_text(at: float, span: float) -> str:
    """``27 Oct 1995``; the hour instead of the year where all is within three days."""
    when = datetime.fromtimestamp(at / 1_000, UTC)
    return f"{when.day} {when:%b %H:%M}" if span < 3 * 86_400_000 else f"{when.day} {when:%b %Y}"


class _Sheet:
    """Shapes are drawn at twice the size and made smaller, for smooth edges; then text."""

    def __init__(self, height: int, theme: Theme) -> None:
        self.palette = PALETTES[theme]
        self._image = Image.new("RGB", (WIDTH * 2, height * 2), self.palette.ground)
        self._shapes = ImageDraw.Draw(self._image)
        self._texts: list[tuple[Point, str, int, str, str]] = []

    def box(self, edges: Sequence[float], colour: str, radius: int = 0) -> None:
        left, top, right, bottom = (round(2 * edge) for edge in edges)
        self._shapes.rounded_rectangle((left, top, right - 1, bottom - 1), 2 * radius, colour)

    def line(self, points: Sequence[Point], colour: str, *, dotted: bool) -> None:
        large = [(2 * x, 2 * y) for x, y in points]
        self._shapes.line(large, colour, width=9, joint="curve")
        for x, y in large if dotted else large[-1:]:
            self._shapes.ellipse((x - 13, y - 13, x + 13, y + 13), colour)

    def write(
        self, at: Point, text: str, size: int, colour: str, anchor: str = "la", width: float = 0
    ) -> None:
        """Write text, with an ellipsis where it is wider than ``width``."""
        kept = shown = _drawable(text)
        while width and kept and _font(size).getlength(shown) > width:
            kept = kept[:-1].rstrip()
            shown = kept + "…"
        self._texts.append((at, shown, size, colour, anchor))

    def png(self) -> bytes:
        image = self._image.reduce(2)
        draw = ImageDraw.Draw(image)
        for at, text, size, colour, anchor in self._texts:
            draw.text(at, text, fill=colour, font=_font(size), anchor=anchor)
        data = BytesIO()
        image.save(data, "PNG")
        return data.getvalue()
