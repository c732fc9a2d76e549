"""A verdict on a question that several rounds have asked: what it does to all of them, and back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ledger import Ledger
from bot.ledger.migrate import migrate, read_migrations
from cogs.trivia.models import Place, Question, Rules
from cogs.trivia.queries import rounds, verdicts
from cogs.trivia.reports.cases import Case
from cogs.trivia.reports.elsewhere import effects, players
from cogs.trivia.reports.models import VOID, VOIDING, Choice, Refused, Report, Ruling, Why
from cogs.trivia.reports.queries import days as day_queries
from cogs.trivia.reports.queries import held, notices, past, played, regrades, reports, undoing
from cogs.trivia.reports.regrading import awarded, totals
from cogs.trivia.round import End

from .samples import question
from .test_regrading import (
    ALLOWED,
    START,
    Asked,
    as_paid,
    choices,
    click,
    end,
    everything,
    is_sum_of_its_movements,
    opened_at,
    plans,
    play_in,
    played_in,
    ruled,
    typing,
    undone,
    unrated,
)

TEXTS = ("one", "two", "three", "four")
SHARED = question(0)


@dataclass(frozen=True, slots=True)
class Planned:
    """A round in which one step asks the question that others ask, too."""

    rules: Rules
    asked: list[Asked]
    posed: tuple[Question, ...]
    step: int


def with_options(asked: Question, order: Sequence[str]) -> Question:
    """The same question with its options in another order."""
    return replace(asked, options=tuple(order), right=order.index("one"))


@st.composite
def planned(draw: st.DrawFn, number: int) -> Planned:
    rules, asked = draw(plans())
    step = draw(st.integers(0, len(asked) - 1))
    posed = [question(10 * number + at + 1, one.right) for at, one in enumerate(asked)]
    order = draw(st.permutations(TEXTS[1:]))
    right = asked[step].right
    posed[step] = with_options(SHARED, [*order[:right], "one", *order[right:]])
    return Planned(rules, asked, tuple(posed), step)


several = st.integers(2, 4).flatmap(lambda count: st.tuples(*map(planned, range(count))))


async def spots(ledger: Ledger, asked: Question = SHARED) -> dict[int, played.Spot]:
    return {one.round_id: one for one in await played.look_up_asked(ledger, 1, asked, START)}


def is_so_everywhere(
    choice: Choice, own: played.Spot, before: dict[int, played.Spot], now: dict[int, played.Spot]
) -> None:
    """What was chosen holds in every round where it says anything, and nothing else changed."""
    text = None if choice.slot is None else own.played.questions[own.step].options[choice.slot]
    for round_id, spot in now.items():
        was = before[round_id]
        old, new = was.played.ruling(was.step), spot.played.ruling(spot.step)
        options = spot.played.questions[spot.step].options
        if was.state != "closed":
            assert spot.state == "void"
        elif choice == VOIDING:
            assert (spot.state, new) == ("void", VOID)
        elif text is not None and not spot.played.rules.typed:
            assert new == replace(old, slots=old.slots | {options.index(text)})
        elif text is None and spot.played.rules.typed:
            assert new.slots == old.slots
            assert set(old.wordings) <= set(new.wordings)


async def ended(
    ledger: Ledger, rules: Rules, asked: list[Asked], posed: Sequence[Question], guild: int = 1
) -> int:
    """A round that was played and is over; its id."""
    round_id = await play_in(ledger, rules, asked, posed, guild)
    await end(ledger, round_id)
    return round_id


async def rule_and_undo(
    plan: tuple[Planned, ...], decided: list[tuple[int, int, bool]], path: Path
) -> None:
    async with Ledger.open(path) as ledger:
        ids = [await ended(ledger, one.rules, one.asked, one.posed) for one in plan]
        stack: list[tuple[int, list[object]]] = []
        for number, which, is_shared in decided:
            place = number % len(ids)
            round_id, one = ids[place], plan[place]
            step = one.step if is_shared else which % len(one.asked)
            before, were = await everything(ledger), await spots(ledger)
            own = await played_in(ledger, round_id)
            if own.steps[step].state != "closed":
                continue
            possible = choices(own, step)
            choice = possible[which % len(possible)]
            expected = preview(were, round_id, choice) if step == one.step else None
            made = await ruled(ledger, round_id, step, choice)
            stack.append((made.id, before))
            for other in ids:
                now = await played_in(ledger, other)
                said = as_paid(awarded(now.questions, now.rules, now.steps, now.verdicts))
                paid = {at: tuple(map(unrated, ones)) for at, ones in now.paid.items()}
                assert paid == {at: ones for at, ones in said.items() if ones}
            await is_sum_of_its_movements(ledger)
            if expected is not None:
                is_so_everywhere(choice, were[round_id], were, await spots(ledger))
                assert {one.user for one in made.gains} | made.elsewhere.players == expected
        for made, before in reversed(stack):
            await undone(ledger, made)
            assert await everything(ledger) == before


def preview(were: dict[int, played.Spot], round_id: int, choice: Choice) -> frozenset[int]:
    others = [spot for other, spot in were.items() if other != round_id]
    return players(effects(were[round_id], others, choice))


@settings(max_examples=25)
@given(
    several,
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6), st.booleans()), max_size=4),
)
def test_a_verdict_holds_in_every_round_and_is_undone_exactly(
    plan: tuple[Planned, ...], decided: list[tuple[int, int, bool]]
) -> None:
    """Awards are what the answers say under the rulings, ratings the sum of what moved them."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(rule_and_undo(plan, decided, Path(folder) / "ledger.db"))


async def outcome(plan: tuple[Planned, ...], first: int, text: str, path: Path) -> object:
    """How the ledger is after the verdict, when the report came from one round."""
    async with Ledger.open(path) as ledger:
        ids = [await ended(ledger, one.rules, one.asked, one.posed) for one in plan]
        own = (await spots(ledger)).get(ids[first])  # none where it never came to that
        if own is None or own.state != "closed" or (text and own.played.rules.typed):
            return None
        options = own.played.questions[own.step].options
        choice = Choice(options.index(text)) if text else VOIDING
        await ruled(ledger, own.round_id, own.step, choice)
        return await everything(ledger)


@settings(max_examples=10)
@given(several, st.sampled_from(["", "two", "three"]))
def test_it_is_the_same_whichever_round_was_reported(plan: tuple[Planned, ...], text: str) -> None:
    """Points and ratings to the last bit, for a void question and for one more option."""
    found: list[object] = []
    for first in range(len(plan)):
        with tempfile.TemporaryDirectory() as folder:
            found.append(asyncio.run(outcome(plan, first, text, Path(folder) / "ledger.db")))
    known = [one for one in found if one is not None]
    assert all(one == known[0] for one in known)


# ---------------------------------------------------------------- one by one


def answered(*texts: str, right: int = 0) -> tuple[Asked, tuple[Question, ...]]:
    """A round's question, and what players 1, 2, 3, … chose of its options."""
    order = [*TEXTS[1 : right + 1], "one", *TEXTS[right + 1 :]]
    clicks = tuple(
        click(user, order.index(text), opened_at(0) + user)
        for user, text in enumerate(texts, start=1)
    )
    return Asked(right, False, clicks, frozenset()), (with_options(SHARED, order),)


async def a_round(ledger: Ledger, *texts: str, right: int = 0, guild: int = 1) -> int:
    """An ended round of the one question, with what was chosen."""
    asked, posed = answered(*texts, right=right)
    return await ended(ledger, Rules(relaxed=True), [asked], posed, guild)


async def a_typed_round(ledger: Ledger, *texts: str) -> int:
    return await ended(ledger, Rules(relaxed=True, typed=True), [typing(*texts)], (SHARED,))


async def points(ledger: Ledger) -> dict[int, dict[int, int]]:
    """By round and player."""
    found: dict[int, dict[int, int]] = {}
    for round_id, user, earned in await ledger.rows("SELECT round_id, user_id, points FROM award"):
        found.setdefault(round_id, {})[user] = earned
    return found


async def test_an_option_counts_wherever_it_was_offered(tmp_path: Path) -> None:
    """It has another letter there; and where answers are typed, it was typed."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first = await a_round(ledger, "one", "two")
        second = await a_round(ledger, "two", "three", right=3)
        typed = await a_typed_round(ledger, "one", "Two!", "three")
        untyped = await a_typed_round(ledger, "one", "three")
        made = await ruled(ledger, first, 0, Choice(1))
        assert await points(ledger) == {
            first: {1: 100, 2: 100}, second: {1: 100, 2: 0}, typed: {1: 100, 2: 100, 3: 0},
            untyped: {1: 100, 2: 0},
        }  # fmt: skip
        assert made.elsewhere.rounds == 2
        assert made.elsewhere.players == {1, 2}
        assert [(one.user, one.points) for one in made.gains] == [(2, 100)]
        lines, count = await past.regrades(ledger, 1, 0)
        assert ([one.others for one in lines], count) == ([2], 1)
        # Nothing is left to be ruled in the second round.
        with pytest.raises(Refused) as refused:
            await ruled(ledger, second, 0, Choice(0))
        assert refused.value.why is Why.SLOT


async def test_a_wording_counts_wherever_it_was_typed_or_offered(tmp_path: Path) -> None:
    """In other words that come to the same, too."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        typed = await a_typed_round(ledger, "one", "the two")
        other = await a_typed_round(ledger, "TWO", "three")
        chosen = await a_round(ledger, "two", "three")
        await ruled(ledger, typed, 0, Choice(typist=2))
        assert await points(ledger) == {
            typed: {1: 100, 2: 100}, other: {1: 100, 2: 0}, chosen: {1: 100, 2: 0},
        }  # fmt: skip
        assert (await spots(ledger))[other].played.ruling(0) == Ruling(frozenset({0}), ("the two",))


async def test_another_question_is_left_alone(tmp_path: Path) -> None:
    """One that was mended since in its pack, and the same one in another server."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first = await a_round(ledger, "one", "two")
        asked, (posed,) = answered("one", "two")
        mended = [
            replace(posed, text="Which question?"),
            replace(posed, options=("uno", *TEXTS[1:])),
            replace(posed, id="q1"),
        ]
        others = [await ended(ledger, Rules(), [asked], [one]) for one in mended]
        abroad = await a_round(ledger, "one", "two", guild=2)
        before = await points(ledger)
        made = await ruled(ledger, first, 0, VOIDING)
        assert made.elsewhere.rounds == 0
        assert await points(ledger) == {one: before[one] for one in (*others, abroad)}


async def test_what_says_nothing_new_of_a_round_leaves_it_alone(tmp_path: Path) -> None:
    """So that it stands in the way of no undo there."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first = await a_round(ledger, "one", "two")
        asked, posed = answered("one", "two")
        await ended(ledger, Rules(), [replace(asked, dropped=True)], posed)
        await ended(ledger, Rules(), [asked], (question(7), *posed))
        one_more = await ruled(ledger, first, 0, Choice(1))
        later = await a_round(ledger, "one", "two")
        same = await ruled(ledger, later, 0, Choice(1))
        assert (one_more.elsewhere.rounds, same.elsewhere.rounds) == (0, 0)
        await undone(ledger, one_more.id)  # the later one is on another round
        await undone(ledger, same.id)
        void = await ruled(ledger, first, 0, VOIDING)
        assert void.elsewhere.rounds == 1
        touched = await ledger.rows("SELECT round_id FROM regrade WHERE verdict_id = ?", void.id)
        assert {row[0] for row in touched} == {first, later}


async def test_a_verdict_on_any_of_its_rounds_is_undone_first(tmp_path: Path) -> None:
    """Also when it came from another one than the first did."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first, second = await a_round(ledger, "one", "two"), await a_round(ledger, "three", "two")
        before = await everything(ledger)
        one = await ruled(ledger, first, 0, Choice(1))
        two = await ruled(ledger, second, 0, VOIDING)
        with pytest.raises(Refused) as refused:
            await undone(ledger, one.id)
        assert refused.value.why is Why.LATER
        assert await points(ledger) == {}
        back = await undone(ledger, two.id)
        assert back.elsewhere == two.elsewhere
        await undone(ledger, one.id)
        assert await everything(ledger) == before
        assert await ledger.rows("SELECT undone_by FROM verdict") == [(4,), (4,)]


@pytest.mark.parametrize("state", ["planned", "open", "closed", "untold"])
async def test_a_live_round_with_the_question_is_waited_for(tmp_path: Path, state: str) -> None:
    """By a verdict and by its undoing; what was refused has changed nothing."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first = await a_round(ledger, "one", "two")
        made = await ruled(ledger, first, 0, Choice(1))
        asked, posed = answered("one", "two")
        live = await live_round(ledger, state, asked, posed)
        before = await everything(ledger)
        with pytest.raises(Refused) as refused:
            await ruled(ledger, first, 0, VOIDING)
        assert refused.value.why is Why.ELSEWHERE
        with pytest.raises(Refused) as refused:
            await undone(ledger, made.id)
        assert refused.value.why is Why.ELSEWHERE
        case = await reports.case(ledger, 1, 0, START)
        assert isinstance(case, Case)
        assert case.is_pending_elsewhere
        assert await everything(ledger) == before
        if state != "untold":
            await rounds.end_round(ledger, live, End.STOPPED, START)
        await rounds.told_board(ledger, live, 0)
        await undone(ledger, made.id)
        await ruled(ledger, first, 0, VOIDING)


async def live_round(ledger: Ledger, state: str, asked: Asked, posed: tuple[Question, ...]) -> int:
    """A round that is live with the question in a state, or over with its board untold."""
    if state in ("closed", "untold"):
        round_id = await play_in(ledger, Rules(), [asked], posed)
        if state == "untold":
            await rounds.end_round(ledger, round_id, End.DONE, START)
        return round_id
    round_id = await play_in(ledger, Rules(), [], (question(8), *posed))
    if state == "open":
        values = (opened_at(0), ALLOWED, round_id)
        await ledger.write(
            lambda db: (
                db.execute(
                    "UPDATE asked SET state = 'open', opened_at = ?, allowed = ? "
                    "WHERE round_id = ? AND step = 1",
                    values,
                ).rowcount
            )
        )
    return round_id


async def test_a_live_round_that_skipped_it_is_not_waited_for(tmp_path: Path) -> None:
    """No verdict changes anything of it."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first = await a_round(ledger, "one", "two")
        asked, posed = answered("one", "two")
        await play_in(ledger, Rules(), [replace(asked, dropped=True)], posed)
        await ruled(ledger, first, 0, VOIDING)


async def test_reports_from_the_other_rounds_are_decided_with_it(tmp_path: Path) -> None:
    """Where it says something; voiding also settles what was skipped. An undo opens them again."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first = await a_round(ledger, "one", "two")
        second = await a_round(ledger, "one", "two", right=2)
        typed = await a_typed_round(ledger, "one", "three")
        asked, posed = answered("one", "two")
        skipped = await play_in(ledger, Rules(), [replace(asked, dropped=True)], posed)
        await ledger.write(lambda db: db.execute("UPDATE asked SET result_id = 7").rowcount)
        await end(ledger, skipped)
        other = await ended(ledger, Rules(), [asked], [question(9)])
        for round_id in (second, typed, skipped, other):
            assert await reports.report(ledger, 1, 5, Place(round_id, 0), Report(6, "?", START))
        await ruled(ledger, first, 0, Choice(1))
        assert await left_open(ledger) == {typed, skipped, other}
        void = await ruled(ledger, first, 0, VOIDING)
        assert await left_open(ledger) == {other}
        await undone(ledger, void.id)
        assert await left_open(ledger) == {typed, skipped, other}


async def left_open(ledger: Ledger) -> set[int]:
    return {row[0] for row in await ledger.rows("SELECT round_id FROM report WHERE state = 'open'")}


async def test_points_of_a_round_that_cannot_be_read_stop_no_verdict(tmp_path: Path) -> None:
    """Other code has written it."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first, second = await a_round(ledger, "one"), await a_round(ledger, "one")
        third = await a_round(ledger, "one")
        await ledger.write(
            lambda db: (
                db.execute(
                    "UPDATE asked SET question = '{}' WHERE round_id = ?", (second,)
                ).rowcount
            )
        )
        await ledger.write(
            lambda db: (
                db.execute(
                    "UPDATE round SET rules = '{\"mode\": 1}' WHERE id = ?", (third,)
                ).rowcount
            )
        )
        await ruled(ledger, first, 0, VOIDING)
        assert await points(ledger) == {second: {1: 100}, third: {1: 100}}


async def test_what_is_to_be_told_is_in_the_ledger_with_it(tmp_path: Path) -> None:
    """One message a verdict, whatever it reaches; and one of its undoing."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first, second = await a_round(ledger, "one", "two"), await a_round(ledger, "two", "one")
        made = await ruled(ledger, second, 0, VOIDING)
        back = await undone(ledger, made.id, START + 1)
        assert await notices.untold(ledger, START) == [made, back]
        assert totals((await played_in(ledger, first)).paid) == {1: 100, 2: 0}
        assert (made.elsewhere.rounds, made.elsewhere.players) == (1, frozenset({1}))
        assert back.is_first_again


async def test_a_verdict_of_before_was_on_one_round(tmp_path: Path) -> None:
    """Its number, its notes and what was told of it are as they were, and it can be undone."""
    path, old = tmp_path / "ledger.db", read_migrations()[:7]
    async with Ledger.open(tmp_path / "now.db") as ledger:
        await a_round(ledger, "one", "two")
        await a_round(ledger, "one", "two")
        copied = {
            name: await ledger.rows(f"SELECT * FROM {name}")
            for name in ("round", "asked", "answer", "award")
        }
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = ON")
        migrate(db, path, old)
        for name, rows in copied.items():
            values = ",".join("?" * len(rows[0]))
            db.executemany(f"INSERT INTO {name} VALUES ({values})", rows)
        paid = [row[2:] for row in copied["award"] if row[0] == 2]
        kept = json.dumps({"state": "closed", "paid": {"0": paid}})
        db.execute("DELETE FROM award WHERE round_id = 2")
        db.execute("UPDATE asked SET state = 'void' WHERE round_id = 2")
        db.execute(
            "INSERT INTO regrade VALUES (7, 1, 2, 0, 4, 'Once', '[]', ?, ?, NULL, NULL, '[]')",
            (kept, START),
        )
        db.execute("INSERT INTO regrade_notice VALUES (7, 0, ?, '[[1, -100, 0]]', NULL, '[]')",
                   (START,))  # fmt: skip
    async with Ledger.open(path) as ledger:
        assert len((await verdicts.in_force(ledger, 1)).voided) == 1
        (line,), _ = await past.regrades(ledger, 1, 0)
        assert (line.id, line.channel, line.moderator, line.reason) == (7, 5, 4, "Once")
        assert (line.at, line.judged and line.judged[1], line.others) == (START, VOID, 0)
        (told,) = await notices.untold(ledger, START)
        assert [(one.user, one.points) for one in told.gains] == [(1, -100)]
        assert (await spots(ledger))[2].played.verdicts == {0: VOID}
        await undone(ledger, 7)
        assert await ledger.rows("SELECT * FROM award ORDER BY 1, 2, 3") == copied["award"]
        assert (await verdicts.in_force(ledger, 1)).voided == set()


async def a_day(ledger: Ledger, number: int, asked: Question, state: str = "closed") -> int:
    """A daily question of the server, with its answer told or not."""
    values = (f"2026-11-{number:02}", asked.id, asked.to_json(), state)
    return await ledger.write(
        lambda db: (
            db.execute(
                "INSERT INTO daily_question (guild_id, channel_id, day, question_id, question,"
                " state, reveal_id) VALUES (1, 8, ?, ?, ?, ?, 9)",
                values,
            ).lastrowid
            or 0
        )
    )


async def test_a_void_day_takes_the_rounds_and_the_other_days_with_it(tmp_path: Path) -> None:
    """But no day that asked something else or is open still; one undo gives all of it back."""
    _, (shuffled,) = answered("one", right=2)
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        first, second = await a_round(ledger, "one", "two"), await a_round(ledger, "two", "one")
        day, other = await a_day(ledger, 1, SHARED), await a_day(ledger, 2, shuffled)
        await a_day(ledger, 3, SHARED, "open")
        mended = await a_day(ledger, 4, replace(SHARED, text="Which?"))
        before = await everything(ledger)
        for one in (day, other, mended):
            assert await reports.report(ledger, 1, 8, Place(one), Report(6, "?", START))
        assert await reports.report(ledger, 1, 5, Place(second, 0), Report(6, "?", START))
        made = await regrades.rule(
            ledger, 1, Place(day), VOIDING, moderator=4, reason="It is", at=START, over_since=START
        )
        voided_days = "SELECT id FROM daily_question WHERE verdict_id IS NOT NULL ORDER BY id"
        assert await ledger.rows(voided_days) == [(day,), (other,)]
        assert await points(ledger) == {}
        await is_sum_of_its_movements(ledger)
        assert (made.day, made.step, made.channel, made.gains) == (date(2026, 11, 1), None, 8, ())
        assert (made.elsewhere.rounds, made.elsewhere.players) == (2, {1, 2})
        assert made.elsewhere.days == 1
        assert await left_open(ledger) == set()
        left = await ledger.rows("SELECT daily_id FROM daily_report WHERE state = 'open'")
        assert left == [(mended,)]
        assert not await reports.report(ledger, 1, 5, Place(first, 0), Report(6, "?", START))
        back = await undone(ledger, made.id)
        assert await everything(ledger) == before
        assert await ledger.rows(voided_days) == []
        assert (back.elsewhere, back.day, back.undone_by) == (made.elsewhere, made.day, 4)


async def test_the_rounds_are_found_by_indexes(tmp_path: Path) -> None:
    """However many rounds the ledger has."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        plan = await ledger.rows(f"EXPLAIN QUERY PLAN {played._ASKED}", "q0", 1)
        assert any("USING INDEX asked_by_question" in step for *_, step in plan)
        for sql in played._PLAYED:
            plan = await ledger.rows(f"EXPLAIN QUERY PLAN {sql}", "[1]")
            scans = [step for *_, step in plan if step.startswith("SCAN") and "json" not in step]
            assert scans == []
        marks = held._marks(1, "q0")
        for sql, values in ((undoing._LATER, (1,)), (day_queries._COUNTING, (1, "q0")), *marks):
            plan = await ledger.rows(f"EXPLAIN QUERY PLAN {sql}", *values)
            assert not [step for *_, step in plan if step.startswith("SCAN")]
