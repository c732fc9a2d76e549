"""From quiz entries to questions: every entry of every pack, and the rules behind them."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.films import write_packs
from bot.catalog.build import build
from bot.catalog.names import fold
from bot.catalog.reader import Catalog, Reading
from bot.catalog.vocabulary import AGE_RESTRICTED, Kind, Note, mask
from bot.catalog.wording import date_text
from cogs.trivia.draw import posed_questions
from cogs.trivia.matching import judge
from cogs.trivia.models import Entry, Question
from cogs.trivia.queries import catalog
from cogs.trivia.questions import facts_apart, in_turn, pose
from cogs.trivia.rating import Difficulty, Rating
from cogs.trivia.values import ordered
from tests.conftest import PACKS, SEEDS

from .samples import entry

SEEDS_TRIED = 25
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


@pytest.fixture(params=["one_film", "two_films"])
async def read(request: pytest.FixtureRequest) -> AsyncGenerator[Reading]:
    """A catalog of the shipped packs, then one with the invented film as well."""
    path = request.getfixturevalue(request.param)
    async with Catalog.open(path) as opened, opened.reading() as reading:
        yield reading


async def every_entry(read: Reading) -> list[Entry]:
    films = [film for (film,) in await read.rows("SELECT id FROM film")]
    return [one for film in films for one in (await catalog.entries(read, film, None, 0))[0]]


@pytest.mark.parametrize("difficulty", Difficulty)
async def test_every_entry_of_every_pack_makes_a_fair_question(
    read: Reading, difficulty: Difficulty
) -> None:
    """Four options, one of them right, no two alike, none that is right in other words."""
    posed = 0
    for one in await every_entry(read):
        right = {fold(text) for text in (one.answer, *one.accept)} | await aliases(read, one)
        for seed in range(SEEDS_TRIED):
            names = await catalog.pool(read, one, Random(seed))
            question = pose(one, names, Random(seed), difficulty=difficulty)
            if question is None:
                assert not one.options, f"{one.text} has wrong options and cannot be asked"
                break
            assert_fair(question, one, right)
            posed += 1
            if not one.options:
                assert not given_away(question), question
    assert posed > 60 * SEEDS_TRIED


def assert_fair(question: Question, one: Entry, right: set[str]) -> None:
    assert question.answer == one.answer
    assert len({fold(option) for option in question.options}) == 4, question
    wrong = [option for option in question.options if option != one.answer]
    assert len(wrong) == 3
    assert right.isdisjoint(map(fold, wrong)), question


def given_away(question: Question) -> bool:
    """Whether the right option is the only one of its form, or by far the longest or shortest."""
    wrong = [text for text in question.options if text != question.answer]
    return form(question.answer) not in map(form, wrong) or not (
        min(map(len, wrong)) / 2 <= len(question.answer) <= max(map(len, wrong)) * 2
    )


def form(text: str) -> tuple[str, bool, bool]:
    """What catches the eye: how a figure or date is written, capitals, an article."""
    figures = re.sub(r"\d+", "0", "".join(re.findall(r"\$?\d[\d.,%/]*", text)))
    capitals = text.isupper() and text.isalpha()
    return figures, capitals, text.lower().startswith(("the ", "a ", "an "))


@pytest.mark.parametrize("difficulty", Difficulty)
async def test_options_that_the_bot_finds_are_fair_everywhere(
    two_films: Path, difficulty: Difficulty
) -> None:
    """Also for the answers of all questions that have authored options, were there none."""
    posed: list[Question] = []
    async with Catalog.open(two_films) as opened, opened.reading() as read:
        for one in await every_entry(read):
            bare = replace(one, options=())
            right = {fold(text) for text in (one.answer, *one.accept)} | await aliases(read, one)
            for seed in range(SEEDS_TRIED):
                names = await catalog.pool(read, bare, Random(seed))
                question = pose(bare, names, Random(seed), difficulty=difficulty)
                if question is not None:
                    assert_fair(question, bare, right)
                    posed.append(question)
    # These stand alone among all the names of two small packs.
    odd = {"MGM/UA", "The Globe and Mail", "21st Century Film Corporation"}
    assert {one.answer for one in posed if given_away(one)} <= odd
    assert len({one.id for one in posed}) >= 40


async def aliases(read: Reading, one: Entry) -> set[str]:
    """Every folded name of who or what is the answer."""
    rows = await read.rows(
        "SELECT json_insert(aliases, '$[#]', name) FROM person "
        "UNION ALL SELECT json_insert(aliases, '$[#]', name) FROM company"
    )
    groups = [{fold(name) for name in re.findall(r'"((?:[^"\\]|\\.)*)"', row[0])} for row in rows]
    return {name for group in groups if fold(one.answer) in group for name in group}


async def test_authored_options_are_preferred(read: Reading) -> None:
    """Where a pack has three or more wrong options, no other is made up."""
    for one in await every_entry(read):
        question = pose(one, ["Somebody", "Somebody Else", "A Third"], Random(1))
        if one.options:
            assert question is not None
            assert set(question.options) <= {one.answer, *one.options}


async def test_names_of_the_pool_had_another_part(read: Reading) -> None:
    """No director is offered where the answer is a director of the same film."""
    for table, part in (("person", "roles"), ("company", "json_array(trade)")):
        rows = await read.rows(f"SELECT film_id, name, {part} FROM {table}")
        for one in await every_entry(read):
            if one.kind.value != table:
                continue
            own = {name: set(re.findall(r'"([^"]+)"', parts))
                   for film, name, parts in rows if film == one.film}  # fmt: skip
            for name in await catalog.pool(read, one, Random(1)):
                if one.answer in own:
                    assert own.get(name, set()).isdisjoint(own[one.answer]), (one.text, name)


async def test_a_name_right_for_one_film_is_not_wrong_through_another(tmp_path: Path) -> None:
    """Who played in both films is no wrong answer to "who plays in it", whatever else they did."""
    for pack in SEEDS.glob("*.toml"):
        shutil.copy(pack, tmp_path)
    for pack in PACKS.glob("*.toml"):
        shared = pack.read_text(encoding="utf-8").replace("Idris Calloway", "Nicolas Cage")
        (tmp_path / pack.name).write_text(shared, encoding="utf-8")
    build(tmp_path, tmp_path / "catalog.db")
    who = entry("Elisabeth Shue", Kind.PERSON, film="leaving-las-vegas")
    async with Catalog.open(tmp_path / "catalog.db") as opened, opened.reading() as read:
        pool = await catalog.pool(read, who, Random(1))
    assert "Nicolas Cage" not in pool
    assert "Teet Lumiste" in pool


async def test_aliases_and_accents_do_not_hide_the_answer(two_films: Path) -> None:
    """An answer written otherwise than in the table of people is still the same person."""
    who = entry("Zoe O'Dalaigh", Kind.PERSON, film="the-paper-lighthouse")
    async with Catalog.open(two_films) as opened, opened.reading() as read:
        pool = await catalog.pool(read, who, Random(1))
    assert pool
    assert fold("Zoë O'Dálaigh") not in map(fold, pool)


async def test_of_an_answer_nobody_knows_no_one_of_its_film_is_offered(two_films: Path) -> None:
    """Any of them could be right as well, for all that the tables say."""
    who = entry("An Extra", Kind.PERSON, film="the-paper-lighthouse")
    async with Catalog.open(two_films) as opened, opened.reading() as read:
        pool = await catalog.pool(read, who, Random(1))
        own = await read.rows("SELECT name FROM person WHERE film_id = ?", who.film)
    assert pool
    assert set(pool).isdisjoint(name for (name,) in own)


async def test_who_the_fact_names_is_not_offered(two_films: Path) -> None:
    """They may be the answer to another question of the fact, or right here too."""
    who = entry(
        "Teet Lumiste", Kind.PERSON, film="the-paper-lighthouse",
        fact="Mike Figgis and Teet Lumiste met once.",
    )  # fmt: skip
    async with Catalog.open(two_films) as opened, opened.reading() as read:
        pool = await catalog.pool(read, who, Random(1))
    assert "Mike Figgis" not in pool
    assert "Roger Ebert" in pool


async def test_who_the_question_names_is_not_offered(two_films: Path) -> None:
    """Nobody takes them for the answer."""
    who = replace(
        entry("Teet Lumiste", Kind.PERSON, film="the-paper-lighthouse"),
        text="Who played with Mike Figgis?",
    )
    async with Catalog.open(two_films) as opened, opened.reading() as read:
        pool = await catalog.pool(read, who, Random(1))
    assert "Mike Figgis" not in pool
    assert "Roger Ebert" in pool


async def test_a_pool_knows_who_had_the_answers_part(two_films: Path) -> None:
    """As a share of the answer's roles or trade, of people and companies of all films."""
    who = entry("Mike Figgis", Kind.PERSON, film="leaving-las-vegas")
    company = entry("Tidewater Pictures", Kind.COMPANY, film="the-paper-lighthouse")
    async with Catalog.open(two_films) as opened, opened.reading() as read:
        people = await catalog.pool(read, who, Random(1))
        companies = await catalog.pool(read, company, Random(1))
    # Of director, screenwriter, composer and performer.
    assert people["Zoë O'Dálaigh"] == people["Idris Calloway"] == 0.5
    assert people["Oona Brask"] == people["Roger Ebert"] == 0
    assert companies["United Artists"] == companies["Atalanta Filmes"] == 1
    assert companies["MGM/UA"] == companies["Fogbound Records"] == 0


async def test_the_same_part_is_found_in_whichever_film(tmp_path: Path) -> None:
    """One other scholar among a hundred and fifty films is found every time."""
    write_packs(tmp_path / "packs", 150)
    shutil.copy(SEEDS / "leaving-las-vegas.toml", tmp_path / "packs")
    one_of_many = tmp_path / "packs" / "film-00149.toml"
    text = one_of_many.read_text(encoding="utf-8")
    (name,) = re.findall(r'name = "([^"]+)"\nroles = \["director"\]', text)
    one_of_many.write_text(text.replace('["director"]', '["scholar"]'), encoding="utf-8")
    build(tmp_path / "packs", tmp_path / "catalog.db")
    who = entry("Mary M. Litch", Kind.PERSON, film="leaving-las-vegas")
    async with Catalog.open(tmp_path / "catalog.db") as opened, opened.reading() as read:
        for seed in range(10):
            pool = await catalog.pool(read, who, Random(seed))
            assert [one for one, share in pool.items() if share] == [name]


async def test_other_names_of_the_answer_in_other_packs_are_right_too(tmp_path: Path) -> None:
    """Who is there under a second name, and under a third elsewhere, is never offered."""
    lent = 'name = "{}"\naliases = ["{}"]'
    shutil.copy(SEEDS / "leaving-las-vegas.toml", tmp_path)
    for pack in PACKS.glob("*.toml"):
        text = pack.read_text(encoding="utf-8")
        text = text.replace('name = "Oona Brask"', lent.format("R. J. Ebert", "Roger Ebert"))
        text = text.replace('name = "Piet Vandermolen"', lent.format("Rog Ebert", "R. J. Ebert"))
        (tmp_path / pack.name).write_text(text, encoding="utf-8")
    build(tmp_path, tmp_path / "catalog.db")
    who = entry("Roger Ebert's", Kind.PERSON, film="leaving-las-vegas")
    async with Catalog.open(tmp_path / "catalog.db") as opened, opened.reading() as read:
        pool = await catalog.pool(read, who, Random(1))
    assert "Teet Lumiste" in pool
    assert [name for name in pool if "Ebert" in name] == []


@pytest.mark.parametrize("kind", [Kind.PERSON, Kind.TERM])
async def test_too_few_wrong_options_make_no_question(kind: Kind) -> None:
    """Two do not do, and the answer in other words does not count."""
    one = entry("Sting", kind, "Bono", "Seal", "STING!", "The Police", accept=("the police",))
    assert pose(one, [], Random(0)) is None
    assert pose(one, ["Sade"], Random(0)) is not None


def test_the_same_seed_poses_the_same_question() -> None:
    """A round can be told again from its seed."""
    one = entry("1995", Kind.YEAR)
    assert pose(one, [], Random(5)) == pose(one, [], Random(5))
    assert len({pose(one, [], Random(seed)) for seed in range(50)}) > 20


def test_the_right_option_is_anywhere() -> None:
    """Over many seeds each letter is right about as often."""
    one = entry("Drama", Kind.TERM, "Comedy", "Western", "Horror", "Musical")
    slots = Counter(
        question.right
        for seed in range(4_000)
        if (question := pose(one, [], Random(seed))) is not None
    )
    assert set(slots) == {0, 1, 2, 3}
    assert all(900 < count < 1_100 for count in slots.values())


def wrong_options(answer: str, kind: Kind, difficulty: Difficulty = Difficulty.MEDIUM) -> set[str]:
    """Every wrong option that is made for an answer of a kind."""
    made: set[str] = set()
    for seed in range(80):
        question = pose(entry(answer, kind), [], Random(seed), difficulty=difficulty)
        if question is not None:
            made.update(question.options)
    return made - {answer}


@given(year=st.integers(1880, 2100))
def test_years_are_near(year: int) -> None:
    """A handful of years around, and never the year itself."""
    made = {int(text) for text in wrong_options(str(year), Kind.YEAR)}
    assert len(made) >= 3
    assert all(0 < abs(other - year) <= 6 for other in made)


@settings(max_examples=40)
@given(day=st.dates(date(1880, 1, 1), date(2100, 12, 31)), whole=st.booleans())
def test_dates_have_the_form_of_the_answer(day: date, whole: bool) -> None:
    """A day stays a day, a month a month."""
    answer = date_text(day.isoformat()[: 10 if whole else 7])
    form = r"\d{1,2} [A-Z][a-z]+ \d{4}" if whole else r"[A-Z][a-z]+ \d{4}"
    made = wrong_options(answer, Kind.DATE)
    assert len(made) >= 3
    assert all(re.fullmatch(form, text) for text in made)


@given(
    prefix=st.sampled_from(["", "$", "less than $", "about "]),
    value=st.one_of(
        st.integers(1, 99_999_999).map("{:,}".format),
        st.decimals(1, 999, places=1).map(str),
    ),
    suffix=st.sampled_from(["", " million", " days", " people"]),
)
def test_figures_have_the_form_of_the_answer(prefix: str, value: str, suffix: str) -> None:
    """The same words around them, as many decimals, grouped in the same way."""
    made = wrong_options(f"{prefix}{value}{suffix}", Kind.MONEY)
    assert len(made) >= 3
    decimals = len(value.partition(".")[2])
    for text in made:
        found = _FIGURE.search(text)
        assert found is not None
        assert (text[: found.start()], text[found.end() :]) == (prefix, suffix)
        assert len(found[0].partition(".")[2]) == decimals
        number = float(found[0].replace(",", ""))
        assert number > 0
        assert found[0] == f"{number:,.{decimals}f}"


@pytest.mark.parametrize(
    ("answer", "limit"), [("91%", 100), ("82 / 100", 100), ("7.7 / 10", 10), ("3 out of 4", 4)]
)
def test_no_share_or_score_is_beyond_its_whole(answer: str, limit: int) -> None:
    """Nobody takes 228% for the answer."""
    values = [float(text.split("%")[0].split()[0]) for text in wrong_options(answer, Kind.NUMBER)]
    assert len(values) >= 3
    assert max(values) <= limit


def test_nothing_is_set_beside_a_few() -> None:
    """There is no lower figure, but there are others."""
    assert wrong_options("0", Kind.NUMBER) == {"1", "2", "3"}


def test_a_rough_figure_stays_rough() -> None:
    """2,500 is not set beside 1,873."""
    for text in wrong_options("2,500", Kind.NUMBER):
        assert text.endswith("00")


@pytest.mark.parametrize("answer", ["8th", "1st place", "none at all"])
def test_what_cannot_be_varied_is_not_asked(answer: str) -> None:
    """Better no question than "3th"."""
    assert wrong_options(answer, Kind.NUMBER) == set()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("1995", Kind.YEAR),
        ("27 October 1995", Kind.DATE),
        ("October 1995", Kind.DATE),
        ("$49.8 million", Kind.MONEY),
        ("28", Kind.NUMBER),
        ("7.7 / 10", Kind.NUMBER),
    ],
)
def test_hard_values_are_nearer_than_easy_ones(answer: str, kind: Kind) -> None:
    """On the whole: the nearest are for hard alone, the farthest for easy alone."""
    easy, medium, hard = (wrong_options(answer, kind, level) for level in Difficulty)
    assert easy - hard
    assert hard - easy
    assert easy | hard <= medium

    def distance(texts: set[str]) -> float:
        return sum(abs(size(text) - size(answer)) for text in texts) / len(texts)

    assert distance(hard) < distance(medium) < distance(easy)


def size(text: str) -> float:
    """A number for a figure, a year, a month or a day."""
    for shape in ("%d %B %Y", "%B %Y"):
        with suppress(ValueError):
            return datetime.strptime(text, shape).toordinal()  # noqa: DTZ007 - a calendar day
    found = _FIGURE.search(text)
    assert found
    return float(found[0].replace(",", ""))


@pytest.mark.parametrize("difficulty", Difficulty)
@pytest.mark.parametrize(
    ("answer", "kind"),
    [("1995", Kind.YEAR), ("27 October 1995", Kind.DATE), ("$640,000", Kind.MONEY)],
)
def test_a_value_may_be_the_least_or_the_greatest(
    answer: str, kind: Kind, difficulty: Difficulty
) -> None:
    """Each of four places in their order about as often, so that the middle is no good guess."""
    places: Counter[int] = Counter()
    for seed in range(800):
        question = pose(entry(answer, kind), [], Random(seed), difficulty=difficulty)
        assert question is not None
        places[sorted(question.options, key=size).index(answer)] += 1
    assert all(150 < places[place] < 250 for place in range(4))


@pytest.mark.parametrize("difficulty", Difficulty)
async def test_the_place_among_values_does_not_tell_the_answer(
    read: Reading, difficulty: Difficulty
) -> None:
    """Over all questions with values for options, no place in their order is a good guess."""
    places: Counter[int] = Counter()
    asked: set[str] = set()
    for one in await every_entry(read):
        for seed in range(60):
            names = await catalog.pool(read, one, Random(seed))
            question = pose(one, names, Random(seed), difficulty=difficulty)
            values = question and ordered(one.kind, question.options)
            if question and values:
                places[sorted(values).index(values[question.right])] += 1
                asked.add(one.id)
    assert len(asked) >= 15
    assert max(places.values()) <= 0.4 * places.total(), places
    assert min(places[place] for place in range(4)) >= 0.15 * places.total(), places


@pytest.mark.parametrize("difficulty", Difficulty)
@pytest.mark.parametrize(
    ("answer", "kind", "options"),
    [
        ("1995", Kind.YEAR, ("1991", "1992", "1993", "1997", "1998", "1999")),
        ("8th", Kind.TERM, ("2nd", "3rd", "5th", "9th", "10th", "11th")),
        ("35 mm", Kind.TERM, ("8 mm", "9.5 mm", "16 mm", "55 mm", "65 mm", "70 mm")),
        ("$2 million", Kind.MONEY, ("$800,000", "$900,000", "$1 million",
                                    "$3 million", "$4 million", "$1,000 million")),
        ("Two weeks", Kind.TERM, ("One hour", "A day and a half", "One week",
                                  "A month", "10 weeks", "A year and a half")),
    ],
)  # fmt: skip
def test_authored_values_lie_on_either_side(
    answer: str, kind: Kind, options: tuple[str, ...], difficulty: Difficulty
) -> None:
    """With three below and three above, the right one is each of the four about as often."""
    ranked = [*options[:3], answer, *options[3:]]
    places: Counter[int] = Counter()
    for seed in range(800):
        question = pose(entry(answer, kind, *options), [], Random(seed), difficulty=difficulty)
        assert question is not None
        places[sorted(question.options, key=ranked.index).index(answer)] += 1
    assert all(150 < places[place] < 250 for place in range(4))


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (Kind.TERM, ("Drama", "Comedy")),
        (Kind.TITLE, ("Seven", "96 Tears")),
        (Kind.TERM, ("Super 16 mm", "Wide 65 mm")),
        (Kind.DATE, ("October 1995", "the autumn")),
        (Kind.TERM, ("One week", "Half a week")),
        (Kind.TERM, ("A week", "Zero weeks")),
        (Kind.NUMBER, ("0", "3")),
    ],
)
def test_what_has_no_order_is_not_ordered(kind: Kind, texts: tuple[str, ...]) -> None:
    """Then options are chosen as words are."""
    assert ordered(kind, texts) is None


def test_made_days_are_the_same_day_of_the_week() -> None:
    """Films open on Fridays, and a Tuesday among them would stand out."""
    for text in wrong_options("27 October 1995", Kind.DATE):
        assert size(text) % 7 == size("27 October 1995") % 7
    assert all(text.startswith("1 ") for text in wrong_options("1 January 1998", Kind.DATE))


@pytest.mark.parametrize("answer", ["October 27, 1995", "07 November 1995", "1 January 9999"])
def test_dates_in_another_form_are_not_made(answer: str) -> None:
    """The answer would be the only one that is written so."""
    assert wrong_options(answer, Kind.DATE) == set()


def test_authored_values_are_as_near_as_the_difficulty_wants() -> None:
    """On the side with one too many, hard leaves out the farthest, easy the nearest."""
    one = entry("$2 million", Kind.MONEY, "$1 million", "$3 million", "$900,000", "$30 million")
    left_out: dict[Difficulty, set[str]] = {}
    for level in Difficulty:
        posed = [pose(one, [], Random(seed), difficulty=level) for seed in range(40)]
        shown = [set(question.options) for question in posed if question]
        left_out[level] = {text for options in shown for text in set(one.options) - options}
    assert left_out[Difficulty.HARD] == {"$900,000", "$30 million"}
    assert left_out[Difficulty.EASY] == {"$1 million", "$3 million"}
    assert left_out[Difficulty.MEDIUM] == set(one.options)


WORDS = ("Blue Harbor Nights", "Green Harbor Lights", "Blue Harbor", "Salt Flats", "Old Oak Tree")


@pytest.mark.parametrize(("difficulty", "shown"), [("hard", WORDS[:3]), ("easy", WORDS[2:])])
def test_authored_words_are_as_like_the_answer_as_the_difficulty_wants(
    difficulty: str, shown: tuple[str, ...]
) -> None:
    """Hard takes the likest. What its form alone would rule out comes last on either."""
    one = entry("Blue Harbor Lights", Kind.TITLE, *WORDS, "the blue harbor lamps", "A Dog")
    for seed in range(20):
        question = pose(one, [], Random(seed), difficulty=Difficulty(difficulty))
        assert question is not None
        assert set(question.options) == {one.answer, *shown}


async def test_authored_names_of_the_answers_part_are_hard(one_film: Path) -> None:
    """Of the names that look alike, whoever had the same part goes first on hard, last on easy."""
    names = (
        "Rick Groen",
        "Charles Switzer",
        "Leonard Klady",
        "Bo Abbott",
        "Mike Figgis",
        "Ann Lee",
    )
    who = entry("Roger Ebert's", Kind.PERSON, *names, film="leaving-las-vegas")
    shown: dict[Difficulty, set[str]] = {}
    async with Catalog.open(one_film) as opened, opened.reading() as read:
        parts = await catalog.parts(read, who)
        for level in Difficulty:
            (posed,) = await posed_questions(read, [who], 1, {}, Random(1), difficulty=level)
            shown[level] = set(posed.options) - {who.answer}
    assert parts == dict(zip(names, (1, 1, 1, 0, 0, 0), strict=True))
    assert shown[Difficulty.HARD] == set(names[:3])
    assert shown[Difficulty.EASY] == set(names[3:])


async def test_easy_and_hard_are_not_the_same(one_film: Path) -> None:
    """Of the shipped questions most have other options when hard than when easy."""
    async with Catalog.open(one_film) as opened, opened.reading() as read:
        entries = await every_entry(read)
        easy, hard = [
            {
                one.id: {frozenset(posed.options) for seed in range(20)
                         if (posed := pose(one, {}, Random(seed), difficulty=level))}
                for one in entries
            }
            for level in (Difficulty.EASY, Difficulty.HARD)
        ]  # fmt: skip
    assert sum(easy[one.id] != hard[one.id] for one in entries) > 0.6 * len(entries)


@pytest.mark.parametrize("difficulty", Difficulty)
async def test_length_does_not_tell_the_answer_whatever_the_difficulty(
    one_film: Path, difficulty: Difficulty
) -> None:
    """As options are chosen, the right one is neither often the longest nor the shortest."""
    extremes: Counter[str] = Counter()
    async with Catalog.open(one_film) as opened, opened.reading() as read:
        for one in await every_entry(read):
            for seed in range(20):
                posed = pose(one, {}, Random(seed), difficulty=difficulty)
                assert posed is not None
                lengths = sorted(len(text) for text in posed.options if text != posed.answer)
                extremes["longest"] += len(posed.answer) > lengths[-1]
                extremes["shortest"] += len(posed.answer) < lengths[0]
                extremes["all"] += 1
    assert max(extremes["longest"], extremes["shortest"]) < 0.33 * extremes["all"], extremes


PARTS = {
    "Ada Lund": 1.0, "Ben Moor": 1.0, "Cy Dale": 1.0, "Di Reeve": 0.5, "Eve Stone": 0.5,
    "Flo Marsh": 0.5, "Gus Field": 0.0, "Hal Brook": 0.0, "Ivy Forest": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("difficulty", "least"), [(Difficulty.HARD, 1), (Difficulty.MEDIUM, 0.5), (Difficulty.EASY, 0)]
)
def test_harder_names_had_more_of_the_answers_part(difficulty: Difficulty, least: float) -> None:
    """Hard: the most like it. Medium: any with something of it. Easy: anybody."""
    who = entry("Jo Heath", Kind.PERSON)
    posed = [pose(who, PARTS, Random(seed), difficulty=difficulty) for seed in range(80)]
    offered = {text for question in posed if question for text in question.options} - {who.answer}
    assert offered == {name for name, share in PARTS.items() if share >= least}


@pytest.mark.parametrize("difficulty", Difficulty)
@pytest.mark.parametrize(
    ("answer", "like"),
    [
        ("Ana Ray", {"Bo Lee", "Cat Fox", "Dan Poe"}),
        ("RKO", {"UFA", "BBC", "MGM"}),
        ("The Evening Lantern", {"The Daily Star", "The Globe and Mail", "The Morning Post"}),
        ("20th Century Fox", {"21st Century Films", "3 Mills Studio", "Studio 54 Films"}),
    ],
)
def test_names_that_look_like_the_answer_go_first(
    answer: str, like: set[str], difficulty: Difficulty
) -> None:
    """Length, capitals, digits and articles count for more than the part."""
    unlike = ("Bartholomew Fotheringay Cholmondeley", "de la croix", "A Fool", "Golden Age Films")
    pool = {**dict.fromkeys(unlike, 1.0), **dict.fromkeys(sorted(like), 0.0)}
    for seed in range(20):
        question = pose(entry(answer, Kind.COMPANY), pool, Random(seed), difficulty=difficulty)
        assert question is not None
        assert set(question.options) == {answer, *like}


def test_whose_is_asked_in_the_form_of_the_answer() -> None:
    """ "Sting's" beside three names without the ending would be told by it."""
    question = pose(entry("Sting's", Kind.PERSON), ["Bono", "Sade", "Seal", "Sting"], Random(1))
    assert question is not None
    assert set(question.options) == {"Sting's", "Bono's", "Sade's", "Seal's"}


def test_another_name_of_the_answer_is_not_wrong_in_its_form() -> None:
    """Who is right as "Gordon" is right as "Gordon's"."""
    asked = entry("Sting's", Kind.PERSON, accept=("Gordon",))
    assert pose(asked, ["Bono", "Gordon", "Sade"], Random(1)) is None


ENTRIES = [entry("a", name=f"q{number}", fact=f"Fact {number % 5}.") for number in range(12)]


@given(
    seen=st.dictionaries(st.sampled_from([one.id for one in ENTRIES]), st.integers(1, 5)),
    seed=st.integers(),
)
def test_turns_go_to_what_was_seen_least_lately(seen: dict[str, int], seed: int) -> None:
    """Never seen first, then seen long ago; no fact twice before every fact had its turn."""
    order = in_turn(ENTRIES, seen, Random(seed))
    assert sorted(one.id for one in order) == sorted(one.id for one in ENTRIES)
    first, again = order[:5], order[5:]
    assert len({one.fact for one in first}) == 5
    for part in (first, again):
        moments = [seen.get(one.id, 0) for one in part]
        assert moments == sorted(moments)
    for one in first:
        of_fact = [seen.get(other.id, 0) for other in ENTRIES if other.fact == one.fact]
        assert seen.get(one.id, 0) == min(of_fact)


def test_turns_among_equals_are_by_chance() -> None:
    """Two servers do not get the same round."""
    orders = {tuple(one.id for one in in_turn(ENTRIES, {}, Random(seed))) for seed in range(20)}
    assert len(orders) > 15


def test_a_fact_has_its_second_question_after_all_firsts() -> None:
    """In whatever order they come."""
    order = facts_apart(ENTRIES[::-1])
    assert [one.id for one in order[:5]] == ["q11", "q10", "q9", "q8", "q7"]
    assert sorted(one.id for one in order) == sorted(one.id for one in ENTRIES)


@pytest.mark.parametrize("difficulty", Difficulty)
async def test_a_draw_asks_the_difficulty_first(two_films: Path, difficulty: Difficulty) -> None:
    """Questions of the wanted third, each fact once, and others when there are too few."""
    async with Catalog.open(two_films) as opened, opened.reading() as read:
        entries, _ = await catalog.entries(read, "leaving-las-vegas", None, 0)
        ratings = {one.id: Rating(1000 + number) for number, one in enumerate(entries)}
        draw = partial(posed_questions, read, entries, difficulty=difficulty, ratings=ratings)
        some = await draw(10, {}, Random(1))
        every = await draw(len(entries), {}, Random(1))
        assert some == await draw(10, {}, Random(1))
    third = len(entries) // 3 + 1
    values = [ratings[one.id].value - 1000 for one in some]
    place = list(Difficulty).index(difficulty)
    assert len(values) == len({one.fact for one in some}) == 10
    assert all(place * third - 3 <= value <= (place + 1) * third for value in values)
    assert len(every) == len(entries)


async def test_barred_notes_are_never_asked(one_film: Path, tmp_path: Path) -> None:
    """What a channel may not be shown is counted."""
    path = tmp_path / "noted.db"
    shutil.copy(one_film, path)
    with closing(sqlite3.connect(path)) as db, db:
        noted = "UPDATE fact SET notes = ? WHERE topic = 'plot'"
        db.execute(noted, (Note.SEXUAL_VIOLENCE.bit,))
        (barred,) = db.execute("SELECT count(*) FROM question WHERE topic = 'plot'").fetchone()
    async with Catalog.open(path) as opened, opened.reading() as read:
        open_to_all, held = await catalog.entries(
            read, "leaving-las-vegas", None, mask(AGE_RESTRICTED)
        )
        restricted, none = await catalog.entries(read, "leaving-las-vegas", None, 0)
    assert "plot" not in {one.topic.value for one in open_to_all}
    assert held == barred > 0
    assert "plot" in {one.topic.value for one in restricted}
    assert none == 0


async def test_no_draw_decides_what_a_typed_answer_is_worth(two_films: Path) -> None:
    """A question knows every wrong option of its pack, and none of them is ever accepted."""
    async with Catalog.open(two_films) as opened, opened.reading() as reading:
        entries = [one for one in await every_entry(reading) if one.options]
    assert any(len(one.options) > 3 for one in entries)
    for one in entries:
        for seed in range(8):
            asked = pose(one, [], Random(seed))
            if asked is not None:
                assert set(asked.wrong) >= set(one.options)
                assert asked.answer not in asked.wrong
                accepted = {
                    text
                    for text in one.options
                    if judge(text, asked.answer, asked.accept, asked.wrong, asked.kind)
                }
                assert accepted == set(), one.text


def test_what_is_near_to_an_option_that_was_not_drawn_is_wrong_in_every_round() -> None:
    """One letter from the answer and from a wrong option: whichever three are shown."""
    one = entry("Sera", Kind.CHARACTER, "Nora", "Vera", "Lena", "Mona")
    posed = [asked for seed in range(40) if (asked := pose(one, [], Random(seed)))]
    assert any("Vera" not in asked.options for asked in posed)
    for typed, right in (("Vera", False), ("Xera", False), ("Serra", True)):
        judged = {judge(typed, q.answer, q.accept, q.wrong, q.kind) is not None for q in posed}
        assert judged == {right}, typed


def test_a_question_stored_without_its_undrawn_options_still_reads() -> None:
    one = entry("Sera", Kind.CHARACTER, "Nora", "Vera", "Lena", "Mona")
    posed = pose(one, [], Random(0))
    assert posed is not None
    assert len(posed.undrawn) == 1
    stored = json.loads(posed.to_json())
    del stored["undrawn"]
    assert Question.from_json(json.dumps(stored)) == replace(posed, undrawn=())


@given(
    text=st.text(min_size=1),
    options=st.lists(st.text(min_size=1), min_size=4, max_size=4),
    right=st.integers(0, 3),
)
def test_a_question_survives_the_ledger(text: str, options: list[str], right: int) -> None:
    """As JSON and back it is the same, whatever its words are."""
    posed = pose(entry("Yes", Kind.TERM, "No", "Perhaps", "Never"), [], Random(0))
    assert posed is not None
    odd = Question(
        posed.id, posed.topic, text, tuple(options), right, text, posed.spoiler, 0, text, text,
        undrawn=(text,),
    )  # fmt: skip
    assert Question.from_json(odd.to_json()) == odd
