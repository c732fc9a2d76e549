"""The daily question, as a server lives with it from day to day."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.client import Marquee
from bot.demo.world import World
from bot.ledger.migrate import migrate, read_migrations
from cogs.trivia.models import LETTERS, Question
from tests.conftest import expect_errors

from .table import Table, buttons, forged, text, title, told
from .test_interrupted import reload, restart
from .test_trouble import EMBED, SEND, forbid, let_moderate

HOUR = 3_600
DAY = 24 * HOUR
_LET_GO = "SELECT count(*) FROM daily_question WHERE question_id = ''"
_STAMP = re.compile(r"<t:(\d+):F>")


@dataclass
class Days:
    """A channel with a daily question; days pass only where a method says so."""

    table: Table
    world: World
    due: datetime  # when the next question comes

    @property
    def env(self) -> simcord.Env:
        return self.table.env

    async def until_due(self, days: int = 1) -> None:
        """Let time pass to just after the next question is due, or one some days later."""
        due = self.due + timedelta(days=days - 1)
        await self.env.advance_time((due - self.env.now()).total_seconds() + 2)
        self.due = due + timedelta(days=1)

    def questions(self) -> list[discord.Message]:
        return [shown for shown in self.table.messages() if is_daily(shown, "Daily question")]

    def reveals(self) -> list[discord.Message]:
        return [shown for shown in self.table.messages() if is_daily(shown, "Answer of")]

    async def asked(self) -> Question:
        """The latest question with its right answer, as only the ledger knows it."""
        rows = await self.table.bot.ledger.rows(
            "SELECT question FROM daily_question WHERE question_id <> '' ORDER BY day DESC LIMIT 1"
        )
        return Question.from_json(rows[0][0])

    async def press(
        self, member: MemberActor, slot: int, message: discord.Message | None = None
    ) -> InteractionResult:
        message = message or self.questions()[-1]
        return await member.click(message, custom_id=buttons(message)[slot].custom_id)

    async def rows(self) -> list[tuple[Any, ...]]:
        """State, whether posted and whether told, of each day that had a question."""
        return await self.table.bot.ledger.rows(
            "SELECT state, message_id IS NOT NULL, reveal_id IS NOT NULL FROM daily_question "
            "WHERE question_id <> '' ORDER BY day"
        )


def is_daily(message: discord.Message, beginning: str) -> bool:
    return title(message).startswith(beginning)


async def switch_on(table: Table, member: MemberActor, **options: Any) -> InteractionResult:
    given = {"channel": table.channel, "hour": 18, "timezone": "Europe/Berlin"} | options
    return await member.slash(table.channel, "trivia daily set", **given)


@pytest.fixture
async def days(table: Table, world: World) -> Days:
    """A daily question in ``#film-night``, switched on by a moderator; the first is to come."""
    found = _STAMP.search(told(await switch_on(table, world.bruno)))
    assert found is not None
    return Days(table, world, datetime.fromtimestamp(int(found[1]), UTC))


async def test_a_question_is_asked_at_the_hour(days: Days) -> None:
    """Not before it, with four lettered buttons, and once."""
    assert days.due > days.env.now()
    assert days.due.minute == 0
    await days.env.advance_time((days.due - days.env.now()).total_seconds() - 5)
    assert days.questions() == []
    await days.env.advance_time(10)
    (message,) = days.questions()
    assert [(button.label or "")[:2] for button in buttons(message)] == ["A.", "B.", "C.", "D."]
    asked = await days.asked()
    assert message.embeds[0].author.name == "Leaving Las Vegas (1995)"
    assert asked.fact not in text(message)
    assert await days.rows() == [("open", 1, 0)]
    assert days.reveals() == []


async def test_where_and_when_is_shown(days: Days, table: Table, world: World) -> None:
    """Anybody may ask; without one it is said how to get one."""
    shown = told(await world.dana.slash(table.channel, "trivia daily show"))
    assert f"<#{table.channel.id}>, at 18:00 (Europe/Berlin)" in shown
    assert f"<t:{int(days.due.timestamp())}:F>" in shown
    await world.ada.slash(table.channel, "trivia daily off")
    shown = told(await world.dana.slash(table.channel, "trivia daily show"))
    assert "`/trivia daily set`" in shown


async def test_an_answer_is_private_and_counts_once(days: Days, world: World) -> None:
    """The second press tells what was chosen, and neither what is right."""
    await days.until_due()
    right = (await days.asked()).right
    wrong = (right + 1) % 4
    first = told(await days.press(world.dana, wrong))
    assert first.startswith(f"Locked in: {LETTERS[wrong]}.")
    assert "Your streak: 1 day." in first
    second = told(await days.press(world.dana, right))
    assert second.startswith(f"You have answered already: {LETTERS[wrong]}.")
    rightly = told(await days.press(world.chiyo, right))
    assert rightly == first.replace(f"{LETTERS[wrong]}.", f"{LETTERS[right]}.")
    rows = await days.table.bot.ledger.rows("SELECT user_id, slot FROM daily_answer")
    assert sorted(rows) == sorted([(world.dana.id, wrong), (world.chiyo.id, right)])


@pytest.mark.parametrize("catalog_path", ["noted_film"], indirect=True)
async def test_content_notes_stand_before_the_question(days: Days) -> None:
    await days.until_due()
    (message,) = days.questions()
    assert "-# Content notes: addiction\n**" in text(message)


async def test_the_answer_is_told_the_next_day_before_the_new_question(
    days: Days, world: World
) -> None:
    """With shares, fact, source, how many were right, and streaks; then its buttons are gone."""
    await days.until_due()
    asked = await days.asked()
    await days.press(world.dana, asked.right)
    await days.press(world.chiyo, (asked.right + 1) % 4)
    await days.until_due()

    assert [title(shown).split()[0] for shown in days.table.messages()] == [
        "Daily", "Answer", "Daily",
    ]  # fmt: skip
    reveal = text(days.reveals()[0])
    assert f"{LETTERS[asked.right]}. " in title(days.reveals()[0])
    assert reveal.count("1 of 2 (50%)") == 2
    assert "Right: 1 of 2 answers." in reveal
    assert f"Source: {asked.source}" in reveal
    author = days.reveals()[0].embeds[0].author.name
    assert author == "Daily question · Leaving Las Vegas (1995)"
    assert not buttons(days.questions()[0])
    assert (await days.asked()).id != asked.id
    assert await days.rows() == [("closed", 1, 1), ("open", 1, 0)]
    assert await days.table.bot.ledger.rows("SELECT * FROM award") == []


async def test_streaks_grow_and_one_missed_day_is_forgiven(days: Days, world: World) -> None:
    """Two missed days are not; either is said once."""
    streaks: list[str] = []
    for day in range(1, 10):
        await days.until_due()
        if day not in (3, 6, 7):
            streaks.append(told(await days.press(world.dana, 0)).split("Your streak: ")[1])
    assert streaks == [
        "1 day.",
        "2 days.",
        "3 days; the day you missed is forgiven, as one a week is.",
        "4 days.",
        "1 day. It begins anew: you missed 2 days, and only one a week is forgiven.",
        "2 days.",
    ]
    reveals = [text(shown) for shown in days.reveals()]
    assert f"Longest streaks: <@{world.dana.id}> 2 days" in reveals[1]
    assert "Nobody answered." in reveals[2]


async def test_ones_streak_is_among_ones_figures(days: Days, world: World) -> None:
    """Of who has played no round, too; as long as the next answer goes on with it."""

    async def figures(member: MemberActor) -> str:
        return told(await member.slash(days.table.channel, "trivia stats"))

    for _ in range(2):
        await days.until_due()
        await days.press(world.dana, 0)
    assert "Daily streak: 2 days" in await figures(world.dana)
    assert "has not answered" in await figures(world.ada)
    await days.until_due()  # which may be answered still
    await days.until_due()
    assert "Daily streak: 2 days" in await figures(world.dana)
    await days.table.play_quickly(world.dana)
    assert "Daily streak: 2 days" in await figures(world.dana)
    await days.until_due()
    assert "Daily streak" not in await figures(world.dana)


async def test_a_streak_outlasts_days_that_are_switched_off(days: Days, world: World) -> None:
    """As is said when it is switched off. The answer and its reveal tell the same streak."""
    for _ in range(3):
        await days.until_due()
        await days.press(world.dana, 0)
    told(await world.bruno.slash(days.table.channel, "trivia daily off"))
    await days.env.advance_time(3 * DAY)
    # Switched on after the hour, so that this day is let go.
    await switch_on(days.table, world.bruno)
    await days.until_due(days=4)
    assert await days.table.bot.ledger.rows(_LET_GO) == [(2,)]
    assert "Your streak: 4 days." in told(await days.press(world.dana, 0))
    # Nor have those days used up the one that is forgiven.
    await days.until_due(days=2)
    assert len(days.questions()) == 6
    assert "Your streak: 5 days; the day you missed" in told(await days.press(world.dana, 0))
    await days.until_due()
    assert f"Longest streaks: <@{world.dana.id}> 5 days" in text(days.reveals()[-1])
    figures = told(await world.dana.slash(days.table.channel, "trivia stats"))
    assert "Daily streak: 5 days" in figures


async def test_a_day_that_is_let_go_is_not_missed(days: Days, world: World) -> None:
    """Switched off before the hour and on after it, twice in a week."""
    for count in range(1, 4):
        await days.until_due()
        assert f"Your streak: {count} day" in told(await days.press(world.dana, 0))
        told(await world.bruno.slash(days.table.channel, "trivia daily off"))
        await days.env.advance_time(DAY)
        await switch_on(days.table, world.bruno)
        days.due += timedelta(days=1)
    assert await days.table.bot.ledger.rows(_LET_GO) == [(4,)]


async def test_days_on_which_nothing_could_be_posted_are_not_missed(
    days: Days, world: World
) -> None:
    """The server's rights were gone for two days, then the bot for three."""
    await days.until_due()
    await days.press(world.dana, 0)
    forbid(days.env, days.table.channel, SEND)
    await days.until_due()
    await days.until_due()
    forbid(days.env, days.table.channel, 0)
    await days.until_due()
    assert len(days.questions()) == 2
    assert "Your streak: 2 days." in told(await days.press(world.dana, 0))
    with days.env._bot_scope():
        await days.table.bot.unload_extension("cogs.trivia")
    await days.until_due(days=3)
    with days.env._bot_scope():
        await days.table.bot.load_extension("cogs.trivia")
    await days.env.settle()
    assert len(days.questions()) == 3
    assert "Your streak: 3 days." in told(await days.press(world.dana, 0))


async def test_an_old_button_tells_the_streak_of_its_reveal(days: Days, world: World) -> None:
    """Also when the next day was answered."""
    await days.until_due()
    await days.press(world.dana, 0)
    message = days.questions()[0]
    custom_id = buttons(message)[0].custom_id or ""
    await days.until_due()
    assert "Your streak: 2 days." in told(await days.press(world.dana, 0))
    assert days.env.bot.user is not None
    old = forged(days.env, days.table.channel, days.env.bot.user.id, custom_id)
    assert "Your streak: 1 day." in told(await world.dana.click(old, custom_id=custom_id))


async def test_a_restart_in_between_is_not_noticed(days: Days, world: World) -> None:
    """The old buttons work, nothing is posted twice, and the next day comes."""
    await days.until_due()
    await days.press(world.dana, 1)
    days.table = await restart(days.table)
    await days.env.settle()
    assert len(days.table.messages()) == 1
    assert told(await days.press(world.dana, 0)).startswith("You have answered already: B.")
    assert told(await days.press(world.chiyo, 0)).startswith("Locked in: A.")
    await reload(days.table, "trivia")
    await days.until_due()
    assert len(days.questions()) == 2
    assert len(days.reveals()) == 1


@pytest.mark.parametrize("is_posted", [True, False])
async def test_a_question_planned_before_a_crash_is_posted_once(
    days: Days, is_posted: bool
) -> None:
    """The same question, whether or not it was posted before the crash, however long ago."""
    await days.until_due()
    asked, message = await days.asked(), days.questions()[0]
    if not is_posted:
        days.env.backend.delete_message(days.table.channel.id, message.id)
    await days.table.bot.ledger.write(
        lambda db: (
            db.execute(
                "UPDATE daily_question SET state = 'planned', message_id = NULL "
                "WHERE state = 'open'"
            ).rowcount
        )
    )
    days.table = await restart(days.table)
    await days.env.settle()
    (message,) = days.questions()
    assert asked.text in text(message).replace("\\", "")
    assert await days.rows() == [("open", 1, 0)]


@pytest.mark.parametrize("is_posted", [True, False])
async def test_an_answer_untold_before_a_crash_is_told(
    days: Days, world: World, is_posted: bool
) -> None:
    """The crash came between the close and the reveal, or between that and its record."""
    await days.until_due()
    await days.press(world.dana, 2)
    await days.until_due()
    reveal = days.reveals()[0]
    if not is_posted:
        days.env.backend.delete_message(days.table.channel.id, reveal.id)
    await days.table.bot.ledger.write(
        lambda db: (
            db.execute(
                "UPDATE daily_question SET reveal_id = NULL WHERE message_id IS NOT NULL"
            ).rowcount
        )
    )
    days.table = await restart(days.table)
    await days.env.settle()
    assert [text(told_again) for told_again in days.reveals()] == [text(reveal)]
    assert len(days.questions()) == 2


async def test_an_answer_before_the_question_is_recorded_counts(days: Days, world: World) -> None:
    """The crash came between the post and its record, and the bot was away until the next day."""
    await days.until_due()
    message = days.questions()[0]
    custom_id = buttons(message)[1].custom_id or ""
    await days.table.bot.ledger.write(
        lambda db: (
            db.execute(
                "UPDATE daily_question SET state = 'planned', message_id = NULL "
                "WHERE state = 'open'"
            ).rowcount
        )
    )
    assert told(await world.dana.click(message, custom_id=custom_id)).startswith("Locked in: B.")
    assert await days.rows() == [("open", 1, 0)]  # the press has told where it stands
    await days.until_due()
    assert "1 of 1 (100%)" in text(days.reveals()[0])
    assert len(days.questions()) == 2
    assert not buttons(days.questions()[0])


async def test_a_question_that_nobody_saw_is_not_told(days: Days) -> None:
    """It was planned, but could never be posted."""
    forbid(days.env, days.table.channel, SEND)
    await days.until_due()
    assert await days.rows() == [("planned", 0, 0)]
    forbid(days.env, days.table.channel, 0)
    await days.until_due()
    assert (len(days.questions()), len(days.reveals())) == (1, 0)
    assert await days.rows() == [("open", 1, 0)]


async def test_a_question_that_this_code_cannot_read_costs_its_day_only(days: Days) -> None:
    """The next day has its question."""
    await days.until_due()
    await days.table.bot.ledger.write(
        lambda db: (
            db.execute("UPDATE daily_question SET question = '{}' WHERE state = 'open'").rowcount
        )
    )
    await days.until_due()
    assert (len(days.questions()), len(days.reveals())) == (2, 0)


async def test_nothing_is_answered_from_another_server(
    days: Days, world: World, env: simcord.Env
) -> None:
    """Nor does a number that no day has do harm."""
    await days.until_due()
    assert env.bot.user is not None
    for custom_id in ("daily:999:0", "daily:1:0"):  # 1 is the day that was let go
        stale = forged(env, days.table.channel, env.bot.user.id, custom_id)
        pressed = await world.dana.click(stale, custom_id=custom_id)
        assert told(pressed) == "That question is closed."
    elsewhere = env.create_guild("The Front Row")
    foyer = elsewhere.create_text_channel("foyer")
    guest = elsewhere.add_member(env.create_user("evan"))
    custom_id = buttons(days.questions()[0])[0].custom_id or ""
    stale = forged(env, foyer, env.bot.user.id, custom_id)
    assert told(await guest.click(stale, custom_id=custom_id)) == "That question is closed."


async def test_the_same_question_is_not_asked_twice_in_a_row(days: Days) -> None:
    """What the server saw least recently comes first."""
    asked: set[str] = set()
    for _ in range(6):
        await days.until_due()
        asked.add((await days.asked()).id)
    assert len(asked) == 6


async def test_after_two_days_of_downtime_only_today_is_asked(days: Days, world: World) -> None:
    """Late, once; and the answer of the last question before comes first."""
    await days.until_due()
    await days.press(world.dana, 2)
    bot = days.table.bot
    with days.env._bot_scope():
        await bot.unload_extension("cogs.trivia")
    await days.until_due(days=3)
    await days.env.advance_time(5 * HOUR)
    assert len(days.table.messages()) == 1
    with days.env._bot_scope():
        await bot.load_extension("cogs.trivia")
    await days.env.settle()
    assert (len(days.questions()), len(days.reveals())) == (2, 1)
    await days.env.advance_time(2 * HOUR)
    assert (len(days.questions()), len(days.reveals())) == (2, 1)
    await days.until_due()
    assert (len(days.questions()), len(days.reveals())) == (3, 2)


async def test_switching_off_asks_no_more(days: Days, table: Table, world: World) -> None:
    """The open question closes when it said so. And there is nothing to switch off then."""
    await days.until_due()
    await days.press(world.dana, 0)
    told(await world.bruno.slash(table.channel, "trivia daily off"))
    await days.env.advance_time(DAY - HOUR)
    assert days.reveals() == []
    assert told(await days.press(world.chiyo, 1)).startswith(
        "Locked in: B. The right answer is told"
    )
    await days.env.advance_time(HOUR)
    assert "of 2 answers" in text(days.reveals()[0])
    await days.env.advance_time(3 * DAY)
    assert len(table.messages()) == 2
    assert not buttons(days.questions()[0])
    assert "no daily question" in told(await world.bruno.slash(table.channel, "trivia daily off"))


async def test_a_day_that_had_its_question_gets_no_other(days: Days, world: World) -> None:
    """When the questions are switched off and on again."""
    await days.until_due()
    told(await world.bruno.slash(days.table.channel, "trivia daily off"))
    await switch_on(days.table, world.bruno)
    await days.env.settle()
    assert len(days.table.messages()) == 1
    await days.until_due()
    assert (len(days.questions()), len(days.reveals())) == (2, 1)


@pytest.mark.parametrize("hour", [9, 17, 19, 23])
async def test_another_hour_leaves_the_open_question_its_time(
    days: Days, world: World, hour: int
) -> None:
    """It was asked at 18 and said until when; the next comes at the new hour of the next day."""
    await days.until_due()
    await switch_on(days.table, world.bruno, hour=hour)
    await days.env.settle()
    assert len(days.table.messages()) == 1
    until_next = DAY + (hour - 18) * HOUR
    for after, posted in sorted([(until_next, "Daily"), (DAY, "Answer")]):
        before = len(days.table.messages())
        await days.env.advance_time(after - 60 - elapsed(days))
        assert len(days.table.messages()) == before
        assert bool(buttons(days.questions()[0])) != bool(days.reveals())
        await days.env.advance_time(120)
        assert [title(one).split()[0] for one in days.table.messages()[before:]] == [posted]
    assert len({title(one) for one in days.questions()}) == 2  # of two days


def elapsed(days: Days) -> float:
    """Seconds since the first question was due; the next is due a day after."""
    return (days.env.now() - days.due).total_seconds() + DAY


async def test_a_late_click_is_told_so(days: Days, world: World) -> None:
    """On a message that kept its buttons although its question is closed."""
    await days.until_due()
    message = days.questions()[0]
    custom_id = buttons(message)[0].custom_id or ""
    await days.table.bot.ledger.write(
        lambda db: db.execute("UPDATE daily_question SET state = 'closed'").rowcount
    )
    assert told(await world.dana.click(message, custom_id=custom_id)) == "That question is closed."
    await days.table.bot.ledger.write(
        lambda db: (
            db.execute(
                "UPDATE daily_question SET state = 'open', closes_at = closes_at - ?", (DAY * 1000,)
            ).rowcount
        )
    )
    assert told(await world.dana.click(message, custom_id=custom_id)) == "That question is closed."
    assert await days.table.bot.ledger.rows("SELECT * FROM daily_answer") == []


@pytest.mark.parametrize("is_channels", [False, True])
@pytest.mark.parametrize("command", ["set", "off"])
async def test_a_stranger_is_refused(
    table: Table, world: World, env: simcord.Env, command: str, *, is_channels: bool
) -> None:
    """Also where the server lets everybody see the command, and who moderates one channel."""
    if is_channels:
        let_moderate(env, table.channel, world.dana)
    if command == "set":
        answer = await switch_on(table, world.dana)
    else:
        answer = await world.dana.slash(table.channel, "trivia daily off")
    assert "Only a moderator" in told(answer)
    assert await table.bot.ledger.rows("SELECT * FROM daily") == []


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "@everyone", "a" * 6000])
async def test_an_unknown_zone_is_refused(table: Table, world: World, zone: str) -> None:
    """What was typed is not told back."""
    assert "no such time zone" in told(await switch_on(table, world.bruno, timezone=zone))
    assert await table.bot.ledger.rows("SELECT * FROM daily") == []


async def test_zones_are_offered(table: Table, world: World) -> None:
    """By any part of their names; hostile text gets an answer too."""
    for typed, expected in (("berlin", "Europe/Berlin"), ("new york", "America/New_York")):
        offered = await world.bruno.autocomplete(
            table.channel, "trivia daily set", "timezone", typed
        )
        assert expected in [choice["value"] for choice in offered]
    everything = await world.bruno.autocomplete(table.channel, "trivia daily set", "timezone", "")
    assert len(everything) == 25
    assert not await world.bruno.autocomplete(
        table.channel, "trivia daily set", "timezone", "\0" * 500
    )


async def test_a_zone_may_be_typed_in_any_case(table: Table, world: World) -> None:
    """It is kept as it is spelt."""
    assert "America/New_York" in told(
        await switch_on(table, world.bruno, timezone=" america/new york ")
    ).replace("\\", "")


@pytest.mark.parametrize(
    ("permissions", "missing"), [(SEND, "send messages and embed links"), (EMBED, "embed links")]
)
async def test_a_channel_in_which_the_bot_may_not_write(
    table: Table, world: World, permissions: int, missing: str
) -> None:
    """Nothing is switched on, and it is said why."""
    forbid(table.env, table.channel, permissions)
    assert f"I may not {missing} there" in told(await switch_on(table, world.bruno))
    assert await table.bot.ledger.rows("SELECT * FROM daily") == []


async def test_a_lost_permission_costs_a_day(days: Days, world: World) -> None:
    """Nothing is switched off: once it is back, yesterday's answer comes and then a question."""
    await days.until_due()
    await days.press(world.dana, 3)
    forbid(days.env, days.table.channel, SEND)
    await days.until_due()
    await days.env.advance_time(3 * HOUR)
    assert len(days.table.messages()) == 1
    shown = told(await world.dana.slash(days.table.channel, "trivia daily show"))
    assert "I may not send messages and embed links there at the moment" in shown
    forbid(days.env, days.table.channel, 0)
    await days.env.advance_time(3 * HOUR)
    assert len(days.table.messages()) == 1
    shown = told(await world.dana.slash(days.table.channel, "trivia daily show"))
    assert "I may not" not in shown
    await days.until_due()
    assert [title(shown).split()[0] for shown in days.table.messages()] == [
        "Daily", "Answer", "Daily",
    ]  # fmt: skip


async def test_an_answer_is_let_go_where_nothing_is_asked_any_more(
    days: Days, world: World
) -> None:
    """The right to write there may come back, but nobody waits for it."""
    await days.until_due()
    await world.bruno.slash(days.table.channel, "trivia daily off")
    forbid(days.env, days.table.channel, SEND)
    await days.until_due()
    assert await days.rows() == [("closed", 1, 1)]
    assert days.reveals() == []


async def test_a_deleted_channel_is_left_for_another(
    days: Days, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """The answer that nobody can be told is let go."""
    await days.until_due()
    env.backend.delete_channel(days.table.channel.id)
    await days.until_due()
    assert (await days.rows())[0] == ("closed", 1, 1)
    shown = told(await world.dana.slash(world.after_dark, "trivia daily show"))
    assert "I cannot find that channel any more" in shown
    other = Table(env, bot, world.after_dark)
    await switch_on(other, world.bruno, channel=world.after_dark)
    await env.settle()
    days.table = other
    assert len(days.questions()) == 1
    await days.until_due()
    assert len(days.questions()) == 2


async def test_an_error_delays_the_question(days: Days, caplog: pytest.LogCaptureFixture) -> None:
    """It is tried again the same day, and the owner finds the error in the log."""
    days.env.inject_error("POST", "/channels/*/messages", status=500)
    await days.until_due()
    assert days.questions() == []
    assert expect_errors(caplog)
    await days.env.advance_time(2 * HOUR)
    assert len(days.questions()) == 1
    assert await days.rows() == [("open", 1, 0)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
async def test_no_day_is_doubled_or_skipped(table: Table, world: World, zone: str) -> None:
    """A week of days, one question each; test_daily.py has the clocks' changes."""
    found = _STAMP.search(told(await switch_on(table, world.bruno, hour=2, timezone=zone)))
    assert found is not None
    days = Days(table, world, datetime.fromtimestamp(int(found[1]), UTC))
    for count in range(1, 8):
        await days.until_due()
        assert len(days.questions()) == count
    rows = await table.bot.ledger.rows("SELECT count(DISTINCT day) FROM daily_question")
    assert rows == [(8,)]  # with the day that was let go


def test_a_day_of_before_is_told_a_day_after_it_was_asked(tmp_path: Path) -> None:
    """Posted; or answered, or due, without a record that it was, as by a bot that was killed."""
    path, every = tmp_path / "ledger.db", read_migrations()
    asked_at = datetime(2026, 3, 1, 18, tzinfo=UTC)
    click = discord.utils.time_snowflake(asked_at)
    late = discord.utils.time_snowflake(asked_at - timedelta(days=2, hours=-9))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, path, every[:11])
        db.executemany(
            "INSERT INTO daily_question (id, guild_id, channel_id, day, question_id, question,"
            " state, message_id) VALUES (?, ?, 2, ?, 'q', '{}', ?, ?)",
            [(1, 1, "2026-02-27", "closed", late), (2, 1, "2026-03-01", "open", click),
             (3, 1, "2026-03-02", "planned", None), (4, 1, "2026-03-03", "planned", None),
             (5, 2, "2026-03-03", "planned", None)],
        )  # fmt: skip
        db.execute("INSERT INTO daily_answer VALUES (3, 7, 0, ?)", (click,))
        migrate(db, path, every)
        closes = dict(db.execute("SELECT id, closes_at FROM daily_question"))
    day_after = (asked_at + timedelta(days=1)).timestamp() * 1000
    assert closes[2] == closes[3] == day_after
    assert closes[4] == (asked_at + timedelta(days=3)).timestamp() * 1000
    assert closes[5] < day_after  # of which nothing is known: it is forgotten
