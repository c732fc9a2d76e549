"""Races, survival, typed answers, hints and votes, as members play them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import simcord
from simcord.results import InteractionResult

from bot.client import Marquee
from bot.demo.world import World
from bot.ui.text import escape
from cogs.trivia.models import LETTERS
from cogs.trivia.refusals import CLOSED, OUT, SPECTATING, TRIED
from cogs.trivia.times import GRACE_SECONDS

from .table import VOIDED, Table, buttons, labelled, text, title, told


async def test_a_race_is_over_with_the_first_right_answer(table: Table, world: World) -> None:
    """Who was right first takes the points, nobody tries twice, and the reveal comes at once."""
    await table.start(world.chiyo, questions=2, seconds=60, mode="race")
    message = await table.first_question()
    assert told(await table.press_wrong(world.chiyo)).endswith("It cannot be changed.")
    assert told(await table.press_right(world.chiyo)).startswith("In a race your first answer")
    assert told(await table.press_right(world.dana)).startswith("Locked in: ")
    late = await table.press_right(world.bruno)
    assert told(late).startswith("Locked in: ")  # whether it is too late is not told yet
    await table.env.advance_time(2)

    reveal = table.messages()[-1]
    assert title(reveal).startswith("Answer 1 of 2")
    assert f"First: <@{world.dana.id}> +" in text(reveal)
    assert str(world.bruno.id) not in text(reveal)
    assert set(await table.points()) == {world.chiyo.id, world.dana.id}
    assert (await table.points())[world.chiyo.id] == 0
    assert not buttons(next(shown for shown in table.messages() if shown.id == message.id))


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({}, None),
        ({"mode": "race", "difficulty": "hard"}, "**Race** · hard"),
        ({"typed": True, "relaxed": True, "teams": 2}, "**Classic** · typed · relaxed · 2 teams"),
        ({"mode": "survival"}, "**Survival**"),
    ],
)
async def test_the_start_names_how_a_round_is_played(
    table: Table, world: World, options: dict[str, Any], line: str | None
) -> None:
    """In the words of the options, where it is not as usual."""
    started = await table.start(world.chiyo, **options)
    assert started.response is not None
    shown = text(started.response.message)
    assert [one for one in shown.splitlines() if one.startswith("**")] == ([line] if line else [])
    assert ("cost nothing" in shown) == (options.get("mode") != "survival")


async def test_who_is_slower_in_a_race_has_played_too(table: Table, world: World) -> None:
    """Who was right first has won against somebody, which counts on the boards."""
    await table.start(world.chiyo, questions=1, mode="race")
    await table.first_question()
    await table.press_right(world.chiyo)
    await table.press_right(world.dana)
    await table.env.advance_time(2)
    await table.play_out()
    final = text(table.messages()[-1])
    assert f"2\\. <@{world.dana.id}> · 0 points" in final
    assert "solo" not in final
    assert await table.bot.ledger.rows("SELECT players FROM round") == [(2,)]
    shown = await world.ada.slash(table.channel, "trivia leaderboard")
    assert shown.response is not None
    assert f"<@{world.chiyo.id}>" in text(shown.response.message)


async def test_a_race_that_is_won_cannot_be_skipped(table: Table, world: World) -> None:
    """Not even by who started it, in the moment in which earlier clicks are waited for."""
    await table.start(world.bruno, questions=2, mode="race")
    message = await table.first_question()
    await table.press_wrong(world.bruno)
    await table.press_right(world.chiyo)
    pressed = await world.bruno.click(message, custom_id=labelled(message, "Skip"))
    assert told(pressed).startswith("Too late to skip")
    await table.env.advance_time(2)
    assert title(table.messages()[-1]).startswith("Answer 1 of 2")
    assert (await table.points())[world.chiyo.id] > 0


async def test_who_is_out_neither_votes_nor_gets_a_hint(table: Table, world: World) -> None:
    """The question belongs to those who are in, and a majority is one of them."""
    extra = world.guild.add_member(table.env.create_user("evan"))
    await table.start(world.bruno, questions=5, mode="survival")
    await table.first_question()
    for player in (world.ada, world.chiyo):
        await table.press_right(player)
    for player in (world.dana, extra):
        await table.press_wrong(player)
    await table.close()
    message = await table.next_question()
    for label in ("Skip", "Hint"):
        pressed = await world.dana.click(message, custom_id=labelled(message, label))
        assert told(pressed) == OUT
    vote = await world.chiyo.click(message, custom_id=labelled(message, "Skip"))
    assert told(vote).endswith("1 of the 2 votes that it takes.")


async def test_survival_ends_with_the_last_one_standing(table: Table, world: World) -> None:
    """A wrong answer is out, and so is who missed the beginning; the last one has won."""
    await table.start(world.chiyo, questions=5, mode="survival")
    await table.first_question()
    for player in (world.ada, world.chiyo, world.dana):
        await table.press_right(player)
    await table.close()
    await table.next_question()
    await table.press_right(world.ada)
    await table.press_wrong(world.chiyo)
    await table.press_right(world.dana)
    assert "You are out" in told(await table.press_right(world.bruno))
    reveal = await table.close()
    assert f"Out: <@{world.chiyo.id}>." in text(reveal)
    await table.next_question()
    assert "You are out" in told(await table.press_right(world.chiyo))
    await table.press_right(world.dana)
    await table.close()

    assert await table.states() == ["done"]
    board = text(table.messages()[-1])
    assert f"🥇 1. <@{world.dana.id}>" in board
    assert f"Only <@{world.dana.id}> is left." in board


async def test_the_last_one_standing_is_told_before_the_last_question(
    table: Table, world: World
) -> None:
    """Three of five questions are never asked, and the board does not say that they were."""
    await table.start(world.chiyo, questions=5, mode="survival")
    await table.first_question()
    for player in (world.bruno, world.chiyo, world.dana):
        await table.press_right(player)
    await table.close()
    await table.next_question()
    await table.press_right(world.bruno)
    await table.press_wrong(world.chiyo)
    await table.close()
    await table.play_out()
    board = text(table.messages()[-1])
    assert f"Only <@{world.bruno.id}> is left." in board
    assert "last question" not in board
    assert "Still standing" not in board  # it would say the same again


async def test_survival_ends_for_who_plays_alone_with_a_wrong_answer(
    table: Table, world: World
) -> None:
    """Nobody is left then, and that was not the last question."""
    await table.start(world.chiyo, questions=5, mode="survival")
    await table.first_question()
    await table.press_wrong(world.chiyo)
    assert "nobody is out" not in text(await table.close())
    await table.play_out()
    board = text(table.messages()[-1])
    assert "Nobody is left." in board
    assert "last question" not in board


async def test_survival_to_the_last_question_names_who_still_stands(
    table: Table, world: World
) -> None:
    """Several have won then, and the questions did run out."""
    await table.start(world.chiyo, questions=1, mode="survival")
    await table.first_question()
    for player in (world.bruno, world.chiyo):
        await table.press_right(player)
    await table.close()
    await table.play_out()
    board = text(table.messages()[-1])
    assert "That was the last question." in board
    assert f"Still standing: <@{world.bruno.id}>, <@{world.chiyo.id}>." in board


async def test_where_nobody_is_right_nobody_is_out_and_the_reveal_says_so(
    table: Table, world: World
) -> None:
    """Be it that all were wrong, or that nobody answered; who is still in would not know."""
    start = await table.start(world.chiyo, questions=4, mode="survival")
    assert start.response is not None
    assert "puts you out, unless none of several is right." in text(start.response.message)
    await table.first_question()
    for player in (world.bruno, world.chiyo):
        await table.press_wrong(player)
    assert "Nobody was right, so nobody is out." in text(await table.close())
    await table.next_question()
    assert "Nobody answered, so nobody is out." in text(await table.close())


async def type_answer(
    table: Table, player: simcord.actors.MemberActor, typed: str
) -> InteractionResult:
    """Open the form of the open question, fill it in and send it."""
    message = table.open_typed_question()
    form = await player.click(message, custom_id=labelled(message, "Type"))
    return await player.submit_modal(form, {"text": typed})


async def test_answers_can_be_typed(table: Table, world: World) -> None:
    """No options are shown; slips, case and accents do not matter, and nothing is told early."""
    await table.start(world.chiyo, questions=1, seconds=60, typed=True)
    await table.env.advance_time(3.2)
    asked = await table.asked()
    message = table.open_typed_question()
    told_apart = (f"{letter}. {option}" for letter in LETTERS for option in asked.options)
    assert not any(option in text(message) for option in told_apart)

    assert told(await type_answer(table, world.dana, "*nonsense* <@1>")).startswith(
        "Locked in: “\\*nonsense\\*"
    )
    told_right = told(await type_answer(table, world.chiyo, f"  {asked.answer.upper()} "))
    assert told_right.startswith("Locked in: “")
    for nothing in ("   ", "\u200b\u200b"):
        assert told(await type_answer(table, world.ada, nothing)) == "Please type an answer."
    await table.env.advance_time(130)
    reveal = next(shown for shown in table.messages() if title(shown).startswith("Answer"))
    assert "1 of 2 right" in text(reveal)
    assert "Also taken" not in text(reveal)  # it was the answer, but for its case
    points = await table.points()
    assert points[world.dana.id] == 0
    assert points[world.chiyo.id] >= 100


class TestUndrawn:
    """A catalog with one question, whose wrong options are each a letter from its answer."""

    NEAR = ("Vera", "Sora", "Seta", "Serb")

    @pytest.fixture
    def catalog_path(self, one_film: Path, tmp_path: Path) -> Path:
        path = tmp_path / "near.db"
        shutil.copy(one_film, path)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("DELETE FROM question WHERE answer <> 'Sera'")
            db.execute("UPDATE question SET options = ?", (json.dumps(self.NEAR),))
        return path

    async def test_a_wrong_option_that_was_not_drawn_is_wrong_when_typed(
        self, table: Table, world: World
    ) -> None:
        """It would pass for a slip of the answer, were only the drawn ones known."""
        await table.start(world.chiyo, questions=1, seconds=60, typed=True)
        await table.env.advance_time(3.2)
        asked = await table.asked()
        (undrawn,) = {*self.NEAR}.difference(asked.options)
        await type_answer(table, world.dana, undrawn)
        await type_answer(table, world.ada, "Serra")
        await table.env.advance_time(130)
        points = await table.points()
        assert points[world.dana.id] == 0
        assert points[world.ada.id] > 0


class TestUnit:
    """A catalog with one question, whose answer is a bare number of days."""

    @pytest.fixture
    def catalog_path(self, one_film: Path, tmp_path: Path) -> Path:
        path = tmp_path / "days.db"
        shutil.copy(one_film, path)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("DELETE FROM question WHERE answer <> '28'")
            db.execute("UPDATE question SET accept = '[]'")
        return path

    async def test_the_unit_that_was_asked_for_may_be_typed(
        self, table: Table, world: World
    ) -> None:
        """And no other."""
        await table.start(world.chiyo, questions=1, seconds=60, typed=True)
        await table.env.advance_time(3.2)
        assert " days " in (await table.asked()).text
        await type_answer(table, world.dana, "28 weeks")
        await type_answer(table, world.ada, "28 days")
        await table.env.advance_time(130)
        points = await table.points()
        assert points[world.dana.id] == 0
        assert points[world.ada.id] > 0


async def test_the_reveal_says_what_else_was_taken(table: Table, world: World) -> None:
    """Each wording once, and none that was wrong."""
    await table.start(world.chiyo, questions=1, seconds=60, typed=True)
    await table.env.advance_time(3.2)
    asked = await table.asked()
    for player in (world.dana, world.ada):
        await type_answer(table, player, f"the {asked.answer}")
    await type_answer(table, world.chiyo, "nonsense")
    await table.env.advance_time(130)
    reveal = next(shown for shown in table.messages() if title(shown).startswith("Answer"))
    (line,) = [line for line in text(reveal).splitlines() if "Also taken" in line]
    assert line.replace("\\", "") == f"-# Also taken: “the {asked.answer}”"


async def test_a_hint_is_private_and_halves_the_points(
    table: Table, world: World, bot: Marquee
) -> None:
    """Two options are left, the right one among them; asking again tells the same."""
    await table.start(world.chiyo, questions=1, seconds=60, relaxed=True)
    message = await table.first_question()
    asked = await table.asked()
    first = told(await world.dana.click(message, custom_id=labelled(message, "Hint")))
    assert LETTERS[asked.right] in first.split(".")[0].removeprefix("Hint: It is ").split(" or ")
    again = told(await world.dana.click(message, custom_id=labelled(message, "Hint")))
    assert again == first
    await table.press_right(world.dana)
    await table.press_right(world.chiyo)
    await table.close()
    assert await table.points() == {world.chiyo.id: 100, world.dana.id: 50}


async def test_a_hint_that_cannot_help_is_not_given(table: Table, world: World) -> None:
    """In a race, to who has had the one try, or to anybody once it is won."""
    await table.start(world.chiyo, questions=1, seconds=60, mode="race")
    message = await table.first_question()
    hint = labelled(message, "Hint")
    await table.press_wrong(world.dana)
    assert told(await world.dana.click(message, custom_id=hint)) == TRIED
    assert told(await world.ada.click(message, custom_id=hint)).startswith("Hint: ")
    await table.press_right(world.chiyo)
    assert told(await world.bruno.click(message, custom_id=hint)) == CLOSED
    rows = await table.bot.ledger.rows("SELECT user_id FROM hint")
    assert rows == [(world.ada.id,)]


async def test_a_hint_that_comes_too_late_costs_nothing(table: Table, world: World) -> None:
    """In the second after the deadline, in which late clicks arrive, it is refused."""
    await table.start(world.chiyo, questions=1, seconds=10, relaxed=True)
    message = await table.first_question()
    await table.press_right(world.chiyo)
    await table.env.advance_time(table.seconds_left() + 0.3)
    assert table.seconds_left() < 0
    refused = told(await world.chiyo.click(message, custom_id=labelled(message, "Hint")))
    assert refused == "That question is closed."
    await table.env.advance_time(GRACE_SECONDS)
    assert await table.points() == {world.chiyo.id: 100}


async def test_a_skipped_question_that_was_to_be_typed_tells_no_letter(
    table: Table, world: World
) -> None:
    """There were none to be seen."""
    await table.start(world.chiyo, questions=1, seconds=60, typed=True)
    await table.env.advance_time(3.2)
    asked = await table.asked()
    await world.chiyo.slash(table.channel, "trivia skip")
    shown = next(one for one in table.messages() if "It was skipped." in text(one))
    assert f"\nIt was {escape(asked.answer)}." in text(shown)


async def test_a_hint_for_an_answer_to_be_typed(table: Table, world: World) -> None:
    """How it is written, and nothing that would be taken for it."""
    await table.start(world.chiyo, questions=1, seconds=60, typed=True)
    await table.env.advance_time(3.2)
    asked = await table.asked()
    message = table.open_typed_question()
    first = told(await world.dana.click(message, custom_id=labelled(message, "Hint")))
    assert first.startswith("Hint: It is written `")
    assert asked.answer not in first.split("`")[1]
    assert "half the points" in first
    again = told(await world.dana.click(message, custom_id=labelled(message, "Hint")))
    assert again == first


async def test_a_relaxed_round_has_twice_the_time(table: Table, world: World) -> None:
    """And none of its points are for speed, whenever the answer comes."""
    await table.start(world.chiyo, questions=1, seconds=30, relaxed=True)
    await table.first_question()
    assert 59 < table.seconds_left() < 90
    await table.press_right(world.dana)
    await table.close()
    assert await table.points() == {world.dana.id: 100}


async def test_a_majority_skips(table: Table, world: World) -> None:
    """Each vote counts once, by button or command; more than half of who plays is enough."""
    await table.start(world.chiyo, questions=2, seconds=60)
    message = await table.first_question()
    for player in (world.chiyo, world.dana, world.ada):
        await table.press_right(player)
    skip = labelled(message, "Skip")
    for _ in range(2):
        answer = told(await world.dana.click(message, custom_id=skip))
        assert answer == "You have voted to skip this question: 1 of the 2 votes that it takes."
    table.open_question()
    assert await table.points() == {}
    # The starter needs nobody's vote.
    assert "does not count" in told(await world.chiyo.click(message, custom_id=skip))
    await table.env.advance_time(1)
    assert table.kinds()[-1] == VOIDED
    assert await table.points() == {}


async def test_who_plays_alone_skips_alone(table: Table, world: World) -> None:
    """Not a first question, which others are still reading; nor one that nobody plays in."""
    await table.start(world.bruno, questions=4, seconds=60)
    message = await table.first_question()
    assert "1 of the 2" in told(
        await world.chiyo.click(message, custom_id=labelled(message, "Skip"))
    )
    await table.close()
    message = await table.next_question()
    assert "1 of the 2" in told(
        await world.chiyo.click(message, custom_id=labelled(message, "Skip"))
    )
    await table.press_right(world.dana)
    await table.close()
    message = await table.next_question()
    skipped = await world.dana.click(message, custom_id=labelled(message, "Skip"))
    assert "majority" in told(skipped)
    await table.env.advance_time(1)
    assert table.kinds()[-1] == VOIDED


async def test_two_of_three_make_a_majority(table: Table, world: World, env: simcord.Env) -> None:
    """Votes of others than the starter are enough by themselves."""
    extra = world.guild.add_member(env.create_user("evan"))
    await table.start(world.ada, questions=2, seconds=60)
    message = await table.first_question()
    for player in (world.chiyo, world.dana, extra):
        await table.press_right(player)
    skip = labelled(message, "Skip")
    assert "1 of the 2" in told(await world.dana.click(message, custom_id=skip))
    assert "majority" in told(await extra.click(message, custom_id=skip))
    await table.env.advance_time(1)
    assert table.kinds()[-1] == VOIDED


async def test_who_only_watches_does_not_vote(table: Table, world: World, env: simcord.Env) -> None:
    """Neither is a vote of theirs counted, nor kept for when they play; the command says why."""
    extra = world.guild.add_member(env.create_user("evan"))
    await table.start(world.bruno, questions=2, seconds=60)
    message = await table.first_question()
    skip = labelled(message, "Skip")
    # Nobody plays so far, so anybody may vote.
    assert "1 of the 2" in told(await extra.click(message, custom_id=skip))
    await table.press_right(world.chiyo)
    assert told(await world.dana.click(message, custom_id=skip)) == SPECTATING
    assert told(await world.dana.slash(table.channel, "trivia skip")) == SPECTATING
    await table.press_right(world.dana)
    assert "1 of the 2" in told(await world.chiyo.click(message, custom_id=skip))
    assert "majority" in told(await world.dana.click(message, custom_id=skip))
    await table.env.advance_time(1)
    assert table.kinds()[-1] == VOIDED
