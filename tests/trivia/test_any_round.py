"""Two thousand rounds of every kind: never stuck, and their scores are what the answers say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cogs.trivia import render, scoring
from cogs.trivia.models import OTHER, Answer, Award, Mode, Outcome, RoundRecord, Rules, Step
from cogs.trivia.replay import replayed
from cogs.trivia.round import IDLE_LIMIT, IsOut, Locked, Phase, Round, RoundError, TooLate

from .samples import question

USERS = st.integers(1, 5)
ALLOWED = 10_000
RECORD = RoundRecord(1, 1, 1, 1, "a-film", None, 10, Rules(), 0)


class AnyRound(RuleBasedStateMachine):
    """Plays a round, and writes down beside it what the ledger would have."""

    def __init__(self) -> None:
        super().__init__()
        self.begin(Rules(), [0])

    @initialize(
        rules=st.builds(
            Rules, mode=st.sampled_from(Mode), relaxed=st.booleans(), typed=st.booleans()
        ),
        rights=st.lists(st.integers(0, 3), min_size=1, max_size=5),
    )
    def begin(self, rules: Rules, rights: list[int]) -> None:
        self.blank = Round(tuple(question(*pair) for pair in enumerate(rights)), rules)
        self.round = self.blank
        self.steps: list[Step] = []
        self.awards: list[tuple[int, Award]] = []
        self.given: dict[int, Answer] = {}
        self.now = self.click = 0

    @precondition(lambda self: self.round.phase is Phase.WAITING)
    @rule(gap=st.integers(0, 9_000))
    def open(self, gap: int) -> None:
        self.now += gap
        self.round = self.round.open(self.now, ALLOWED)
        self.steps.append(Step("open", 1, None, self.now, ALLOWED, self.now + ALLOWED, ()))
        self.given = {}

    @precondition(lambda self: self.round.phase is Phase.OPEN)
    @rule(user=USERS, slot=st.integers(0, OTHER), wait=st.integers(0, 4_000), hinted=st.booleans())
    def answer(self, user: int, slot: int, wait: int, hinted: bool) -> None:
        self.now += wait
        self.click += 1
        given = Answer(user, slot, self.click, self.now, hinted=hinted)
        try:
            self.round, locked = self.round.lock_in(given)
        except TooLate:
            assert self.now > self.round.deadline
        except IsOut:
            assert self.round.rules.mode is Mode.SURVIVAL
            assert user not in (self.round.alive or ())
        except RoundError:
            assert slot == OTHER
            assert not self.round.rules.typed
        else:
            assert (locked is Locked.NEW) == (user not in self.given)
            if locked is not Locked.KEPT:
                self.given[user] = given
            self._write(answers=tuple(self.round.answers.values()))

    @precondition(lambda self: self.round.phase is Phase.OPEN)
    @rule(more=st.integers(0, 20_000))
    def put_off(self, more: int) -> None:
        self.round = self.round.put_off(self.now + more)
        self._write(deadline=self.round.deadline)

    @precondition(lambda self: self.round.phase is Phase.OPEN)
    @rule()
    def close(self) -> None:
        self.round, outcome = self.round.close()
        self._write(state="closed")
        self.awards += [(outcome.step, award) for award in outcome.awards]
        self._judge(outcome)
        self._look(outcome)

    @precondition(lambda self: self.round.phase is Phase.OPEN)
    @rule()
    def void(self) -> None:
        self.round = self.round.void()
        self._write(state="void")

    @rule()
    def crash(self) -> None:
        """Another host takes the round up."""
        self.round = replayed(self.blank, self.steps)[0]

    def _write(self, **changes: object) -> None:
        self.steps[-1] = replace(self.steps[-1], **changes)  # pyright: ignore[reportArgumentType]

    def _look(self, outcome: Outcome) -> None:
        """Whose answer was wrong is nobody's business, but for who is out with it."""
        shown = render.result(outcome, 5, RECORD, self.round, {}).embed
        assert shown is not None
        right = {award.user for award in outcome.awards if award.correct}
        told = {int(user) for user in re.findall(r"<@(\d+)>", shown.description or "")}
        assert told == right | set(outcome.out)

    def _judge(self, outcome: Outcome) -> None:
        """Each award by the rules, worked out another way."""
        opened, right = self.steps[-1].opened_at, outcome.question.right
        clicks = sorted(self.given.values(), key=lambda given: given.click)
        if self.round.rules.mode is Mode.RACE:
            winner = next((given.click for given in clicks if given.slot == right), None)
            clicks = [given for given in clicks if winner is None or given.click <= winner]
        assert [award.user for award in outcome.awards] == [given.user for given in clicks]
        for award, given in zip(outcome.awards, clicks, strict=True):
            assert award.correct == (given.slot == right)
            assert (award.points == 0) == (not award.correct)
            most = scoring.RIGHT + scoring.SPEED + scoring.STREAK_LIMIT
            assert award.points <= (most // 2 if given.hinted else most)
            if self.round.rules.relaxed and award.streak == 1:
                assert award.points == (scoring.RIGHT // 2 if given.hinted else scoring.RIGHT)
            assert given.at - opened <= self.steps[-1].deadline - opened

    @invariant()
    def is_what_the_ledger_says(self) -> None:
        """Played again from what was written down, the round is the same."""
        again, outcomes = replayed(self.blank, self.steps)
        assert again == self.round
        paid = [(o.step, award) for o in outcomes if o is not None for award in o.awards]
        assert paid == self.awards

    @invariant()
    def scores_are_the_sum_of_awards(self) -> None:
        closed = [step for step in self.steps if step.state == "closed"]
        totals = {answer.user: 0 for step in closed for answer in step.answers}
        for _, award in self.awards:
            totals[award.user] += award.points
        assert dict(self.round.points) == totals
        board = self.round.standings()
        assert {line.user: line.points for line in board} == totals
        assert [line.rank for line in board] == sorted(line.rank for line in board)

    @invariant()
    def is_never_stuck(self) -> None:
        """It ends when nobody does anything but let time pass."""
        left, steps = self.round, 0
        while left.phase is not Phase.ENDED:
            left = left.open(0, 0) if left.phase is Phase.WAITING else left.close()[0]
            steps += 1
        assert steps <= 2 * IDLE_LIMIT + 1
        assert left.end is not None

    @invariant()
    def survivors_only_get_fewer(self) -> None:
        alive = self.round.alive
        if alive is not None:
            assert self.round.rules.mode is Mode.SURVIVAL
            assert alive <= set(self.round.points)


TestAnyRound = pytest.mark.takes(seconds=20)(AnyRound.TestCase)
TestAnyRound.settings = settings(
    max_examples=2_000,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
