"""What is said of a round when it is over: the pure part."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cogs.trivia.models import Answer, Mode, Outcome, Rules, Step
from cogs.trivia.recap.feats import Fastest, Hardest, Recap, Streak, recap
from cogs.trivia.replay import replayed
from cogs.trivia.round import Round

from .samples import question

ALLOWED = 10_000
Played = tuple[list[Outcome | None], list[Step]]


def step(number: int, *answers: Answer, state: str = "closed") -> Step:
    opened_at = number * 100_000
    return Step(state, 1, None, opened_at, ALLOWED, opened_at + ALLOWED, answers)


def answer(number: int, user: int, slot: int, taken: int) -> Answer:
    at = number * 100_000 + taken
    return Answer(user, slot, at * 10 + user, at)


def played(steps: list[Step], mode: Mode = Mode.CLASSIC) -> Played:
    blank = Round(tuple(map(question, range(len(steps)))), Rules(mode))
    return replayed(blank, steps)[1], steps


@st.composite
def rounds(draw: st.DrawFn) -> Played:
    """A round of a few members, in any mode, some questions of which were taken out."""
    steps = [
        step(
            number,
            *(
                answer(number, user, draw(st.integers(0, 3)), draw(st.integers(0, ALLOWED)))
                for user in draw(st.lists(st.integers(1, 5), unique=True))
            ),
            state=draw(st.sampled_from(["closed", "closed", "closed", "void"])),
        )
        for number in range(draw(st.integers(1, 6)))
    ]
    return played(steps, draw(st.sampled_from(Mode)))


@given(rounds())
def test_nobody_was_faster_and_no_streak_longer(one: Played) -> None:
    """Each feat is one that the round has, and none of the round is greater."""
    outcomes, steps = one
    found = recap(outcomes, steps)
    right = [
        Fastest(award.user, given.at - step.opened_at)
        for outcome, step in zip(outcomes, steps, strict=False)
        for award in (outcome.awards if outcome else ())
        for given in step.answers
        if award.correct and given.user == award.user
    ]
    assert (found.fastest is None) == (not right)
    assert found.fastest is None or found.fastest in right
    assert all(found.fastest and found.fastest.ms <= each.ms for each in right)

    streaks = [
        (award.streak, award.user)
        for outcome in outcomes
        for award in (outcome.awards if outcome else ())
        if award.streak > 1
    ]
    assert (found.streak is None) == (not streaks)
    if (streak := found.streak) is not None:
        equal = {user for length, user in streaks if length == streak.length}
        assert max(streaks)[0] == streak.length
        assert streak.user in equal
        assert streak.others == len(equal) - 1


@given(rounds())
def test_no_question_was_harder(one: Played) -> None:
    """And what nobody answered, or everybody knew, was not hard."""
    outcomes, steps = one
    found = recap(outcomes, steps)
    scored = [outcome for outcome in outcomes if outcome]
    shares = [(outcome.shares[0], sum(outcome.shares)) for outcome in scored]
    missed = [right / answers for right, answers in shares if right < answers]
    assert found.questions == len(scored)
    assert (found.hardest is None) == (not missed)
    if (hard := found.hardest) is not None:
        assert 0 <= hard.right < hard.answers
        assert hard.right / hard.answers == min(missed)
        assert hard.text in {outcome.question.text for outcome in scored}


@given(rounds())
def test_a_round_that_is_read_again_has_the_same_recap(one: Played) -> None:
    """Also when its answers come out of the ledger in another order."""
    outcomes, steps = one
    turned = [
        Step(
            each.state,
            each.message,
            each.result,
            each.opened_at,
            each.allowed,
            each.deadline,
            each.answers[::-1],
        )
        for each in steps
    ]
    assert recap(outcomes, turned) == recap(outcomes, steps)


def test_the_feats_of_one_round() -> None:
    """The first to reach a streak is named; of equally hard questions more failed the one told."""
    outcomes, steps = played(
        [
            step(0, answer(0, 1, 0, 4_000), answer(0, 2, 0, 2_500)),
            step(1, answer(1, 1, 0, 3_000), answer(1, 2, 0, 3_500), answer(1, 3, 1, 100)),
            step(2, answer(2, 2, 0, 50), answer(2, 3, 0, 60), state="void"),
            step(3, answer(3, 1, 2, 900)),
            step(4, answer(4, 1, 2, 900), answer(4, 3, 3, 900)),
        ]
    )
    assert recap(outcomes, steps) == Recap(
        questions=4,
        fastest=Fastest(2, 2_500),
        streak=Streak(1, 2, others=1),
        hardest=Hardest("Question 4?", 0, 2),
    )


def test_nobody_is_faster_than_at_once() -> None:
    """A click may have been stamped a moment before the question's message was."""
    assert recap(*played([step(0, answer(0, 1, 0, -30))])).fastest == Fastest(1, 0)


def test_a_round_without_answers_has_no_feats() -> None:
    """Nor has one that was stopped before its first question closed."""
    assert recap(*played([step(0), step(1)])) == Recap(questions=2)
    assert recap([], [step(0, state="planned")]) == Recap(questions=0)
