"""Reports of daily questions, and days that moderators void, as a server lives with them."""

from __future__ import annotations

import discord
from simcord.actors import MemberActor

from bot.demo.world import World
from cogs.trivia.models import Place
from cogs.trivia.queries import verdicts
from cogs.trivia.reports import render as words
from cogs.trivia.reports.models import VOIDING, Why
from cogs.trivia.reports.queries import regrades

from .table import forged, labelled, text, title, told
from .test_dailies import Days, days
from .test_interrupted import reload
from .test_reports import HOSTILE, VICTIM, decide, labels, now, page, queue, report

__all__ = ["days"]

STATES = "SELECT state FROM daily_report"
VOID = "it does not count any more"


async def answered_day(days: Days, *members: MemberActor) -> discord.Message:
    """The next day's question, which some answer; the message with it."""
    await days.until_due()
    for member in members:
        await days.press(member, 0)
    return days.questions()[-1]


async def streak(days: Days, member: MemberActor, message: discord.Message) -> int:
    """A member's streak up to a day, as pressing its button again tells it."""
    words_told = told(await days.press(member, 0, message))
    return int(words_told.split("Your streak: ")[1].split()[0])


async def void_first_day(days: Days, world: World, why: str = "The source is wrong") -> None:
    """Dana reports the first reveal, and Bruno voids the question."""
    assert told(await report(world.dana, days.reveals()[0], "Mine is right")) == words.THANKS
    await decide(world.bruno, await queue(days.table, world.bruno), "Void", why)


async def undo(days: Days, moderator: MemberActor) -> discord.Message:
    """Take the latest verdict back; the list since."""
    lines = await page(days.table, moderator, "trivia regrades")
    await moderator.click(lines, custom_id=labelled(lines, "Undo"))
    return now(days.table, lines)


async def test_a_report_of_a_day_reaches_the_moderators(days: Days, world: World) -> None:
    """With the question, its answers and where it was told; voiding and dismissing are offered."""
    await answered_day(days, world.dana, world.chiyo)
    asked = await days.asked()
    await days.until_due()
    reveal = days.reveals()[0]
    assert told(await report(world.dana, reveal, HOSTILE)) == words.THANKS
    shown = await queue(days.table, world.bruno)
    assert title(shown).startswith("Daily question of ")
    assert title(shown).endswith(": 1 report")
    assert " · 2" in text(shown)
    assert asked.source in text(shown)
    assert "\\*\\*bold\\*\\*" in text(shown)
    assert VICTIM not in text(shown)
    assert labels(shown) == ["Void the question", "Dismiss"]
    assert shown.embeds[0].url == reveal.jump_url


async def test_a_dismissed_report_changes_nothing(days: Days, world: World) -> None:
    """Nobody is told; who has something new to say may report again."""
    await answered_day(days, world.dana)
    await days.until_due()
    reveal, count = days.reveals()[0], len(days.table.messages())
    await report(world.dana, reveal, "?")
    shown = await queue(days.table, world.bruno)
    await world.bruno.click(shown, custom_id=labelled(shown, "Dismiss"))
    assert now(days.table, shown).content == f"{words.DISMISSED} {words.NO_REPORTS}"
    assert await days.table.bot.ledger.rows(STATES) == [("dismissed",)]
    assert len(days.table.messages()) == count
    await report(world.dana, reveal, "See page 3")
    assert "See page 3" in text(await queue(days.table, world.bruno))


async def test_a_void_day_counts_for_nobody(days: Days, world: World) -> None:
    """It adds to no streak, and who missed it has missed nothing; an undo gives it back."""
    await answered_day(days, world.dana)
    await answered_day(days, world.dana, world.chiyo)
    await answered_day(days, world.dana)
    # Chiyo has missed the first day, before any streak, and the third, which is forgiven.
    message = await answered_day(days, world.dana, world.chiyo)
    assert await streak(days, world.dana, message) == 4
    await void_first_day(days, world)
    assert await streak(days, world.dana, message) == 3
    public = days.table.messages()[-1]
    assert title(public).startswith("Daily question of ")
    assert title(public).endswith(f": {VOID}")
    assert f"By <@{world.bruno.id}>: The source is wrong" in text(public)
    assert "The day counts for nobody" in text(public)
    barred = (await verdicts.in_force(days.table.bot.ledger, world.guild.id)).voided
    assert len(barred) == 1

    await report(world.dana, days.reveals()[2], "And this")
    await decide(world.bruno, await queue(days.table, world.bruno), "Void")
    assert await streak(days, world.chiyo, message) == 2  # with no day forgiven
    assert await streak(days, world.dana, message) == 2
    await days.until_due()
    assert f"<@{world.dana.id}> 2 days" in text(days.reveals()[-1])

    lines = await page(days.table, world.ada, "trivia regrades")
    assert labels(lines) == ["Undo #2", "Undo #1"]
    assert text(lines).count(VOID) == 2
    assert ", daily question of " in text(lines)
    await world.ada.click(lines, custom_id="undo:1:0")
    assert "The day counts again" in text(days.table.messages()[-1])
    assert title(days.table.messages()[-1]).endswith("counts as it did before")
    assert f"Undone by <@{world.ada.id}>" in text(now(days.table, lines))
    await undo(days, world.ada)
    last = await answered_day(days, world.dana)
    assert await streak(days, world.dana, last) == 5
    assert (await verdicts.in_force(days.table.bot.ledger, world.guild.id)).voided == set()


async def test_a_void_day_breaks_no_streak(days: Days, world: World) -> None:
    """Two missed days in a row break one; with one of them void, the other is forgiven."""
    await answered_day(days, world.dana)
    await answered_day(days)
    await answered_day(days)
    message = await answered_day(days, world.dana)
    assert await streak(days, world.dana, message) == 1
    assert told(await report(world.dana, days.reveals()[1], "?")) == words.THANKS
    shown = await queue(days.table, world.bruno)
    await decide(world.bruno, shown, "Void")
    assert await streak(days, world.dana, message) == 2
    figures = told(await world.dana.slash(days.table.channel, "trivia stats"))
    assert "Daily streak: 2 days" in figures
    content = now(days.table, shown).content
    assert content.startswith("Done: The day counts for nobody")
    assert "0 rounds" not in content
    assert "It is not asked in this server again" in content
    await undo(days, world.bruno)
    assert await streak(days, world.dana, message) == 1


async def test_a_void_day_cannot_be_reported_again(days: Days, world: World) -> None:
    """Until that is taken back; nor can an open day, nor one from elsewhere."""
    await answered_day(days, world.dana)
    ((day,),) = await days.table.bot.ledger.rows(
        "SELECT id FROM daily_question WHERE state = 'open'"
    )
    bot = days.table.bot.user
    assert bot is not None
    early = forged(days.env, days.table.channel, bot.id, f"report:d{day}")
    form = await world.dana.click(early, custom_id=f"report:d{day}")
    assert told(await world.dana.submit_modal(form, {"text": "?"})) == words.NOT_CLOSED
    await days.until_due()
    elsewhere = forged(days.env, world.after_dark, bot.id, f"report:d{day}")
    form = await world.dana.click(elsewhere, custom_id=f"report:d{day}")
    assert told(await world.dana.submit_modal(form, {"text": "?"})) == words.NOT_CLOSED
    await void_first_day(days, world)
    reveal = days.reveals()[0]
    assert told(await report(world.ada, reveal, "?")) == words.NOT_CLOSED
    await undo(days, world.bruno)
    assert told(await report(world.ada, reveal, "?")) == words.THANKS


async def test_of_a_day_nothing_but_void_can_be_ruled(days: Days, world: World) -> None:
    """Not by a forged button; and of two moderators one decides."""
    await answered_day(days, world.dana)
    await days.until_due()
    await report(world.dana, days.reveals()[0], "Mine is right")
    shown, stale = [await queue(days.table, one) for one in (world.bruno, world.ada)]
    void = labelled(shown, "Void")
    bot = days.table.bot.user
    assert bot is not None
    for code in ("0", "3", f"t{world.dana.id}"):
        custom_id = f"{void.removesuffix(':v')}:{code}"
        message = forged(days.env, days.table.channel, bot.id, custom_id)
        form = await world.bruno.click(message, custom_id=custom_id)
        refusal = told(await world.bruno.submit_modal(form, {"text": "?"}))
        assert refusal == words.REFUSALS[Why.SLOT]
    assert await days.table.bot.ledger.rows(STATES) == [("open",)]
    await decide(world.bruno, shown, "Void")
    assert "decided on already" in told(await decide(world.ada, stale, "Void"))


async def test_an_untold_verdict_on_a_day_is_told_when_the_cog_comes_back(
    days: Days, world: World
) -> None:
    """Once, as after a crash between the commit and the post."""
    await answered_day(days, world.dana)
    await days.until_due()
    await report(world.dana, days.reveals()[0], "?")
    ((day,),) = await days.table.bot.ledger.rows("SELECT daily_id FROM daily_report")
    at = int(days.env.now().timestamp() * 1000)
    await regrades.rule(
        days.table.bot.ledger, world.guild.id, Place(day), VOIDING, moderator=world.bruno.id,
        reason="A slip", at=at, over_since=at,
    )  # fmt: skip
    for _ in range(2):
        await reload(days.table, "trivia")
        assert len([one for one in days.table.titles() if one.endswith(VOID)]) == 1
