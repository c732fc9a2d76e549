"""The board of all servers: as up to date as any other, without reading all that was played."""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import AsyncGenerator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.world import World
from bot.ledger import Ledger
from bot.ledger.ledger import Row
from cogs.trivia.boards import queries as boards
from cogs.trivia.boards.models import BOARD_SIZE, Board, BoardLine
from cogs.trivia.boards.periods import Period, Span, span
from cogs.trivia.boards.queries import AllServers
from cogs.trivia.models import Answer, Place, RoundRecord, Rules
from cogs.trivia.queries import rounds
from cogs.trivia.reports.models import VOIDING, Report
from cogs.trivia.reports.queries import regrades, reports, undoing
from cogs.trivia.round import Phase, Round

from .samples import question
from .table import Table, text
from .test_regrading import click, end
from .test_reports import decide, queue, report

START = 1_500_000_000_000
SECOND = 1_000
EVER = span(Period.ALL, 0)
LATE = Span(START + 60 * SECOND, START + 1_000_000 * SECOND)
STEPS = 3


class Games:
    """Rounds of many channels of one server, each played in the ledger as it is in chat."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._live: dict[int, tuple[RoundRecord, Round]] = {}
        self._ended: list[tuple[int, RoundRecord]] = []
        self._verdicts: list[tuple[int, tuple[int, RoundRecord]]] = []
        self._started = 0

    async def start(self, channel: int) -> None:
        if channel in self._live:
            return
        self._started += 1
        posed = tuple(question(self._started * STEPS + step) for step in range(STEPS))
        at = START + self._started * 20 * SECOND
        record = RoundRecord(0, 1, channel, 9, "a-film", None, 10, Rules(), at)
        self._live[channel] = await rounds.start_round(self._ledger, record, posed), Round(posed)

    async def play(self, channel: int, slots: dict[int, int]) -> None:
        """Ask a question, have it answered and close it."""
        if channel not in self._live or self._live[channel][1].phase is Phase.ENDED:
            return
        record, current = self._live[channel]
        current = current.open(START, 10 * SECOND)
        await rounds.open_question(self._ledger, record, 70, current)
        for user, slot in slots.items():
            answer: Answer = click(user, slot, START + user)
            await rounds.lock_in(self._ledger, record.id, current.step, answer)
        current, _ = await rounds.close_question(self._ledger, record, current)
        self._live[channel] = record, current

    async def end(self, channel: int) -> None:
        if channel in self._live:
            record, current = self._live.pop(channel)
            await end(self._ledger, record.id)
            self._ended += [(step, record) for step in range(current.step)]

    async def rule(self, number: int) -> None:
        """Void a question of a round that has ended, by a verdict."""
        if not self._ended:
            return
        asked = step, record = self._ended.pop(number % len(self._ended))
        place = Place(record.id, step)
        assert await reports.report(
            self._ledger, 1, record.channel, place, Report(3, "Wrong", START)
        )
        verdict = await regrades.rule(
            self._ledger, 1, place, VOIDING, moderator=4, reason="So", at=START, over_since=START
        )
        self._verdicts.append((verdict.id, asked))

    async def undo(self) -> None:
        if self._verdicts:
            verdict, asked = self._verdicts.pop()
            await undoing.undo(self._ledger, 1, verdict, 4, START, START)
            self._ended.append(asked)


async def reckoned(ledger: Ledger, when: Span, asker: int, page: int) -> Board:
    """The board, from every award there is."""
    listed = {user for (user,) in await ledger.rows("SELECT user_id FROM shown_member")}
    scores: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    played: defaultdict[int, set[int]] = defaultdict(set)
    for round_id, user, points, correct, players, at in await ledger.rows(
        "SELECT round_id, user_id, points, correct, players, started_at "
        "FROM award JOIN round ON round.id = round_id"
    ):
        if players >= 2 and when.start <= at < when.end:
            scores[user].append((points, correct))
            played[user].add(round_id)
    total = {user: sum(points for points, _ in ones) for user, ones in scores.items()}
    lines = [
        BoardLine(
            rank=1 + sum(other > total[user] for other in total.values()),
            user=user,
            points=total[user],
            right=sum(correct for _, correct in scores[user]),
            answers=len(scores[user]),
            rounds=len(played[user]),
        )
        for user in sorted(total, key=lambda user: (-total[user], user))
    ]
    shown = [line for line in lines if line.user in listed]
    return Board(
        page=page,
        lines=tuple(shown[page * BOARD_SIZE : (page + 1) * BOARD_SIZE]),
        own=next((line for line in lines if line.user == asker), None),
        players=len(lines),
        shown=len(shown),
    )


async def follow(seed: int, deeds: list[str], path: Path) -> None:
    chance = Random(seed)
    async with Ledger.open(path) as ledger:
        games, all_servers = Games(ledger), AllServers(ledger)
        for deed in deeds:
            channel, user = chance.randrange(3), chance.randrange(1, 5)
            match deed:
                case "start":
                    await games.start(channel)
                case "play":
                    some = chance.sample(range(1, 5), chance.randrange(4))
                    await games.play(channel, {user: chance.randrange(2) for user in some})
                case "end":
                    await games.end(channel)
                case "rule":
                    await games.rule(chance.randrange(100))
                case "undo":
                    await games.undo()
                case _:
                    await boards.show_member(ledger, user, shown=chance.random() < 0.7)
            if chance.random() < 0.5:
                continue
            for when in (EVER, LATE):
                asker = chance.randrange(1, 6)
                shown = await all_servers.page(when, asker=asker, page=0)
                assert shown == await reckoned(ledger, when, asker, 0)


# The first of them most often.
DEEDS = st.sampled_from(["play"] * 8 + ["start", "end", "rule", "undo"] * 3 + ["show"])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1_000_000), st.lists(DEEDS, min_size=5, max_size=60))
def test_nothing_is_missed_and_nothing_counted_twice(seed: int, deeds: list[str]) -> None:
    """Whatever was played, ruled and undone since a page of it was last seen."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(follow(seed, ["start", "show", *deeds], Path(folder) / "ledger.db"))


class Counting(Ledger):
    """A ledger that counts how many readings are under way."""

    now = most = 0

    async def rows(self, sql: str, *parameters: object) -> list[Row]:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await super().rows(sql, *parameters)
        finally:
            self.now -= 1


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncGenerator[Counting]:
    async with Counting.open(tmp_path / "ledger.db") as opened:
        assert isinstance(opened, Counting)
        yield opened


async def played_by(ledger: Ledger, users: int) -> Games:
    """A round of one question that so many members got right, all of them listed."""
    games = Games(ledger)
    await games.start(0)
    await games.play(0, dict.fromkeys(range(1, users + 1), 0))
    await games.end(0)
    for user in range(1, users + 1):
        await boards.show_member(ledger, user, shown=True)
    return games


async def test_what_has_ended_is_not_read_again(ledger: Ledger) -> None:
    """Seen by an award that is changed as nothing changes one: it comes to nothing."""
    await played_by(ledger, 3)
    all_servers = AllServers(ledger)
    first = await all_servers.page(EVER, asker=1, page=0)
    await ledger.write(lambda db: db.execute("UPDATE award SET points = points + 9").rowcount)
    assert await all_servers.page(EVER, asker=1, page=0) == first
    assert (await AllServers(ledger).page(EVER, asker=1, page=0)) != first


async def test_verdicts_are_heeded(ledger: Ledger) -> None:
    """Passed or taken back, also when as many are in force as before."""
    games, all_servers = Games(ledger), AllServers(ledger)
    await games.start(0)
    for slots in ({1: 0, 2: 1}, {1: 1, 2: 0}, {1: 0, 2: 0}):
        await games.play(0, slots)
    await games.end(0)
    last = await all_servers.page(EVER, asker=1, page=0)
    for deeds in ("rule", "undo", "rule", "undo rule", "rule", "undo"):
        for deed in deeds.split():
            await (games.rule(0) if deed == "rule" else games.undo())
        shown = await all_servers.page(EVER, asker=1, page=0)
        assert shown == await reckoned(ledger, EVER, 1, 0)
        assert shown != last
        last = shown


async def test_the_pages_agree(ledger: Ledger) -> None:
    """Everybody is on one of them, whoever turned them and in whatever order."""
    await played_by(ledger, 25)
    all_servers = AllServers(ledger)
    pages = [await all_servers.page(EVER, asker=None, page=page) for page in (2, 0, 1, 9)]
    assert [shown.page for shown in pages] == [2, 0, 1, 2]
    assert pages[3] == pages[0]
    users = [line.user for shown in (pages[1], pages[2], pages[0]) for line in shown.lines]
    assert sorted(users) == list(range(1, 26))


async def test_many_at_once_leave_the_ledger_a_reader(ledger: Counting) -> None:
    """However many members turn its pages, other readings go on."""
    await played_by(ledger, 3)
    all_servers, ledger.most = AllServers(ledger), 0
    await asyncio.gather(*(all_servers.page(EVER, asker=user, page=0) for user in range(9)))
    assert ledger.most == 1


async def test_no_more_is_remembered_than_there_is_room_for(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many spans as there are periods, and of those as many lines as there is room for."""
    await played_by(ledger, 3)
    all_servers = AllServers(ledger)

    async def remembered(*whens: Span) -> list[Span]:
        for when in whens:
            shown = await all_servers.page(when, asker=1, page=0)
            assert shown == await reckoned(ledger, when, 1, 0)
        return list(all_servers._settled)

    spans = [Span(number, START * 2) for number in range(6)]
    assert await remembered(*spans) == spans[2:]
    assert await remembered(spans[3]) == [spans[2], spans[4], spans[5], spans[3]]
    monkeypatch.setattr(boards, "_REMEMBERED", 7)
    assert await remembered(spans[5]) == [spans[3], spans[5]]
    monkeypatch.setattr(boards, "_REMEMBERED", 2)
    assert await remembered(spans[5]) == []


async def test_only_rounds_since_then_are_looked_at(ledger: Ledger) -> None:
    """However many there were before; and what has no end yet is found by an index."""
    bounds = [1, 2, 0, 0]
    plan = await ledger.rows(f"EXPLAIN QUERY PLAN {boards._ALL_SERVERS}", *bounds)
    steps = [step for *_, step in plan]
    assert "SEARCH round USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in steps
    assert any("SEARCH award USING PRIMARY KEY (round_id=?)" in step for step in steps)
    plan = await ledger.rows(f"EXPLAIN QUERY PLAN {boards._MARK}")
    for index in ("one_live_round", "verdict_in_force"):
        assert any(f"USING INDEX {index}" in step for *_, step in plan)


async def test_a_verdict_is_on_the_board_at_once(table: Table, world: World) -> None:
    """And before it what was played since the board was last asked for."""
    for member in (world.chiyo, world.dana):
        await member.slash(table.channel, "trivia profile", shown=True)
    await table.play_quickly(world.chiyo, world.dana)
    assert await shown(table, world) == await table.points()
    await table.play_quickly(world.dana, world.chiyo)
    both = await shown(table, world)
    assert both == await table.points()
    assert all(both.values())

    reveals = [one for one in table.messages() if (one.embeds[0].title or "").startswith("Answer")]
    await report(world.dana, reveals[0], "Mine is right")
    await decide(world.ada, await queue(table, world.ada), "Void the question")
    assert await shown(table, world) == await table.points()
    assert await shown(table, world) != both


async def shown(table: Table, world: World) -> dict[int, int]:
    """The points of Chiyo and Dana on the board of all servers."""
    await world.ada.slash(table.channel, "trivia leaderboard", board="global")
    board = text(table.messages()[-1])
    return {
        member.id: int(line.split(" · ")[1].split()[0].replace(",", ""))
        for name, member in (("Chiyo", world.chiyo), ("Dana", world.dana))
        for line in board.splitlines()
        if f" {name} · " in line
    }
