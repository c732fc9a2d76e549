"""Typed answers: what is the same, what is forgiven, and what never is."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.catalog.reader import Catalog
from bot.catalog.vocabulary import Kind
from cogs.trivia.matching import Match, judge

from .test_questions import every_entry

letters = string.ascii_letters + "éèüçñåøßÆ"
words = st.text(letters, min_size=1, max_size=9)
# Not of three digits: 32 000 000 is one figure, and so would "1" before two of those be.
figures = (st.integers(0, 99) | st.integers(1_000, 99_999)).map(str)
phrases = st.lists(words | figures, min_size=1, max_size=5).map(" ".join)
kinds = st.sampled_from(list(Kind))


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        (Kind.TITLE, "amelie", "Amélie"),
        (Kind.TITLE, "SEVENTH SEAL!!", "The Seventh Seal"),
        (Kind.TITLE, "live at beacon", "Live at the Beacon"),
        (Kind.TITLE, "Misérables", "Les Miserables"),
        (Kind.TITLE, "mash", "M*A*S*H"),
        (Kind.TITLE, "9 1/2 weeks", "9½ Weeks"),
        (Kind.TITLE, "rocky 5", "Rocky V"),
        (Kind.TITLE, "the godfather part two", "The Godfather Part II"),
        (Kind.TITLE, "?!", "?!"),
        (Kind.TERM, "laser disc", "LaserDisc"),
        (Kind.TERM, "16mm", "16 mm"),
        (Kind.TERM, "two and a half", "2 and a half"),
        (Kind.TERM, "4th", "fourth"),
        (Kind.TERM, "the twenty-first", "21st"),
        (Kind.COMPANY, "twenty first century film corporation", "21st Century Film Corporation"),
        (Kind.COMPANY, "Marks and Spencer", "Marks & Spencer"),
        (Kind.PLACE, "la", "L.A."),
        (Kind.NUMBER, "twenty-one", "21"),
        (Kind.NUMBER, "a hundred", "100"),
        (Kind.NUMBER, "one hundred and seven", "107"),
        (Kind.NUMBER, "two thousand one", "2001"),
        (Kind.NUMBER, "1,234", "1234"),
        (Kind.NUMBER, "7,7", "7.7"),
        (Kind.NUMBER, "91 per cent", "91%"),
        (Kind.NUMBER, "٢١", "21"),
        (Kind.YEAR, "nineteen ninety-five", "1995"),
        (Kind.MONEY, "32 million dollars", "$32 million"),
        (Kind.MONEY, "32,000,000", "$32 million"),
        (Kind.MONEY, "32 000 000", "$32 million"),
        (Kind.MONEY, "$32 million", "32,000,000"),
        (Kind.MONEY, "thirty-two million US dollars", "$32 million"),
        (Kind.MONEY, "US$49.8m", "$49.8 million"),
        (Kind.MONEY, "$49,800,000.00", "$49.8 million"),
        (Kind.MONEY, "500", "£500"),
        (Kind.MONEY, "500 pounds", "£500"),
        (Kind.DATE, "October 27, 1995", "27 October 1995"),
        (Kind.DATE, "1995-10-27", "27 October 1995"),
        (Kind.DATE, "the 27th of Oct 1995", "1995-10-27"),
        (Kind.DATE, "7 october 1995", "07 October 1995"),
        (Kind.DATE, "Oct 1995", "October 1995"),
        (Kind.TERM, "October 27, 1995", "27 October 1995"),
    ],
)
def test_the_same_in_other_words(kind: Kind, typed: str, answer: str) -> None:
    assert judge(typed, answer, (), kind=kind) == Match(answer, exact=True)


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        (Kind.PERSON, "nicholas cage", "Nicolas Cage"),
        (Kind.PERSON, "Elisabeht Shue", "Elisabeth Shue"),
        (Kind.PLACE, "Dubln", "Dublin"),
        (Kind.TERM, "existensializm", "Existentialism"),
        (Kind.TITLE, "Godfahter Part II", "The Godfather Part II"),
        (Kind.DATE, "Octobr 27, 1995", "27 October 1995"),
        (Kind.COMPANY, "Globe adn Mail", "The Globe and Mail"),
    ],
)
def test_small_slips_are_forgiven(kind: Kind, typed: str, answer: str) -> None:
    assert judge(typed, answer, (), kind=kind) == Match(answer, exact=False)


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        (Kind.NUMBER, "22", "21"),
        (Kind.NUMBER, "twenty-two", "21"),
        (Kind.NUMBER, "sixty", "sixth"),
        (Kind.NUMBER, "7.7", "77"),
        (Kind.NUMBER, "1 1", "11"),
        (Kind.YEAR, "1996", "1995"),
        (Kind.TITLE, "Part III", "Part II"),
        (Kind.TITLE, "Rocky IV", "Rocky V"),
        (Kind.TITLE, "Rocky", "Rocky V"),
        (Kind.TERM, "Plan C", "Plan B"),
        (Kind.TERM, "Plan B", "Plan A"),
        (Kind.TERM, "Super 16 cm", "Super 16 mm"),
        (Kind.TERM, "4", "4th"),
        (Kind.TERM, "BMV", "BMW"),
        (Kind.TERM, "Lattian", "Estonian"),
        (Kind.MONEY, "$32", "$32 million"),
        (Kind.MONEY, "33 million", "$32 million"),
        (Kind.MONEY, "500 euros", "$500"),
        (Kind.MONEY, "$500", "£500"),
        (Kind.DATE, "October 1995", "27 October 1995"),
        (Kind.DATE, "27 November 1995", "27 October 1995"),
        (Kind.DATE, "1995-11-27", "27 October 1995"),
        (Kind.TERM, "", "Drama"),
        (Kind.TERM, "?", "Drama"),
        (Kind.TERM, "!", "?"),
    ],
)
def test_what_is_something_else(kind: Kind, typed: str, answer: str) -> None:
    assert judge(typed, answer, (), kind=kind) is None


def test_the_accepted_text_is_named() -> None:
    found = judge("movie rights", "Screen rights", ("Film rights", "Movie rights"))
    assert found == Match("Movie rights", exact=True)


def test_what_is_nearer_to_a_wrong_option_is_wrong() -> None:
    answer, wrong = "Ben Sanderson", ("Dan Saunderson", "Jim Sanderson")
    assert judge("Ben Sandersen", answer, (), wrong)
    assert judge("Dan Sanderson", answer, ()) == Match(answer, exact=False)
    assert judge("Dan Sanderson", answer, (), wrong) is None
    assert judge("Bin Sanderson", "Jen Sanderson", (), wrong) is None, "as near to both"


@pytest.mark.parametrize(
    ("typed", "answer", "wrong", "exact"),
    [
        ("figgis", "Mike Figgis", ("Mike Leigh",), True),
        ("Figis", "Mike Figgis", ("Mike Leigh",), False),
        ("o'brien", "John O'Brien", ("John Fante",), True),
        ("o'brien", "John O'Brien", ("Tim O\u2019Brien",), None),
        ("von trier", "Lars von Trier", (), True),
        ("Trier", "Lars von Trier", (), True),
        ("downey", "Robert Downey Jr.", (), True),
        ("Scott-Thomas", "Kristin Scott-Thomas", (), True),
        ("lee", "Ang Lee", (), None),
        ("mike", "Mike Figgis", (), None),
        ("Nicols", "Mike Nickols", ("Anna Nicols",), None),
    ],
)
def test_surnames(typed: str, answer: str, wrong: Sequence[str], exact: bool | None) -> None:
    """A surname will do when it is long enough and nobody else's."""
    expected = None if exact is None else Match(answer, exact)
    assert judge(typed, answer, (), wrong, Kind.PERSON) == expected
    assert judge(typed, answer, (), wrong, Kind.TERM) is None


def test_an_authored_surname_is_accepted_though_it_is_shared() -> None:
    found = judge("O'Brien", "John O'Brien", ("O'Brien",), ("Tim O'Brien",), Kind.PERSON)
    assert found == Match("O'Brien", exact=True)


def test_what_is_typed_is_clipped() -> None:
    assert judge("drama" + " " * 95 + "comedy", "Drama", ())
    assert judge("x" * 1_000_000, "Drama", ()) is None


# ---------------------------------------------------------------- for any text


@given(phrases, kinds, st.data())
def test_an_answer_matches_itself(answer: str, kind: Kind, data: st.DataObject) -> None:
    """In any case, without its accents, with any punctuation and spaces around its words."""
    typed = data.draw(st.sampled_from([answer, answer.upper(), answer.lower(), answer.swapcase()]))
    if data.draw(st.booleans()):
        marks = unicodedata.normalize("NFD", typed)
        typed = "".join(sign for sign in marks if not unicodedata.combining(sign))
    signs = st.sampled_from([" ", "  ", "! ", " - ", "; ", ' "', "? ", " (", ") "])
    typed = "".join(word + data.draw(signs) for word in typed.split(" "))
    assume(len(typed.rstrip()) <= 100)
    assert judge(typed, answer, (), kind=kind) == Match(answer, exact=True)


@given(phrases, kinds, st.data())
def test_another_digit_never_matches(answer: str, kind: Kind, data: st.DataObject) -> None:
    places = [place for place, sign in enumerate(answer) if sign.isdigit()]
    assume(places)
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != answer[place]]))
    typed = answer[:place] + other + answer[place + 1 :]
    assert judge(typed, answer, (), kind=kind) is None


@given(phrases, phrases, st.lists(phrases, max_size=3), kinds)
@example("Sera", "Séra", [], Kind.CHARACTER)
@example("21", "twenty-one", [], Kind.NUMBER)
def test_a_wrong_option_never_matches(answer: str, one: str, more: list[str], kind: Kind) -> None:
    """As it is written, even where it is the answer in other words."""
    assume(one.casefold() != answer.casefold())
    assert judge(one, answer, (), [one, *more], kind) is None


anything = st.text(st.characters(), max_size=150)


@given(anything, anything, st.lists(anything, max_size=3), st.lists(anything, max_size=3), kinds)
@example("the", "a", ["000 million", "per cent"], ["00 may"], Kind.MONEY)
@example("00 may", "usd", ["us 5", "euro", "5 euro"], ["a hundred"], Kind.DATE)
@example("\ud800", "\ufdfa" * 100, [], ["½²"], Kind.PERSON)
def test_any_text_is_judged(
    typed: str, answer: str, accept: list[str], wrong: list[str], kind: Kind
) -> None:
    found = judge(typed, answer, accept, wrong, kind)
    assert found is None or found.text in (answer, *accept)


tokens = st.sampled_from(
    "a an the and one two twenty hundred thousand million first second fourth 1st 2nd 00 07 1.5 "
    "2,000 2.000.000 i v x ii usd us dollars euros $ £ % per cent percent may of jr".split()
)


@given(st.lists(tokens, max_size=8).map(" ".join), kinds)
def test_any_figure_is_itself(text: str, kind: Kind) -> None:
    """Number words, units and dates in any order: still the same as themselves."""
    assume(text)
    assert judge(text, text, (), kind=kind) == Match(text, exact=True)


async def test_every_entry_takes_its_answers_and_no_wrong_option(
    two_films: Path,
) -> None:
    """Of every pack: what is accepted matches, what is offered as wrong does not."""
    async with Catalog.open(two_films) as opened, opened.reading() as reading:
        entries = await every_entry(reading)
    assert len(entries) > 60
    for one in entries:
        for right in (one.answer, *one.accept):
            assert judge(right, one.answer, one.accept, one.options, one.kind), right
        for wrong in one.options:
            assert judge(wrong, one.answer, one.accept, one.options, one.kind) is None, wrong
