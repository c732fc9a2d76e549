"""Drawing the questions of a round over all films: the rules, and what is read for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.build import build
from bot.catalog.pack import SLUG
from bot.catalog.reader import Catalog, Reading
from bot.catalog.vocabulary import Kind, Topic
from cogs.trivia import draw
from cogs.trivia.draw import Drawn, RatingsOf, Wanted, drawn_of_all, drawn_of_film
from cogs.trivia.giveaways import gives_away, is_singled_out
from cogs.trivia.models import ALL_FILMS, Entry, Question
from cogs.trivia.queries import catalog
from cogs.trivia.questions import in_turn, next_in_turn, pose
from cogs.trivia.rating import Difficulty, Rating
from cogs.trivia.verdicts import Verdicts
from tests.small_pack import Table, small_pack, write_pack

from .samples import entry, question, with_singled_out

FILMS = 60
PLACES = ["In a barn", "On a roof", "In a wood"]
LABEL = "The Paper Lighthouse (2011)"


def pack_of(number: int) -> Table:
    """A film with four questions; one of six is on casting, and every tenth film has that."""
    pack = small_pack()
    pack["film"] |= {"id": f"film-{number}", "title": f"Picture {number}"}
    quiz = [
        {
            "id": f"q{which}", "question": f"Where did scene {which} play?",
            "answer": f"On pier {number}", "kind": "place", "options": PLACES,
        }
        for which in range(4)
    ]  # fmt: skip
    (fact,) = pack["facts"]
    pack["facts"] = [
        {**fact, "id": f"f{which}", "text": f"It was shot, {number}, {which}.", "quiz": [one]}
        for which, one in enumerate(quiz)
    ]
    if number % 10 == 0:
        pack["facts"][0]["topic"] = "casting"
    return pack


@pytest.fixture(scope="module")
def sixty_films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of more films than are looked into at a time."""
    return built(tmp_path_factory.mktemp("sixty"), FILMS)


def built(folder: Path, films: int) -> Path:
    for number in range(films):
        write_pack(folder, pack_of(number))
    build(folder, folder / "catalog.db")
    return folder / "catalog.db"


@pytest.fixture
async def read(sixty_films: Path) -> AsyncGenerator[Reading]:
    async with Catalog.open(sixty_films) as opened, opened.reading() as reading:
        yield reading


def wanted(count: int, **more: object) -> Wanted:
    return replace(Wanted(count, None, 0, {}, Verdicts()), **more)  # pyright: ignore[reportArgumentType]


def known(ratings: Mapping[str, Rating], asked: list[str] | None = None) -> RatingsOf:
    """What looks ratings up, and notes whose."""

    async def ratings_of(ids: Sequence[str]) -> Mapping[str, Rating]:
        if asked is not None:
            asked.extend(ids)
        return {one: ratings[one] for one in ids if one in ratings}

    return ratings_of


def voiding(entries: Iterable[Entry]) -> Verdicts:
    return Verdicts(frozenset(one.phrasing for one in entries))


def labels(drawn: Drawn) -> set[str]:
    return {one.film_label for one in drawn.posed}


async def every_entry(read: Reading) -> list[Entry]:
    films = await catalog.films(read)
    return (await catalog.entries_of_films(read, films, None, 0))[0]


# ---------------------------------------------------------------- whose turn it is


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Entries of a few films, which have from one to many each."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    return [
        entry("a", name=f"{film}.{number}", fact=f"{film}.{number}", film=f"film-{film}")
        for film, size in enumerate(sizes)
        for number in range(size)
    ]


@given(entries(), st.data())
def test_what_was_seen_last_comes_last(known: list[Entry], data: st.DataObject) -> None:
    """And of equals no film again before the others; whichever turn out to make no question."""
    ids = st.sampled_from([one.id for one in known])
    seen = data.draw(st.dictionaries(ids, st.integers(1, 3)))
    useless = data.draw(st.sets(ids))
    left = in_turn(known, seen, Random(data.draw(st.integers())))
    chosen: list[Entry] = []
    while left:
        often = Counter(one.film for one in chosen)
        one = next_in_turn(left, chosen, seen)
        since = min(seen.get(other.id, 0) for other in left)
        assert seen.get(one.id, 0) == since
        equals = [other for other in left if seen.get(other.id, 0) == since]
        assert often[one.film] == min(often[other.film] for other in equals)
        left.remove(one)
        if one.id not in useless:
            chosen.append(one)


async def test_a_film_whose_questions_were_all_seen_waits(two_films: Path) -> None:
    """Else a server with one small film would be asked the same of it in every round."""
    async with Catalog.open(two_films) as opened, opened.reading() as read:
        known = await every_entry(read)
        small = min(Counter(one.film for one in known).items(), key=lambda item: item[1])[0]
        seen = {one.id: 5 for one in known if one.film == small}
        drawn = await drawn_of_all(read, wanted(25, seen=seen), Random(1))
    assert len(drawn.posed) == 25
    assert seen.keys().isdisjoint(one.id for one in drawn.posed)


def test_films_are_as_likely_as_each_other() -> None:
    """However many questions each has."""
    known = [
        entry("a", name=f"{film}{number}", fact=f"{film}{number}", film=film)
        for film, size in (("much", 40), ("little", 2))
        for number in range(size)
    ]
    first = Counter(in_turn(known, {}, Random(seed))[0].film for seed in range(400))
    assert 150 < first["much"] < 250


def test_only_what_was_seen_as_long_ago_goes_before_a_circle() -> None:
    """Two that give each other away, of two films: the third film's goes before the second."""
    fern, elm = (
        entry(answer, name=answer, fact=told, film=answer)
        for answer, told in (("Fern", "Elm."), ("Elm", "Fern."))
    )
    moss = entry("Moss", name="Moss", fact="Nothing.", film="Moss")
    assert next_in_turn([elm, moss], [fern], {}) is moss
    assert next_in_turn([elm, moss], [fern], {"Moss": 1}) is elm


# ---------------------------------------------------------------- what the film tells


@pytest.mark.parametrize(
    ("answer", "wrong", "text", "expected"),
    [
        ("A house of paper", ("A barn", "A mill", "A boat"), "What burns?", True),
        ("A house of paper", ("A paper boat", "A mill", "A barn"), "What burns?", False),
        ("A house of paper", ("A barn", "A mill", "A boat"), "What burns like paper?", False),
        ("16 September 2011", ("9 September 2010", "1 May 2009", "2 June 2012"), "When?", True),
        ("16 September 2011", ("9 September 2011", "1 May 2009", "2 June 2012"), "When?", False),
        ("The barn", ("A mill", "A boat", "A house"), "Where?", False),
    ],
)
def test_a_word_of_the_label_must_not_single_the_answer_out(
    answer: str, wrong: tuple[str, str, str], text: str, expected: object
) -> None:
    """Nor its year; words as short as "the" are no sign of anything."""
    asked = replace(
        question(1), text=text, options=(wrong[0], answer, *wrong[1:]), right=1, film_label=LABEL
    )
    assert is_singled_out(asked) is expected
    assert is_singled_out(replace(asked, film_label="")) is False


def test_the_label_of_one_question_may_give_another_away() -> None:
    """So the other is asked first."""
    teller = replace(question(1), film_label=LABEL)
    asked = replace(question(2), options=("Paper Lighthouse", "b", "c", "d"))
    assert gives_away(teller, asked)
    assert not gives_away(replace(teller, film_label=""), asked)


@pytest.mark.parametrize("difficulty", Difficulty)
async def test_no_film_singles_out_the_answer_of_its_question(
    two_films: Path, difficulty: Difficulty
) -> None:
    """Neither beside it nor above the round; and nearly all there is can be asked."""
    all_of_it = wanted(95, difficulty=difficulty)
    async with Catalog.open(two_films) as opened, opened.reading() as read:
        known = {one.id: one for one in await every_entry(read)}
        mixed = (await drawn_of_all(read, all_of_it, Random(1))).posed
        alone = (await drawn_of_film(read, "leaving-las-vegas", all_of_it, Random(1))).posed
    for posed in (mixed, alone):
        assert len(posed) > 0.95 * sum(
            one.film in {known[q.id].film for q in posed} for one in known.values()
        )
        labelled = [replace(one, film_label=known[one.id].film_label) for one in posed]
        assert not any(map(is_singled_out, labelled))
    assert {one.film_label for one in alone} == {""}


async def test_a_daily_or_only_film_singles_nothing_out_either(tmp_path: Path) -> None:
    """A question of whose options the right one alone has a word of the title is not asked."""
    pack = with_singled_out()
    del pack["facts"][0]
    write_pack(tmp_path, pack)
    build(tmp_path, tmp_path / "catalog.db")
    async with Catalog.open(tmp_path / "catalog.db") as opened, opened.reading() as read:
        assert not (await drawn_of_film(read, "kite", wanted(1), Random(1))).posed
        known, _ = await catalog.entries(read, "kite", None, 0)
        assert len(known) == 1
        assert not await draw.posed_questions(read, known, 1, {}, Random(1))  # as a day's is drawn


# ---------------------------------------------------------------- what is looked into


async def test_each_question_is_of_another_film(read: Reading) -> None:
    """As long as there are films; then each comes twice before one comes thrice."""
    for count in (7, 25, FILMS):
        drawn = await drawn_of_all(read, wanted(count), Random(count))
        assert len(labels(drawn)) == len(drawn.posed) == count
    often = Counter(one.film_label for one in (
        await drawn_of_all(read, wanted(FILMS + 9), Random(1))
    ).posed)  # fmt: skip
    assert sorted(often.values()) == [1] * (FILMS - 9) + [2] * 9


async def test_not_all_films_are_looked_into(read: Reading) -> None:
    """For a round of three the first few will do, others for another round; that is said."""
    some = [await drawn_of_all(read, wanted(3), Random(seed)) for seed in range(30)]
    assert {one.left for one in some} == {4 * draw._AT_A_TIME}
    assert all(one.is_sample for one in some)
    assert len(set().union(*map(labels, some))) > 40
    assert not (await drawn_of_all(read, wanted(FILMS), Random(1))).is_sample


async def test_films_are_looked_into_for_what_the_server_has_not_seen(read: Reading) -> None:
    """Nor voided; be it in the last of them."""
    known = await every_entry(read)
    fresh = {one.film_label for one in known if one.film in ("film-7", "film-33")}
    others = [one for one in known if one.film_label not in fresh]
    seen = wanted(2, seen={one.id: 5 for one in others})
    voided = wanted(2, verdicts=voiding(others))
    for seed in range(5):
        for asked_for in (seen, voided):
            assert labels(await drawn_of_all(read, asked_for, Random(seed))) == fresh


async def test_there_is_an_end_to_looking(tmp_path: Path) -> None:
    """A server that has seen everything is asked from what was looked into."""
    path = built(tmp_path, draw._FILMS_TRIED + 1)
    async with Catalog.open(path) as opened, opened.reading() as read:
        seen = {one.id: 5 for one in await every_entry(read)}
        drawn = await drawn_of_all(read, wanted(2, seen=seen), Random(1))
    assert drawn.left == 4 * draw._FILMS_TRIED
    assert drawn.is_sample
    assert len(drawn.posed) == 2


async def test_a_topic_is_looked_for_in_films_that_have_it(read: Reading) -> None:
    """Six films of sixty; none of the others is looked into."""
    drawn = await drawn_of_all(read, wanted(6, topic=Topic.CASTING), Random(1))
    assert len(labels(drawn)) == drawn.left == 6
    assert {one.topic for one in drawn.posed} == {Topic.CASTING}
    assert not drawn.is_sample


async def test_voided_questions_and_notes_are_counted(read: Reading) -> None:
    """Over all films that were looked into."""
    known = await every_entry(read)
    gone = voiding(known[:50])
    drawn = await drawn_of_all(read, wanted(FILMS, verdicts=gone), Random(1))
    assert (drawn.voided, drawn.left, drawn.held) == (50, len(known) - 50, 0)
    assert gone.voided.isdisjoint(one.phrasing for one in drawn.posed)


@pytest.mark.parametrize("difficulty", [Difficulty.EASY, Difficulty.HARD])
async def test_the_difficulty_is_asked_first(read: Reading, difficulty: Difficulty) -> None:
    """Of each film: scenes 0 and 1 are the easy ones, in the lower third by rating."""
    scenes = {Difficulty.EASY: {"0", "1"}, Difficulty.HARD: {"2", "3"}}
    ratings = {
        one.id: Rating(1000 + 100 * int(one.text.split()[3])) for one in await every_entry(read)
    }
    asked_for = wanted(20, difficulty=difficulty, ratings_of=known(ratings))
    drawn = await drawn_of_all(read, asked_for, Random(1))
    assert len(labels(drawn)) == 20
    assert {one.text.split()[3] for one in drawn.posed} == scenes[difficulty]


async def test_only_what_may_be_drawn_has_its_rating_read(read: Reading) -> None:
    """Of the films that are looked into, or of the one, and nothing that was voided."""
    every = await every_entry(read)
    gone = voiding(every[::2])
    valid = {one.id for one in every[1::2]}
    asked: list[str] = []
    asked_for = wanted(3, verdicts=gone, ratings_of=known({}, asked))
    drawn = await drawn_of_all(read, asked_for, Random(1))
    assert len(asked) == drawn.left < len(valid)
    assert valid >= set(asked)

    asked.clear()
    await drawn_of_film(read, "film-7", asked_for, Random(1))
    assert sorted(asked) == sorted(one.id for one in every[1::2] if one.film == "film-7")


async def test_what_is_read_is_found_by_an_index(read: Reading) -> None:
    """However many questions there are: films step by step, and the questions of a few."""
    plans = [
        await read.rows(f"EXPLAIN QUERY PLAN {catalog._FILMS}", "casting", "casting"),
        await read.rows(f"EXPLAIN QUERY PLAN {catalog._ENTRIES_OF_FILMS}", "[]", None, None),
    ]
    for plan in plans:
        steps = [step for *_, step in plan if "question" in step]
        assert steps
        assert all("SEARCH question USING" in step for step in steps), steps


async def test_the_same_seed_draws_the_same_round(read: Reading) -> None:
    """So that an interaction's id tells the whole of it."""
    first, again, other = [await drawn_of_all(read, wanted(7), Random(seed)) for seed in (1, 1, 2)]
    assert first == again != other


def test_a_question_stored_without_its_film_still_reads() -> None:
    """It was asked in a round of before."""
    stored = pose(entry("Yes", Kind.TERM, "No", "Perhaps", "Never"), [], Random(0))
    assert stored is not None
    assert stored.film_label == ""
    text = stored.to_json().replace(', "film_label": ""', "")
    assert "film_label" not in text
    assert Question.from_json(text) == stored
    shown = replace(stored, film_label=LABEL)
    assert Question.from_json(shown.to_json()) == shown


def test_no_film_has_the_id_of_all_of_them() -> None:
    """So whatever has it in the ledger is a round over all films."""
    assert re.fullmatch(SLUG, "the-paper-lighthouse")
    assert not re.fullmatch(SLUG, ALL_FILMS)
