"""A round end to end, as the members of a channel play it."""

from __future__ import annotations

from pathlib import Path

import pytest
import simcord

from bot.catalog.build import build
from bot.client import Marquee
from bot.demo.world import World
from cogs.trivia.models import LETTERS
from tests.small_pack import small_pack, write_pack

from .table import Table, answer_ids, buttons, text, title, told


async def test_a_question_has_four_lettered_buttons_and_says_when_it_closes(
    table: Table, world: World
) -> None:
    """Each option stands in the text and on its button, with its letter; time is Discord's."""
    await table.start(world.chiyo, seconds=10)
    message = await table.first_question()

    asked = await table.asked()
    assert title(message) == f"Question 1 of 2 · {asked.topic.label}"
    labels = [button.label for button in buttons(message)][:4]
    assert labels == [
        f"{letter}. {option}" for letter, option in zip(LETTERS, asked.options, strict=True)
    ]
    lines = (message.embeds[0].description or "").splitlines()
    assert [line for line in lines if line.startswith(("A. ", "B. ", "C. ", "D. "))] == labels
    assert 9 < table.seconds_left() <= 11


async def test_an_answer_is_private_and_may_change_until_the_close(
    table: Table, world: World
) -> None:
    """The last choice counts; each reply is for the presser's eyes only."""
    await table.start(world.chiyo)
    await table.first_question()
    asked = await table.asked()
    right, wrong = LETTERS[asked.right], LETTERS[(asked.right + 1) % 4]

    assert told(await table.press(world.dana, wrong)).startswith(f"Locked in: {wrong}.")
    assert told(await table.press(world.dana, right)).startswith(f"Changed to {right}.")
    assert told(await table.press(world.dana, right)).startswith(f"Locked in: {right}.")

    assert f"<@{world.dana.id}> +1" in text(await table.close())
    assert (await table.points())[world.dana.id] >= 100


async def test_nothing_is_revealed_before_the_close(
    table: Table, world: World, env: simcord.Env
) -> None:
    """While a question is open the channel stays as it was, but for how many have answered."""
    await table.start(world.chiyo)
    await table.first_question()
    before = [(message.id, text(message)) for message in table.messages()]
    requests = len(env.http_requests)

    await table.press_right(world.dana)
    await table.press_wrong(world.bruno)
    await table.press_right(world.bruno)
    await env.advance_time(table.seconds_left() - 1)

    after = [
        (message.id, text(message).replace(" · 2 answers so far", ""))
        for message in table.messages()
    ]
    assert after == before
    sent = [(request.method, request.path) for request in env.http_requests[requests:]]
    assert [path.endswith("/callback") for _, path in sent] == [True] * 3 + [False]
    assert sent[3][0] == "PATCH"


async def test_the_reveal_tells_the_answer_the_shares_the_fact_and_the_source(
    table: Table, world: World
) -> None:
    """The same options in the same order, the right one marked, who chose what only in sum."""
    await table.start(world.chiyo)
    await table.first_question()
    asked = await table.asked()
    await table.press_right(world.dana)
    await table.press_wrong(world.bruno)
    await table.press_right(world.chiyo)
    reveal = await table.close()

    lines = (reveal.embeds[0].description or "").splitlines()
    options = [line.strip("*✅▫️ ") for line in lines if line.lstrip("*✅▫️ ")[1:3] == ". "]
    assert [option.split(" · ")[0] for option in options] == [
        f"{letter}. {option}" for letter, option in zip(LETTERS, asked.options, strict=True)
    ]
    shares = ["0 of 3 (0%)"] * 4
    shares[asked.right] = "2 of 3 (67%)** ← right"
    shares[(asked.right + 1) % 4] = "1 of 3 (33%)"
    assert [option.split(" · ")[1] for option in options] == shares
    assert asked.fact[:40] in text(reveal).replace("\\", "")
    assert reveal.embeds[0].footer.text == f"Source: {asked.source}, “{asked.section}”"
    assert title(reveal) == f"Answer 1 of 2: {LETTERS[asked.right]}. {asked.answer}"
    assert f"<@{world.bruno.id}>" not in text(reveal)


async def test_a_closed_question_has_no_buttons(table: Table, world: World) -> None:
    """What cannot be answered any more cannot be pressed."""
    await table.start(world.chiyo)
    message = await table.first_question()
    await table.close()

    (shown,) = [shown for shown in table.messages() if shown.id == message.id]
    assert not shown.components


async def test_points_are_in_the_ledger_before_the_reveal_and_on_the_final_board(
    table: Table, world: World, bot: Marquee
) -> None:
    """The board is the sum of the awards; one row a player and question."""
    await table.start(world.chiyo)
    await table.first_question()
    await table.press_right(world.dana)
    await table.press_wrong(world.bruno)
    await table.close()
    assert set(await table.points()) == {world.dana.id, world.bruno.id}
    await table.next_question()
    await table.press_right(world.dana)
    await table.press_right(world.bruno)
    await table.close()

    points = await table.points()
    board = table.messages()[-1]
    assert title(board) == "Final board"
    assert "That was the last question." in text(board)
    for place, member in (("🥇 1.", world.dana), ("🥈 2.", world.bruno)):
        line = f"{place} <@{member.id}> · {points[member.id]} points"
        assert line in text(board)
    rows = await bot.ledger.rows("SELECT count(*), count(DISTINCT step) FROM award")
    assert rows == [(4, 2)]
    assert await bot.ledger.rows("SELECT state, players FROM round") == [("done", 2)]


async def test_a_round_says_everything_once(table: Table, world: World) -> None:
    """Start, each question, each reveal, the board: one message each, in this order."""
    await table.start(world.chiyo)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    await table.next_question()
    await table.press_right(world.dana)
    await table.close()

    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question", "Answer", "Final"]


async def test_two_silent_questions_end_the_round(table: Table, world: World) -> None:
    """Nobody is there: no third question is asked."""
    await table.start(world.chiyo, questions=5)
    await table.first_question()
    await table.close()
    await table.next_question()
    await table.close()

    assert title(table.messages()[-1]) == "Final board"
    assert "Two questions in a row went unanswered" in text(table.messages()[-1])
    assert await table.states() == ["idle"]
    await table.start(world.dana)
    assert await table.states() == ["idle", "live"]


async def test_channels_share_nothing(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Two rounds at once have their own questions, lengths, answers and boards."""
    other = Table(env, bot, world.after_dark)
    await table.start(world.chiyo, questions=2, seconds=10)
    await other.start(world.dana, questions=1, seconds=30)
    here, there = await table.first_question(), await other.first_question()
    assert set(answer_ids(here)).isdisjoint(answer_ids(there))
    await table.press_right(world.chiyo)
    await other.press_right(world.dana)

    await table.close()
    assert set(await table.points()) == {world.chiyo.id}
    assert await other.points() == {}
    assert 15 < other.seconds_left() < 25
    await other.close()
    assert set(await table.points()) == {world.chiyo.id}
    assert set(await other.points()) == {world.dana.id}
    assert title(other.messages()[-1]) == "Final board"
    assert f"<@{world.chiyo.id}>" not in text(other.messages()[-1])


async def test_commands_mean_the_round_of_their_own_channel(
    table: Table, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Stopping one leaves the other alone."""
    other = Table(env, bot, world.after_dark)
    await table.start(world.chiyo)
    await other.start(world.dana)
    assert told(await world.dana.slash(other.channel, "trivia stop")).startswith("Stopping")
    assert (await table.states(), await other.states()) == (["live"], ["stopped"])


async def test_questions_come_again_only_when_all_have_been_seen(
    table: Table, world: World, bot: Marquee
) -> None:
    """A server is asked what it has not seen yet, then what it saw longest ago."""
    for _ in range(6):
        await table.start(world.chiyo, questions=2, seconds=5, topic="release")
        await table.first_question()
        await table.press_right(world.chiyo)
        await table.play_out()
    rows = await bot.ledger.rows("SELECT question_id FROM asked ORDER BY round_id, step")
    asked = [question for (question,) in rows]
    everything = len(set(asked))
    assert everything == 4
    for first in range(0, len(asked), everything):
        assert len(set(asked[first : first + everything])) == everything


class TestWhatCannotBeAsked:
    """A film with a quiz on what gives the story away, one that lacks options, and a good one."""

    @pytest.fixture
    def catalog_path(self, tmp_path: Path) -> Path:
        pack = small_pack()
        (good,) = pack["facts"]
        casting = {"question": "Who is the boy?", "answer": "Ben Moor", "kind": "person"}
        pack["facts"] += [
            {**good, "id": "lost", "topic": "plot", "text": "The kite flies off.",
             "spoiler": "mild", "quiz": [{**good["quiz"][0], "question": "What flies off?"}]},
            {**good, "id": "boy", "topic": "casting", "text": "Ben Moor is the boy.",
             "quiz": [{"id": "boy", **casting}]},
        ]  # fmt: skip
        write_pack(tmp_path, pack)
        build(tmp_path, tmp_path / "catalog.db")
        return tmp_path / "catalog.db"

    async def test_what_spoils_is_neither_asked_nor_counted(
        self, table: Table, world: World
    ) -> None:
        """An answer cannot be put behind spoiler marks; nobody is offered such a question."""
        choices = await world.chiyo.autocomplete(table.channel, "trivia start", "topic", "")
        assert [choice["name"] for choice in choices] == ["Casting (1)", "Filming (1)"]
        shown = await world.chiyo.slash(table.channel, "film list")
        assert shown.response is not None
        assert "2 questions" in text(shown.response.message)
        refused = told(await table.start(world.chiyo, topic="plot"))
        assert refused.startswith("There are no questions on The Kite (1998) about plot.")
        assert "Filming" in refused

    async def test_what_lacks_options_is_said_to(self, table: Table, world: World) -> None:
        """One other name is no choice; that is another thing than no question."""
        refused = told(await table.start(world.chiyo, topic="casting"))
        assert refused.startswith("What I could ask on The Kite (1998) about casting lacks ")
        assert await table.states() == []


async def test_of_very_many_players_the_first_are_named(
    table: Table, world: World, env: simcord.Env
) -> None:
    """And how many more there are, in the reveal and on the board."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    for number in range(17):
        await table.press_right(world.guild.add_member(env.create_user(f"guest{number}")))
    reveal = text(await table.close())
    assert (reveal.count("<@"), reveal.count(" and 2 more")) == (15, 1)
    board = text(table.messages()[-1])
    assert board.count(" · 1 right") == 15
    assert "\n… and 2 more\n" in board


@pytest.mark.parametrize("catalog_path", ["noted_film"], indirect=True)
async def test_a_fact_with_content_notes_is_covered_up(table: Table, world: World) -> None:
    """In the reveal, and where a question is dropped: nobody asked for it.

    The question itself, whose options may say as much, has the notes before it.
    """
    await table.start(world.chiyo)
    assert "-# Content notes: addiction\n**" in text(await table.first_question())
    await table.close()
    await table.next_question()
    await world.chiyo.slash(table.channel, "trivia skip")
    told_of = [message for message in table.messages() if message.embeds[0].footer.text]
    assert len(told_of) == 2
    for message in told_of:
        assert text(message).count("||") == 2
        assert "Content notes: addiction" in text(message)


async def test_plain_facts_are_not_hidden(table: Table, world: World) -> None:
    """Spoiler marks are for spoilers."""
    await table.start(world.chiyo, questions=1, topic="box-office")
    await table.first_question()
    assert "||" not in text(await table.close())
