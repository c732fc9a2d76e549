"""Scoring a round under other verdicts: what holds for every round, and in the ledger."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ledger import Ledger
from cogs.trivia import scoring
from cogs.trivia.models import Answer, Award, Mode, Question, RoundRecord, Rules, Step
from cogs.trivia.queries import rounds, table
from cogs.trivia.reports.queries import played as read_back
from cogs.trivia.reports.queries import regrades, reports
from cogs.trivia.reports.regrading import (
    VOID,
    Kept,
    Paid,
    Played,
    Refused,
    Report,
    Slots,
    Why,
    awarded,
    in_order,
    regrade,
    totals,
)
from cogs.trivia.round import End, Phase, Round, RoundError

from .samples import question

USERS = st.integers(1, 5)
ALLOWED = 10_000
START = 1_500_000_000_000
Awards = dict[int, tuple[Award, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to happen to one question."""

    right: int
    dropped: bool
    clicks: tuple[Answer, ...]
    hinted: frozenset[int]


def click(user: int, slot: int, at: int) -> Answer:
    return Answer(user, slot, (at - 1_420_070_400_000) << 22, at)


@st.composite
def askings(draw: st.DrawFn, at: int) -> Asked:
    moments = draw(st.lists(st.integers(0, ALLOWED), unique=True, max_size=8))
    clicks = tuple(
        click(draw(USERS), draw(st.integers(0, 3)), opened_at(at) + moment) for moment in moments
    )
    rare = draw(st.integers(0, 5)) == 0
    return Asked(draw(st.integers(0, 3)), rare, clicks, frozenset(draw(st.sets(USERS, max_size=2))))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Rules, list[Asked]]:
    rules = Rules(draw(st.sampled_from(Mode)), relaxed=draw(st.booleans()))
    return rules, [draw(askings(at)) for at in range(draw(st.integers(1, 5)))]


@st.composite
def verdicts(draw: st.DrawFn, asked: list[Asked]) -> dict[int, Slots]:
    """One more right slot, or none at all, for some of the questions."""
    found: dict[int, Slots] = {}
    for at, one in enumerate(asked):
        slot = draw(st.sampled_from([None, None, "void", 0, 1, 2, 3]))
        if slot == "void":
            found[at] = VOID
        elif isinstance(slot, int):
            found[at] = frozenset({one.right, slot})
    return found


def opened_at(step: int) -> int:
    return START + step * 60_000


def questions_of(asked: list[Asked]) -> tuple[Question, ...]:
    return tuple(question(at, one.right) for at, one in enumerate(asked))


def play(rules: Rules, asked: list[Asked]) -> tuple[tuple[Step, ...], Awards]:
    """The round as it is played in memory, and what it paid."""
    current = Round(questions_of(asked), rules)
    steps: list[Step] = []
    paid: Awards = {}
    for at, one in enumerate(asked):
        if current.phase is Phase.ENDED:
            steps.append(Step("planned", None, None, 0, 0, 0, ()))
            continue
        current = current.open(opened_at(at), ALLOWED)
        for given_answer in one.clicks:
            try:
                current, _ = current.lock_in(given_answer)
            except RoundError:
                continue
        answers = tuple(
            replace(answer, hinted=user in one.hinted) for user, answer in current.answers.items()
        )
        current = current.recall(answers)
        state = "void" if one.dropped else "closed"
        steps.append(Step(state, 7, 8, opened_at(at), ALLOWED, current.deadline, answers))
        if one.dropped:
            current = current.void()
        else:
            current, outcome = current.close()
            paid[at] = outcome.awards
    return tuple(steps), paid


def as_paid(awards: Awards) -> dict[int, tuple[Paid, ...]]:
    return {
        step: in_order(Paid(one.user, one.correct, one.points, one.streak) for one in ones)
        for step, ones in awards.items()
    }


def as_played(rules: Rules, asked: list[Asked], found: dict[int, Slots] | None = None) -> Played:
    """The round as the ledger would have it with these verdicts."""
    steps, _ = play(rules, asked)
    found = found or {}
    ruled = tuple(
        replace(step, state="void") if found.get(at) == VOID and step.state == "closed" else step
        for at, step in enumerate(steps)
    )
    paid = as_paid(awarded(questions_of(asked), rules, steps, found))
    return Played(1, 2, False, rules, questions_of(asked), ruled, paid, found)


@given(plans())
def test_without_a_verdict_the_awards_are_those_that_were_paid(
    plan: tuple[Rules, list[Asked]],
) -> None:
    """Whatever the rules, whoever was out, and wherever the round ended."""
    rules, asked = plan
    steps, paid = play(rules, asked)
    assert awarded(questions_of(asked), rules, steps, {}) == paid
    the_same = {at: frozenset({one.right}) for at, one in enumerate(asked)}
    assert awarded(questions_of(asked), rules, steps, the_same) == paid


@given(plans(), st.data())
def test_a_verdict_scores_the_answers_as_they_are(
    plan: tuple[Rules, list[Asked]], data: st.DataObject
) -> None:
    """Right is who chose a right slot; speed, hints and streaks count as ever, later ones too."""
    rules, asked = plan
    steps, _ = play(rules, asked)
    found = data.draw(verdicts(asked))
    awards = awarded(questions_of(asked), rules, steps, found)
    streaks: dict[int, int] = {}
    for at, step in enumerate(steps):
        slots = found.get(at, frozenset({asked[at].right}))
        if step.state != "closed" or slots == VOID:
            assert at not in awards
            continue
        answers = {one.user: one for one in step.answers}
        if rules.mode is not Mode.RACE:
            assert {one.user for one in awards[at]} == set(answers)
        assert [one.correct for one in awards[at]].count(True) <= (
            1 if rules.mode is Mode.RACE else len(answers)
        )
        for one in awards[at]:
            answer = answers[one.user]
            assert (one.slot, one.correct) == (answer.slot, answer.slot in slots)
            streak = streaks.get(one.user, 0) + 1 if one.correct else 0
            assert one.streak == streak
            assert one.points == scoring.points(
                correct=one.correct, taken=answer.at - step.opened_at, allowed=ALLOWED,
                streak=streak, relaxed=rules.relaxed, hinted=answer.hinted,
            )  # fmt: skip
        streaks = {one.user: one.streak for one in awards[at]}


@given(plans(), st.data())
def test_a_regrade_leads_to_what_the_answers_say_and_back(
    plan: tuple[Rules, list[Asked]], data: st.DataObject
) -> None:
    """Also on top of other verdicts; nobody's total differs from the sum of the steps."""
    rules, asked = plan
    found = data.draw(verdicts(asked))
    played = as_played(rules, asked, found)
    closed = [at for at, step in enumerate(played.steps) if step.state == "closed"]
    if not closed:
        return
    step = data.draw(st.sampled_from(closed))
    slots = data.draw(st.sampled_from([VOID, *(played.slots(step) | {more} for more in range(4))]))
    change = regrade(played, step, slots)
    assert set(change.before) == set(change.after)
    assert all(at >= step for at in change.after)
    now = {at: ones for at, ones in {**played.paid, **change.after}.items() if ones}
    verdict = as_played(rules, asked, {**found, step: slots})
    assert now == {at: ones for at, ones in verdict.paid.items() if ones}

    before, after = totals(played.paid), totals(now)
    users = before.keys() | after.keys()
    gains = {user: after.get(user, 0) - before.get(user, 0) for user in users}
    assert change.points == {user: gain for user, gain in gains.items() if gain}
    assert sum(after.values()) == sum(one.points for ones in now.values() for one in ones)

    back = {at: ones for at, ones in {**now, **change.before}.items() if ones}
    assert back == {at: ones for at, ones in played.paid.items() if ones}
    kept = Kept("closed", change.before)
    assert Kept.from_json(kept.to_json()) == kept


# ---------------------------------------------------------------- in the ledger


async def play_in(ledger: Ledger, rules: Rules, asked: list[Asked]) -> int:
    """The same round, played in the ledger; its id."""
    record = RoundRecord(0, 1, 5, 9, "a-film", None, 10, rules, START)
    record = await rounds.start_round(ledger, record, questions_of(asked))
    current = Round(questions_of(asked), rules)
    for at, one in enumerate(asked):
        if current.phase is Phase.ENDED:
            break
        current = current.open(opened_at(at), ALLOWED)
        await rounds.open_question(ledger, record, 70 + at, current)
        for user in one.hinted:
            await table.take_hint(ledger, record.id, at, user)
        for given_answer in one.clicks:
            try:
                current, _ = current.lock_in(given_answer)
            except RoundError:
                continue
            await rounds.lock_in(ledger, record.id, at, given_answer, rules.mode)
        if one.dropped:
            await rounds.void_question(ledger, record.id, at)
            current = current.void()
        else:
            current, _ = await rounds.close_question(ledger, record, current)
    return record.id


async def end(ledger: Ledger, round_id: int) -> None:
    await rounds.end_round(ledger, round_id, End.DONE, START)
    await rounds.told_board(ledger, round_id, 0)


async def everything(ledger: Ledger) -> list[object]:
    return [
        await ledger.rows("SELECT * FROM award ORDER BY round_id, step, user_id"),
        await ledger.rows("SELECT round_id, step, state FROM asked ORDER BY round_id, step"),
        await ledger.rows("SELECT id, players FROM round ORDER BY id"),
    ]


async def ruled(ledger: Ledger, round_id: int, step: int, slot: int | None) -> int:
    """A reported question, decided on; the regrade's id."""
    reported = await reports.report(ledger, 1, 5, round_id, step, Report(3, "Wrong", START))
    assert reported
    done = await regrades.rule(
        ledger, 1, round_id, step, slot, moderator=4, reason="It is", at=START, over_since=START
    )
    return done.id


async def regrade_and_undo(plan: tuple[Rules, list[Asked]], choices: list[tuple[int, int]]) -> None:
    rules, asked = plan
    with tempfile.TemporaryDirectory() as folder:
        async with Ledger.open(Path(folder) / "ledger.db") as ledger:
            round_id = await play_in(ledger, rules, asked)
            played = await read_back.look_up(ledger, round_id, START)
            assert as_paid(awarded(played.questions, rules, played.steps, {})) == {
                **{at: () for at, one in enumerate(played.steps) if one.state == "closed"},
                **{
                    at: tuple(replace(one, rating=None) for one in ones)
                    for at, ones in played.paid.items()
                },
            }
            await end(ledger, round_id)
            stack: list[tuple[int, list[object]]] = []
            for at, choice in choices:
                before = await everything(ledger)
                played = await read_back.look_up(ledger, round_id, START)
                step = at % len(asked)
                if played.steps[step].state != "closed":
                    continue
                slots = [None, *played.also_right(step)]
                made = await ruled(ledger, round_id, step, slots[choice % len(slots)])
                stack.append((made, before))
                played = await read_back.look_up(ledger, round_id, START)
                said = awarded(played.questions, rules, played.steps, played.verdicts)
                assert totals(as_paid(said)) == totals(played.paid)
            for made, _ in stack[:-1]:
                with pytest.raises(Refused) as refused:
                    await regrades.undo(ledger, 1, made, 4, START, START)
                assert refused.value.why is Why.LATER
            for made, before in reversed(stack):
                await regrades.undo(ledger, 1, made, 4, START, START)
                assert await everything(ledger) == before


@settings(max_examples=25)
@given(plans(), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=3))
def test_the_ledger_is_exactly_as_before_after_an_undo(
    plan: tuple[Rules, list[Asked]], choices: list[tuple[int, int]]
) -> None:
    """Awards with their ratings, states and players; verdicts are undone in reverse alone."""
    asyncio.run(regrade_and_undo(plan, choices))


async def test_a_round_is_live_until_its_board_is_told(tmp_path: Path) -> None:
    """Another host may still tell the board from what it has read of the round."""
    right = Asked(0, False, (click(1, 0, START + 5), click(2, 1, START + 9)), frozenset())
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await play_in(ledger, Rules(), [right])
        with pytest.raises(Refused) as refused:
            await ruled(ledger, round_id, 0, None)
        assert refused.value.why is Why.LIVE
        await rounds.end_round(ledger, round_id, End.DONE, START)
        with pytest.raises(Refused):
            await ruled(ledger, round_id, 0, None)
        # What was refused has decided nothing.
        assert await ledger.rows("SELECT state FROM report") == [("open",)]
        await rounds.told_board(ledger, round_id, 0)
        for slot in (0, 4):
            with pytest.raises(Refused) as refused:
                await ruled(ledger, round_id, 0, slot)
            assert refused.value.why is Why.SLOT
        await ruled(ledger, round_id, 0, None)
