"""What moderators let count as right holds in rounds to come, as members play them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.build import build
from bot.catalog.vocabulary import Kind
from bot.client import Marquee
from bot.demo.world import World
from cogs.trivia.models import LETTERS, Question
from cogs.trivia.questions import pose
from cogs.trivia.rating import Difficulty
from cogs.trivia.verdicts import Verdicts, not_voided
from tests.small_pack import small_pack, write_pack

from .samples import entry
from .table import Table, labelled
from .test_dailies import Days, days
from .test_modes import type_answer
from .test_reports import decide, now, page, queue, reported, typed_round

__all__ = ["days"]

ASIDE = "In rounds to come it counts as right too, and is not offered as wrong."


@pytest.fixture
def catalog_path(tmp_path: Path) -> Path:
    """A catalog with one question, on which the pack knows five wrong options."""
    pack = small_pack()
    pack["facts"][0]["quiz"][0]["options"] += ["On a hill", "Up a tree"]
    write_pack(tmp_path, pack)
    build(tmp_path, tmp_path / "catalog.db")
    return tmp_path / "catalog.db"


async def let_count(table: Table, world: World) -> str:
    """Let the wrong option count that Dana chose; its text."""
    asked = await reported(table, world)
    chosen = (asked.right + 1) % 4
    shown = await queue(table, world.bruno)
    await decide(world.bruno, shown, f"Also right: {LETTERS[chosen]}")
    assert f"Done: 1 player's score changed. {ASIDE}" in now(table, shown).content
    return asked.options[chosen]


async def posed_next(table: Table, world: World) -> Question:
    """The question of another round, which is stopped then."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    asked = await table.asked()
    await world.chiyo.slash(table.channel, "trivia stop")
    await table.play_out()
    return asked


async def undo(table: Table, world: World) -> str:
    """Take the last verdict back; what the moderator is told."""
    lines = await page(table, world.bruno, "trivia regrades")
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo"))
    return now(table, lines).content


async def test_what_counts_as_right_is_no_wrong_option_again(table: Table, world: World) -> None:
    """In no channel of the server, until that is undone."""
    text = await let_count(table, world)
    for _ in range(4):
        asked = await posed_next(table, world)
        assert text not in asked.wrong
        assert len(set(asked.options)) == 4
    undone = await undo(table, world)
    assert undone.startswith("Done: 1 player's score changed.")
    assert ASIDE not in undone
    assert text in (await posed_next(table, world)).wrong


async def test_what_counts_as_right_may_be_typed(table: Table, world: World) -> None:
    """The option that a moderator let count is an answer like the pack's own."""
    text = await let_count(table, world)
    await table.start(world.chiyo, questions=1, seconds=30, typed=True)
    await table.env.advance_time(3.2)
    await type_answer(table, world.dana, text.upper())
    await table.play_out()
    ((correct,),) = await table.bot.ledger.rows("SELECT correct FROM award WHERE round_id = 2")
    assert correct


async def test_a_wording_that_was_accepted_is_known_from_then_on(
    table: Table, world: World
) -> None:
    """Also as it is written otherwise; who types it is not to be paid by hand again."""
    await typed_round(table, (world.dana, "by the SEA"))
    await decide(world.bruno, await queue(table, world.bruno), "Accept")
    await table.start(world.chiyo, questions=1, seconds=30, typed=True)
    await table.env.advance_time(3.2)
    await type_answer(table, world.dana, "By the sea.")
    await table.play_out()
    ((correct,),) = await table.bot.ledger.rows("SELECT correct FROM award WHERE round_id = 2")
    assert correct


async def test_two_verdicts_on_a_question_both_hold(table: Table, world: World) -> None:
    """Each is of another round, in which the options stood in another order."""
    first = await let_count(table, world)
    await table.start(world.chiyo, questions=1, seconds=30)
    await table.first_question()
    asked = await table.asked()
    wrong = (asked.right + 1) % 4
    await table.press(world.dana, LETTERS[wrong])
    reveal = await table.close()
    form = await world.dana.click(reveal, custom_id=labelled(reveal, "Report"))
    await world.dana.submit_modal(form, {"text": "And this"})
    shown = await queue(table, world.bruno)
    await decide(world.bruno, shown, f"Also right: {LETTERS[wrong]}")
    # Three wrong options are left of the five.
    left = await posed_next(table, world)
    assert set(left.wrong) == {"In a barn", "On a roof", "In a wood", "On a hill", "Up a tree"} - {
        first,
        asked.options[wrong],
    }
    assert set(left.accept) == {first, asked.options[wrong]}


async def test_it_holds_for_the_daily_question(table: Table, world: World, days: Days) -> None:
    """As for any other."""
    text = await let_count(table, world)
    await days.until_due()
    assert (await days.asked()).accept == (text,)


async def test_another_server_decides_for_itself(table: Table, world: World, bot: Marquee) -> None:
    text = await let_count(table, world)
    elsewhere = table.env.create_guild("Elsewhere")
    hall = Table(table.env, bot, elsewhere.create_text_channel("hall"))
    await hall.start(elsewhere.add_member(table.env.create_user("evan")), questions=1)
    await hall.first_question()
    assert text in (await hall.asked()).wrong


async def test_a_verdict_that_cannot_be_read_stops_no_round(
    table: Table, world: World, bot: Marquee
) -> None:
    """It was written by other code: perhaps with a slot that there is none of."""
    text = await let_count(table, world)
    await bot.ledger.write(lambda db: db.execute("UPDATE verdict SET slots = '[9]'").rowcount)
    assert text in (await posed_next(table, world)).wrong


def test_too_few_other_options_make_no_question() -> None:
    """Two wrong options and one that is right as well would be unfair."""
    one = entry("On a beach", Kind.PLACE, "In a barn", "On a roof", "In a wood")
    (left,) = not_voided([one], Verdicts(also_right={one.phrasing: ("on a ROOF",)}))
    assert left.options == ("In a barn", "In a wood")
    assert pose(left, {}, Random(1)) is None


@given(
    right=st.integers(10, 99),
    more=st.integers(10, 99),
    seed=st.integers(0, 50),
    difficulty=st.sampled_from(Difficulty),
)
def test_no_made_option_says_the_same_in_another_way(
    right: int, more: int, seed: int, difficulty: Difficulty
) -> None:
    """A moderator accepted "forty two": then 42 is not offered as wrong."""
    one = entry(str(right), Kind.NUMBER)
    words = f"{more:,}.0" if seed % 2 else in_words(more)
    (left,) = not_voided([one], Verdicts(also_right={one.phrasing: (words,)}))
    posed = pose(left, {}, Random(seed), difficulty=difficulty)
    assert posed is not None
    assert str(more) not in posed.wrong or more == right


TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()


def in_words(number: int) -> str:
    """A number under a hundred as it is written out."""
    if number < 20:
        return UNITS[number]
    unit = number % 10
    return TENS[number // 10 - 2] + (f" {UNITS[unit]}" if unit else "")
