"""Rounds in teams: the rules of joining and of scores, and how members play them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import discord
import pytest
import simcord
from hypothesis import given
from hypothesis import strategies as st
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.client import Marquee
from bot.demo.world import World
from bot.errors import InputError
from cogs.trivia.checks import check_teams
from cogs.trivia.models import Rules
from cogs.trivia.refusals import SPECTATING
from cogs.trivia.teams.rules import MOST, NAMES, Unbalanced, joined, label, standings
from cogs.trivia.times import LOBBY_SECONDS

from .table import Table, buttons, forged, labelled, text, title, told
from .test_interrupted import restart
from .test_reports import decide, page, queue, report, wrong_letter
from .test_threads import only_thread

RED, BLUE = 0, 1

WISHES = st.lists(st.tuples(st.integers(1, 12), st.none() | st.integers(0, MOST - 1)), max_size=40)


@given(teams=st.integers(2, MOST), wishes=WISHES)
def test_nobody_joins_a_team_that_is_ahead(
    teams: int, wishes: list[tuple[int, int | None]]
) -> None:
    """Whoever comes in whatever order; and a place without a wish is always to be had."""
    members: dict[int, int] = {}
    for user, team in wishes:
        wanted = None if team is None else team % teams
        others = Counter(theirs for member, theirs in members.items() if member != user)
        after = members
        try:
            after = joined(members, teams, user, wanted)
        except Unbalanced as refused:
            error = refused
        else:
            error = None
        if error is not None:
            assert wanted == error.team
            assert others[error.team] > others[error.smaller]
            continue
        assert {**after, user: -1} == {**members, user: -1}
        if wanted is None and user in members:
            assert after == members
            continue
        assert wanted in (None, after[user])
        assert others[after[user]] == min(others[team] for team in range(teams))
        members = after


@given(
    teams=st.integers(2, MOST),
    members=st.dictionaries(st.integers(1, 9), st.integers(0, 1)),
    points=st.dictionaries(st.integers(1, 9), st.integers(0, 500)),
)
def test_a_team_has_its_players_points(
    teams: int, members: dict[int, int], points: dict[int, int]
) -> None:
    """All of theirs and nobody else's; every team has a line, the best first, equals share."""
    lines = standings(members, teams, points, {})
    assert sorted(line.team for line in lines) == list(range(teams))
    assert [line.points for line in lines] == sorted((line.points for line in lines), reverse=True)
    for line in lines:
        assert line.points == sum(points.get(user, 0) for user in line.players)
        assert {members[user] for user in line.players} <= {line.team}
        assert line.rank == 1 + sum(other.points > line.points for other in lines)
    assert sum(len(line.players) for line in lines) == len(members)


async def start(table: Table, member: MemberActor, **options: Any) -> discord.Message:
    """A round of two teams, and the message with which they are joined."""
    await table.start(member, seconds=30, teams=2, **options)
    return lobby(table)


def lobby(table: Table) -> discord.Message:
    (message,) = [shown for shown in table.messages() if title(shown) == "Teams"]
    return message


async def join(table: Table, member: MemberActor, team: int) -> InteractionResult:
    message = lobby(table)
    return await member.click(message, custom_id=buttons(message)[team].custom_id)


async def begin(table: Table) -> discord.Message:
    await table.env.advance_time(LOBBY_SECONDS + 0.2)
    return table.open_question()


def roster(table: Table) -> list[str]:
    return [line for line in text(lobby(table)).splitlines() if line.startswith("**")]


async def test_teams_are_joined_by_button_and_share_points(table: Table, world: World) -> None:
    """Everybody sees who plays for which; the reveal and the board have the teams' sums."""
    message = await start(table, world.chiyo, questions=1)
    assert [button.label for button in buttons(message)] == [
        f"Join {label(RED)}",
        f"Join {label(BLUE)}",
    ]
    assert "The first question comes <t:" in text(message)
    await join(table, world.chiyo, RED)
    await join(table, world.dana, BLUE)
    await join(table, world.bruno, BLUE)
    blues = sorted((world.dana.id, world.bruno.id))
    assert roster(table) == [
        f"**{label(RED)}**: <@{world.chiyo.id}>",
        f"**{label(BLUE)}**: {', '.join(f'<@{user}>' for user in blues)}",
    ]
    await begin(table)
    await table.press_wrong(world.chiyo)
    assert told(await table.press_right(world.dana)).endswith(f"You play for {label(BLUE)}.")
    await table.press_right(world.bruno)
    reveal = await table.close()
    points = await table.points()
    blue = points[world.dana.id] + points[world.bruno.id]
    assert f"Teams: {label(BLUE)} {blue} · {label(RED)} 0" in text(reveal)
    board = text(table.messages()[-1])
    assert f"**{label(BLUE)} wins.**" in board
    assert f"1. {label(BLUE)} · {blue} points · 2 right · 2 players" in board
    assert f"2\\. {label(RED)} · 0 points · 0 right · 1 player" in board
    assert f"<@{world.dana.id}> ({label(BLUE)}) · " in board
    described = table.messages()[-1].attachments[0].description or ""
    assert f"Dana ({NAMES[BLUE]}): " in described
    assert "The round is over." in text(lobby(table))
    assert not buttons(lobby(table))


async def test_who_answers_without_a_team_is_put_where_players_lack(
    table: Table, world: World
) -> None:
    """And stays there, as everybody does from the first answer on."""
    await start(table, world.chiyo)
    await join(table, world.chiyo, RED)
    await begin(table)
    assert told(await table.press_right(world.dana)).endswith(f"You play for {label(BLUE)}.")
    await table.press_right(world.chiyo)
    for player, team in ((world.dana, BLUE), (world.chiyo, RED)):
        refused = told(await join(table, player, 1 - team))
        assert refused.startswith(f"You have answered for {label(team)}")


async def test_who_joined_a_team_votes_before_answering(table: Table, world: World) -> None:
    """Joining is playing; who has not joined has no vote yet, though nobody has answered."""
    await start(table, world.bruno)
    for player, team in ((world.chiyo, RED), (world.dana, BLUE)):
        await join(table, player, team)
    question = await begin(table)
    skip = labelled(question, "Skip")
    extra = world.guild.add_member(table.env.create_user("evan"))
    assert told(await extra.click(question, custom_id=skip)) == SPECTATING
    assert "1 of the 2" in told(await world.chiyo.click(question, custom_id=skip))
    assert "majority" in told(await world.dana.click(question, custom_id=skip))


async def test_a_team_must_not_be_ahead(table: Table, world: World) -> None:
    """The second player goes to the other team; before answering it may still be changed."""
    await start(table, world.chiyo)
    await join(table, world.chiyo, RED)
    refused = told(await join(table, world.dana, RED))
    assert refused.startswith(f"{label(RED)} has more players than {label(BLUE)} already.")
    await join(table, world.chiyo, BLUE)
    await join(table, world.dana, RED)
    assert roster(table) == [
        f"**{label(RED)}**: <@{world.dana.id}>",
        f"**{label(BLUE)}**: <@{world.chiyo.id}>",
    ]


async def test_a_restart_knows_the_teams(table: Table, world: World) -> None:
    """Before the first question and after it; the buttons still work, nothing stands twice."""
    await start(table, world.chiyo, questions=2)
    await join(table, world.chiyo, RED)
    table = await restart(table)
    await table.env.settle()
    await join(table, world.dana, BLUE)
    await begin(table)
    await table.press_right(world.dana)
    table = await restart(table)
    await table.env.settle()
    assert told(await table.press_right(world.chiyo)).endswith(f"You play for {label(RED)}.")
    await table.close()
    await table.play_out()
    assert table.kinds() == [
        "Trivia:",
        "Teams",
        "Question",
        "Answer",
        "Question",
        "Answer",
        "Final",
    ]
    assert f"<@{world.dana.id}> ({label(BLUE)})" in text(table.messages()[-1])


async def test_equal_teams_have_both_not_lost(table: Table, world: World) -> None:
    """Without a right answer nobody has won; with equally many points both are equal."""
    await start(table, world.chiyo, questions=1, relaxed=True)
    await begin(table)
    await table.press_right(world.chiyo)
    await table.press_right(world.dana)
    await table.close()
    assert f"**{label(RED)} and {label(BLUE)} are equal.**" in text(table.messages()[-1])


async def test_one_team_alone_has_not_won(table: Table, world: World) -> None:
    """A round that only one of them has answered is no match, and lists no empty teams."""
    await table.start(world.chiyo, questions=1, teams=4)
    await join(table, world.dana, BLUE)
    await begin(table)
    await table.press_right(world.chiyo)
    await table.close()
    board = text(table.messages()[-1])
    assert f"Only {label(RED)} has answered, so no team has won." in board
    assert "wins" not in board
    assert "0 players" not in board


async def test_teams_in_a_thread(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """They are joined where the round is played."""
    await table.start(world.chiyo, questions=1, teams=3, thread=True)
    other = Table(env, bot, only_thread(table))
    await join(other, world.chiyo, 2)
    assert roster(other)[2] == f"**{label(2)}**: <@{world.chiyo.id}>"


async def test_survival_has_no_teams(table: Table, world: World) -> None:
    """It is said, and no round is started."""
    answer = told(await table.start(world.chiyo, teams=2, mode="survival"))
    assert answer.startswith("Teams play `classic` or `race` rounds")
    assert await table.states() == []


@pytest.mark.parametrize("teams", [1, 5, -2])
def test_a_forged_number_of_teams_is_refused(teams: int) -> None:
    """Discord checks the range in its own clients only."""
    with pytest.raises(InputError, match="from 2 to 4"):
        check_teams(Rules(teams=teams))


async def test_forged_and_stale_team_buttons(table: Table, world: World) -> None:
    """Of a team that there is not, of a round without teams, of a round that is over."""
    open_lobby = await start(table, world.chiyo)
    for custom_id in ("team:1:3", "team:99:0", "team:1:9"):
        message = forged(table.env, table.channel, table.env.bot.user.id, custom_id)  # pyright: ignore[reportOptionalMemberAccess]
        result = await world.dana.click(message, custom_id=custom_id)
        refusals = (
            "There is no such team",
            "That question is closed",
            "That button is of an older",
        )
        assert told(result).startswith(refusals)
    await world.chiyo.slash(table.channel, "trivia stop")
    await table.env.advance_time(1)
    custom_id = buttons(open_lobby)[RED].custom_id or ""
    message = forged(table.env, table.channel, open_lobby.author.id, custom_id)
    stale = await world.dana.click(message, custom_id=custom_id)
    assert told(stale) == "That question is closed."
    assert await table.bot.ledger.rows("SELECT * FROM team_member") == []


async def test_a_verdict_tells_where_the_teams_stand_since(table: Table, world: World) -> None:
    """The final board has shown another standing; an undo tells the old one again."""
    await start(table, world.chiyo, questions=1, relaxed=True)
    await join(table, world.chiyo, RED)
    await join(table, world.dana, BLUE)
    await begin(table)
    asked = await table.asked()
    await table.press_right(world.chiyo)
    await table.press_wrong(world.dana)
    await report(world.dana, await table.close(), "Mine is right")
    letter = wrong_letter(asked)
    await decide(world.bruno, await queue(table, world.bruno), f"Also right: {letter}")
    told_then = table.messages()[-1]
    assert f"Teams: {label(RED)} 100 · {label(BLUE)} 100" in text(told_then).splitlines()
    shown = await page(table, world.bruno, "trivia regrades")
    await world.bruno.click(shown, custom_id=labelled(shown, "Undo"))
    told_since = table.messages()[-1]
    assert told_since.id != told_then.id
    assert f"Teams: {label(RED)} 100 · {label(BLUE)} 0" in text(told_since).splitlines()
