"""The trivia commands beside the round itself: who may do what, boards and figures, bad input."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import simcord
from simcord.actors import MemberActor

from bot.client import Marquee
from bot.demo.world import World
from bot.ui.buttons import Shortcut, button_row
from cogs.trivia.models import Question
from cogs.trivia.times import LEAD_SECONDS

from .table import Table, text, title, told
from .test_trouble import let_moderate, manager_of


async def test_a_second_start_leads_to_the_first(table: Table, world: World) -> None:
    """With a link once there is something to link to, and with who may stop it."""
    await table.start(world.chiyo)
    early = told(await table.start(world.dana))
    assert "a round is about to begin" in early
    message = await table.first_question()
    late = told(await table.start(world.dana))
    assert f"[a round is on]({message.jump_url})" in late
    for answer in (early, late):
        assert f"<@{world.chiyo.id}>, who started it, or a moderator" in answer
    assert await table.states() == ["live"]


async def test_a_stranger_cannot_stop(table: Table, world: World) -> None:
    """They are told who can, and the round goes on."""
    await table.start(world.chiyo)
    await table.first_question()
    answer = told(await world.dana.slash(table.channel, "trivia stop"))
    assert answer == (
        f"Only <@{world.chiyo.id}>, who started it, or a moderator can stop this round."
    )
    assert await table.states() == ["live"]
    table.open_question()


@pytest.mark.parametrize("is_channels", [False, True])
async def test_who_manages_the_server_or_the_channels_messages_decides_too(
    table: Table, world: World, env: simcord.Env, *, is_channels: bool
) -> None:
    """Who moderates one channel skips and stops there, and in no other."""
    if is_channels:
        let_moderate(env, table.channel, world.dana)
    decider = world.dana if is_channels else manager_of(env, world.guild)
    elsewhere = Table(env, table.bot, world.after_dark)
    for one in (table, elsewhere):
        await one.start(world.chiyo)
    await env.advance_time(LEAD_SECONDS + 0.2)
    told_here = told(await decider.slash(table.channel, "trivia skip"))
    assert told_here == "Skipping this question; it does not count."
    for one in (table, elsewhere):
        await decider.slash(one.channel, "trivia stop")
    await env.advance_time(1)
    assert await table.states() == ["stopped"]
    assert await elsewhere.states() == ["live" if is_channels else "stopped"]


@pytest.mark.parametrize("name", ["chiyo", "bruno", "ada"])
async def test_the_starter_and_moderators_can_stop(table: Table, world: World, name: str) -> None:
    """Points so far stay, the open question earns nothing, the board is shown."""
    await table.start(world.chiyo)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    earned = await table.points()
    message = await table.next_question()
    await table.press_right(world.dana)

    member: MemberActor = getattr(world, name)
    answer = told(await member.slash(table.channel, "trivia stop"))
    assert answer == "Stopping the round. Points stay. The open question does not count."
    assert await table.states() == ["stopped"]
    assert await table.points() == earned
    steps = await table.bot.ledger.rows("SELECT state FROM asked ORDER BY step")
    assert steps == [("closed",), ("void",)]
    board = table.messages()[-1]
    assert "The round was stopped. The open question does not count." in text(board)
    assert f"<@{world.dana.id}> · {earned[world.dana.id]} points" in text(board)
    (closed,) = [shown for shown in table.messages() if shown.id == message.id]
    assert not closed.components


async def test_the_starter_of_the_last_round_has_no_say_in_the_next(
    table: Table, world: World
) -> None:
    """A round that is over leaves nothing behind."""
    await table.play_quickly(world.chiyo)
    await table.start(world.dana)
    refused = told(await world.chiyo.slash(table.channel, "trivia stop"))
    assert refused.startswith(f"Only <@{world.dana.id}>")
    await world.dana.slash(table.channel, "trivia stop")
    assert await table.states() == ["done", "stopped"]


@pytest.mark.parametrize("seconds", [0, LEAD_SECONDS / 2])
async def test_a_round_can_be_stopped_before_its_first_question(
    table: Table, world: World, env: simcord.Env, seconds: float
) -> None:
    """Nothing is asked any more, and the channel is free."""
    await table.start(world.chiyo)
    await env.advance_time(seconds)
    await world.chiyo.slash(table.channel, "trivia stop")
    await env.advance_time(30)
    assert await table.states() == ["stopped"]
    assert [shown for shown in table.titles() if shown.startswith("Question")] == []
    assert "Nobody scored." in text(table.messages()[-1])


async def test_a_round_can_be_stopped_in_the_gap(
    table: Table, world: World, env: simcord.Env
) -> None:
    """The next question is not asked any more."""
    await table.start(world.chiyo)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    answer = told(await world.bruno.slash(table.channel, "trivia stop"))
    assert answer == "Stopping the round. Points stay."
    await env.advance_time(30)
    assert await table.states() == ["stopped"]
    assert table.kinds() == [
        "Trivia:", "Question", "Answer", "Final",
    ]  # fmt: skip
    assert "The round was stopped.\n" in text(table.messages()[-1])  # it had nothing open


async def test_a_skipped_question_costs_nothing_and_breaks_no_streak(
    table: Table, world: World, bot: Marquee
) -> None:
    """Its answer is told, the round goes on, and who was right before and after has a streak."""
    await table.start(world.chiyo, questions=3)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    await table.next_question()
    skipped = await table.asked()
    await table.press_wrong(world.dana)
    answer = told(await world.bruno.slash(table.channel, "trivia skip"))
    assert answer == "Skipping this question; it does not count."
    notice = table.messages()[-1]
    assert title(notice) == "Question 2 of 3 does not count"
    assert "It was skipped." in text(notice)
    assert skipped.answer in text(notice).replace("\\", "")
    await table.next_question()
    await table.press_right(world.dana)
    await table.close()

    rows = await bot.ledger.rows("SELECT step, streak FROM award ORDER BY step")
    assert rows == [(0, 1), (2, 2)]


async def test_skip_and_stop_without_anything_to_skip_or_stop(table: Table, world: World) -> None:
    """Each gets a plain word."""
    for command in ("trivia stop", "trivia skip"):
        answer = told(await world.chiyo.slash(table.channel, command))
        assert answer == "There is no round in this channel."
    await table.start(world.chiyo)
    answer = told(await world.chiyo.slash(table.channel, "trivia skip"))
    assert answer == "No question is open at the moment."


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"topic": "cheese"}, "There is no such topic. Topics are: Overview, Plot"),
        ({"topic": "@everyone **x**" * 300}, "There is no such topic."),
        ({"film": "Casablanca"}, "I know no film called"),
        ({"film": "@everyone" * 600}, "I know no film called"),
        ({"film": "'; DROP TABLE round"}, "I know no film called"),
        ({"film": "‮🎬"}, "I know no film called"),
    ],
)
async def test_bad_options_get_a_private_answer(
    table: Table, world: World, options: dict[str, Any], answer: str
) -> None:
    """Nothing is posted and no round begins."""
    assert told(await table.start(world.chiyo, **options)).startswith(answer)
    assert table.messages() == []
    assert await table.states() == []


async def test_a_button_under_a_films_card_starts_a_round(
    table: Table, world: World, env: simcord.Env
) -> None:
    """The card stays; the round begins below it."""
    await world.chiyo.slash(table.channel, "film show")
    card = table.messages()[-1]
    await world.chiyo.click(card, custom_id="go:trivia:leaving-las-vegas")
    assert [shown for shown in table.messages() if shown.id == card.id] == [card]
    assert table.titles()[-1] == "Trivia: Leaving Las Vegas (1995)"
    await env.advance_time(LEAD_SECONDS + 0.2)
    assert title(table.open_question()).startswith("Question 1 of 7")


async def test_names_and_titles_cannot_ping_or_format(
    table: Table, world: World, env: simcord.Env
) -> None:
    """Members are named by id only, and no message allows a mention."""
    rogue = world.guild.add_member(
        env.create_user("rogue", global_name="@everyone **bold**"), nick="@here ||x||"
    )
    await table.play_quickly(rogue, world.dana)
    await rogue.slash(table.channel, "trivia leaderboard")
    for message in table.messages():
        assert "everyone" not in text(message)
        assert "@here" not in text(message)
    sent = [
        (request.json.get("data") or request.json)
        for request in env.http_requests
        if request.method == "POST" and isinstance(request.json, dict)
    ]
    assert sent
    for body in sent:
        assert body["allowed_mentions"]["parse"] == []
        assert not body["allowed_mentions"].get("users")


class TestHeldBack:
    """A catalog in which some facts carry notes that only an age-restricted channel is shown."""

    @pytest.fixture
    def catalog_path(self, one_film: Path, tmp_path: Path) -> Path:
        path = tmp_path / "noted.db"
        shutil.copy(one_film, path)
        db = sqlite3.connect(path)
        with db:
            db.execute("UPDATE fact SET notes = 64 WHERE topic IN ('filming', 'plot')")
        db.close()
        return path

    async def test_what_is_held_back_is_said_and_not_asked(
        self, table: Table, world: World, bot: Marquee
    ) -> None:
        """The round is of the other topics, and says how many questions are missing."""
        result = await table.start(world.chiyo, questions=25)
        assert result.response is not None
        assert "held back in this channel (content notes)" in text(result.response.message)
        rows = await bot.ledger.rows("SELECT question FROM asked")
        topics = {Question.from_json(question).topic for (question,) in rows}
        assert topics.isdisjoint({"filming", "plot"})
        assert len(rows) == 25

    async def test_an_age_restricted_channel_is_shown_them(
        self, env: simcord.Env, bot: Marquee, world: World
    ) -> None:
        """There nothing is held back."""
        table = Table(env, bot, world.after_dark)
        result = await table.start(world.chiyo, topic="filming")
        assert result.response is not None
        assert "held back" not in text(result.response.message)

    async def test_a_topic_that_is_held_back_wholly_says_so(
        self, table: Table, world: World
    ) -> None:
        """No round, and the reason is not that there were no questions."""
        answer = told(await table.start(world.chiyo, topic="plot"))
        assert "held back in this channel" in answer
        assert await table.states() == []


class TestTwoFilms:
    """A catalog of two films."""

    @pytest.fixture
    def catalog_path(self, two_films: Path) -> Path:
        return two_films

    async def test_a_film_must_be_named_and_may_lack_a_topic(
        self, table: Table, world: World
    ) -> None:
        """What is unclear is asked back; what a film has questions on is named."""
        assert told(await table.start(world.chiyo)).startswith("Which film?")
        film = "The Paper Lighthouse"
        answer = told(await table.start(world.chiyo, film=film, topic="development"))
        assert answer.startswith(
            "There are no questions on The Paper Lighthouse (2011) about development. There are: "
        )
        assert "Filming, Release, Box office" in answer
        assert await table.states() == []

    async def test_topics_are_those_of_the_film(self, table: Table, world: World) -> None:
        """Autocomplete offers what the chosen film has questions on."""
        film = "the-paper-lighthouse"
        choices = await world.chiyo.autocomplete(
            table.channel, "trivia start", "topic", "", film=film
        )
        names = [choice["value"] for choice in choices]
        assert "filming" in names
        assert "development" not in names


async def test_a_shortcut_in_a_direct_message_is_refused(
    env: simcord.Env, world: World, bot: Marquee
) -> None:
    """Rounds are played on servers."""
    user = world.chiyo.user
    with env._bot_scope():
        channel = await bot.create_dm(await bot.fetch_user(user.id))
        await channel.send("?", view=button_row(Shortcut("trivia", "leaving-las-vegas", "Round")))
    message = user.dm_channel.last_message
    assert message is not None
    result = await user.click(message, custom_id="go:trivia:leaving-las-vegas")
    assert "not in direct messages" in told(result)
