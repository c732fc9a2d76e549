"""From quiz entries to questions: every entry of every pack, and the rules behind them."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalog.build import build
from bot.catalog.names import fold
from bot.catalog.reader import Catalog, Reading
from bot.catalog.vocabulary import AGE_RESTRICTED, Kind, Note, mask
from bot.catalog.wording import date_text
from cogs.trivia.models import Entry, Question
from cogs.trivia.queries import catalog
from cogs.trivia.questions import in_turn, pose
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


async def test_every_entry_of_every_pack_makes_a_fair_question(read: Reading) -> None:
    """Four options, one of them right, no two alike, none that is right in other words."""
    posed = 0
    for one in await every_entry(read):
        names = await catalog.pool(read, one, Random(1))
        right = {fold(text) for text in (one.answer, *one.accept)} | await aliases(read, one)
        for seed in range(SEEDS_TRIED):
            question = pose(one, names, Random(seed))
            if question is None:
                assert not one.options, f"{one.text} has wrong options and cannot be asked"
                break
            assert question.answer == one.answer
            assert len({fold(option) for option in question.options}) == 4, question
            wrong = [option for option in question.options if option != one.answer]
            assert len(wrong) == 3
            assert right.isdisjoint(map(fold, wrong)), question
            posed += 1
    assert posed > 60 * SEEDS_TRIED


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


def wrong_options(answer: str, kind: Kind) -> set[str]:
    """Every wrong option that is made for an answer of a kind."""
    made: set[str] = set()
    for seed in range(80):
        question = pose(entry(answer, kind), [], Random(seed))
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


def test_a_rough_figure_stays_rough() -> None:
    """2,500 is not set beside 1,873."""
    for text in wrong_options("2,500", Kind.NUMBER):
        assert text.endswith("00")


@pytest.mark.parametrize("answer", ["8th", "1st place", "none at all"])
def test_what_cannot_be_varied_is_not_asked(answer: str) -> None:
    """Better no question than "3th"."""
    assert wrong_options(answer, Kind.NUMBER) == set()


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


async def test_barred_notes_and_spoilers_are_never_asked(one_film: Path, tmp_path: Path) -> None:
    """What a channel may not be shown is counted; what spoils anything does not exist."""
    path = tmp_path / "noted.db"
    shutil.copy(one_film, path)
    with closing(sqlite3.connect(path)) as db, db:
        noted = "UPDATE fact SET spoiler = 0, notes = ? WHERE topic = 'plot'"
        db.execute(noted, (Note.SEXUAL_VIOLENCE.bit,))
        db.execute("UPDATE fact SET spoiler = 1 WHERE topic = 'filming'")
        (barred,) = db.execute("SELECT count(*) FROM question WHERE topic = 'plot'").fetchone()
    async with Catalog.open(path) as opened, opened.reading() as read:
        open_to_all, held = await catalog.entries(
            read, "leaving-las-vegas", None, mask(AGE_RESTRICTED)
        )
        restricted, none = await catalog.entries(read, "leaving-las-vegas", None, 0)
    assert {one.topic.value for one in open_to_all}.isdisjoint({"plot", "filming"})
    assert held == barred > 0
    assert "plot" in {one.topic.value for one in restricted}
    assert "filming" not in {one.topic.value for one in restricted}
    assert none == 0


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
        posed.id, posed.topic, text, tuple(options), right, text, posed.spoiler, 0, text, text
    )
    assert Question.from_json(odd.to_json()) == odd
