"""What members live through whose bot is killed between their deeds, and during its own.

Real processes, real sockets, real files.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalog.vocabulary import Topic
from bot.ledger import Ledger
from cogs.trivia.models import Answer, Place, RoundRecord, Rules
from cogs.trivia.queries import rounds
from cogs.trivia.reports.models import Report
from cogs.trivia.reports.queries import reports
from cogs.trivia.round import End, Round
from tests.loopback import BotProcess, Call, Channel, Json, LoopbackDiscord, Reply, User
from tests.loopback.entities import MANAGER_PERMISSIONS
from tests.loopback.records import InteractionRecord, Proceed

from .samples import question
from .stage import Stage, custom_ids, text, title, told

VOIDED, RESTORED = "Question 1 of 1: it does not count", "Question 1 of 1 counts as it did before"
BEFORE_OR_AFTER = pytest.mark.parametrize("accepted", [False, True], ids=["before", "after"])
NOTICES = "SELECT message_id FROM verdict_notice ORDER BY undone"
POINTS = "SELECT user_id, points FROM award ORDER BY points DESC"


@asynccontextmanager
async def killed_at(
    stage: Stage, bot: BotProcess, beginning: str, *, accepted: bool
) -> AsyncGenerator[None]:
    """Kill the bot as it posts what has such a title, before or after Discord takes it."""
    reached, over = asyncio.Event(), asyncio.Event()

    async def stop_there(call: Call, proceed: Proceed) -> Reply:
        if call.method != "POST" or beginning not in str(call.body):
            return await proceed(call)
        if accepted:
            await proceed(call)
        reached.set()
        await over.wait()  # the bot never hears of it
        return Reply(502)

    stage.discord.hooks.append(stop_there)
    yield
    await asyncio.wait_for(reached.wait(), 30)
    await kill(bot)
    over.set()
    stage.discord.hooks.clear()


async def kill(bot: BotProcess) -> None:
    bot.kill()
    await bot.wait()


def moderator(stage: Stage, name: str) -> User:
    return stage.discord.add_user(name, permissions=MANAGER_PERMISSIONS)


def button(message: Json, beginning: str) -> str:
    return next(name for name in custom_ids(message) if name.startswith(beginning))


async def shown(stage: Stage, user: User, channel: Channel, command: str) -> Json:
    """The private message that a command is answered with."""
    record = await stage.discord.command(user, channel, command)
    return await record.message()


async def fill_in(
    stage: Stage, user: User, message: Json, beginning: str, typed: str
) -> InteractionRecord:
    """Press a button that opens a form, and send that in."""
    opener = await stage.discord.click(user, message, button(message, beginning))
    form = (await opener.response())["data"]["custom_id"]
    return await stage.discord.submit(user, opener, form, {"text": typed})


async def play_reported_round(stage: Stage, channel: Channel) -> None:
    """A round as it stands in the ledger when all is over: Ada was right, Ben reported it."""
    now = stage.discord.world.new_id
    guild, rules, posed = stage.guild.id, Rules(relaxed=True), (question(0),)
    record = RoundRecord(0, guild, channel.id, stage.ada.id, "a-film", Topic.PLOT, 20, rules, 0)
    async with Ledger.open(stage.ledger) as ledger:
        record = await rounds.start_round(ledger, record, posed)
        at = int(stage.discord.world.now() * 1000)
        current = Round(posed, rules).open(at, 20_000)
        await rounds.open_question(ledger, record, now(), current)
        for slot, user in enumerate((stage.ada, stage.ben)):
            await rounds.lock_in(ledger, record.id, 0, Answer(user.id, slot, now(), at))
        await rounds.close_question(ledger, record, current)
        await rounds.told_result(ledger, record.id, 0, now())
        await rounds.end_round(ledger, record.id, End.DONE, at)
        await rounds.told_board(ledger, record.id, now())
        report = Report(stage.ben.id, "Mine is right", at)
        assert await reports.report(ledger, guild, channel.id, Place(record.id, 0), report)


@BEFORE_OR_AFTER
@pytest.mark.parametrize("is_undone", [False, True], ids=["verdict", "undo"])
async def test_a_verdict_is_told_once(tmp_path: Path, *, is_undone: bool, accepted: bool) -> None:
    """Killed between the commit and the post, or before the bot hears that Discord took it."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        channel, mona = stage.channel("film-night"), moderator(stage, "mona")
        await play_reported_round(stage, channel)
        paid = stage.rows(POINTS)
        async with stage.bot() as bot:
            case = await shown(stage, mona, channel, "trivia reports")
            verdict = fill_in(stage, mona, case, "verdict:1:0:v", "A slip")
            if is_undone:
                await (await verdict).message()
                lines = await shown(stage, mona, channel, "trivia regrades")
                verdict = discord.click(mona, lines, button(lines, "undo:1"))
            async with killed_at(stage, bot, RESTORED if is_undone else VOIDED, accepted=accepted):
                await verdict
        assert stage.rows(NOTICES)[-1] == (None,)
        assert stage.rows(POINTS) == (paid if is_undone else [])
        for _ in range(2):
            async with stage.bot(), asyncio.timeout(60):
                while (None,) in stage.rows(NOTICES):
                    await shown(stage, mona, channel, "trivia regrades")
        messages = discord.messages(channel)
        expected = [VOIDED, RESTORED] if is_undone else [VOIDED]
        assert [title(one)[: len(name)] for one, name in zip(messages, expected, strict=True)] == (
            expected
        )
        assert stage.rows(NOTICES) == [(int(one["id"]),) for one in messages]
        assert f"<@{stage.ada.id}> {'+' if is_undone else '-'}100" in text(messages[-1])


async def test_a_question_is_reported_ruled_on_and_restored(tmp_path: Path) -> None:
    """By three people with three bots, each of which was killed when it was done."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        channel = stage.channel("film-night")
        mona, nils = moderator(stage, "mona"), moderator(stage, "nils")
        async with stage.bot() as bot:
            await stage.start(stage.ada, channel, questions=1, seconds=5, mode="race", relaxed=True)
            message = await stage.message(channel, "Question 1 of 1")
            await told(await discord.click(stage.ben, message, stage.right_id(message)))
            await stage.message(channel, "Final board")
            reveal = await stage.message(channel, "Answer 1 of 1")
            sent = await fill_in(stage, stage.ada, reveal, "report:", "**I** say @everyone")
            assert (await told(sent)).startswith("Thank you.")
            await kill(bot)
        async with stage.bot() as bot:
            refusal = await stage.discord.command(stage.ben, channel, "trivia reports")
            assert (await told(refusal)).startswith("Only a moderator")
            case = await shown(stage, mona, channel, "trivia reports")
            assert "\\*\\*I\\*\\* say" in text(case)
            sent = await fill_in(stage, mona, case, "verdict:1:0:v", "The source is wrong")
            assert (await sent.message())["content"].startswith("Done: 1 player's score")
            assert stage.rows(POINTS) == []
            await kill(bot)
        async with stage.bot() as bot:
            lines = await shown(stage, nils, channel, "trivia regrades")
            assert f"<@{mona.id}>" in text(lines)
            await (await discord.click(nils, lines, button(lines, "undo:1"))).message()
            await kill(bot)
        assert stage.rows(POINTS) == [(stage.ben.id, 100)]
        titles = stage.titles(channel)
        assert [name.split(":")[0].split(" · ")[0] for name in titles] == [
            "Trivia", "Question 1 of 1", "Answer 1 of 1", "Final board",
            "Question 1 of 1", "Question 1 of 1 counts as it did before",
        ]  # fmt: skip
        assert "The source is wrong" in text(discord.messages(channel)[-2])


@BEFORE_OR_AFTER
@pytest.mark.parametrize("mark", ["Daily question", "Answer of"])
async def test_a_day_is_asked_and_told_once(tmp_path: Path, mark: str, *, accepted: bool) -> None:
    """Killed as the question or its answer is posted; the one who answered is not forgotten."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        channel, mona = stage.channel("daily"), moderator(stage, "mona")
        due = datetime.fromtimestamp(discord.world.now(), UTC) + timedelta(hours=2)
        due = due.replace(minute=0, second=0, microsecond=0)
        async with stage.bot() as bot:
            record = await discord.command(
                mona, channel, "trivia daily set", channel=channel, hour=due.hour, timezone="UTC"
            )
            assert f"<t:{int(due.timestamp())}:F>" in await told(record)
            await kill(bot)
        discord.let_pass(due.timestamp() - discord.world.now() + 2)
        if mark == "Daily question":
            await start_and_be_killed(stage, mark, accepted=accepted)
        async with stage.bot() as bot:
            asked = await stage.message(channel, "Daily question")
            pressed = await discord.click(stage.ben, asked, custom_ids(asked)[2])
            assert (await told(pressed)).startswith("Locked in: C.")
            await kill(bot)
        discord.let_pass(24 * 3_600)
        if mark == "Answer of":
            await start_and_be_killed(stage, mark, accepted=accepted)
        async with stage.bot():
            reveal = await stage.message(channel, "Answer of")
            assert "1 of 1 (100%)" in text(reveal)
            await discord.wait_until(lambda: len(stage.titles(channel)) == 3)
            pressed = await discord.click(stage.ben, discord.messages(channel)[-1], "daily:3:0")
            assert "Your streak: 2 days." in await told(pressed)
            await discord.wait_until(lambda: not custom_ids(discord.messages(channel)[0]))
        assert [name.split()[0] for name in stage.titles(channel)] == ["Daily", "Answer", "Daily"]
        days = "SELECT state, reveal_id IS NULL FROM daily_question WHERE question_id <> ''"
        assert stage.rows(days) == [("closed", 0), ("open", 1)]


async def start_and_be_killed(stage: Stage, beginning: str, *, accepted: bool) -> None:
    async with (
        BotProcess(stage.environment, "run", cwd=stage.data) as bot,
        killed_at(stage, bot, beginning, accepted=accepted),
    ):
        await stage.discord.wait_ready()


async def test_a_round_in_a_thread_goes_on_there(tmp_path: Path) -> None:
    """Its open question and its answers outlive the bot; the next one puts the thread away."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        channel = stage.channel("film-night")
        async with stage.bot() as bot:
            began = await stage.start(
                stage.ada, channel, questions=1, seconds=40, mode="race", thread=True
            )
            await began.message()
            (thread,) = [one for one in discord.world.channels.values() if one.parent_id]
            assert thread.parent_id == channel.id
            message = await stage.message(thread, "Question 1 of 1")
            wrong = next(
                name
                for name in custom_ids(message)
                if name.startswith("answer:") and name != stage.right_id(message)
            )
            await told(await discord.click(stage.ada, message, wrong))
            await kill(bot)
        async with stage.bot():
            await told(await discord.click(stage.ben, message, stage.right_id(message)))
            await discord.wait_until(lambda: discord.world.channels[thread.id].archived)
        assert [name.split()[0] for name in stage.titles(thread)] == ["Question", "Answer", "Final"]
        assert [name.split()[0] for name in stage.titles(channel)] == ["Trivia:"]
        rows = "SELECT user_id, correct FROM award ORDER BY correct"
        assert stage.rows(rows) == [(stage.ada.id, 0), (stage.ben.id, 1)]
