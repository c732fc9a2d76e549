"""A round in the ledger: what is written once, in time and in one piece, whoever writes."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.ledger import Ledger
from cogs.trivia.boards import queries as boards
from cogs.trivia.boards.models import Board, BoardKind
from cogs.trivia.boards.periods import Period, span
from cogs.trivia.daily import queries as dailies
from cogs.trivia.losing import lose
from cogs.trivia.models import Answer, RoundRecord, Rules
from cogs.trivia.queries import kept, rounds
from cogs.trivia.round import End, Round, RoundError

from .samples import question

QUESTIONS = (question(0), question(1), question(2))
DEADLINE = 1_500_000_000_000


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncGenerator[Ledger]:
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        yield ledger


def record(channel: int = 5) -> RoundRecord:
    return RoundRecord(
        id=0, guild=1, channel=channel, starter=9, film="a-film", topic=None, seconds=10,
        rules=Rules(), last_sign=DEADLINE - 10_000,
    )  # fmt: skip


async def opened(ledger: Ledger) -> tuple[RoundRecord, Round]:
    """A round with its first question open."""
    stored = await rounds.start_round(ledger, record(), QUESTIONS)
    current = Round(QUESTIONS).open(DEADLINE - 10_000, 10_000)
    await rounds.open_question(ledger, stored, 77, current)
    return stored, current


def click(user: int, slot: int, before_close: int) -> Answer:
    """An answer so many ms before the close; its snowflake says the same."""
    at = DEADLINE - before_close
    return Answer(user, slot, (at - 1_420_070_400_000) << 22, at)


async def test_a_channel_has_one_live_round(ledger: Ledger) -> None:
    """Whoever starts another is refused, until the first is over."""
    first = await rounds.start_round(ledger, record(), QUESTIONS)
    with pytest.raises(rounds.AlreadyRunning):
        await rounds.start_round(ledger, record(), QUESTIONS)
    await rounds.start_round(ledger, record(channel=6), QUESTIONS)
    await rounds.end_round(ledger, first.id, End.STOPPED, DEADLINE)
    await rounds.start_round(ledger, record(), QUESTIONS)


async def test_an_answer_counts_while_its_question_is_open(ledger: Ledger) -> None:
    """Not before, not after the deadline, not after the close: whatever memory says."""
    stored, current = await opened(ledger)
    assert await rounds.lock_in(ledger, stored.id, 0, click(1, 0, 0))
    assert not await rounds.lock_in(ledger, stored.id, 0, click(2, 0, -1))
    assert not await rounds.lock_in(ledger, stored.id, 1, click(2, 0, 5))
    await rounds.close_question(ledger, stored, current)
    assert not await rounds.lock_in(ledger, stored.id, 0, click(2, 0, 5))
    assert await ledger.rows("SELECT user_id FROM answer") == [(1,)]


async def test_the_later_click_counts_in_whatever_order_they_come(ledger: Ledger) -> None:
    """An earlier one that arrives last changes nothing, and is no error."""
    stored, current = await opened(ledger)
    clicks = [click(user, slot, 4_000 - 1_000 * slot) for user in range(3) for slot in range(4)]
    for one in random.Random(3).sample(clicks, len(clicks)):
        assert await rounds.lock_in(ledger, stored.id, 0, one)
    _, outcome = await rounds.close_question(ledger, stored, current)
    assert {award.user: award.slot for award in outcome.awards} == {0: 3, 1: 3, 2: 3}


async def test_a_question_is_paid_out_once(ledger: Ledger) -> None:
    """A second close, and a close after it was dropped, pay nothing."""
    stored, current = await opened(ledger)
    await rounds.lock_in(ledger, stored.id, 0, click(1, 0, 5))
    await rounds.close_question(ledger, stored, current)
    with pytest.raises(RoundError):
        await rounds.close_question(ledger, stored, current)
    with pytest.raises(RoundError):
        await rounds.void_question(ledger, stored.id, 0)
    assert await ledger.rows("SELECT state FROM asked WHERE step = 0") == [("closed",)]
    assert await ledger.rows("SELECT count(*) FROM award") == [(1,)]

    await rounds.void_question(ledger, stored.id, 1)
    with pytest.raises(RoundError):
        await rounds.close_question(ledger, stored, Round(QUESTIONS, step=1).open(0, 1))


async def test_a_round_lost_right_after_a_close_is_paid_out_once(ledger: Ledger) -> None:
    """Its host may have been ended before it heard of the close, which is nothing to log."""
    stored, current = await opened(ledger)
    await rounds.lock_in(ledger, stored.id, 0, click(1, 0, 5))
    await rounds.close_question(ledger, stored, current)
    assert await lose(ledger, stored, current, DEADLINE) == (current, None, End.LOST)
    assert await ledger.rows("SELECT count(*) FROM award") == [(1,)]


async def test_the_ledgers_answers_are_the_ones_that_count(ledger: Ledger) -> None:
    """Memory may have missed one, or hold one that was never stored."""
    stored, current = await opened(ledger)
    await rounds.lock_in(ledger, stored.id, 0, click(1, 0, 5_000))
    mistaken, _ = current.lock_in(click(2, 0, 5_000))
    after, outcome = await rounds.close_question(ledger, stored, mistaken)
    assert [(award.user, award.points) for award in outcome.awards] == [(1, 125)]
    assert dict(after.points) == {1: 125}


async def test_a_live_round_is_restored_as_it_stood(ledger: Ledger) -> None:
    """Points, streaks, the question left open and its answers; and what was not told."""
    stored, current = await opened(ledger)
    await rounds.lock_in(ledger, stored.id, 0, click(1, 0, 5))
    await rounds.lock_in(ledger, stored.id, 0, click(2, 3, 5))
    after, outcome = await rounds.close_question(ledger, stored, current)
    untold = await kept.restored(ledger, stored.id)
    assert untold.untold == (0, outcome)
    assert untold.round == after

    await rounds.told_result(ledger, stored.id, 0, 99)
    await rounds.open_question(ledger, stored, 78, after.open(DEADLINE, 5_000))
    await rounds.put_off(ledger, stored.id, 1, DEADLINE + 60_000)
    await rounds.lock_in(ledger, stored.id, 1, click(2, 1, -30_000))
    assert await unfinished(ledger) == await unfinished(ledger, 5) == [stored.id]
    assert await unfinished(ledger, 6) == []
    back = await kept.restored(ledger, stored.id)
    assert (back.record.id, back.record.channel) == (stored.id, 5)
    assert (back.message, back.untold) == (78, None)
    expected = after.open(DEADLINE, 5_000).recall([click(2, 1, -30_000)])
    assert back.round == expected.put_off(DEADLINE + 60_000)

    assert await rounds.end_round(ledger, stored.id, End.LOST, DEADLINE) is End.LOST
    assert await rounds.end_round(ledger, stored.id, End.DONE, DEADLINE) is End.LOST
    assert await unfinished(ledger) == [stored.id]  # its board is still to come
    assert (await kept.restored(ledger, stored.id)).round.end is End.LOST
    await rounds.told_board(ledger, stored.id, 100)
    assert await unfinished(ledger) == []


async def test_a_restored_round_knows_the_channel_of_its_thread(ledger: Ledger) -> None:
    """What was kept at its start is the same afterwards."""
    stored = await rounds.start_round(ledger, replace(record(), parent=4), QUESTIONS)
    assert (await kept.restored(ledger, stored.id)).record == stored


async def test_a_question_counts_as_seen_when_it_was_asked_last(ledger: Ledger) -> None:
    """Its turn comes again after all that the server has not seen since; others' is their own.

    What a live round is still to ask is as good as seen.
    """
    first, current = await opened(ledger)
    await rounds.end_round(ledger, first.id, End.STOPPED, DEADLINE)
    again = await rounds.start_round(ledger, record(), QUESTIONS)
    await rounds.open_question(ledger, again, 78, replace(current, opened_at=DEADLINE))
    assert await rounds.seen_at(ledger, 1, 7) == {"q0": DEADLINE, "q1": 7, "q2": 7}
    assert await rounds.seen_at(ledger, 2, 7) == {}
    await rounds.end_round(ledger, again.id, End.STOPPED, DEADLINE)
    assert await rounds.seen_at(ledger, 1, 7) == {"q0": DEADLINE}


async def unfinished(ledger: Ledger, channel: int | None = None) -> list[int]:
    return await kept.unfinished(ledger, DEADLINE - 1, channel)


async def test_what_is_unfinished_is_found_by_an_index(ledger: Ledger) -> None:
    """Starts of rounds and the daily questions ask for it, however much is over long ago."""
    plan = await ledger.rows(f"EXPLAIN QUERY PLAN {kept._UNFINISHED}", 1, None, None)
    assert any("USING INDEX unfinished_round" in step for *_, step in plan)
    plan = await ledger.rows(f"EXPLAIN QUERY PLAN {dailies._GUILDS_WITH_UNFINISHED}")
    assert any("INDEX unfinished_daily" in step for *_, step in plan)


async def test_equal_points_share_a_rank_on_the_board(ledger: Ledger) -> None:
    """And servers do not see each other's players."""
    stored, current = await opened(ledger)
    for user, before_close in ((1, 5_000), (2, 5_000), (3, 0)):
        await rounds.lock_in(ledger, stored.id, 0, click(user, 0, before_close))
    await rounds.close_question(ledger, stored, current)
    ever = span(Period.ALL, 0)
    shown = await boards.board(ledger, BoardKind.SERVER, 1, ever, asker=3, page=0)
    assert [(line.rank, line.user) for line in shown.lines] == [(1, 1), (1, 2), (3, 3)]
    assert (shown.players, shown.shown, shown.own) == (3, 3, shown.lines[2])
    other = await boards.board(ledger, BoardKind.SERVER, 2, ever, asker=3, page=0)
    assert other == Board(page=0, lines=(), own=None, players=0, shown=0)
    assert await boards.stats(ledger, 2, 1) is None
