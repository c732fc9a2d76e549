"""A rating over time as a picture, and as text. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from .sheet import ALT_LENGTH, MARGIN, WIDTH, Point, Sheet, Theme, clean, cut


def rating_picture(points: Sequence[tuple[int, float]], title: str, theme: Theme) -> bytes:
    """A line through ratings at their times, which are in ms since 1970, as a PNG."""
    sheet = Sheet(600, theme)
    colours = sheet.palette
    sheet.write((MARGIN, 40), title, 40, colours.text, width=WIDTH - 2 * MARGIN)
    if not points:
        sheet.write((MARGIN, 300), "No rated rounds yet.", 30, colours.quiet, "ls")
        return sheet.png()
    points = sorted(points)
    left, right, top, bottom = 150, WIDTH - 140, 160, 490
    values = _ticks([rating for _, rating in points])
    first, span = points[0][0], points[-1][0] - points[0][0]

    def place(at: float, rating: float) -> Point:
        x = left + 20 + (right - left - 40) * ((at - first) / span if span else 0.5)
        return x, bottom - (bottom - top) * (rating - values[0]) / (values[-1] - values[0])

    sheet.write((MARGIN, 132), "Rating", 24, colours.quiet, "ls")
    for value in values:
        _, y = place(first, value)
        sheet.box((left, y - 1, right, y + 1), colours.rail)
        sheet.write((left - 16, y), f"{value:,.0f}", 24, colours.quiet, "rm")
    for at, text in time_marks(first, span).items():
        x, _ = place(at, values[0])
        sheet.box((x - 1, bottom, x + 1, bottom + 10), colours.quiet)
        sheet.write((x, bottom + 42), text, 24, colours.quiet, "ms")
    sheet.write(((left + right) / 2, 574), "Date (UTC)", 24, colours.quiet, "ms")
    *_, (x, y) = dots = [place(*point) for point in points]
    sheet.line(dots, colours.bar, dotted=len(dots) <= 40)
    sheet.write((x + 28, y), f"{points[-1][1]:,.0f}", 28, colours.text, "lm")
    return sheet.png()


def rating_alt(points: Sequence[tuple[int, float]], title: str) -> str:
    """Every rating with its date, or the telling ones where that is over 1,000 characters.

    Those of one date, or of one minute, are told together.
    """
    head = cut(clean(title), 100)
    if not points:
        return f"{head}: no rated rounds yet."
    points = sorted(points)
    span = points[-1][0] - points[0][0]

    def told(point: tuple[int, float]) -> str:
        return f"{point[1]:,.0f} on {_time_text(point[0], span)}"

    together = [
        ", then ".join(f"{rating:,.0f}" for _, rating in ones) + f" on {time}"
        for time, ones in groupby(points, lambda point: _time_text(point[0], span))
    ]
    every = f"{head} (UTC): {'; '.join(together)}."
    if len(every) <= ALT_LENGTH:
        return every
    low, high = (told(choose(points, key=lambda point: point[1])) for choose in (min, max))
    ends = f"from {told(points[0])} to {told(points[-1])}"
    return f"{head} (UTC): {len(points):,} ratings, {ends}; lowest {low}, highest {high}."


def time_marks(first: int, span: int) -> dict[int, str]:
    """What stands at which times: four at most, and no two that read the same."""
    marks: dict[str, int] = {}
    for step in range(4):
        at = first + span * step // 3
        marks.setdefault(_time_text(at, span), at)
    return {at: text for text, at in marks.items()}


def _ticks(ratings: Sequence[float]) -> list[float]:
    """Round values, from at most the least to at least the greatest; 3 to 8 of them."""
    low, high = min(ratings), max(ratings)
    rough = max((high - low) / 5, 1)
    power = 10 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    start, end = math.floor(low / step) - (low == high), math.ceil(high / step) + (low == high)
    return [step * count for count in range(start, end + 1)]


def _time_text(at: float, span: float) -> str:
    """``27 Oct 1995``; the minute, or the second, instead of the year where all is within three
    days, or three minutes: so the thirds of a span read differently.
    """
    when = datetime.fromtimestamp(at / 1_000, UTC)
    if span < 3 * 60_000:
        return f"{when.day} {when:%b %H:%M:%S}"
    return f"{when.day} {when:%b %H:%M}" if span < 3 * 86_400_000 else f"{when.day} {when:%b %Y}"
