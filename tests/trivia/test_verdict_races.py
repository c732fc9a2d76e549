"""A verdict is worked out beside the writer: what happens meanwhile is neither lost nor doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from bot.ledger import Ledger
from bot.ledger.writer import Write
from cogs.trivia.models import Place, Rules
from cogs.trivia.reports.models import VOIDING, Choice, Refused, Regraded, Report, Why
from cogs.trivia.reports.queries import regrades, reports, undoing

from .test_regrading import START, Asked, click, end, everything, play_in, ruled

# Two are right throughout, with streaks: what one step pays depends on those before it.
ASKED = [
    Asked(0, False, (click(1, 0, at), click(2, 0, at + 9), click(3, 1, at + 11)), frozenset())
    for at in (START + step * 60_000 + 5 for step in range(4))
]


class Meanwhile:
    """A ledger that lets something happen just before each of the first writes."""

    def __init__(self, ledger: Ledger, *deeds: Callable[[], Awaitable[object]]) -> None:
        self._ledger = ledger
        self._deeds = [*deeds]
        self.statements: list[str] = []

    async def rows(self, sql: str, *parameters: object) -> Any:
        return await self._ledger.rows(sql, *parameters)

    async def write(self, write: Write[Any]) -> Any:
        if self._deeds:
            await self._deeds.pop(0)()

        def traced(db: sqlite3.Connection) -> Any:
            db.set_trace_callback(self.statements.append)
            try:
                return write(db)
            finally:
                db.set_trace_callback(None)

        return await self._ledger.write(traced)


async def rule(ledger: object, round_id: int, step: int, choice: Choice = VOIDING) -> Regraded:
    """A verdict on what was reported already."""
    return await regrades.rule(
        cast("Ledger", ledger), 1, Place(round_id, step), choice, moderator=4, reason="It is",
        at=START, over_since=START,
    )  # fmt: skip


async def undo(ledger: object, verdict: int) -> Regraded:
    return await undoing.undo(cast("Ledger", ledger), 1, verdict, 4, START, START)


async def report(ledger: Ledger, round_id: int, step: int) -> None:
    assert await reports.report(ledger, 1, 5, Place(round_id, step), Report(3, "Wrong", START))


async def over(ledger: Ledger) -> int:
    """A round that is over, with a report on each of its questions."""
    round_id = await play_in(ledger, Rules(), ASKED)
    await end(ledger, round_id)
    for step in range(len(ASKED)):
        await report(ledger, round_id, step)
    return round_id


async def test_a_verdict_that_comes_between_is_heeded(tmp_path: Path) -> None:
    """As if the one had waited for the other: no payment of what is void comes back."""
    async with Ledger.open(tmp_path / "in-turn.db") as ledger:
        round_id = await over(ledger)
        await rule(ledger, round_id, 1)
        await rule(ledger, round_id, 0)
        expected = await everything(ledger)
    async with Ledger.open(tmp_path / "at-once.db") as ledger:
        round_id = await over(ledger)
        await rule(Meanwhile(ledger, lambda: rule(ledger, round_id, 1)), round_id, 0)
        assert await everything(ledger) == expected


async def test_a_round_that_begins_meanwhile_makes_a_verdict_wait(tmp_path: Path) -> None:
    """It may ask the question before it has heard of the verdict; an undoing waits, too."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await over(ledger)
        before = await everything(ledger)
        begins = Meanwhile(ledger, lambda: play_in(ledger, Rules(), ASKED))
        with pytest.raises(Refused) as refused:
            await rule(begins, round_id, 0)
        assert refused.value.why is Why.ELSEWHERE
        await end(ledger, 2)
        await ruled(ledger, 2, 1, Choice(1))
        begins = Meanwhile(ledger, lambda: play_in(ledger, Rules(), ASKED))
        with pytest.raises(Refused) as refused:
            await undo(begins, 1)
        assert refused.value.why is Why.ELSEWHERE
        assert (await everything(ledger))[0] != before[0]


async def test_of_two_moderators_one_decides(tmp_path: Path) -> None:
    """Also when both have worked it out; and one takes a verdict back."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await over(ledger)
        with pytest.raises(Refused) as refused:
            await rule(Meanwhile(ledger, lambda: rule(ledger, round_id, 0)), round_id, 0)
        assert refused.value.why is Why.DECIDED
        with pytest.raises(Refused) as refused:
            await undo(Meanwhile(ledger, lambda: undo(ledger, 1)), 1)
        assert refused.value.why is Why.UNDONE
        assert await ledger.rows("SELECT count(*) FROM verdict") == [(1,)]


async def test_where_something_changes_all_the_time_it_is_given_up(tmp_path: Path) -> None:
    """In words, with nothing changed, and the report still to be decided."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await over(ledger)
        deeds = [lambda step=step: rule(ledger, round_id, step) for step in (1, 2, 3)]
        with pytest.raises(Refused) as refused:
            await rule(Meanwhile(ledger, *deeds), round_id, 0)
        assert refused.value.why is Why.ELSEWHERE
        await rule(ledger, round_id, 0)


async def test_the_writer_does_not_read_what_was_answered(tmp_path: Path) -> None:
    """All clicks wait for it: the rounds are read, and played again, beside it."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await over(ledger)
        traced = Meanwhile(ledger)
        await rule(traced, round_id, 0)
        await undo(traced, 1)
        assert [one for one in traced.statements if "INSERT INTO verdict" in one]
        assert [one for one in traced.statements if "undone_at" in one]
        assert not [one for one in traced.statements if "interaction_id" in one]
