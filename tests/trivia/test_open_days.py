"""While a daily question is open, no round tells its answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.catalog.build import build
from bot.catalog.reader import Catalog
from bot.client import Marquee
from bot.demo.world import World
from cogs.trivia.daily import queries as dailies
from cogs.trivia.draw import Wanted, drawn_of_all, drawn_of_film
from cogs.trivia.models import Question
from cogs.trivia.queries import rounds
from cogs.trivia.verdicts import Verdicts
from tests.small_pack import small_pack, write_pack

from .table import Table, text, told
from .test_dailies import Days, days

__all__ = ["days"]

FACTS = 3


@pytest.fixture
def catalog_path(tmp_path: Path) -> Path:
    """A catalog of one film, with two questions on each of its facts."""
    return built(tmp_path, FACTS)


def built(folder: Path, facts: int) -> Path:
    pack = small_pack()
    (fact,) = pack["facts"]
    pack["facts"] = [
        {
            **fact,
            "id": f"shoot-{number}",
            "text": f"Scene {number} was shot in nine days.",
            "quiz": [
                {
                    **fact["quiz"][0],
                    "id": which,
                    "question": f"Where was scene {number} shot, by {which}?",
                }
                for which in ("day", "night")
            ],
        }
        for number in range(facts)
    ]
    write_pack(folder, pack)
    build(folder, folder / "catalog.db")
    return folder / "catalog.db"


async def drawn(bot: Marquee) -> list[Question]:
    """What the rounds ask that have been started so far."""
    rows = await bot.ledger.rows("SELECT question FROM asked ORDER BY round_id, step")
    return [Question.from_json(row[0]) for row in rows]


async def test_a_round_asks_nothing_on_the_fact_of_the_open_daily_question(
    days: Days, table: Table, world: World, bot: Marquee
) -> None:
    """Neither in a round on its film; who starts it is told why it is shorter."""
    await days.until_due()
    open_one = await days.asked()
    started = await table.start(world.chiyo, questions=25)
    posed = await drawn(bot)
    assert len(posed) == 2 * (FACTS - 1)
    assert open_one.fact not in {one.fact for one in posed}
    assert started.response is not None
    assert (
        "There are only 4 questions on The Kite (1998); 2 have to wait until the daily question "
        "has closed."
    ) in text(started.response.message)


async def test_it_is_asked_again_once_it_has_closed(
    days: Days, table: Table, world: World, bot: Marquee, tmp_path: Path
) -> None:
    """While there is nothing else, the refusal says so."""
    built(tmp_path, 1)
    await bot.catalog.refresh()
    await days.until_due()
    refused = told(await table.start(world.chiyo))
    assert refused == (
        "What I could ask on The Kite (1998) has to wait until the daily question has closed: "
        "2 questions."
    )
    await world.bruno.slash(table.channel, "trivia daily off")
    await days.until_due()
    await table.start(world.chiyo)
    assert len(await drawn(bot)) == 2


async def test_a_daily_question_is_none_that_a_round_is_about_to_ask(
    days: Days, table: Table, world: World, bot: Marquee
) -> None:
    """While there is another."""
    await days.env.advance_time((days.due - days.env.now()).total_seconds() - 1)
    await table.start(world.chiyo, questions=2 * FACTS - 1)
    coming = {one.id for one in await drawn(bot)}
    assert len(coming) == 2 * FACTS - 1
    await days.env.advance_time(2)
    assert (await days.asked()).id not in coming


async def test_a_round_on_all_films_minds_it_too(tmp_path: Path) -> None:
    """See above; the film makes no difference."""
    wanted = Wanted(25, None, 0, {}, Verdicts())
    async with Catalog.open(built(tmp_path, FACTS)) as opened, opened.reading() as read:
        every = await drawn_of_film(read, "kite", wanted, Random(1))
        left = await drawn_of_all(read, replace(wanted, daily=every.posed[:1]), Random(1))
    assert (every.awaited, left.awaited) == (0, 2)
    assert every.posed[0].fact not in {one.fact for one in left.posed}


async def test_what_is_open_or_to_come_is_found_by_an_index(bot: Marquee) -> None:
    """Every start of a round asks for it, however many there have been."""
    plan = await bot.ledger.rows(f"EXPLAIN QUERY PLAN {rounds._TO_COME}", 1)
    assert any("USING INDEX one_live_round" in step for *_, step in plan), plan
    sql = f"{dailies._DAILY} WHERE guild_id = ? AND {dailies._UNFINISHED} ORDER BY day"
    plan = await bot.ledger.rows(f"EXPLAIN QUERY PLAN {sql}", 1)
    assert any("USING INDEX unfinished_daily" in step for *_, step in plan), plan
