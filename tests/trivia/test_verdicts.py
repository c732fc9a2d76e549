"""A question that several rounds of a server have asked, ruled on as a moderator does it."""

from __future__ import annotations

import simcord

from bot.client import Marquee
from bot.demo.world import World
from cogs.trivia.models import LETTERS
from cogs.trivia.reports import render as words

from .table import Table, forged, labelled, text, title, told
from .test_dailies import Days, days
from .test_reports import board, decide, labels, now, page, queue, report, wrong_letter
from .test_voided import catalog_path

__all__ = ["catalog_path", "days"]


async def play(table: Table, world: World) -> str:
    """A round of the only question there is: Chiyo is right, Dana wrong. What Dana chose."""
    await table.start(world.chiyo, questions=1, seconds=30, relaxed=True)
    await table.first_question()
    asked = await table.asked()
    await table.press_right(world.chiyo)
    await table.press(world.dana, wrong_letter(asked))
    await table.close()
    await table.play_out()
    return asked.options[LETTERS.index(wrong_letter(asked))]


async def test_a_void_question_earns_nothing_in_any_round(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """The report came from the second; its channel alone is told, and one undo restores all."""
    first = Table(env, bot, world.after_dark)
    await play(first, world)
    await play(table, world)
    reveal = next(one for one in table.messages() if title(one).startswith("Answer"))
    await report(world.dana, reveal, "The source is wrong")
    before, quiet = await board(table, world.ada), len(first.messages())
    assert f"<@{world.chiyo.id}> · 200 points" in before

    shown = await queue(table, world.bruno)
    assert "void 1, " in text(shown)
    await decide(world.bruno, shown, "Void")
    public = table.messages()[-1]
    assert f"<@{world.chiyo.id}> -100 · now 0 points" in text(public)
    assert (
        "The same question was in 1 other round of this server, where 1 player's points change too."
    ) in text(public)
    assert now(table, shown).content.startswith("Done: 1 player's score in 2 rounds changed.")
    assert (await first.points(), await table.points()) == ({}, {})
    assert told(await world.ada.slash(table.channel, "trivia leaderboard")).startswith("No round")

    lines = await page(table, world.ada, "trivia regrades")
    assert labels(lines) == ["Undo #1"]
    assert "question 1 and 1 other round: it does not count any more" in text(lines)
    await world.ada.click(lines, custom_id=labelled(lines, "Undo"))
    assert "of this server, where 1 player's points change too." in text(table.messages()[-1])
    assert await board(table, world.ada) == before
    assert len(first.messages()) == quiet


async def test_one_more_option_is_right_in_every_round(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Whichever letter it has there; what each verdict would change is counted over all."""
    first = Table(env, bot, world.after_dark)
    chosen = await play(first, world)
    await table.start(world.chiyo, questions=1, seconds=30, relaxed=True)
    await table.first_question()
    letter = LETTERS[(await table.asked()).options.index(chosen)]
    await table.press(world.ada, letter)
    reveal = await table.close()
    await table.play_out()
    await report(world.ada, reveal, "Mine is right")
    shown = await queue(table, world.bruno)
    assert f"{letter} also right 2" in text(shown)
    await decide(world.bruno, shown, f"Also right: {letter}")
    assert await table.points() == {world.ada.id: 100}
    assert await first.points() == {world.chiyo.id: 100, world.dana.id: 100}
    assert "Done: 2 players' scores in 2 rounds changed." in now(table, shown).content


async def test_a_skipped_question_may_have_counted_elsewhere(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Voiding it takes that away, and the queue says so before."""
    other = Table(env, bot, world.after_dark)
    await play(other, world)
    await table.start(world.chiyo, questions=1, seconds=30)
    await table.first_question()
    await world.chiyo.slash(table.channel, "trivia skip")
    reveal = next(one for one in table.messages() if "It was skipped." in text(one))
    await report(world.dana, reveal, "Nobody can know")
    await table.play_out()
    shown = await queue(table, world.bruno)
    assert "It was skipped here. Voiding it changes 1 score of other rounds." in text(shown)
    await decide(world.bruno, shown, "Void")
    assert await other.points() == {}


async def test_another_live_round_with_the_question_is_waited_for(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Which it is, nobody is told; the queue shows no verdicts until it is over."""
    await play(table, world)
    reveal = next(one for one in table.messages() if title(one).startswith("Answer"))
    await report(world.dana, reveal, "Mine is right")
    other = Table(env, bot, world.after_dark)
    await other.start(world.chiyo, questions=1, seconds=30)
    await other.first_question()
    shown = await queue(table, world.bruno)
    assert labels(shown) == ["Dismiss"]
    assert words.REFUSALS[words.Why.ELSEWHERE] in text(shown)
    assert str(other.channel.id) not in text(shown)
    assert bot.user is not None
    button = forged(env, table.channel, bot.user.id, "verdict:1:0:v")
    form = await world.bruno.click(button, custom_id="verdict:1:0:v")
    refusal = told(await world.bruno.submit_modal(form, {"text": "?"}))
    assert refusal == words.REFUSALS[words.Why.ELSEWHERE]
    await other.play_out()
    assert "Void the question" in labels(await queue(table, world.bruno))


async def test_a_day_and_a_round_with_the_same_question_go_together(
    days: Days, table: Table, world: World
) -> None:
    """Voided by a report of the one, it counts in neither; and the other way round."""
    await play(table, world)
    before = await table.points()
    for _ in range(2):
        await days.until_due()
        await days.press(world.dana, 0)
    message = days.questions()[-1]
    round_reveal = next(one for one in table.messages() if title(one).startswith("Answer 1"))
    day_reveal = days.reveals()[0]
    await report(world.ada, round_reveal, "Mine is right")
    await report(world.dana, day_reveal, "Mine too")
    assert "Page 1 of 2" in text(await queue(table, world.bruno))

    shown = await queue(table, world.bruno)
    await world.bruno.click(shown, custom_id=labelled(shown, "More"))
    second = now(table, shown)
    assert title(second).startswith("Daily question of ")
    assert "Players whose scores in rounds would change: 1" in text(second)
    await decide(world.bruno, second, "Void")
    public = table.messages()[-1]
    assert "in 1 round of this server, where 1 player's points change too." in text(public)
    content = now(table, shown).content
    assert "1 player's score in 1 round changed." in content
    assert content.endswith(words.NO_REPORTS)
    assert await table.points() == {}
    assert "Your streak: 1 day." in told(await days.press(world.dana, 0, message))
    lines = await page(table, world.bruno, "trivia regrades")
    assert " and 1 round: it does not count any more" in text(lines)
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo"))
    assert await table.points() == before
    assert "Your streak: 2 days." in told(await days.press(world.dana, 0, message))

    await report(world.ada, round_reveal, "Once more")
    await decide(world.bruno, await queue(table, world.bruno), "Void")
    public = table.messages()[-1]
    assert "It was the daily question of 1 day, now not counted any more for streaks." in text(
        public
    )
    assert "Your streak: 1 day." in told(await days.press(world.dana, 0, message))
    assert told(await report(world.dana, day_reveal, "?")) == words.NOT_CLOSED
    lines = await page(table, world.bruno, "trivia regrades")
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo #2"))
    assert "of 1 day, now counted again for streaks." in text(table.messages()[-1])
    assert await table.points() == before
    assert "Your streak: 2 days." in told(await days.press(world.dana, 0, message))


async def test_a_verdict_on_a_day_waits_for_a_live_round(
    days: Days, table: Table, world: World
) -> None:
    """As one on a round does."""
    await days.until_due()
    await world.bruno.slash(table.channel, "trivia daily off")  # or it would be open again
    await days.until_due()
    await report(world.dana, days.reveals()[0], "?")
    await table.start(world.chiyo, questions=1, seconds=30)
    await table.first_question()
    shown = await queue(table, world.bruno)
    assert labels(shown) == ["Dismiss"]
    assert words.REFUSALS[words.Why.ELSEWHERE] in text(shown)
    await table.play_out()
    assert labels(await queue(table, world.bruno)) == ["Void the question", "Dismiss"]
