"""Reports of members, verdicts of moderators, and taking those back, as they see and press them."""

from __future__ import annotations

import re

import discord
import pytest
import simcord
from simcord.actors import MemberActor
from simcord.results import InteractionResult, to_discord_message

from bot.client import Marquee
from bot.demo.world import World
from bot.ui.text import cited, escape
from cogs.trivia.checks import MODERATORS_ONLY
from cogs.trivia.models import LETTERS, Place, Question
from cogs.trivia.queries import verdicts
from cogs.trivia.reports import render as words
from cogs.trivia.reports.cases import LostCase
from cogs.trivia.reports.models import VOIDING, Report, Why
from cogs.trivia.reports.queries import regrades
from cogs.trivia.reports.render_case import case

from .table import Table, buttons, forged, labelled, text, title, told
from .test_interrupted import reload
from .test_trouble import let_moderate, manager_of

VICTIM = "<@123456789012345678>"
HOSTILE = f"**bold** @everyone {VICTIM} ||x||\n# big\n> quoted `code` [a](https://example.org)"


async def one_question(table: Table, world: World) -> discord.Message:
    """Chiyo was right and Dana wrong at the one question of a round; its reveal."""
    await table.start(world.chiyo, questions=1, seconds=30, relaxed=True)
    await table.first_question()
    await table.press_right(world.chiyo)
    await table.press_wrong(world.dana)
    reveal = await table.close()
    assert set(await table.states()) == {"done"}
    return reveal


def reveal_in(table: Table) -> discord.Message:
    return next(one for one in table.messages() if title(one).startswith("Answer"))


async def report(member: MemberActor, reveal: discord.Message, why: str) -> InteractionResult:
    """Press the reveal's button, fill in the form and send it."""
    form = await member.click(reveal, custom_id=labelled(reveal, "Report"))
    return await member.submit_modal(form, {"text": why})


async def reported(table: Table, world: World) -> Question:
    """A round of one question that Dana has reported."""
    reveal = await one_question(table, world)
    assert told(await report(world.dana, reveal, "Mine is right")) == words.THANKS
    return await only_question(table)


async def only_question(table: Table) -> Question:
    ((stored,),) = await table.bot.ledger.rows("SELECT question FROM asked")
    return Question.from_json(stored)


async def queue(table: Table, moderator: MemberActor) -> discord.Message:
    return await page(table, moderator, "trivia reports")


async def page(table: Table, moderator: MemberActor, command: str) -> discord.Message:
    """What a moderator's command shows, to them alone."""
    result = await moderator.slash(table.channel, command)
    assert result.response is not None
    assert result.response.ephemeral
    return result.response.message


async def decide(
    moderator: MemberActor, shown: discord.Message, label: str, why: str = "It is so"
) -> InteractionResult:
    """Press a verdict's button and give the reason."""
    form = await moderator.click(shown, custom_id=labelled(shown, label))
    return await moderator.submit_modal(form, {"text": why})


def labels(message: discord.Message) -> list[str]:
    return [button.label or "" for button in buttons(message)]


def now(table: Table, message: discord.Message) -> discord.Message:
    """A message as it is after edits; the channel's history has no private ones."""
    stored = table.env.backend.get_message(table.channel.id, message.id)
    return to_discord_message(table.env, stored)


def wrong_letter(asked: Question) -> str:
    """What ``press_wrong`` presses."""
    return LETTERS[(asked.right + 1) % 4]


async def board(table: Table, member: MemberActor) -> str:
    await member.slash(table.channel, "trivia leaderboard")
    return text(table.messages()[-1])


# ---------------------------------------------------------------- reports


async def test_a_report_reaches_the_moderators(table: Table, world: World) -> None:
    """With the question, how it was answered, the source, and what each verdict would change."""
    asked = await reported(table, world)
    shown = await queue(table, world.bruno)
    read = text(shown)
    assert title(shown) == "Question 1 of 1: 1 report"
    assert f"**{escape(asked.text)}**" in read
    assert f"✅ {LETTERS[asked.right]}. " in read
    assert " · 1 ← right" in read
    assert f"<@{world.dana.id}> <t:" in read
    assert "> Mine is right" in read
    assert f"Source: {escape(cited(asked.source, asked.section))}" in read
    assert "void 1, " in read
    assert f"{wrong_letter(asked)} also right 1" in read
    others = [LETTERS[slot] for slot in range(4) if slot != asked.right]
    expected = ["Void the question", *(f"Also right: {letter}" for letter in others), "Dismiss"]
    assert labels(shown) == expected


async def test_a_second_report_replaces_the_first(table: Table, world: World) -> None:
    """One for each member and question; another member's is beside it."""
    reveal = await one_question(table, world)
    await report(world.dana, reveal, "First thought")
    await report(world.ada, reveal, "Mine")
    assert told(await report(world.dana, reveal, "Second thought")) == words.THANKS
    read = text(await queue(table, world.bruno))
    assert "Second thought" in read
    assert "First thought" not in read
    assert read.index("Second thought") < read.index("> Mine")  # the first is the oldest still
    assert "2 reports" in read


async def test_hostile_reasons_are_shown_as_typed(table: Table, world: World) -> None:
    """To moderators and to the channel: no markdown, no mention; stored as it was typed."""
    reveal = await one_question(table, world)
    await report(world.dana, reveal, HOSTILE)
    assert await table.bot.ledger.rows("SELECT reason FROM report") == [(HOSTILE,)]
    shown = await queue(table, world.bruno)
    await decide(world.bruno, shown, "Void", HOSTILE)
    public = table.messages()[-1]
    for message in (shown, public, await page(table, world.bruno, "trivia regrades")):
        read = text(message)
        assert "\\*\\*bold\\*\\*" in read
        assert "@everyone" not in read
        assert VICTIM not in read
        assert "\n# big" not in read
        assert "\\|\\|x" in read
    assert not public.mentions
    assert not public.mention_everyone


async def test_long_reports_fit(table: Table, world: World, env: simcord.Env) -> None:
    """However many and long; what does not fit is counted."""
    reveal = await one_question(table, world)
    for number in range(9):
        member = world.guild.add_member(env.create_user(f"guest{number}"))
        assert told(await report(member, reveal, "*_" * 200)) == words.THANKS
    shown = await queue(table, world.bruno)
    assert "9 reports" in title(shown)
    assert re.search(r"… and [1-8] more$", shown.embeds[0].description or "")


def test_reports_of_what_cannot_be_read_fit_too() -> None:
    """Beside the words that say so; else Discord refuses the message, and that shuts the queue."""
    for length in range(1, 401):
        said = [Report(10**18 + number, "x" * length, 1_700_000_000_000) for number in range(150)]
        shown = case(LostCase(Place(1, 0), tuple(said), 0, 1), {})
        assert shown.embed is not None
        assert len(shown.embed.description or "") <= 4_096


async def test_only_closed_questions_here_can_be_reported(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Not open ones, not in other channels, not with nothing to say."""
    await table.start(world.chiyo, questions=1, seconds=30)
    await table.first_question()
    assert bot.user is not None
    early = forged(env, table.channel, bot.user.id, "report:1:0")
    form = await world.dana.click(early, custom_id="report:1:0")
    assert told(await world.dana.submit_modal(form, {"text": "?"})) == words.NOT_CLOSED
    await table.press_right(world.chiyo)
    reveal = await table.close()
    for nothing in ("  ", "\u200b\u200b"):
        assert told(await report(world.dana, reveal, nothing)) == words.SAY_WHAT
    elsewhere = forged(env, world.after_dark, bot.user.id, "report:1:0")
    form = await world.dana.click(elsewhere, custom_id="report:1:0")
    assert told(await world.dana.submit_modal(form, {"text": "?"})) == words.NOT_CLOSED
    assert await bot.ledger.rows("SELECT * FROM report") == []


@pytest.mark.parametrize("is_channels", [False, True])
@pytest.mark.parametrize(
    "custom_id",
    [
        "reports:0",
        "verdict:1:0:v",
        "verdict:d1:v",
        "dismiss:1:0",
        "dismiss:d1",
        "regrades:0",
        "undo:1:0",
    ],
)
async def test_strangers_are_refused(
    table: Table,
    world: World,
    env: simcord.Env,
    bot: Marquee,
    custom_id: str,
    *,
    is_channels: bool,
) -> None:
    """Privately, whichever way they try; nothing changes. Who moderates one channel is one."""
    await reported(table, world)
    if is_channels:
        let_moderate(env, table.channel, world.chiyo)
    for command in ("trivia reports", "trivia regrades"):
        assert told(await world.chiyo.slash(table.channel, command)) == MODERATORS_ONLY
    assert bot.user is not None
    message = forged(env, table.channel, bot.user.id, custom_id)
    assert told(await world.chiyo.click(message, custom_id=custom_id)) == MODERATORS_ONLY
    assert await bot.ledger.rows("SELECT state FROM report") == [("open",)]


async def test_who_manages_the_server_moderates_it(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Without the right to manage messages."""
    await reported(table, world)
    manager = manager_of(env, world.guild)
    assert "Done: " in told(await decide(manager, await queue(table, manager), "Void"))


# ---------------------------------------------------------------- verdicts


async def test_a_void_question_earns_nothing(table: Table, world: World) -> None:
    """Points, players and the board follow; the channel is told who, why and how much."""
    await reported(table, world)
    assert f"<@{world.chiyo.id}> · 100 points" in await board(table, world.ada)
    shown = await queue(table, world.bruno)
    await decide(world.bruno, shown, "Void", "The source is wrong")
    public = table.messages()[-1]
    assert title(public) == "Question 1 of 1: it does not count any more"
    assert f"By <@{world.bruno.id}>: The source is wrong" in text(public)
    assert f"<@{world.chiyo.id}> -100 · now 0 points" in text(public)
    assert str(world.dana.id) not in text(public)
    final = next(one for one in table.messages() if title(one) == "Final board")
    assert f"[the round's final board]({final.jump_url}) show the points of before" in text(public)
    after = now(table, shown)
    barred = "It is not asked in this server again, unless its pack entry is mended."
    assert after.content == f"Done: 1 player's score changed. {barred} {words.NO_REPORTS}"
    assert not buttons(after)
    assert await table.points() == {}
    assert await table.bot.ledger.rows("SELECT players FROM round") == [(0,)]
    assert await table.bot.ledger.rows("SELECT state FROM report") == [("upheld",)]
    assert told(await world.ada.slash(table.channel, "trivia leaderboard")).startswith("No round")


async def test_a_void_question_cannot_be_reported_again(table: Table, world: World) -> None:
    """Its reveal still has the button, which then says so."""
    reveal = await one_question(table, world)
    await report(world.dana, reveal, "Mine is right")
    await decide(world.bruno, await queue(table, world.bruno), "Void")
    assert told(await report(world.ada, reveal, "?")) == words.NOT_CLOSED


async def test_a_skipped_question_can_be_reported_and_voided(
    table: Table, world: World, bot: Marquee
) -> None:
    """Nothing else can be ruled on it, no scores change, and the ledger is as before an undo."""
    await table.start(world.chiyo, questions=2, seconds=30)
    await table.first_question()
    await table.press_wrong(world.dana)
    await world.chiyo.slash(table.channel, "trivia skip")
    reveal = next(one for one in table.messages() if "It was skipped." in text(one))
    assert told(await report(world.dana, reveal, "Nobody can know")) == words.THANKS
    await table.next_question()
    await table.press_right(world.chiyo)
    await table.close()
    await table.play_out()
    points = await table.points()

    shown = await queue(table, world.bruno)
    assert words.SKIPPED in text(shown)
    assert labels(shown) == ["Void the question", "Dismiss"]
    await decide(world.bruno, shown, "Void")
    assert "Nobody's points change." in text(table.messages()[-1])
    assert await table.points() == points
    ((skipped,),) = await bot.ledger.rows("SELECT question_id FROM asked WHERE step = 0")
    barred = (await verdicts.in_force(bot.ledger, world.guild.id)).voided
    assert {one.id for one in barred} == {skipped}
    assert told(await report(world.ada, reveal, "?")) == words.NOT_CLOSED

    lines = await page(table, world.bruno, "trivia regrades")
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo"))
    assert (await verdicts.in_force(bot.ledger, world.guild.id)).voided == set()
    assert await bot.ledger.rows("SELECT state FROM asked") == [("void",), ("closed",)]
    assert await table.points() == points
    assert told(await report(world.ada, reveal, "?")) == words.THANKS


async def test_a_skipped_question_earns_nothing_by_a_verdict(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Not by a forged button for an option, and one dropped without a word is not reported."""
    await table.start(world.chiyo, questions=2, seconds=30)
    await table.first_question()
    await table.press_wrong(world.dana)
    await world.chiyo.slash(table.channel, "trivia skip")
    reveal = next(one for one in table.messages() if "It was skipped." in text(one))
    await report(world.dana, reveal, "Mine is right")
    await table.next_question()
    await world.chiyo.slash(table.channel, "trivia stop")
    await table.play_out()
    assert bot.user is not None
    for code in ("0", "1", "2", "3", f"t{world.dana.id}"):
        message = forged(env, table.channel, bot.user.id, f"verdict:1:0:{code}")
        form = await world.bruno.click(message, custom_id=f"verdict:1:0:{code}")
        answer = told(await world.bruno.submit_modal(form, {"text": "?"}))
        assert answer in {words.REFUSALS[Why.SLOT], words.REFUSALS[Why.WORDING]}
    assert await table.points() == {}
    dropped = forged(env, table.channel, bot.user.id, "report:1:1")
    form = await world.dana.click(dropped, custom_id="report:1:1")
    assert told(await world.dana.submit_modal(form, {"text": "?"})) == words.NOT_CLOSED


async def test_one_more_answer_counts_as_right(table: Table, world: World) -> None:
    """Who chose it is paid as if it had been right from the beginning."""
    asked = await reported(table, world)
    shown = await queue(table, world.bruno)
    letter = wrong_letter(asked)
    await decide(world.bruno, shown, f"Also right: {letter}", "Both are in the source")
    public = table.messages()[-1]
    assert title(public) == f"Question 1 of 1: {letter} counts as right too"
    assert f"<@{world.dana.id}> +100 · now 100 points" in text(public)
    assert await table.points() == {world.chiyo.id: 100, world.dana.id: 100}
    assert f"🥇 1. <@{world.dana.id}> · 100 points" in await board(table, world.ada)


async def typed_round(table: Table, *answers: tuple[MemberActor, str]) -> str:
    """A round of one question that members type answers to, the last of whom reports it.

    ``""`` stands for the right answer, which is returned.
    """
    await table.start(answers[0][0], questions=1, seconds=30, typed=True, relaxed=True)
    await table.env.advance_time(3.2)
    message, asked = table.open_typed_question(), await table.asked()
    for player, typed in answers:
        form = await player.click(message, custom_id=labelled(message, "Type"))
        await player.submit_modal(form, {"text": typed or asked.answer})
    await table.play_out()
    await report(answers[-1][0], reveal_in(table), "Mine is right")
    return asked.answer


async def test_what_was_typed_is_accepted_and_taken_back(table: Table, world: World) -> None:
    """With all that comes down to the same; the players are paid, and an undo takes that back."""
    answer = await typed_round(
        table, (world.chiyo, ""), (world.bruno, "seme THING!"), (world.ada, "no idea"),
        (world.dana, "Sème thing"),
    )  # fmt: skip
    shown = await queue(table, world.bruno)
    assert f"✅ {escape(answer)} · 1 ← right" in text(shown)
    assert "▫️ “seme THING!” · 2 (accepting it changes 2 scores)" in text(shown)
    assert "▫️ “no idea” · 1 (accepting it changes 1 score)" in text(shown)
    assert text(shown).index("seme THING!") < text(shown).index("no idea")
    assert labels(shown) == [
        "Void the question", "Accept “seme THING!”", "Accept “no idea”", "Dismiss",
    ]  # fmt: skip
    assert labelled(shown, "Accept") == f"verdict:1:0:t{world.bruno.id}"
    before, stale = await table.points(), await queue(table, world.ada)
    await decide(world.bruno, shown, "Accept", "It is another name of it")
    public = table.messages()[-1]
    assert title(public) == "Question 1 of 1: “seme THING!” counts as right too"
    assert f"<@{world.dana.id}> +100 · now 100 points" in text(public)
    paid = {world.chiyo.id: 100, world.bruno.id: 100, world.dana.id: 100, world.ada.id: 0}
    assert await table.points() == paid

    await report(world.ada, reveal_in(table), "And mine")
    again = await queue(table, world.bruno)
    assert "✅ “seme THING!” · 2 ← counts as right too" in text(again)
    assert labels(again) == ["Void the question", "Accept “no idea”", "Dismiss"]
    refusal = told(await decide(world.ada, stale, "Accept “seme", "Once more"))
    assert refusal == words.REFUSALS[words.Why.WORDING]
    assert await table.points() == paid

    lines = await page(table, world.ada, "trivia regrades")
    assert "question 1: “seme THING!” counts as right too" in text(lines)
    await world.ada.click(lines, custom_id=labelled(lines, "Undo"))
    assert f"<@{world.dana.id}> -100 · now 0 points" in text(table.messages()[-1])
    assert await table.points() == before


async def test_what_was_typed_is_shown_as_typed(table: Table, world: World) -> None:
    """In the case, on a button's one line, and to the channel: no markdown, no mention."""
    hostile = HOSTILE[:100]
    await typed_round(table, (world.chiyo, ""), (world.dana, hostile))
    shown = await queue(table, world.bruno)
    (label,) = [label for label in labels(shown) if label.startswith("Accept")]
    assert len(label) <= 80
    assert "\n" not in label
    await decide(world.bruno, shown, "Accept")
    public, lines = table.messages()[-1], await page(table, world.bruno, "trivia regrades")
    assert len(title(public)) <= 256
    for message in (shown, public, lines):
        assert "“\\*\\*bold\\*\\*" in text(message)
        assert "@everyone" not in text(message)
        assert VICTIM not in text(message)
    assert not public.mentions
    assert not public.mention_everyone


async def test_of_many_wordings_some_are_offered(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Those that most typed, and the one of who reported, however rare; all of it fits."""
    guests = [world.guild.add_member(env.create_user(f"guest{number}")) for number in range(8)]
    rare = [(guest, f"{'*_' * 49}{number}") for number, guest in enumerate(guests)]
    await typed_round(table, *rare, (world.chiyo, "often"), (world.bruno, "often"),
                      (world.dana, "mine"))  # fmt: skip
    shown = await queue(table, world.bruno)
    accepted = [label for label in labels(shown) if label.startswith("Accept")]
    assert accepted[0] == "Accept “often”"
    assert accepted[-1] == "Accept “mine”"
    assert len(accepted) == 6
    assert "Something else was typed · 4" in text(shown)
    assert len(shown.embeds[0].description or "") <= 4096


async def test_the_channel_may_be_gone(table: Table, world: World) -> None:
    """The verdict stands, and the moderator is told that nobody was."""
    await reported(table, world)
    shown = await queue(table, world.bruno)
    table.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await decide(world.bruno, shown, "Void")
    assert f"I could not tell <#{table.channel.id}>" in now(table, shown).content
    assert await table.points() == {}


async def test_a_streak_goes_on_over_a_regraded_question(table: Table, world: World) -> None:
    """Later questions of the round are paid by the streak as it is now."""
    await table.start(world.chiyo, questions=2, seconds=30, relaxed=True)
    await table.first_question()
    asked = await table.asked()
    await table.press_right(world.chiyo)
    await table.press_wrong(world.dana)
    reveal = await table.close()
    await table.next_question()
    await table.press_right(world.chiyo)
    await table.press_right(world.dana)
    await report(world.dana, reveal, "Mine is right")

    live = await queue(table, world.bruno)
    assert labels(live) == ["Dismiss"]
    assert "The round is still on" in text(live)
    await table.close()
    assert await table.points() == {world.chiyo.id: 210, world.dana.id: 100}
    shown = await queue(table, world.bruno)
    await decide(world.bruno, shown, f"Also right: {wrong_letter(asked)}")
    assert f"<@{world.dana.id}> +110 · now 210 points" in text(table.messages()[-1])
    assert await table.points() == {world.chiyo.id: 210, world.dana.id: 210}

    lines = await page(table, world.bruno, "trivia regrades")
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo"))
    assert await table.points() == {world.chiyo.id: 210, world.dana.id: 100}


async def test_a_live_round_is_not_regraded(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Also when the form comes by a button of before; its reports can be dismissed."""
    await table.start(world.chiyo, questions=2, seconds=30)
    await table.first_question()
    await table.press_right(world.chiyo)
    reveal = await table.close()
    await report(world.dana, reveal, "Wrong")
    assert bot.user is not None
    button = forged(env, table.channel, bot.user.id, "verdict:1:0:v")
    form = await world.bruno.click(button, custom_id="verdict:1:0:v")
    refusal = told(await world.bruno.submit_modal(form, {"text": "?"}))
    assert refusal.startswith("Wait until the round is over")
    shown = await queue(table, world.bruno)
    await world.bruno.click(shown, custom_id=labelled(shown, "Dismiss"))
    assert await bot.ledger.rows("SELECT state FROM report") == [("dismissed",)]
    await table.play_out()


async def test_dismissing_changes_nothing_but_the_queue(table: Table, world: World) -> None:
    """Nobody but the moderator is told; who has something new to say may report again."""
    reveal = await one_question(table, world)
    await report(world.dana, reveal, "Mine is right")
    before, points = len(table.messages()), await table.points()
    shown = await queue(table, world.bruno)
    await world.bruno.click(shown, custom_id=labelled(shown, "Dismiss"))
    assert now(table, shown).content == f"{words.DISMISSED} {words.NO_REPORTS}"
    assert (len(table.messages()), await table.points()) == (before, points)
    await report(world.dana, reveal, "See page 3")
    assert "See page 3" in text(await queue(table, world.bruno))


async def test_of_two_moderators_one_decides(table: Table, world: World) -> None:
    """Whoever comes second is told so, whatever their page still shows."""
    await reported(table, world)
    stale = await queue(table, world.ada)
    form = await world.ada.click(stale, custom_id=labelled(stale, "Void"))
    await decide(world.bruno, await queue(table, world.bruno), "Void")
    decided = "have been decided on already"
    assert decided in told(await world.ada.submit_modal(form, {"text": "Me too"}))
    assert decided in told(await decide(world.ada, stale, "Also right"))
    assert decided in told(await world.ada.click(stale, custom_id=labelled(stale, "Dismiss")))
    assert await table.bot.ledger.rows("SELECT count(*) FROM regrade") == [(1,)]


async def test_a_verdict_needs_a_reason(table: Table, world: World) -> None:
    """And a slot that is wrong so far."""
    asked = await reported(table, world)
    shown = await queue(table, world.bruno)
    for nothing in ("   ", "\u200b"):
        assert told(await decide(world.bruno, shown, "Void", nothing)) == words.SAY_WHY
    custom_id = f"verdict:1:0:{asked.right}"
    assert table.bot.user is not None
    button = forged(table.env, table.channel, table.bot.user.id, custom_id)
    form = await world.bruno.click(button, custom_id=custom_id)
    assert "cannot be counted" in told(await world.bruno.submit_modal(form, {"text": "?"}))
    assert await table.points() == {world.chiyo.id: 100, world.dana.id: 0}


async def test_the_queue_turns_its_pages(table: Table, world: World) -> None:
    """The oldest question first; a page that is gone gives the last there is."""
    for reason in ("older", "newer"):
        await report(world.dana, await one_question(table, world), reason)
        await table.env.advance_time(5)
    shown = await queue(table, world.bruno)
    assert "> older" in text(shown)
    assert "Page 1 of 2" in text(shown)
    await world.bruno.click(shown, custom_id=labelled(shown, "More"))
    second = now(table, shown)
    assert "> newer" in text(second)
    back = labelled(second, "Back")
    await world.bruno.click(second, custom_id=labelled(second, "Dismiss"))
    assert "> older" in text(now(table, shown))
    assert back == "reports:0"


# ---------------------------------------------------------------- undoing


async def test_an_undo_restores_the_scores(table: Table, world: World) -> None:
    """Exactly; the channel is told, and the list says who did it."""
    await reported(table, world)
    awards = await table.bot.ledger.rows("SELECT * FROM award ORDER BY user_id")
    assert told(await world.bruno.slash(table.channel, "trivia regrades")) == words.NO_REGRADES
    await decide(world.bruno, await queue(table, world.bruno), "Void", "A slip")
    stale = await page(table, world.bruno, "trivia regrades")
    lines = await page(table, world.ada, "trivia regrades")
    assert "it does not count any more" in text(lines)
    assert "A slip" in text(lines)
    await world.ada.click(lines, custom_id=labelled(lines, "Undo"))
    public = table.messages()[-1]
    assert title(public) == "Question 1 of 1 counts as it did before"
    assert f"<@{world.ada.id}> took a regrade back" in text(public)
    assert f"<@{world.chiyo.id}> +100 · now 100 points" in text(public)
    assert "said holds again" in text(public)
    after = now(table, lines)
    assert f"Undone by <@{world.ada.id}>" in text(after)
    assert not buttons(after)
    assert await table.bot.ledger.rows("SELECT * FROM award ORDER BY user_id") == awards
    assert await table.bot.ledger.rows("SELECT players FROM round") == [(2,)]
    assert await table.bot.ledger.rows("SELECT state FROM asked") == [("closed",)]
    again = await world.bruno.click(stale, custom_id=labelled(stale, "Undo"))
    assert "undone already" in told(again)


async def test_what_was_decided_wrongly_is_decided_again(table: Table, world: World) -> None:
    """After an undo the report waits anew; not one that an earlier verdict has answered."""
    asked = await reported(table, world)
    await decide(world.bruno, await queue(table, world.bruno), f"Also right: {wrong_letter(asked)}")
    await table.env.advance_time(1)
    await report(world.ada, reveal_in(table), "Neither is")
    await decide(world.bruno, await queue(table, world.bruno), "Void")
    lines = await page(table, world.bruno, "trivia regrades")
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo #2"))
    read = text(await queue(table, world.bruno))
    assert "> Neither is" in read
    assert "Mine is right" not in read
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo #1"))
    shown = await queue(table, world.bruno)
    assert "> Mine is right" in text(shown)
    await decide(world.bruno, shown, "Void")
    assert await table.points() == {}


async def test_the_later_regrade_is_undone_first(table: Table, world: World) -> None:
    """Two answers were let count one after the other; they are taken back in reverse."""
    reveal = await one_question(table, world)
    asked = await only_question(table)
    others = [LETTERS[slot] for slot in range(4) if slot != asked.right]
    for letter in others[:2]:
        await report(world.dana, reveal, f"{letter} too")
        await decide(world.bruno, await queue(table, world.bruno), f"Also right: {letter}")
    assert f"{others[0]} and {others[1]} count as right too" in title(table.messages()[-1])
    lines = await page(table, world.bruno, "trivia regrades")
    assert labels(lines) == ["Undo #2", "Undo #1"]
    assert "Undo the later one first" in told(await world.bruno.click(lines, custom_id="undo:1:0"))
    await world.bruno.click(lines, custom_id="undo:2:0")
    # The first is in force still, so the board of then does not hold.
    assert "show the points of before" not in text(table.messages()[-1])
    assert "Nobody's points change." in text(table.messages()[-1])
    await world.bruno.click(now(table, lines), custom_id="undo:1:0")
    assert await table.points() == {world.chiyo.id: 100, world.dana.id: 0}


async def test_another_server_decides_on_nothing_here(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Its moderators see neither the queue nor the regrades, and forged buttons do nothing."""
    await reported(table, world)
    elsewhere = env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("films")
    mods = elsewhere.create_role("Mods", permissions=discord.Permissions(administrator=True))
    stranger = elsewhere.add_member(env.create_user("evan"), roles=[mods])
    assert told(await stranger.slash(channel, "trivia reports")) == words.NO_REPORTS
    assert bot.user is not None
    message = forged(env, channel, bot.user.id, "dismiss:1:0")
    assert "decided on" in told(await stranger.click(message, custom_id="dismiss:1:0"))
    message = forged(env, channel, bot.user.id, "verdict:1:0:v")
    form = await stranger.click(message, custom_id="verdict:1:0:v")
    assert "decided on" in told(await stranger.submit_modal(form, {"text": "?"}))
    await decide(world.bruno, await queue(table, world.bruno), "Void")
    assert told(await stranger.slash(channel, "trivia regrades")) == words.NO_REGRADES
    message = forged(env, channel, bot.user.id, "undo:1:0")
    assert "no such" in told(await stranger.click(message, custom_id="undo:1:0"))
    assert await table.points() == {}


# ---------------------------------------------------------------- what members see since


async def stats(table: Table, member: MemberActor) -> str:
    result = await member.slash(table.channel, "trivia stats")
    assert result.response is not None
    return text(result.response.message)


async def test_figures_follow_at_once(table: Table, world: World) -> None:
    """Points, right answers and rating of a member; and back."""
    asked = await reported(table, world)
    before = await stats(table, world.dana)
    assert "Right answers: 0 of 1 (0%)" in before
    assert "Rating now: 1,433" in before
    await decide(world.bruno, await queue(table, world.bruno), f"Also right: {wrong_letter(asked)}")
    after = await stats(table, world.dana)
    assert "Points: 100" in after
    assert "Right answers: 1 of 1 (100%)" in after
    assert re.search(r"Rating now: 1,5[34]\d", after)
    lines = await page(table, world.bruno, "trivia regrades")
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo"))
    assert await stats(table, world.dana) == before


async def rule_untold(table: Table, world: World, minutes: int = 0) -> None:
    """A verdict of some minutes ago of which nobody was told, as after a crash."""
    await reported(table, world)
    at = int(table.env.now().timestamp() * 1000) - minutes * 60_000
    await regrades.rule(
        table.bot.ledger, world.guild.id, Place(1, 0), VOIDING, moderator=world.bruno.id,
        reason="A slip", at=at, over_since=at,
    )  # fmt: skip


def regrades_told(table: Table) -> list[str]:
    return [one for one in table.titles() if "does not count any more" in one]


async def test_an_untold_verdict_is_told_when_the_cog_comes_back(
    table: Table, world: World
) -> None:
    """Once, whatever comes back how often."""
    await rule_untold(table, world)
    assert regrades_told(table) == []
    for _ in range(2):
        await reload(table, "trivia")
        assert regrades_told(table) == ["Question 1 of 1: it does not count any more"]
        (message,) = (await table.bot.ledger.rows("SELECT message_id FROM verdict_notice"))[0]
        assert message == table.messages()[-1].id


async def test_a_verdict_told_right_before_a_crash_is_not_told_again(
    table: Table, world: World
) -> None:
    """However long ago that was; Discord knows a nonce for some minutes only."""
    await rule_untold(table, world)
    await reload(table, "trivia")
    lost = "UPDATE verdict_notice SET message_id = NULL"
    await table.bot.ledger.write(lambda db: db.execute(lost).rowcount)
    await reload(table, "trivia")
    assert len(regrades_told(table)) == 1
    noted = await table.bot.ledger.rows("SELECT message_id FROM verdict_notice")
    assert noted == [(table.messages()[-1].id,)]


async def test_an_old_verdict_is_not_told_any_more(table: Table, world: World) -> None:
    """Nobody waits for it, and the boards have its figures anyway."""
    await rule_untold(table, world, minutes=11)
    await reload(table, "trivia")
    assert regrades_told(table) == []


async def test_what_cannot_be_told_is_not_tried_again(table: Table, world: World) -> None:
    """The bot may not write there; the verdict stands."""
    await rule_untold(table, world)
    table.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    for _ in range(2):
        await reload(table, "trivia")
        assert regrades_told(table) == []
        assert await table.bot.ledger.rows("SELECT message_id FROM verdict_notice") == [(0,)]


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE asked SET question = '{}' WHERE round_id = 1",
        "UPDATE round SET rules = '{\"mode\": 1}' WHERE id = 1",
        "UPDATE round SET rules = 'null' WHERE id = 1",
    ],
    ids=["question", "rules", "no rules"],
)
async def test_what_cannot_be_read_can_be_dismissed(
    table: Table, world: World, env: simcord.Env, bot: Marquee, spoil: str
) -> None:
    """Other code has written it. No verdict is passed on it; the queue behind it goes on."""
    for _ in range(2):
        await report(world.dana, await one_question(table, world), "Mine is right")
    await bot.ledger.write(lambda db: db.execute(spoil).rowcount)
    shown = await queue(table, world.bruno)
    assert "I cannot read it" in text(shown)
    assert "> Mine is right" in text(shown)
    assert labels(shown)[0] == "Dismiss"
    assert bot.user is not None
    stale = forged(env, table.channel, bot.user.id, "verdict:1:0:v")
    form = await world.bruno.click(stale, custom_id="verdict:1:0:v")
    refused = await world.bruno.submit_modal(form, {"text": "?"})
    assert told(refused) == words.REFUSALS[Why.UNREADABLE]
    await world.bruno.click(shown, custom_id=labelled(shown, "Dismiss"))
    assert labels(now(table, shown))[0] == "Void the question"
    assert sorted(await bot.ledger.rows("SELECT state FROM report")) == [("dismissed",), ("open",)]


async def test_a_verdict_on_what_cannot_be_read_any_more_stands(
    table: Table, world: World, bot: Marquee
) -> None:
    """Undoing it is refused."""
    await reported(table, world)
    await decide(world.bruno, await queue(table, world.bruno), "Void")
    lines = await page(table, world.bruno, "trivia regrades")
    spoil = "UPDATE asked SET question = '{}'"
    await bot.ledger.write(lambda db: db.execute(spoil).rowcount)
    refused = await world.bruno.click(lines, custom_id=labelled(lines, "Undo"))
    assert told(refused) == words.REFUSALS[Why.UNREADABLE]


@pytest.mark.parametrize(
    ("spoil", "is_lost"),
    [
        ("UPDATE verdict SET question = '{}' WHERE id = 2", True),
        ("UPDATE verdict SET slots = 'A' WHERE id = 2", True),
        ("UPDATE regrade SET before = '[]' WHERE verdict_id = 2", False),
    ],
    ids=["question", "ruling", "what it was before"],
)
async def test_verdicts_beside_one_that_cannot_be_read_are_listed_and_undone(
    table: Table, world: World, bot: Marquee, spoil: str, *, is_lost: bool
) -> None:
    """Other code has written it. Its own button, seen before that, is refused and does nothing."""
    for _ in range(2):
        await report(world.dana, await one_question(table, world), "Mine is right")
    for _ in range(2):
        await decide(world.bruno, await queue(table, world.bruno), "Void")
    stale = await page(table, world.bruno, "trivia regrades")
    await bot.ledger.write(lambda db: db.execute(spoil).rowcount)
    refused = await world.bruno.click(stale, custom_id=labelled(stale, "Undo #2"))
    assert told(refused) == words.REFUSALS[Why.UNREADABLE]
    assert await table.points() == {}

    lines = await page(table, world.bruno, "trivia regrades")
    lost, _, _ = text(lines).partition("**#1** ")
    assert f"<@{world.bruno.id}>" in lost
    assert (words.LOST in lost) is is_lost
    assert ("Undo #2" in labels(lines)) is not is_lost
    await world.bruno.click(lines, custom_id=labelled(lines, "Undo #1"))
    assert set(await table.points()) == {world.chiyo.id, world.dana.id}
