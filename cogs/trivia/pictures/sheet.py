"""A sheet to draw and write on, and the text that its font can write. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1_000
ALT_LENGTH = 1_000
MARGIN = 48
MISSING = "\ufffd"  # fonts draw it, or what they draw for any character they lack
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


class Sheet:
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
        kept = shown = drawable(text)
        while width and kept and font(size).getlength(shown) > width:
            kept = kept[:-1].rstrip()
            shown = kept + "…"
        self._texts.append((at, shown, size, colour, anchor))

    def png(self) -> bytes:
        image = self._image.reduce(2)
        draw = ImageDraw.Draw(image)
        for at, text, size, colour, anchor in self._texts:
            draw.text(at, text, fill=colour, font=font(size), anchor=anchor)
        data = BytesIO()
        image.save(data, "PNG")
        return data.getvalue()


def clean(text: str) -> str:
    """On one line, without control characters, such as those that turn the writing direction."""
    line = " ".join(text[:400].split())
    return "".join(sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def drawable(text: str) -> str:
    """With a plain letter, or else a visible sign, for each character that the font lacks."""
    parts = (
        part
        for sign in clean(text).translate(_PLAIN)
        for part in (sign if _in_font(sign) else unicodedata.normalize("NFKD", sign))
        if not unicodedata.category(part).startswith("M")
    )
    return "".join(part if _in_font(part) else MISSING for part in parts)


@lru_cache(maxsize=4_096)
def _in_font(sign: str) -> bool:
    return _drawn(sign) != _drawn("\uffff")


def _drawn(sign: str) -> bytes:
    image = Image.new("L", (48, 32))
    ImageDraw.Draw(image).text((4, 4), sign, fill=255, font=font(20))
    return image.tobytes()


@lru_cache(maxsize=16)
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)
