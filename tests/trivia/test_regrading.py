"""Scoring a round under other verdicts: what holds for every round, and in the ledger."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ledger import Ledger
from bot.ledger.migrate import migrate, read_migrations
from cogs.trivia import scoring
from cogs.trivia.boards import queries as boards
from cogs.trivia.matching import judge
from cogs.trivia.models import OTHER, Answer, Award, Mode, Place, Question, RoundRecord, Rules, Step
from cogs.trivia.queries import rounds, table
from cogs.trivia.rating import LOWEST
from cogs.trivia.rating import START as AT_FIRST
from cogs.trivia.reports.models import (
    VOID,
    VOIDING,
    Choice,
    Paid,
    Refused,
    Regraded,
    Report,
    Ruling,
    Why,
)
from cogs.trivia.reports.queries import notices, past, regrades, reports, undoing
from cogs.trivia.reports.queries import played as read_back
from cogs.trivia.reports.regrading import Kept, Played, awarded, in_order, regrade, totals
from cogs.trivia.reports.wordings import is_accepted
from cogs.trivia.round import End, Phase, Round, RoundError

from .samples import question

USERS = st.integers(1, 5)
ALLOWED = 10_000
START = 1_500_000_000_000
Awards = dict[int, tuple[Award, ...]]
# What is typed in vain, by what it comes down to.
MEANING = {
    "Ben": 1,
    "bén!": 1,
    "BEN": 1,
    "Sera": 2,
    "the sera": 2,
    "?!": 3,
    "Las Vegas": 4,
    "LasVegas": 4,
}
TYPED = st.sampled_from(sorted(MEANING))


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
def askings(draw: st.DrawFn, at: int, *, typed: bool) -> Asked:
    moments = draw(st.lists(st.integers(0, ALLOWED), unique=True, max_size=8))
    right = draw(st.integers(0, 3))
    clicks = [click(draw(USERS), right, opened_at(at) + moment) for moment in moments]
    for place, one in enumerate(clicks):
        if not typed:
            clicks[place] = replace(one, slot=draw(st.integers(0, 3)))
        elif (text := draw(st.none() | TYPED)) is not None:
            clicks[place] = replace(one, slot=OTHER, typed=text)
        else:
            clicks[place] = replace(one, typed="one")
    rare = draw(st.integers(0, 5)) == 0
    return Asked(right, rare, tuple(clicks), frozenset(draw(st.sets(USERS, max_size=2))))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Rules, list[Asked]]:
    rules = Rules(
        draw(st.sampled_from(Mode)), relaxed=draw(st.booleans()), typed=draw(st.booleans())
    )
    return rules, [draw(askings(at, typed=rules.typed)) for at in range(draw(st.integers(1, 5)))]


@st.composite
def rulings(draw: st.DrawFn, rules: Rules, asked: list[Asked]) -> dict[int, Ruling]:
    """One more right answer, or none at all, for some of the questions."""
    found: dict[int, Ruling] = {}
    for at, one in enumerate(asked):
        right = frozenset({one.right})
        match draw(st.sampled_from(["", "", "void", "more"])):
            case "void":
                found[at] = VOID
            case "more" if rules.typed:
                found[at] = Ruling(right, tuple(draw(st.lists(TYPED, max_size=2))))
            case "more":
                found[at] = Ruling(right | {draw(st.integers(0, 3))})
            case _:
                pass
    return found


def counts(asked: Asked, ruling: Ruling | None, answer: Answer) -> bool:
    """Whether an answer counts as right, said another way."""
    if ruling is None or answer.typed is None or answer.slot != OTHER:
        return answer.slot in (ruling.slots if ruling else {asked.right})
    return MEANING[answer.typed] in {MEANING[text] for text in ruling.wordings}


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


def as_played(rules: Rules, asked: list[Asked], found: dict[int, Ruling] | None = None) -> Played:
    """The round as the ledger would have it with these verdicts."""
    steps, _ = play(rules, asked)
    found = found or {}
    ruled = tuple(
        replace(step, state="void") if found.get(at) == VOID and step.state == "closed" else step
        for at, step in enumerate(steps)
    )
    paid = as_paid(awarded(questions_of(asked), rules, steps, found))
    return Played(1, 2, False, rules, questions_of(asked), ruled, paid, found)


def choices(played: Played, step: int) -> list[Choice]:
    """Every verdict that a moderator could pass on a question."""
    found: list[Choice] = [VOIDING, *map(Choice, played.also_right(step))]
    for wording in played.wordings(step) if played.rules.typed else ():
        choice = Choice(typist=wording.typist)
        assert Choice.from_code(choice.code) == choice
        try:
            played.with_choice(step, choice)
        except Refused:
            continue
        found.append(choice)
    return found


@given(plans())
def test_without_a_verdict_the_awards_are_those_that_were_paid(
    plan: tuple[Rules, list[Asked]],
) -> None:
    """Whatever the rules, whoever was out, and wherever the round ended."""
    rules, asked = plan
    steps, paid = play(rules, asked)
    assert awarded(questions_of(asked), rules, steps, {}) == paid
    the_same = {at: Ruling(frozenset({one.right})) for at, one in enumerate(asked)}
    assert awarded(questions_of(asked), rules, steps, the_same) == paid


@given(plans(), st.data())
def test_a_verdict_scores_the_answers_as_they_are(
    plan: tuple[Rules, list[Asked]], data: st.DataObject
) -> None:
    """Right is who chose a right slot, or typed what comes down to a right wording.

    Speed, hints and streaks count as ever, later ones too.
    """
    rules, asked = plan
    steps, _ = play(rules, asked)
    found = data.draw(rulings(rules, asked))
    awards = awarded(questions_of(asked), rules, steps, found)
    streaks: dict[int, int] = {}
    for at, step in enumerate(steps):
        if step.state != "closed" or found.get(at) == VOID:
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
            right = counts(asked[at], found.get(at), answer)
            assert (one.slot, one.correct) == (answer.slot, right)
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
    found = data.draw(rulings(rules, asked))
    played = as_played(rules, asked, found)
    closed = [at for at, step in enumerate(played.steps) if step.state == "closed"]
    if not closed:
        return
    step = data.draw(st.sampled_from(closed))
    ruling = played.with_choice(step, data.draw(st.sampled_from(choices(played, step))))
    change = regrade(played, step, ruling)
    assert set(change.before) == set(change.after)
    assert all(at >= step for at in change.after)
    now = {at: ones for at, ones in {**played.paid, **change.after}.items() if ones}
    verdict = as_played(rules, asked, {**found, step: ruling})
    assert now == {at: ones for at, ones in verdict.paid.items() if ones}

    before, after = totals(played.paid), totals(now)
    users = before.keys() | after.keys()
    gains = {user: after.get(user, 0) - before.get(user, 0) for user in users}
    assert change.points == {user: gain for user, gain in gains.items() if gain}
    assert sum(after.values()) == sum(one.points for ones in now.values() for one in ones)

    back = {at: ones for at, ones in {**now, **change.before}.items() if ones}
    assert back == {at: ones for at, ones in played.paid.items() if ones}
    assert {one.user: one.points for one in change.gains(after)} == change.points
    assert all(one.total == after.get(one.user, 0) for one in change.gains(after))
    kept = Kept("closed", change.before)
    assert Kept.from_json(kept.to_json()) == kept


# ---------------------------------------------------------------- in the ledger


async def play_in(
    ledger: Ledger,
    rules: Rules,
    asked: list[Asked],
    posed: Sequence[Question] = (),
    guild: int = 1,
) -> int:
    """The same round, played in the ledger; its id. Its questions may be given."""
    posed = tuple(posed) or questions_of(asked)
    record = RoundRecord(0, guild, 5, 9, "a-film", None, 10, rules, START)
    record = await rounds.start_round(ledger, record, posed)
    current = Round(posed, rules)
    for at, one in enumerate(asked):
        if current.phase is Phase.ENDED:
            break
        current = current.open(opened_at(at), ALLOWED)
        await rounds.open_question(ledger, record, 70 + at, current)
        for user in one.hinted:
            await table.take_hint(ledger, record.id, at, user, opened_at(at))
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


async def played_in(ledger: Ledger, round_id: int) -> Played:
    """A round as it was played and is paid now."""
    found = await read_back.look_up(ledger, [round_id], START)
    return found[round_id]


async def everything(ledger: Ledger) -> list[object]:
    return [
        await ledger.rows("SELECT * FROM award ORDER BY round_id, step, user_id"),
        await ledger.rows("SELECT round_id, step, state FROM asked ORDER BY round_id, step"),
        await ledger.rows("SELECT id, players FROM round ORDER BY id"),
        await ledger.rows("SELECT * FROM player_rating ORDER BY user_id"),
        await ledger.rows("SELECT * FROM question_rating ORDER BY question_id"),
    ]


async def ruled(
    ledger: Ledger, round_id: int, step: int, choice: Choice, at: int = START
) -> Regraded:
    """A reported question, decided on."""
    reported = await reports.report(ledger, 1, 5, Place(round_id, step), Report(3, "Wrong", START))
    assert reported
    return await regrades.rule(
        ledger, 1, Place(round_id, step), choice, moderator=4, reason="It is", at=at,
        over_since=START,
    )  # fmt: skip


async def undone(ledger: Ledger, regrade_id: int, at: int = START) -> Regraded:
    return await undoing.undo(ledger, 1, regrade_id, 4, at, START)


async def is_sum_of_its_movements(ledger: Ledger) -> None:
    """Nobody's rating, and no question's, has anything in it but what the awards in force did."""
    for ratings, moved in (
        ("SELECT user_id, value, answers FROM player_rating WHERE answers ORDER BY 1",
         "SELECT user_id, sum(moved), count(*) FROM award GROUP BY 1 ORDER BY 1"),
        ("SELECT question_id, value, answers FROM question_rating WHERE answers ORDER BY 1",
         "SELECT question_id, sum(question_moved), count(*) FROM award JOIN asked "
         "USING (round_id, step) GROUP BY 1 ORDER BY 1"),
    ):  # fmt: skip
        sums = [(who, AT_FIRST + by, answers) for who, by, answers in await ledger.rows(moved)]
        assert await ledger.rows(ratings) == sums


async def regrade_and_undo(
    plan: tuple[Rules, list[Asked]], decided: list[tuple[int, int]], path: Path
) -> None:
    rules, asked = plan
    async with Ledger.open(path) as ledger:
        round_id = await play_in(ledger, rules, asked)
        await is_sum_of_its_movements(ledger)
        played = await played_in(ledger, round_id)
        assert as_paid(awarded(played.questions, rules, played.steps, {})) == {
            **{at: () for at, one in enumerate(played.steps) if one.state == "closed"},
            **{at: tuple(map(unrated, ones)) for at, ones in played.paid.items()},
        }
        await end(ledger, round_id)
        stack: list[tuple[int, list[object]]] = []
        for at, choice in decided:
            before = await everything(ledger)
            played = await played_in(ledger, round_id)
            step = at % len(asked)
            if played.steps[step].state != "closed":
                continue
            possible = choices(played, step)
            made = await ruled(ledger, round_id, step, possible[choice % len(possible)])
            stack.append((made.id, before))
            played = await played_in(ledger, round_id)
            said = awarded(played.questions, rules, played.steps, played.verdicts)
            assert totals(as_paid(said)) == totals(played.paid)
            assert {one.user: one.total for one in made.gains}.items() <= (
                dict.fromkeys(range(9), 0) | totals(played.paid)
            ).items()
            await is_sum_of_its_movements(ledger)
        for made, _ in stack[:-1]:
            with pytest.raises(Refused) as refused:
                await undone(ledger, made)
            assert refused.value.why is Why.LATER
        for made, before in reversed(stack):
            await undone(ledger, made)
            assert await everything(ledger) == before


def unrated(paid: Paid) -> Paid:
    return paid._replace(rating=None, moved=None, question_moved=None)


@settings(max_examples=25)
@given(plans(), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=3))
def test_the_ledger_is_exactly_as_before_after_an_undo(
    plan: tuple[Rules, list[Asked]], decided: list[tuple[int, int]]
) -> None:
    """Awards, states, players and all ratings; verdicts are undone in reverse alone."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(regrade_and_undo(plan, decided, Path(folder) / "ledger.db"))


async def play_and_rule(
    plan: tuple[Rules, list[Asked]], deeds: list[tuple[str, int, int]], path: Path
) -> None:
    rules, asked = plan
    async with Ledger.open(path) as ledger:
        played_rounds: list[int] = []
        passed: list[int] = []
        for deed, number, choice in [("play", 0, 0), *deeds]:
            if deed == "play":
                played_rounds.append(await play_in(ledger, rules, asked))
                await end(ledger, played_rounds[-1])
            elif deed == "rule":
                round_id = played_rounds[number % len(played_rounds)]
                step = choice % len(asked)
                played = await played_in(ledger, round_id)
                if played.steps[step].state == "closed":
                    possible = choices(played, step)
                    chosen = possible[choice % len(possible)]
                    passed.append((await ruled(ledger, round_id, step, chosen)).id)
            elif passed:
                await undone(ledger, passed.pop())
            await is_sum_of_its_movements(ledger)


@settings(max_examples=25)
@given(
    plans(),
    st.lists(
        st.tuples(st.sampled_from(["play", "rule", "undo"]), st.integers(0, 3), st.integers(0, 9)),
        max_size=7,
    ),
)
def test_what_was_learnt_meanwhile_stays(
    plan: tuple[Rules, list[Asked]], deeds: list[tuple[str, int, int]]
) -> None:
    """Whatever is played between verdicts and undoing them, what a void question moved is gone."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play_and_rule(plan, deeds, Path(folder) / "ledger.db"))


async def test_a_round_is_live_until_its_board_is_told(tmp_path: Path) -> None:
    """Another host may still tell the board from what it has read of the round."""
    right = Asked(0, False, (click(1, 0, START + 5), click(2, 1, START + 9)), frozenset())
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await play_in(ledger, Rules(), [right])
        with pytest.raises(Refused) as refused:
            await ruled(ledger, round_id, 0, VOIDING)
        assert refused.value.why is Why.LIVE
        await rounds.end_round(ledger, round_id, End.DONE, START)
        with pytest.raises(Refused):
            await ruled(ledger, round_id, 0, VOIDING)
        # What was refused has decided nothing.
        assert await ledger.rows("SELECT state FROM report") == [("open",)]
        await rounds.told_board(ledger, round_id, 0)
        for choice, why in (
            (Choice(0), Why.SLOT), (Choice(4), Why.SLOT), (Choice(typist=2), Why.WORDING),
        ):  # fmt: skip
            with pytest.raises(Refused) as refused:
                await ruled(ledger, round_id, 0, choice)
            assert refused.value.why is why
        await ruled(ledger, round_id, 0, VOIDING)


ONE_RIGHT = Asked(0, False, (click(1, 0, START + 5), click(2, 1, START + 9)), frozenset())


def typing(*texts: str, right: int = 0) -> Asked:
    """A question that players 1, 2, 3, … typed an answer to."""
    clicks = [
        replace(click(user, OTHER if text != "one" else right, START + user), typed=text)
        for user, text in enumerate(texts, start=1)
    ]
    return Asked(right, False, tuple(clicks), frozenset())


def offered(*texts: str) -> list[tuple[str, int]]:
    played = as_played(Rules(typed=True), [typing(*texts)])
    return [(one.text, len(one.players)) for one in played.wordings(0)]


def test_a_leading_article_does_not_hide_a_missing_space() -> None:
    """What a moderator accepts in two words is accepted in one, too."""
    asked, ruling = question(0), Ruling(frozenset({0}), ("Las Vegas",))
    assert is_accepted(asked, ruling, "LasVegas")
    assert not is_accepted(asked, ruling, "Las Vegan")
    match = judge("lasvegas", "Las Vegas", (), ("Los Angeles",))
    assert match is not None
    assert match.exact


def test_typed_answers_are_grouped_by_what_they_come_down_to() -> None:
    """What most typed is first, written as most did; what was accepted is not among them."""
    assert offered("Sera", "ben", "one", "Bén!", "BEN", "ben") == [("ben", 4), ("Sera", 1)]
    assert offered("the Sera", "Ben", "sera", "Ben", "?!") == [
        ("the Sera", 2), ("Ben", 2), ("?!", 1),
    ]  # fmt: skip
    assert offered("Bén!", "BEN", "BEN") == [("BEN", 3)]
    assert offered("Mike Figgis", "mikefiggis") == [("Mike Figgis", 2)]
    assert offered("one") == []


def test_a_wording_is_named_by_any_player_who_used_it() -> None:
    """So that a button needs no text; who was right, or played not at all, names none."""
    played = as_played(Rules(typed=True), [typing("Ben", "one", "bén")])
    for typist in (1, 3):
        assert played.with_choice(0, Choice(typist=typist)).wordings == ("Ben",)
    for typist in (2, 9):
        with pytest.raises(Refused) as refused:
            played.with_choice(0, Choice(typist=typist))
        assert refused.value.why is Why.WORDING
    accepted = as_played(
        Rules(typed=True), [typing("Ben", "one", "bén")], {0: Ruling(frozenset({0}), ("BEN",))}
    )
    with pytest.raises(Refused):
        accepted.with_choice(0, Choice(typist=1))


async def rated(ledger: Ledger) -> dict[object, float]:
    rows = await ledger.rows("SELECT user_id, value FROM player_rating")
    rows += await ledger.rows("SELECT question_id, value FROM question_rating")
    return dict(rows)


async def test_a_void_question_has_moved_nobody(tmp_path: Path) -> None:
    """As if it had been skipped when it was asked: to the last bit while it is the latest."""
    first, last = ONE_RIGHT, replace(ONE_RIGHT, right=1)
    async with Ledger.open(tmp_path / "skipped.db") as ledger:
        await play_in(ledger, Rules(), [first, replace(last, dropped=True)])
        expected = await rated(ledger)
    async with Ledger.open(tmp_path / "ruled.db") as ledger:
        round_id = await play_in(ledger, Rules(), [first, last])
        assert await rated(ledger) != expected
        await end(ledger, round_id)
        await ruled(ledger, round_id, 1, VOIDING)
        assert await rated(ledger) == expected | {"q1": AT_FIRST}


async def test_the_rating_over_time_forgets_a_void_question(tmp_path: Path) -> None:
    """What came after it is shown without its movement, and ends with the rating of now."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await play_in(ledger, Rules(), [ONE_RIGHT] * 3)
        await end(ledger, round_id)
        rows = "SELECT rating, moved FROM award WHERE user_id = 2 ORDER BY step"
        then = await ledger.rows(rows)
        before = await boards.rating_history(ledger, 1, 2)
        assert before == [(opened_at(at), rating) for at, (rating, _) in enumerate(then)]
        made = await ruled(ledger, round_id, 1, VOIDING)
        after = await boards.rating_history(ledger, 1, 2)
        assert after == [before[0], (opened_at(2), then[2][0] - then[1][1])]
        assert after[-1][1] == (await rated(ledger))[2]
        await undone(ledger, made.id)
        assert await boards.rating_history(ledger, 1, 2) == before
        # Of awards that are older than the movements, what was learnt then is known.
        await ledger.write(
            lambda db: db.execute("UPDATE award SET moved = NULL WHERE step < 2").rowcount
        )
        assert await boards.rating_history(ledger, 1, 2) == before


async def test_who_is_right_after_all_is_rated_so(tmp_path: Path) -> None:
    """As if so from the beginning while nobody else has moved; who was right stays as it was."""
    alone = replace(ONE_RIGHT, clicks=(click(2, 1, START + 5), click(1, 1, START + 9)))
    async with Ledger.open(tmp_path / "right.db") as ledger:
        await play_in(ledger, Rules(), [replace(alone, right=1)])
        expected = await rated(ledger)
    async with Ledger.open(tmp_path / "ruled.db") as ledger:
        round_id = await play_in(ledger, Rules(), [alone])
        await end(ledger, round_id)
        await ruled(ledger, round_id, 0, Choice(1))
        assert await rated(ledger) == expected
    async with Ledger.open(tmp_path / "both.db") as ledger:
        round_id = await play_in(ledger, Rules(), [ONE_RIGHT])
        await end(ledger, round_id)
        before = await rated(ledger)
        await ruled(ledger, round_id, 0, Choice(1))
        after = await rated(ledger)
        assert after[1] == before[1]
        assert after[2] > AT_FIRST > before[2]
        assert after["q0"] < before["q0"]


async def test_a_rating_at_the_end_of_the_range_comes_back_exactly(tmp_path: Path) -> None:
    """What was cut off there is not given back."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        await ledger.write(
            lambda db: db.execute("INSERT INTO player_rating VALUES (1, 2, 10, 0)").rowcount
        )
        round_id = await play_in(ledger, Rules(), [ONE_RIGHT])
        await end(ledger, round_id)
        before = await rated(ledger)
        assert before[2] == LOWEST
        made = await ruled(ledger, round_id, 0, VOIDING)
        assert (await rated(ledger))[2] == 10
        await undone(ledger, made.id)
        assert await rated(ledger) == before


async def test_ratings_of_before_are_left_as_they_are(tmp_path: Path) -> None:
    """Nobody wrote down what those awards did."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await play_in(ledger, Rules(), [ONE_RIGHT, replace(ONE_RIGHT, right=1)])
        await ledger.write(
            lambda db: db.execute("UPDATE award SET moved = NULL, question_moved = NULL").rowcount
        )
        await end(ledger, round_id)
        before = await everything(ledger)
        made = [
            await ruled(ledger, round_id, 0, VOIDING),
            await ruled(ledger, round_id, 1, Choice(0)),
        ]
        assert (await everything(ledger))[3:] == before[3:]
        for one in reversed(made):
            await undone(ledger, one.id)
        assert await everything(ledger) == before


async def test_a_regrade_of_before_is_read_and_undone(tmp_path: Path) -> None:
    """A ledger of the fourth version, with a void question and one with another right slot."""
    path, old = tmp_path / "ledger.db", read_migrations()[:4]
    async with Ledger.open(tmp_path / "now.db") as ledger:
        round_id = await play_in(ledger, Rules(), [ONE_RIGHT])
        await end(ledger, round_id)
        awards = await ledger.rows("SELECT user_id, correct, points, streak, rating FROM award")
        copied = {
            name: await ledger.rows(f"SELECT * FROM {name}")
            for name in ("round", "asked", "answer")
        }
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, path, old)
        for name, rows in copied.items():
            # What was added to a table since stands at the end of its rows.
            width = len(db.execute(f"SELECT * FROM {name}").description)
            values = ",".join("?" * width)
            db.executemany(f"INSERT INTO {name} VALUES ({values})", [row[:width] for row in rows])
        db.execute("INSERT INTO player_rating VALUES (1, 1, 1500.1234567890123, 1)")
        db.execute("UPDATE asked SET state = 'void'")
        for slots, before in (
            ([0, 1], {"state": "closed", "paid": {"0": awards}}),
            ([], {"state": "closed", "paid": {"0": [[2, True, 150, 1, 1510.5]]}}),
        ):
            db.execute(
                "INSERT INTO regrade (guild_id, round_id, step, moderator_id, reason, slots,"
                " before, made_at) VALUES (1, 1, 0, 4, 'Once', ?, ?, ?)",
                (json.dumps(slots), json.dumps(before), START),
            )
    async with Ledger.open(path) as ledger:
        assert await notices.untold(ledger, 0) == []
        lines, _ = await past.regrades(ledger, 1, 0)
        judged = [one.judged and one.judged[1] for one in lines]
        assert judged == [VOID, Ruling(frozenset({0, 1}))]
        ratings = await rated(ledger)
        assert ratings[1] == pytest.approx(1500.1234567890123, abs=1e-6)
        assert (ratings[1] * 2**20).is_integer()
        await undone(ledger, 2)
        played = await played_in(ledger, 1)
        assert played.ruling(0) == Ruling(frozenset({0, 1}))
        assert [tuple(one)[:5] for one in played.paid[0]] == [(2, True, 150, 1, 1510.5)]
        await undone(ledger, 1)
        now = "SELECT user_id, correct, points, streak, rating FROM award"
        assert await ledger.rows(now) == awards
        assert await rated(ledger) == ratings


async def test_what_is_told_is_in_the_ledger_with_the_verdict(tmp_path: Path) -> None:
    """It is told as it was then, whatever was decided since, until it is told; not the old."""
    two = [ONE_RIGHT, replace(ONE_RIGHT, right=1)]
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await play_in(ledger, Rules(), two)
        await end(ledger, round_id)
        told = [
            await ruled(ledger, round_id, 0, Choice(1), START),
            await ruled(ledger, round_id, 1, VOIDING, START + 1),
            await undone(ledger, 2, START + 2),
            await undone(ledger, 1, START + 3),
        ]
        assert await notices.untold(ledger, START) == told
        assert [one.is_first_again for one in told] == [False, False, False, True]
        assert [one.undone_by for one in told] == [None, None, 4, 4]
        assert await notices.untold(ledger, START + 2) == told[2:]
        await notices.told(ledger, told[0], 77)
        await notices.told(ledger, told[2], 0)
        assert await notices.untold(ledger, START) == [told[1], told[3]]


async def test_a_rating_of_before_is_kept_with_its_award(tmp_path: Path) -> None:
    """What it was then is known, though not how far it had moved; and a verdict learns nothing."""
    async with Ledger.open(tmp_path / "ledger.db") as ledger:
        round_id = await play_in(ledger, Rules(), [ONE_RIGHT])
        await ledger.write(
            lambda db: db.execute("UPDATE award SET moved = NULL, question_moved = NULL").rowcount
        )
        await end(ledger, round_id)
        ratings = "SELECT user_id, rating, moved FROM award ORDER BY user_id"
        before = await ledger.rows(ratings)
        await ruled(ledger, round_id, 0, Choice(1))
        assert await ledger.rows("SELECT correct FROM award") == [(1,), (1,)]
        assert await ledger.rows(ratings) == before
