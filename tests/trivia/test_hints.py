"""Hints: they help, and they never tell the answer."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.reader import Catalog
from bot.catalog.vocabulary import Kind
from cogs.trivia.hints import hint
from cogs.trivia.matching import judge

from .samples import question
from .test_questions import every_entry

RANGE = re.compile(r"from ([\d,]+) to ([\d,]+)$")


def typed_hint(
    answer: str, kind: Kind = Kind.TERM, seed: int = 0, accept: tuple[str, ...] = ()
) -> str:
    asked = replace(question(0), options=(answer, "x", "y", "z"), kind=kind, accept=accept)
    return hint(asked, Random(seed), typed=True)


def outline(told: str) -> str:
    found = re.match("written `([^`]*)`", told)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("answer", "kind", "shown"),
    [
        ("Nicolas Cage", Kind.PERSON, "N······ C···"),
        ("UA", Kind.COMPANY, "U·"),
        ("A friend", Kind.TERM, "A f·····"),
        ("the Stage Door", Kind.TITLE, "the S···· D···"),
        ("The", Kind.TITLE, "T··"),
        ("A", Kind.TERM, "·"),
        ("V", Kind.TITLE, "·"),
        ("Plan B", Kind.TERM, "P··· ·"),
        ("3", Kind.NUMBER, "·"),
        ("8th", Kind.TERM, "···"),
        ("½", Kind.NUMBER, "·"),
        ("1995", Kind.YEAR, "····"),
        ("27 October 1995", Kind.DATE, "·· O······ ····"),
        ("$49.8 million", Kind.MONEY, "$···· m······"),
    ],
)
def test_how_an_answer_is_written(answer: str, kind: Kind, shown: str) -> None:
    """The first letter of a word, but never half of it, and nothing of a figure.

    An article before it is shown: it need not be typed, and nobody has to know it.
    """
    assert outline(typed_hint(answer, kind)) == shown


def test_first_letters_are_no_hint_where_they_are_the_answer() -> None:
    assert outline(typed_hint("Los Angeles", Kind.PLACE)) == "L·· A······"
    assert outline(typed_hint("Los Angeles", Kind.PLACE, accept=("LA",))) == "L·· ·······"
    told = typed_hint("The Los Angeles", Kind.PLACE, accept=("LA",))
    assert outline(told) == "The L·· ·······"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_at_most_half_is_shown(answer: str) -> None:
    shown = outline(typed_hint(answer))
    words = answer.split()
    assert [*map(len, shown.split(" "))] == ([*map(len, words)] or [0])
    start = int(len(words) > 1 and words[0].lower() in ("a", "an", "the"))
    for word, hidden in [*zip(words, shown.split(" "), strict=False)][start:]:
        assert sum(sign != "·" for sign in hidden) <= len(word) / 2


figures = st.integers(0, 8).flatmap(lambda digits: st.integers(0, 10**digits - 1))
forms = st.sampled_from(["{}", "{:,}", "${:,}", "{} mm", "{}.8 million", "{}th"])
figure_kinds = st.sampled_from([Kind.NUMBER, Kind.MONEY, Kind.YEAR, Kind.TERM])


@given(figures, forms, figure_kinds, st.integers(0, 99))
def test_a_figure_is_somewhere_in_a_range(value: int, form: str, kind: Kind, seed: int) -> None:
    """At least five figures of that many digits are in it, so it is never the answer."""
    found = RANGE.search(typed_hint(form.format(value), kind, seed))
    assert found
    least, most = (int(end.replace(",", "")) for end in found.groups())
    part = 0.8 if ".8" in form else 0
    assert least <= value + part <= most
    alike = [least, most - (part > 0)]
    assert {len(str(end)) for end in alike} == {len(str(value))}
    assert most - least >= 4


@given(figures, forms, figure_kinds, st.integers(0, 99), st.data())
def test_a_range_tells_no_more_than_it_says(
    value: int, form: str, kind: Kind, seed: int, data: st.DataObject
) -> None:
    """Every figure in it has just the same one: neither its ends nor its width betray which."""
    found = RANGE.search(typed_hint(form.format(value), kind, seed))
    assert found
    least, most = (int(end.replace(",", "")) for end in found.groups())
    other = data.draw(st.integers(least, most - 1))
    assert typed_hint(form.format(other), kind, seed).endswith(found[0])


def test_the_ends_of_a_range_are_round_and_near_enough_to_help() -> None:
    """Of a larger figure two digits are told, and it is not ten times another in its range."""
    for seed in range(50):
        found = RANGE.search(typed_hint("$640,000", Kind.MONEY, seed))
        assert found
        least, most = (int(end.replace(",", "")) for end in found.groups())
        assert least % 10_000 == 0
        assert most % 10_000 == 0 or most == 999_999
        assert most - least <= 240_000


def test_ranges_are_not_always_the_same() -> None:
    """Who plays the same question again may be told another."""
    starts = {typed_hint("28", Kind.NUMBER, seed) for seed in range(50)}
    assert len(starts) > 3


async def test_no_hint_of_any_pack_would_do_as_an_answer(two_films: Path) -> None:
    """Neither whole nor by the letters that it shows."""
    async with Catalog.open(two_films) as opened, opened.reading() as reading:
        entries = await every_entry(reading)
    for one in entries:
        for seed in range(5):
            told = typed_hint(one.answer, one.kind, seed, one.accept)
            letters = outline(told).replace("·", "").replace(" ", "")
            for text in (told, outline(told), letters):
                assert judge(text, one.answer, one.accept, (), one.kind) is None, one.answer
