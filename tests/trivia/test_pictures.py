"""Pictures: their size, contrast and text form, and names that no font has."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from cogs.trivia.pictures.rating import rating_alt, rating_picture, time_marks
from cogs.trivia.pictures.recap import (
    Hardest,
    Longest,
    RecapPicture,
    RecapRow,
    is_numbered,
    recap_alt,
    recap_picture,
)
from cogs.trivia.pictures.sheet import ALT_LENGTH, PALETTES, WIDTH, Theme

DAY = 86_400_000
START = 814_752_000_000  # 27 October 1995
BOTH = pytest.mark.parametrize("theme", list(Theme))
NAMES = (
    "Nicolas", None, "Élisabeth Ångström-Żółć", "W" * 32, "李小龍", "abc\u202edef",
    "\U0001d509\U0001d51e\U0001d52b 😀", "two\nlines", "i", "\u200b",
)  # fmt: skip
RECAP = RecapPicture(
    title="Leaving Las Vegas",
    questions=12,
    rows=tuple(RecapRow(1 + n, name, 1_431 - 153 * n, 11 - n) for n, name in enumerate(NAMES)),
    fastest=(0, 1.3),
    streak=Longest(2, 7, others=3),
    hardest=Hardest("Which kind of film camera did they shoot with, for its small size?", 1, 9),
)
RATINGS = [(START + n * 9 * DAY, 1_500 + 40 * ((n * 7) % 5) + 6.0 * n) for n in range(20)]


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(png)) as image:
        image.load()
        return image.size


def contrast(one: str, other: str) -> float:
    """As WCAG 2 reckons it: from 1 to 21."""

    def light(colour: str) -> float:
        parts = [value / 255 for value in ImageColor.getrgb(colour)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@BOTH
def test_contrast(theme: Theme) -> None:
    """4.5:1 for words, 3:1 for shapes that tell something."""
    palette = PALETTES[theme]
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast(palette.text, palette.ground) >= 4.5
    assert contrast(palette.quiet, palette.ground) >= 4.5
    assert contrast(palette.bar, palette.ground) >= 3


@BOTH
def test_size_and_sameness(theme: Theme) -> None:
    """As wide as promised, as high as needed, and byte for byte the same again."""
    recap, rating = recap_picture(RECAP, theme), rating_picture(RATINGS, "Rating", theme)
    assert size_of(recap)[0] == size_of(rating)[0] == WIDTH
    assert size_of(recap)[1] < 1_200
    assert recap == recap_picture(RECAP, theme)
    assert rating == rating_picture(RATINGS, "Rating", theme)
    assert len(recap) < 200_000
    assert size_of(recap_picture(replace(RECAP, rows=RECAP.rows * 5), theme)) == size_of(recap)


@BOTH
def test_nothing_is_drawn_over_the_edge(theme: Theme) -> None:
    """However long the texts and the figures are, a margin stays free on each side."""
    rows = tuple(RecapRow(123, "W" * 200, 10**12, 100) for _ in range(10))
    long = RecapPicture(
        "W" * 300,
        100,
        rows,
        (0, 12_345.6),
        Longest(9, 100, others=90),
        Hardest("M" * 400, 100, 1_000),
    )
    for png in (recap_picture(long, theme), rating_picture([(START, 123_456)], "W" * 300, theme)):
        with Image.open(BytesIO(png)) as image:
            ground = ImageColor.getrgb(PALETTES[theme].ground)
            width, height = image.size
            for edge in ((0, 0, 8, height), (width - 30, 0, width, height), (0, 0, width, 20),
                         (0, height - 10, width, height)):  # fmt: skip
                colours = image.crop(edge).getcolors(1 << 20) or []
                assert [colour for _, colour in colours] == [ground]


def test_hostile_names() -> None:
    """200 random strings from all of Unicode are drawn and told."""
    random = Random(7)
    names = [
        "".join(
            chr(random.choice((random.randrange(0x250), random.randrange(0x110000))))
            for _ in range(random.randrange(40))
        )
        for _ in range(200)
    ]
    for start in range(0, 200, 10):
        rows = tuple(RecapRow(n, name, n, n) for n, name in enumerate(names[start : start + 10]))
        recap = RecapPicture(names[start], 10, rows, (1, 1.0), None, Hardest(names[start], 1, 2))
        assert size_of(recap_picture(recap, Theme.DARK))[0] == WIDTH
        text = recap_alt(recap)
        assert len(text) <= ALT_LENGTH
        assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069\0]", text)


def test_numbers_stand_for_who_is_shown() -> None:
    """In one of the first ten rows, or as who was remarkable."""
    rows = tuple(RecapRow(1 + n, "Ada" if n < 10 else None, 9, 1) for n in range(11))
    plain = RecapPicture("Final board", 1, rows, fastest=(0, 1.0), streak=Longest(0, 2))
    assert not is_numbered(plain)
    assert is_numbered(replace(plain, rows=rows[::-1]))
    assert is_numbered(replace(plain, fastest=(10, 1.0)))
    assert is_numbered(replace(plain, streak=Longest(10, 2)))
    assert not is_numbered(RecapPicture("Final board", 1, rows))


def test_the_recap_as_text_has_every_number() -> None:
    text = recap_alt(RECAP)
    assert "12 questions" in text
    for row in RECAP.rows:
        assert f"{row.points:,} points, {row.right} right" in text
    assert "2. Player 2: " in text
    assert "Fastest answer: 1.3 s, Nicolas." in text
    assert "Longest streak: 7 in a row, Élisabeth Ångström-Żółć and 3 more." in text
    assert "Hardest question: 1 of 9 right.\nWhich kind" in text
    assert len(text) <= ALT_LENGTH


def test_long_names_leave_room_for_every_number() -> None:
    rows = tuple(replace(row, name="N" * 32, points=10**9 + row.points) for row in RECAP.rows)
    recap = replace(RECAP, title="T" * 300, rows=rows, hardest=Hardest("Q" * 300, 12, 345))
    text = recap_alt(recap)
    assert len(text) <= ALT_LENGTH
    assert all(f"{row.points:,} points, {row.right} right" in text for row in rows)
    assert "12 of 345 right" in text
    assert "7 in a row" in text
    assert "and 3 more." in text


def test_the_rating_as_text() -> None:
    few = RATINGS[:5]
    text = rating_alt(few, "Nicolas")
    assert text.startswith("Nicolas (UTC): 1,500 on 27 Oct 1995; 1,586 on 5 Nov 1995; ")
    assert all(f"{rating:,.0f}" in text for _, rating in few)
    many = rating_alt([(START + n * DAY, 1_000.0 + n) for n in range(500)], "x" * 5_000)
    assert len(many) <= ALT_LENGTH
    assert "500 ratings, from 1,000 on 27 Oct 1995 to 1,499 on 9 Mar 1997" in many
    assert rating_alt([], "Nicolas") == "Nicolas: no rated rounds yet."


def test_the_rating_as_text_tells_a_time_once() -> None:
    """Though many answers are given in a minute, or on a day."""
    minutes = [(START + n * 40_000, 1_500.0 + n) for n in range(6)]
    assert rating_alt(minutes, "Nicolas") == (
        "Nicolas (UTC): 1,500, then 1,501 on 27 Oct 00:00; 1,502 on 27 Oct 00:01; "
        "1,503, then 1,504 on 27 Oct 00:02; 1,505 on 27 Oct 00:03."
    )
    seconds = [(START + n * 20_000, 1_500.0 + n) for n in range(2)]
    told = rating_alt(seconds, "Nicolas")
    assert told == "Nicolas (UTC): 1,500 on 27 Oct 00:00:00; 1,501 on 27 Oct 00:00:20."


SPANS = [st.integers(0, most) for most in (10_000, 600_000, 10 * DAY, 400 * DAY)]


@given(st.integers(0, 400 * DAY), st.one_of(SPANS))
def test_no_time_stands_twice_at_the_foot_of_a_rating(start: int, span: int) -> None:
    """However near to each other the answers were."""
    marks = time_marks(START + start, span)
    assert next(iter(marks)) == START + start
    assert len(set(marks.values())) == len(marks)
    if span >= 3_000:
        assert len(marks) == 4


@BOTH
@pytest.mark.parametrize(
    "points",
    [[], [(START, 1_500.0)], [(START, 1_500.0)] * 3, [(START, 0.0), (START + 1, -3.5)],
     [(START + n * DAY, float(n * n)) for n in range(300)]],
)  # fmt: skip
def test_any_ratings_are_drawn(points: list[tuple[int, float]], theme: Theme) -> None:
    assert size_of(rating_picture(points, "Rating", theme)) == (WIDTH, 600)


def test_a_round_that_nobody_played() -> None:
    empty = RecapPicture("A round", 3, ())
    assert size_of(recap_picture(empty, Theme.LIGHT))[0] == WIDTH
    assert recap_alt(empty) == "A round: 3 questions.\nNobody answered."
    assert recap_alt(replace(empty, questions=1)).startswith("A round: 1 question.")
