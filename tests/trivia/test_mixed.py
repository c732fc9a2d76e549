"""A round over all films, as members play it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.catalog.build import build
from bot.client import Marquee
from bot.demo.world import World
from cogs.trivia.models import ALL_FILMS, Question
from tests.small_pack import Table as Pack
from tests.small_pack import small_pack, write_pack

from .samples import with_singled_out
from .table import Table, text, title, told
from .test_interrupted import reload, restart
from .test_reports import decide, page, queue, report

VEGAS, PAPER = "Leaving Las Vegas (1995)", "The Paper Lighthouse (2011)"


@pytest.fixture
def catalog_path(two_films: Path) -> Path:
    """A catalog of two films."""
    return two_films


def film_of(message: discord.Message) -> str | None:
    """The film that a message names above its title."""
    return message.embeds[0].author.name


def built(folder: Path, *packs: Pack) -> Path:
    """A catalog of some packs."""
    for pack in packs:
        write_pack(folder, pack)
    build(folder, folder / "catalog.db")
    return folder / "catalog.db"


def called(name: str, title: str) -> Pack:
    """The small pack as another film's."""
    pack = small_pack()
    pack["film"] |= {"id": name, "title": title}
    return pack


async def offered(
    table: Table, world: World, typed: str = "", command: str = "trivia start", **given: Any
) -> list[dict[str, Any]]:
    """What the box offers for ``film`` while it is typed in."""
    return await world.chiyo.autocomplete(table.channel, command, "film", typed, **given)


async def films(table: Table) -> list[tuple[str, str]]:
    """Each round's film, and that of each of its questions, as the ledger has them."""
    rows = await table.bot.ledger.rows(
        "SELECT film_id, question FROM round JOIN asked ON round_id = round.id "
        "ORDER BY round_id, step"
    )
    return [(film, Question.from_json(question).film_label) for film, question in rows]


# ---------------------------------------------------------------- choosing it


async def test_all_films_are_offered_first(table: Table, world: World) -> None:
    """Before anything is typed and while it is typed; only for rounds."""
    for typed in ("", " ", "a", "ALL f", "all films"):
        first, *rest = await offered(table, world, typed)
        assert first == {"name": "All films", "value": ALL_FILMS}
        assert "All films" not in [choice["name"] for choice in rest]
    names = [choice["name"] for choice in await offered(table, world)]
    assert names == ["All films", VEGAS, PAPER]
    assert [choice["name"] for choice in await offered(table, world, "leav")] == [VEGAS]
    for command in ("film show", "review scores"):
        assert [choice["name"] for choice in await offered(table, world, "", command)] == [
            VEGAS, PAPER,
        ]  # fmt: skip


@pytest.mark.parametrize("typed", [ALL_FILMS, "all films", "All", " ALL   Films! "])
async def test_all_films_may_be_typed_by_hand(table: Table, world: World, typed: str) -> None:
    """However it is written; what is played is a round over all of them."""
    await table.start(world.chiyo, film=typed)
    assert table.titles() == ["Trivia: All films"]
    assert "Each question says which film it is about." in text(table.messages()[0])
    assert sorted(await films(table)) == [(ALL_FILMS, VEGAS), (ALL_FILMS, PAPER)]


async def test_a_round_of_no_film_says_that_there_is_one_of_all(table: Table, world: World) -> None:
    """Where a film must be named; another command has no such round."""
    refused = told(await table.start(world.chiyo))
    assert refused.startswith("Which film?")
    assert refused.endswith("For a round over all of them choose `All films`.")
    assert "All films" not in told(await world.chiyo.slash(table.channel, "film show"))
    unclear = told(await table.start(world.chiyo, film="l"))  # Leaving, and Lighthouse
    assert unclear.startswith("Which film?")
    assert "All films" not in unclear


async def test_a_thread_has_its_name(table: Table, world: World) -> None:
    """It is about no film in particular."""
    await table.start(world.chiyo, thread=True, film=ALL_FILMS)
    (thread,) = table.channel.threads
    assert thread.name == "Trivia: All films"


async def test_topics_are_those_of_any_film(table: Table, world: World) -> None:
    """While all films are chosen, or typed."""
    for film in (ALL_FILMS, "all films"):
        choices = await world.chiyo.autocomplete(
            table.channel, "trivia start", "topic", "", film=film
        )
        assert "development" in [choice["value"] for choice in choices]  # of one of them


class TestOneFilm:
    """A catalog of one film, which is all films."""

    @pytest.fixture
    def catalog_path(self, one_film: Path) -> Path:
        return one_film

    async def test_it_is_the_round(self, table: Table, world: World) -> None:
        """Nothing else is offered; who types it all the same plays the film's own round."""
        assert [choice["name"] for choice in await offered(table, world)] == [VEGAS]
        await table.start(world.chiyo, film="all films")
        assert table.titles() == [f"Trivia: {VEGAS}"]
        assert film_of(await table.first_question()) is None
        assert await films(table) == [("leaving-las-vegas", "")] * 2


class TestFilmsThatAreCalledSo:
    """Two films that have the words for all of them as their names, and many more."""

    @pytest.fixture
    def catalog_path(self, tmp_path: Path) -> Path:
        names = {"all": "All Or Nothing", "everything": "All Films"}
        more = {f"film-{number}": f"A {number}" for number in range(25)}
        return built(tmp_path, *(called(*film) for film in (names | more).items()))

    async def test_a_films_own_name_wins(self, table: Table, world: World) -> None:
        """Its title or its id; what was chosen is all of them nevertheless."""
        for typed in ("all films", "All", ALL_FILMS):
            await table.start(world.chiyo, film=typed)
            await world.chiyo.slash(table.channel, "trivia stop")
            await table.play_out()
        found = [title for title in table.titles() if title.startswith("Trivia")]
        assert found == [
            "Trivia: All Films (1998)", "Trivia: All Or Nothing (1998)", "Trivia: All films",
        ]  # fmt: skip

    async def test_no_more_is_offered_than_discord_shows(self, table: Table, world: World) -> None:
        """All films and twenty-four of them."""
        choices = await offered(table, world)
        assert len(choices) == 25
        assert choices[0]["value"] == ALL_FILMS


# ---------------------------------------------------------------- playing it


@pytest.mark.parametrize(("film", "count"), [(ALL_FILMS, 2), ("leaving-las-vegas", 10)])
async def test_a_difficulty_is_by_what_was_learnt(
    table: Table, world: World, film: str, count: int
) -> None:
    """Hard are those that players have got wrong, here every other one of each film."""
    async with table.bot.catalog.reading() as read:
        rows = await read.rows("SELECT id, row_number() OVER (PARTITION BY film_id) FROM question")
    hard = {question for question, number in rows if number % 2}
    rated = [(question, 2000 if question in hard else 1000) for question, _ in rows]

    def write(db: sqlite3.Connection) -> None:
        db.executemany("INSERT INTO question_rating VALUES (?, ?, 9)", rated)

    await table.bot.ledger.write(write)
    await table.start(world.chiyo, film=film, questions=count, difficulty="hard")
    asked = await table.bot.ledger.rows("SELECT question_id FROM asked")
    assert len(asked) == count
    assert {question for (question,) in asked} <= hard


async def test_each_question_names_its_film(table: Table, world: World) -> None:
    """While it is open, when it is closed and when it is told; both films come."""
    await table.start(world.chiyo, questions=2, film=ALL_FILMS)
    told_of: set[str | None] = set()
    for ask in (table.first_question, table.next_question):
        message = await ask()
        label = (await table.asked()).film_label
        await table.press_wrong(world.dana)
        reveal = await table.close()
        (closed,) = [shown for shown in table.messages() if shown.id == message.id]
        assert film_of(message) == film_of(closed) == film_of(reveal) == label
        ((film,),) = await table.bot.ledger.rows(
            "SELECT question_id FROM asked WHERE result_id = ?", reveal.id
        )
        async with table.bot.catalog.reading() as read:
            row = await read.one(
                "SELECT title FROM film JOIN question ON film_id = film.id WHERE question.id = ?",
                film,
            )
        assert row is not None
        assert label.startswith(row[0])
        told_of.add(label)
    assert told_of == {VEGAS, PAPER}
    board = table.messages()[-1]
    assert film_of(board) is None
    asked = [(await films(table))[0][1], (await films(table))[1][1]]
    assert any(f"**Hardest question**: {label} · " in text(board) for label in asked)
    described = board.attachments[0].description or ""
    assert any(f"\n{label} · " in described for label in asked)


async def test_a_round_on_one_film_names_it_nowhere_else(table: Table, world: World) -> None:
    """Nor does its board."""
    await table.start(world.chiyo, questions=1, film=VEGAS)
    await table.first_question()
    await table.press_wrong(world.dana)
    await table.close()
    assert [film_of(message) for message in table.messages()] == [None] * 4
    assert "**Hardest question**: " in text(table.messages()[-1])
    assert " · " not in text(table.messages()[-1]).split("Hardest question")[1]


async def test_a_skipped_question_names_its_film(table: Table, world: World) -> None:
    """It is told what it was about."""
    await table.start(world.chiyo, film=ALL_FILMS)
    await table.first_question()
    label = (await table.asked()).film_label
    await world.chiyo.slash(table.channel, "trivia skip")
    notice = table.messages()[-1]
    assert title(notice).endswith("does not count")
    assert film_of(notice) == label


@pytest.mark.parametrize("how", ["restart", "reload"])
async def test_a_round_goes_on_with_its_films(table: Table, world: World, how: str) -> None:
    """The open question and those to come, after a restart as after a reload."""
    await table.start(world.chiyo, questions=2, seconds=30, film=ALL_FILMS)
    message = await table.first_question()
    first = (await table.asked()).film_label
    if how == "restart":
        table = await restart(table)
    else:
        await reload(table, "trivia")
    await table.env.settle()
    assert table.open_question().id == message.id
    await table.press_right(world.dana)
    assert film_of(await table.close()) == first
    assert {first, film_of(await table.next_question())} == {VEGAS, PAPER}
    await table.press_right(world.dana)
    await table.play_out()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question", "Answer", "Final"]


async def test_a_second_start_leads_to_it(table: Table, world: World) -> None:
    """As to any other round."""
    await table.start(world.chiyo, film=ALL_FILMS)
    message = await table.first_question()
    assert message.jump_url in told(await table.start(world.dana, film=VEGAS))


# ---------------------------------------------------------------- what is asked


async def test_a_topic_of_one_film_is_asked_of_that(table: Table, world: World) -> None:
    """The others have no question on it."""
    await table.start(world.chiyo, questions=2, topic="development", film=ALL_FILMS)
    assert table.titles() == ["Trivia: All films · Development"]
    assert await films(table) == [(ALL_FILMS, VEGAS)] * 2


async def test_a_round_that_is_shorter_says_why(table: Table, world: World) -> None:
    """There are no more on the topic."""
    started = await table.start(world.chiyo, questions=25, topic="development", film=ALL_FILMS)
    assert started.response is not None
    count = len(await films(table))
    expected = f"There are only {count} questions on all films about development."
    assert expected in text(started.response.message)


class TestTwoKites:
    """Two films with one question each."""

    @pytest.fixture
    def catalog_path(self, tmp_path: Path) -> Path:
        other = called("lake", "The Lake")
        other["facts"][0]["quiz"][0]["question"] = "Where did they shoot it?"
        return built(tmp_path, small_pack(), other)

    async def test_a_topic_of_no_film_is_refused(self, table: Table, world: World) -> None:
        """With those that there are."""
        refused = told(await table.start(world.chiyo, topic="awards", film=ALL_FILMS))
        assert refused == ("There are no questions on any film about awards. There are: Filming.")
        assert await table.states() == []

    async def test_a_voided_question_is_asked_no_more(self, table: Table, world: World) -> None:
        """Neither of all films nor of its own; moderators see which film it is about."""
        await table.start(world.chiyo, questions=2, film=ALL_FILMS)
        await table.first_question()
        asked = await table.asked()
        await world.chiyo.slash(table.channel, "trivia skip")
        await report(world.dana, table.messages()[-1], "It is wrong")
        await world.chiyo.slash(table.channel, "trivia stop")
        await table.play_out()
        case = await queue(table, world.bruno)
        assert film_of(case) == asked.film_label
        await decide(world.bruno, case, "Void")
        assert film_of(table.messages()[-1]) == asked.film_label
        listed = await page(table, world.bruno, "trivia regrades")
        assert f"\n{asked.film_label} · {asked.text}\n" in text(listed)

        started = await table.start(world.chiyo, questions=2, film=ALL_FILMS)
        assert started.response is not None
        shown = text(started.response.message)
        assert "There is only 1 question on all films; 1 was voided by moderators" in shown
        assert await table.states() == ["stopped", "live"]
        rest = {label for _, label in (await films(table))[2:]}
        assert rest == {"The Kite (1998)", "The Lake (1998)"} - {asked.film_label}
        await world.chiyo.slash(table.channel, "trivia stop")
        await table.play_out()
        refused = told(await table.start(world.chiyo, film=asked.film_label))
        assert "was voided by moderators" in refused


def noted(source: Path, target: Path, where: str) -> Path:
    """A catalog in which some facts are for age-restricted channels only."""
    shutil.copy(source, target)
    with closing(sqlite3.connect(target)) as db, db:
        db.execute(f"UPDATE fact SET notes = 64 WHERE {where}")
    return target


class TestHeldBack:
    """A catalog of two films, of whose facts those on two topics have heavy notes."""

    @pytest.fixture
    def catalog_path(self, two_films: Path, tmp_path: Path) -> Path:
        return noted(two_films, tmp_path / "noted.db", "topic IN ('filming', 'plot')")

    async def test_what_is_held_back_is_said_and_not_asked(
        self, table: Table, world: World, env: simcord.Env, bot: Marquee
    ) -> None:
        """Of all films; an age-restricted channel is asked it."""
        started = await table.start(world.chiyo, questions=25, film=ALL_FILMS)
        async with bot.catalog.reading() as read:
            rows = await read.rows("SELECT id FROM question WHERE topic IN ('filming', 'plot')")
        assert started.response is not None
        held = f"-# {len(rows)} questions held back in this channel (content notes)."
        assert held in text(started.response.message)
        asked = await bot.ledger.rows("SELECT question_id FROM asked")
        assert not set(asked) & set(rows)
        refused = told(
            await Table(env, bot, table.channel).start(world.dana, topic="plot", film=ALL_FILMS)
        )
        assert refused.startswith("What I could ask on all films about plot is held back in this")
        dark = Table(env, bot, world.after_dark)
        await dark.start(world.chiyo, topic="plot", film=ALL_FILMS)
        assert await dark.states() == ["live"]


class TestManyFilms:
    """A catalog of more films than are ever looked into; every second has heavy notes."""

    @pytest.fixture
    def catalog_path(self, tmp_path: Path) -> Path:
        plain = built(tmp_path, *(called(f"film-{n}", f"Picture {n}") for n in range(260)))
        is_noted = "film_id IN (SELECT film_id FROM film_label WHERE rowid % 2)"
        return noted(plain, tmp_path / "noted.db", is_noted)

    async def test_what_was_not_looked_into_is_not_counted(
        self, table: Table, world: World, bot: Marquee
    ) -> None:
        """And that is said, also where there is nothing to ask."""
        started = await table.start(world.chiyo, questions=2, film=ALL_FILMS)
        assert started.response is not None
        assert "-# At least " in text(started.response.message)
        await world.chiyo.slash(table.channel, "trivia stop")
        await table.play_out()

        noted(bot.catalog.path, bot.catalog.path.with_name("all.db"), "true")
        bot.catalog.path.with_name("all.db").replace(bot.catalog.path)
        await bot.catalog.refresh()
        refused = told(await table.start(world.chiyo, film=ALL_FILMS))
        assert refused == (
            "What I could ask on the films that I looked into is held back in this channel "
            "(content notes): 250 questions."
        )


class TestAnswersInTitles:
    """Two films; of the one question on a topic the answer alone has a word of its film's title."""

    @pytest.fixture
    def catalog_path(self, tmp_path: Path) -> Path:
        return built(tmp_path, with_singled_out(), called("lake", "The Lake"))

    @pytest.mark.parametrize(
        ("film", "where", "packs"),
        [
            (ALL_FILMS, "all films", "The film packs have"),
            ("The Kite", "The Kite (1998)", "Its film pack has"),
        ],
    )
    async def test_what_the_film_singles_out_is_not_asked(
        self, table: Table, world: World, film: str, where: str, packs: str
    ) -> None:
        """That is said."""
        refused = told(await table.start(world.chiyo, topic="plot", film=film))
        assert refused == (
            f"What I could ask on {where} about plot lacks plausible wrong options: "
            f"1 question. {packs} to give some."
        )
        started = await table.start(world.chiyo, questions=3, film=film)
        assert started.response is not None
        assert f" on {where} that I can ask here." in text(started.response.message)
        assert (await table.states())[-1] == "live"


async def test_a_round_of_before_goes_on(table: Table, world: World, bot: Marquee) -> None:
    """Its questions were stored without their film."""
    await table.start(world.chiyo, questions=1, seconds=30, film=VEGAS)
    await bot.ledger.write(
        lambda db: (
            db.execute("UPDATE asked SET question = json_remove(question, '$.film_label')").rowcount
        )
    )
    table = await restart(table)
    message = await table.first_question()
    assert film_of(message) is None
    await table.press_right(world.dana)
    await table.close()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]
