"""The state machine of a round: what holds in every round, however it is played."""

from __future__ import annotations

import random
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cogs.trivia.models import OTHER, Answer, Mode, Rules, Standing, Step
from cogs.trivia.replay import replayed
from cogs.trivia.round import IDLE_LIMIT, End, Locked, Phase, Round, RoundError, TooLate

from .samples import question

USERS = st.integers(1, 6)
SLOTS = st.integers(0, 3)
ALLOWED = 10_000


def opened(questions: int = 3, right: int = 0) -> Round:
    return Round(tuple(question(number, right) for number in range(questions))).open(0, ALLOWED)


def answered(current: Round, *answers: Answer) -> Round:
    for answer in answers:
        current, _ = current.lock_in(answer)
    return current


@st.composite
def clicks(draw: st.DrawFn) -> list[Answer]:
    """Clicks of a few members, each with a number of its own that rises with time."""
    moments = draw(st.lists(st.integers(0, ALLOWED + 500), unique=True, max_size=12))
    return [Answer(draw(USERS), draw(SLOTS), moment, moment) for moment in moments]


class Rounds(RuleBasedStateMachine):
    """Plays a round at random and keeps its own books."""

    def __init__(self) -> None:
        super().__init__()
        self.sit_down([0])

    def sit_down(self, rights: list[int]) -> None:
        self.round = Round(tuple(question(*pair) for pair in enumerate(rights)))
        self.now = self.click = self.silent = 0
        self.latest: dict[int, int] = {}
        self.points: dict[int, int] = {}
        self.streaks: dict[int, int] = {}

    @initialize(rights=st.lists(SLOTS, min_size=1, max_size=6))
    def begin(self, rights: list[int]) -> None:
        self.sit_down(rights)

    @precondition(lambda self: self.round.phase is Phase.ENDED)
    @rule(rights=st.lists(SLOTS, min_size=1, max_size=6))
    def begin_another(self, rights: list[int]) -> None:
        self.sit_down(rights)

    @precondition(lambda self: self.round.phase is Phase.WAITING)
    @rule(gap=st.integers(0, 9_000))
    def open(self, gap: int) -> None:
        self.now += gap
        self.round = self.round.open(self.now, self.now + ALLOWED)
        self.latest = {}

    @precondition(lambda self: self.round.phase is Phase.OPEN)
    @rule(user=USERS, slot=SLOTS, later=st.integers(0, ALLOWED // 2))
    def answer(self, user: int, slot: int, later: int) -> None:
        self.now += later
        self.click += 1
        before = self.round
        given = Answer(user, slot, self.click, self.now)
        if self.now > self.round.deadline:
            with pytest.raises(TooLate):
                self.round.lock_in(given)
            return
        self.round, locked = before.lock_in(given)
        was = self.latest.get(user)
        assert locked is (
            Locked.NEW if was is None else Locked.SAME if was == slot else Locked.CHANGED
        )
        assert before.answers.get(user) is None or before.answers[user].slot == was
        self.latest[user] = slot

    @precondition(lambda self: self.round.phase is Phase.OPEN)
    @rule()
    def close(self) -> None:
        right = self.round.question.right
        self.round, outcome = self.round.close()
        assert [award.user for award in outcome.awards] == list(
            dict.fromkeys(award.user for award in outcome.awards)
        )
        assert {award.user: award.slot for award in outcome.awards} == self.latest
        assert sum(outcome.shares) == len(self.latest)
        kept = {user for user, slot in self.latest.items() if slot == right}
        assert {award.user for award in outcome.awards if award.correct} == kept
        assert all((award.points > 0) == award.correct for award in outcome.awards)
        self.streaks = {user: self.streaks.get(user, 0) + 1 for user in kept}
        for award in outcome.awards:
            self.points[award.user] = self.points.get(award.user, 0) + award.points
            assert award.streak == self.streaks.get(award.user, 0)
        self.silent = 0 if self.latest else self.silent + 1
        assert (self.round.end is End.IDLE) == (
            self.silent >= IDLE_LIMIT and self.round.step < len(self.round.questions)
        )

    @precondition(lambda self: self.round.phase is Phase.OPEN)
    @rule()
    def void(self) -> None:
        self.round = self.round.void()

    @precondition(lambda self: self.round.phase is not Phase.ENDED)
    @rule(end=st.sampled_from([End.STOPPED, End.LOST]))
    def stop(self, end: End) -> None:
        self.round = self.round.stop(end)
        assert self.round.end is end

    @invariant()
    def books_agree(self) -> None:
        """The board is the sum of the awards, best first."""
        assert dict(self.round.points) == self.points
        assert dict(self.round.streaks) == self.streaks
        board = self.round.standings()
        assert {line.user: line.points for line in board} == self.points
        assert [line.points for line in board] == sorted(self.points.values(), reverse=True)

    @invariant()
    def is_never_stuck(self) -> None:
        """From wherever it is the round ends when nobody does anything but let time pass."""
        left, steps = self.round, 0
        while left.phase is not Phase.ENDED:
            left = left.open(0, 0) if left.phase is Phase.WAITING else left.close()[0]
            steps += 1
        assert steps <= 2 * IDLE_LIMIT + 1
        assert left.end is not None


TestRounds = Rounds.TestCase
TestRounds.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


@given(given_=clicks(), seed=st.integers())
def test_the_order_of_arrival_changes_nothing(given_: list[Answer], seed: int) -> None:
    """Each member's latest click counts, whichever of them reaches us last."""
    shuffled = random.Random(seed).sample(given_, len(given_))
    in_time = [[one for one in order if one.at <= ALLOWED] for order in (given_, shuffled)]
    one, other = (answered(opened(), *order).close() for order in in_time)
    assert one == other
    latest = {one.user: one.slot for one in sorted(in_time[0], key=lambda one: one.click)}
    assert {award.user: award.slot for award in one[1].awards} == latest


def test_a_click_after_the_deadline_does_not_count() -> None:
    """Not even as a change: the answer before it stands."""
    current = answered(opened(), Answer(1, 0, click=1, at=ALLOWED))
    with pytest.raises(TooLate):
        current.lock_in(Answer(1, 2, click=2, at=ALLOWED + 1))
    assert current.answers[1].slot == 0


@pytest.mark.parametrize("slot", [-1, 4])
def test_there_are_four_options(slot: int) -> None:
    """A forged button cannot lock in a fifth."""
    with pytest.raises(RoundError):
        opened().lock_in(Answer(1, slot, click=1, at=1))


def test_a_dropped_question_breaks_no_streak() -> None:
    """Right, dropped, right: two in a row, whatever was locked in for the dropped one."""
    first, _ = answered(opened(), Answer(1, 0, 1, 1)).close()
    dropped = answered(first.open(0, ALLOWED), Answer(1, 3, 2, 2)).void()
    _, outcome = answered(dropped.open(0, ALLOWED), Answer(1, 0, 3, 3)).close()
    assert dropped.points == first.points
    assert [award.streak for award in outcome.awards] == [2]


def test_who_sits_a_question_out_has_no_streak() -> None:
    """A streak is of answers in a row to questions in a row."""
    first, _ = answered(opened(), Answer(1, 0, 1, 1), Answer(2, 0, 2, 2)).close()
    second, _ = answered(first.open(0, ALLOWED), Answer(2, 0, 3, 3)).close()
    _, outcome = answered(second.open(0, ALLOWED), Answer(1, 0, 4, 4), Answer(2, 0, 5, 5)).close()
    assert {award.user: award.streak for award in outcome.awards} == {1: 1, 2: 3}


def test_two_silent_questions_end_a_round() -> None:
    """An answer, even a wrong one, shows that somebody is there."""
    current, _ = opened(9).close()
    current, _ = answered(current.open(0, ALLOWED), Answer(1, 3, 1, 1)).close()
    current, _ = current.open(0, ALLOWED).close()
    assert current.phase is Phase.WAITING
    current, _ = current.open(0, ALLOWED).close()
    assert (current.phase, current.end) == (Phase.ENDED, End.IDLE)


def test_equal_points_share_a_rank() -> None:
    """And the next rank leaves their number out."""
    current = replace(
        Round(()),
        points=MappingProxyType({1: 50, 2: 90, 3: 50, 4: 0, 5: 90}),
        right=MappingProxyType({1: 1, 2: 2, 3: 1, 4: 0, 5: 2}),
    )
    assert current.standings() == [
        Standing(1, 2, 90, 2),
        Standing(1, 5, 90, 2),
        Standing(3, 1, 50, 1),
        Standing(3, 3, 50, 1),
        Standing(5, 4, 0, 0),
    ]


def test_each_step_leaves_the_round_before_as_it_was() -> None:
    """So a step can be worked out in a transaction and dropped when that fails."""
    current = answered(opened(), Answer(1, 0, 1, 1))
    before = replace(current)
    current.lock_in(Answer(2, 1, 2, 2))
    current.close()
    current.void()
    current.stop()
    assert current == before
    for mapping in (current.answers, current.points, current.right, current.streaks):
        assert isinstance(mapping, MappingProxyType)


def test_a_step_in_the_wrong_phase_is_an_error() -> None:
    """Nothing is opened, closed, dropped or stopped twice, and nothing is asked after the end."""
    waiting, current, ended = opened().void(), opened(), opened().stop()
    for phase in (waiting, ended):
        for step in (
            phase.close,
            phase.void,
            lambda phase=phase: phase.lock_in(Answer(1, 0, 1, 1)),
        ):
            with pytest.raises(RoundError):
                step()
    for phase in (current, ended):
        with pytest.raises(RoundError):
            phase.open(0, 1)
    with pytest.raises(RoundError):
        ended.stop()
    with pytest.raises(RoundError):
        _ = ended.question


def test_what_was_taken_is_told_in_the_order_of_its_coming() -> None:
    """Each wording once, as it was first written, and the answer's own not at all."""
    current = Round((question(0),), Rules(typed=True)).open(0, 10_000)
    for user, typed in enumerate(("the one", "uno", "The One", "one", "nonsense"), start=1):
        slot = OTHER if typed == "nonsense" else 0
        current, _ = current.lock_in(Answer(user, slot, user, user, typed=typed))
    _, outcome = current.close()
    assert outcome.taken == ("the one", "uno")


def test_no_time_is_taken_away_from_a_question() -> None:
    """It is put off to a later moment, or not at all."""
    current = opened()
    assert current.put_off(ALLOWED - 1) == current
    assert current.put_off(ALLOWED + 1).deadline == ALLOWED + 1


def test_a_clock_that_is_wrong_keeps_no_question_open_for_longer() -> None:
    """Nobody waits for a day where a clock says that it is yesterday, nor less than no time."""
    current = opened()
    assert current.left(-86_400_000) == ALLOWED
    assert current.left(4_000) == ALLOWED - 4_000
    assert current.left(ALLOWED + 1) == 0


def test_who_plays_survival_alone_is_out_at_the_first_mistake() -> None:
    """Where nobody is left that could answer, nothing more is asked."""
    current = Round((question(0), question(1)), Rules(mode=Mode.SURVIVAL)).open(0, ALLOWED)
    after, outcome = answered(current, Answer(1, 3, 1, 1)).close()
    assert (after.end, outcome.out) == (End.DONE, (1,))


def test_a_round_that_now_ends_sooner_is_played_again_to_there() -> None:
    """A verdict took out the question between two without answers, after which more were asked."""
    blank = Round(tuple(question(number) for number in range(4)))
    silent = Step("closed", 1, 2, 0, ALLOWED, ALLOWED, ())
    void = replace(silent, state="void", answers=(Answer(1, 0, 1, 1),))
    current, outcomes = replayed(blank, [silent, void, silent, replace(silent, state="open")])
    assert (current.end, current.step) == (End.IDLE, 3)
    assert [outcome is None for outcome in outcomes] == [False, True, False]
