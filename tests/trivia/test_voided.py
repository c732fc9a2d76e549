"""What moderators have voided is asked no more in their server, as members see it."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest
import simcord

from bot.catalog.build import build
from bot.client import Marquee
from bot.demo.world import World
from cogs.trivia.queries import verdicts
from tests.small_pack import small_pack, write_pack

from .table import Table, labelled, text, told
from .test_dailies import Days, days
from .test_reports import decide, page, queue, reported

__all__ = ["days"]

VOIDED = "What I could ask on The Kite (1998) was voided by moderators of this server: 1 question."


@pytest.fixture
def catalog_path(tmp_path: Path) -> Path:
    """A catalog with one film, and one question on it."""
    return built(tmp_path)


def built(folder: Path, question: str | None = None, answer: str | None = None) -> Path:
    """The catalog of the small pack, whose one quiz entry may be mended."""
    pack = small_pack()
    (entry,) = pack["facts"][0]["quiz"]
    entry["question"] = question or entry["question"]
    entry["answer"] = answer or entry["answer"]
    write_pack(folder, pack)
    build(folder, folder / "catalog.db")
    return folder / "catalog.db"


async def void_it(table: Table, world: World) -> discord.Message:
    """Play the question, report it and void it; what the moderator sees then."""
    await reported(table, world)
    done = await decide(world.bruno, await queue(table, world.bruno), "Void")
    assert done.response is not None
    return done.response.message


async def undo_it(table: Table, world: World) -> None:
    lines = await page(table, world.bruno, "trivia regrades")
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo"))


async def is_asked(table: Table, world: World) -> bool:
    """Whether a round is made of the film; it is stopped again."""
    result = await table.start(world.chiyo, questions=1)
    if await table.states() and (await table.states())[-1] == "live":
        await world.chiyo.slash(table.channel, "trivia stop")
        await table.play_out()
        return True
    assert told(result).startswith(VOIDED)
    return False


async def test_a_round_that_is_shorter_than_asked_for_says_why(table: Table, world: World) -> None:
    """Nobody is left to wonder where the other nine are."""
    started = await table.start(world.chiyo, questions=10)
    assert started.response is not None
    shown = text(started.response.message)
    assert "There is only 1 question on The Kite (1998)." in shown
    assert "\n1 question, 10 seconds (more for a long one)." in shown
    await world.chiyo.slash(table.channel, "trivia stop")
    await table.env.advance_time(1)
    exactly = await table.start(world.chiyo, questions=1)
    assert exactly.response is not None
    assert "There is only" not in text(exactly.response.message)


async def test_a_void_question_is_asked_again_only_after_an_undo(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """In no channel of the server; the moderator is told, and other servers still have it."""
    done = await void_it(table, world)
    assert "It is not asked in this server again" in done.content
    assert not await is_asked(table, world)
    assert not await is_asked(Table(env, bot, world.after_dark), world)
    elsewhere = env.create_guild("Elsewhere")
    hall = Table(env, bot, elsewhere.create_text_channel("hall"))
    await hall.start(elsewhere.add_member(env.create_user("evan")), questions=1)
    assert await hall.states() == ["live"]

    await undo_it(table, world)
    assert await is_asked(table, world)


@pytest.mark.parametrize(
    "mended",
    [{"question": "Where was most of the film shot?"}, {"answer": "On a beach in Wales"}],
    ids=["question", "answer"],
)
async def test_a_mended_question_is_asked_again(
    table: Table, world: World, bot: Marquee, tmp_path: Path, mended: dict[str, str]
) -> None:
    """It has the id of before, but does not read the same; mended back, it is barred again."""
    await void_it(table, world)
    for change, is_askable in ((mended, True), ({}, False)):
        built(tmp_path, **change)
        await bot.catalog.refresh()
        assert await is_asked(table, world) is is_askable
    ids = await bot.ledger.rows("SELECT DISTINCT question_id FROM asked")
    assert len(ids) == 1


async def test_the_other_questions_of_a_film_are_still_asked(
    table: Table, world: World, bot: Marquee, tmp_path: Path
) -> None:
    """Only what was voided is missing from a round."""
    await void_it(table, world)
    pack = small_pack()
    (fact,) = pack["facts"]
    (entry,) = fact["quiz"]
    fact["quiz"].append({**entry, "id": "time", "question": "Where was it not shot by night?"})
    write_pack(tmp_path, pack)
    build(tmp_path, tmp_path / "catalog.db")
    await bot.catalog.refresh()
    await table.start(world.chiyo, questions=25)
    message = await table.first_question()
    assert "Question 1 of 1" in text(message)
    assert "Where was it not shot by night?" in text(message)


async def test_a_topic_of_which_all_was_voided_says_so(
    table: Table, world: World, bot: Marquee, tmp_path: Path
) -> None:
    """Though it is offered, and the film has questions on other topics, which are still asked."""
    await void_it(table, world)
    pack = small_pack()
    (fact,) = pack["facts"]
    other = {**fact["quiz"][0], "id": "time", "question": "Where was it not shot by night?"}
    pack["facts"].append({**fact, "id": "night", "topic": "casting", "quiz": [other]})
    write_pack(tmp_path, pack)
    build(tmp_path, tmp_path / "catalog.db")
    await bot.catalog.refresh()

    refused = told(await table.start(world.chiyo, topic="filming"))
    assert refused == (
        "What I could ask on The Kite (1998) about filming was voided by moderators of this "
        "server: 1 question. They can take that back with `/trivia regrades`."
    )
    await table.start(world.chiyo, topic="casting")
    assert "Question 1 of 1" in text(await table.first_question())


async def test_it_is_no_daily_question_either(table: Table, world: World, days: Days) -> None:
    """While there is nothing else, there is none; after an undo it comes again."""
    await void_it(table, world)
    await days.until_due()
    assert days.questions() == []
    await undo_it(table, world)
    await days.until_due()
    assert len(days.questions()) == 1


async def test_a_voided_question_that_cannot_be_read_stops_no_round(
    table: Table, world: World, bot: Marquee
) -> None:
    """It was written by other code; whether it reads the same cannot be said."""
    await void_it(table, world)
    await bot.ledger.write(lambda db: db.execute("UPDATE verdict SET question = '{}'").rowcount)
    assert await is_asked(table, world)


async def test_what_is_decided_is_found_by_an_index(bot: Marquee) -> None:
    """Every start of a round asks for it, however many verdicts all servers have."""
    plan = await bot.ledger.rows(f"EXPLAIN QUERY PLAN {verdicts._IN_FORCE}", 1)
    assert any("USING INDEX verdict_in_force" in step for *_, step in plan)


class TestTwo:
    """The small pack with a second question."""

    @pytest.fixture
    def catalog_path(self, tmp_path: Path) -> Path:
        pack = small_pack()
        quiz = pack["facts"][0]["quiz"]
        quiz.append({**quiz[0], "id": "again", "question": "Once more: " + quiz[0]["question"]})
        write_pack(tmp_path, pack)
        build(tmp_path, tmp_path / "catalog.db")
        return tmp_path / "catalog.db"

    async def test_what_was_voided_is_missing_from_a_round_and_that_is_said(
        self, table: Table, world: World
    ) -> None:
        """The film has more questions than are asked."""
        await void_it(table, world)
        started = await table.start(world.chiyo, questions=2)
        assert started.response is not None
        shown = text(started.response.message)
        assert "There is only 1 question on The Kite (1998); 1 was voided by moderators" in shown
