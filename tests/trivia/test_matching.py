"""Typed answers: what is the same, what is forgiven, and what never is."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
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
        (Kind.DATE, "1/1/1998", "1 January 1998"),
        (Kind.DATE, "1/1/98", "1 January 1998"),
        (Kind.DATE, "27. 10. 1995", "27 October 1995"),
        (Kind.DATE, "27 Oct '95", "27 October 1995"),
        (Kind.DATE, "9 Feb 05", "9 February 2005"),
        (Kind.DATE, "Friday, October 27, 1995", "27 October 1995"),
        (Kind.DATE, "on 27 October 1995", "27 October 1995"),
        (Kind.DATE, "October 95", "October 1995"),
        (Kind.TERM, "10/27/95", "27 October 1995"),
        (Kind.TERM, "fall 94", "Autumn 1994"),
        (Kind.TERM, "1994 fall", "Fall 1994"),
        (Kind.TERM, "in the autumn of '94", "Fall 1994"),
        (Kind.TERM, "Summer 05", "Summer 2005"),
        (Kind.YEAR, "in 1995", "1995"),
        (Kind.YEAR, "'95", "1995"),
        (Kind.YEAR, "in 95", "1995"),
        (Kind.YEAR, "the year nineteen ninety-five", "1995"),
        (Kind.MONEY, "500 bucks", "$500"),
        (Kind.MONEY, "49.8 millions", "$49.8 million"),
        (Kind.TERM, "1½ weeks", "One and a half weeks"),
        (Kind.TERM, "1 1/2 weeks", "One and a half weeks"),
        (Kind.TERM, "one and a half weeks", "1.5 weeks"),
        (Kind.NUMBER, "2 3/4", "2.75"),
        (Kind.TERM, "1 hr", "One hour"),
        (Kind.TERM, "35", "35 mm"),
        (Kind.TERM, "35 millimetres", "35 mm"),
        (Kind.TERM, "35 mm film", "35 millimeter film"),
        (Kind.COMPANY, "21st Century Film Corp.", "21st Century Film Corporation"),
        (Kind.NUMBER, "4 nominations", "4"),
        (Kind.NUMBER, "four Academy Award nominations", "4"),
        (Kind.NUMBER, "one take", "1"),
        (Kind.NUMBER, "500 dollars", "$500"),
        (Kind.NUMBER, "500", "$500"),
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
        (Kind.TERM, "autum 1994", "Autumn 1994"),
        (Kind.TERM, "1994 autum", "Autumn of 1994"),
        (Kind.TERM, "sprnt 4", "Sprint 4"),
        (Kind.PERSON, "Samual Jackson", "Samuel L. Jackson"),
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
        (Kind.YEAR, "96", "1995"),
        (Kind.YEAR, "5", "1995"),
        (Kind.TERM, "autum 1993", "Autumn 1994"),
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
        (Kind.DATE, "27/10/1996", "27 October 1995"),
        (Kind.DATE, "28/10/1995", "27 October 1995"),
        (Kind.DATE, "10/27/96", "27 October 1995"),
        (Kind.DATE, "27/6/1995", "27 July 1995"),
        (Kind.DATE, "1995-09-02", "9 February 1995"),
        (Kind.DATE, "27/10", "27 October 1995"),
        (Kind.DATE, "27/10.1995", "27 October 1995"),
        (Kind.DATE, "27 Oct 96", "27 October 1995"),
        (Kind.DATE, "October 12", "October 2012"),
        (Kind.DATE, "Friday", "27 October 1995"),
        (Kind.TERM, "fall 95", "Fall 1994"),
        (Kind.TERM, "spring 94", "Fall 1994"),
        (Kind.TITLE, "Autumn 12", "Fall 12"),
        (Kind.TITLE, "1993 Summer", "Summer 1993"),
        (Kind.COMPANY, "2012 Winger", "Winger 2012"),
        (Kind.YEAR, "in 1996", "1995"),
        (Kind.MONEY, "500 bucks", "£500"),
        (Kind.MONEY, "500 quid", "$500"),
        (Kind.MONEY, "49.8 billions", "$49.8 million"),
        (Kind.TERM, "2 1/2 weeks", "One and a half weeks"),
        (Kind.TERM, "1 1/4 weeks", "One and a half weeks"),
        (Kind.TERM, "2 hrs", "One hour"),
        (Kind.TERM, "1 min", "One hour"),
        (Kind.TERM, "2", "Two weeks"),
        (Kind.TERM, "16", "35 mm"),
        (Kind.TERM, "35 cm", "35 mm"),
        (Kind.TERM, "35 centimetres", "35 mm"),
        (Kind.COMPANY, "20th Century Film Corp.", "21st Century Film Corporation"),
        (Kind.NUMBER, "5 nominations", "4"),
        (Kind.NUMBER, "nominations 4", "4"),
        (Kind.NUMBER, "4 or 5 nominations", "4"),
        (Kind.NUMBER, "4 and a half", "4"),
        (Kind.NUMBER, "4 dozen", "4"),
        (Kind.NUMBER, "4 million", "4"),
        (Kind.NUMBER, "4 weeks", "4"),
        (Kind.NUMBER, "4 km", "4"),
        (Kind.NUMBER, "4th nomination", "4"),
        (Kind.NUMBER, "4 B", "4"),
        (Kind.NUMBER, "4 bucks", "4"),
        (Kind.NUMBER, "4 dollars", "4"),
        (Kind.NUMBER, "$4", "4"),
        (Kind.TERM, "", "Drama"),
        (Kind.TERM, "?", "Drama"),
        (Kind.TERM, "!", "?"),
    ],
)
def test_what_is_something_else(kind: Kind, typed: str, answer: str) -> None:
    assert judge(typed, answer, (), kind=kind) is None


def test_a_number_with_the_unit_that_was_asked_for() -> None:
    """Of any other unit it is another number, and so it is of what a wrong option counts."""
    asked = "In how many days was the film shot?"
    for typed in ("28 days", "twenty-eight days", "28 day"):
        assert judge(typed, "28", (), kind=Kind.NUMBER) is None
        assert judge(typed, "28", (), (), Kind.NUMBER, asked) == Match("28", exact=True)
    for typed in ("28 weeks", "29 days", "28 dollars a day"):
        assert judge(typed, "28", (), (), Kind.NUMBER, asked) is None
    assert judge("28 reels", "28", (), ("28 scenes",), Kind.NUMBER, asked) is None


def test_the_figure_of_a_gauge_is_enough_unless_a_wrong_option_has_it() -> None:
    assert judge("16", "Super 16 mm", ("16 mm",), ("Super 8 mm",)) == Match("16 mm", exact=True)
    assert judge("16", "Super 16 mm", ("16 mm",), ("16 mm film", "16")) is None
    assert judge("16", "Super 16 mm", (), ()) is None


def test_a_date_in_figures_is_never_a_wrong_option() -> None:
    """Unless it is the answer too, with the day or the month first."""
    wrong = ("2 September 1996", "13 February 1996")
    assert judge("2/9/1996", "9 February 1996", (), wrong, Kind.DATE)
    assert judge("2/9/1996", "9 February 1996", (), ("2/9/1996",), Kind.DATE) is None
    assert judge("13/2/1996", "9 February 1996", (), wrong, Kind.DATE) is None


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


@pytest.mark.parametrize(
    ("typed", "answer", "wrong", "exact"),
    [
        ("downey jr", "Robert Downey Jr.", (), True),
        ("davis", "Sammy Davis , Jr.", (), True),
        ("davis", "Sammy Davis †", (), True),
        ("Robert Downey", "Robert Downey Jr.", (), True),
        ("louis gossett", "Louis Gossett III", (), True),
        ("samuel jackson", "Samuel L. Jackson", (), True),
        ("philip hoffman", "Philip Seymour Hoffman", ("Philip Kaufman",), True),
        ("philip hoffman", "Philip Seymour Hoffman", ("Philip Baker Hoffman",), None),
        ("nic cage", "Nicolas Cage", ("Sean Penn",), True),
        ("Rob Downey", "Robert Downey Jr.", (), True),
        ("Lar von Trier", "Lars von Trier", (), True),
        ("Tom Downey", "Robert Downey Jr.", (), None),
        ("nix cage", "Nicolas Cage", (), None),
        ("Ni Cage", "Nicolas Cage", (), None),
        ("Rob Downey", "Ron Downey", ("Robert Downey",), None),
        ("Rob Downey", "Robin Downey", ("Robert Downey",), None),
    ],
)
def test_what_people_are_called(
    typed: str, answer: str, wrong: Sequence[str], exact: bool | None
) -> None:
    """First and last name will do, and the first cut off; not where that is a wrong option's."""
    expected = None if exact is None else Match(answer, exact)
    assert judge(typed, answer, (), wrong, Kind.PERSON) == expected


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


days = st.dates(date(1000, 1, 1), date(2999, 12, 31))
# With the month first or the day first; nobody can know which the bot wants.
either_order = st.sampled_from([
    "{0.day}/{0.month}/{0.year}", "{0.month}/{0.day}/{0.year}", "{0:%d.%m.%Y}", "{0:%m-%d-%Y}",
    "{0:%d/%m/%y}", "{0:%m.%d.%y}", " {0.day}. {0.month}. {0.year} ",
])  # fmt: skip
one_order = st.sampled_from([
    "{0:%Y-%m-%d}", "{0.year}/{0.month}/{0.day}", "{0:%B %d, %Y}", "{0:%d %b %y}",
    "{0:%A, %B %d, %Y}", "{0:%a} {0.day} {0:%b} {0.year}",
])  # fmt: skip


@given(days, either_order | one_order)
def test_a_date_in_any_order_is_itself(day: date, form: str) -> None:
    answer = f"{day.day} {day:%B} {day.year}"
    assert judge(form.format(day), answer, (), kind=Kind.DATE) == Match(answer, exact=True)


@given(days, st.data(), either_order | one_order)
def test_another_date_in_any_order_is_wrong(day: date, data: st.DataObject, form: str) -> None:
    """Also one that is near; not one that is the answer with day and month changed over."""
    near = st.integers(-70, 70).map(lambda shift: day + timedelta(days=shift))
    changed = st.builds(day.replace, day=st.integers(1, 12), month=st.integers(1, 12))
    other = data.draw(near | changed)
    assume(other != day and other.year // 100 == day.year // 100)
    same = other.year == day.year and (other.day, other.month) == (day.month, day.day)
    either = not re.search("Y-|year}/|b|B", form)
    found = judge(form.format(other), f"{day.day} {day:%B} {day.year}", (), kind=Kind.DATE)
    assert (found is not None) == (same and either)


@given(st.integers(0, 200), st.integers(0, 200), st.lists(words, min_size=1, max_size=3))
def test_words_behind_a_number_never_make_it_another(
    answer: int, number: int, more: list[str]
) -> None:
    typed = " ".join([str(number), *more])
    if answer != number:
        assert judge(typed, str(answer), (), kind=Kind.NUMBER) is None


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
        take = partial(judge, kind=one.kind, question=one.text)
        for right in (one.answer, *one.accept):
            assert take(right, one.answer, one.accept, one.options), right
        for wrong in one.options:
            assert take(wrong, one.answer, one.accept, one.options) is None, wrong
