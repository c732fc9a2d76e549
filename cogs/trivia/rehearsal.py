"""A round of one question without Discord, which new code plays before it takes over.

Much of a round's code runs for the first time when a question closes: a name that is gone would
end every round in the server then, with the answers that were locked in.
"""

from __future__ import annotations

import random

from bot.catalog.reader import Catalog
from bot.ledger import Ledger

from . import render
from .draw import Wanted, drawn_of_all
from .models import ALL_FILMS, Answer, RoundRecord, Rules
from .queries import kept, rounds
from .recap.feats import recap
from .recap.render import with_recap
from .round import End, Round
from .verdicts import Verdicts

_SOMEBODY = 1
_SECONDS = 20


async def rehearse(catalog: Catalog, ledger: Ledger) -> None:
    """Draw a question, ask it, have it answered, score it, tell it and end.

    :param ledger: one that nobody needs.
    :raises Exception: whatever does not work.
    """
    wanted = Wanted(count=1, topic=None, barred=0, seen={}, verdicts=Verdicts())
    async with catalog.reading() as read:
        posed = (await drawn_of_all(read, wanted, random.Random(0))).posed  # noqa: S311
    if not posed:
        return  # no film has a question
    rules, allowed = Rules(), _SECONDS * 1000
    planned = RoundRecord(
        id=0,
        guild=_SOMEBODY,
        channel=_SOMEBODY,
        starter=_SOMEBODY,
        film=ALL_FILMS,
        topic=None,
        seconds=_SECONDS,
        rules=rules,
        last_sign=0,
    )
    record = await rounds.start_round(ledger, planned, posed)
    current = Round(tuple(posed), rules).open(0, allowed)
    render.question(posed[0], record, 0, len(posed), _SECONDS)
    await rounds.open_question(ledger, record, _SOMEBODY, current)
    answer = Answer(_SOMEBODY, posed[0].right, click=1, at=1)
    current, _ = current.lock_in(answer)
    await rounds.lock_in(ledger, record.id, 0, answer)
    current, outcome = await rounds.close_question(ledger, record, current)
    render.result(outcome, len(posed), record, current, {})
    await rounds.end_round(ledger, record.id, End.DONE, allowed)
    restored = await kept.restored(ledger, record.id)
    feats = recap(restored.outcomes, restored.steps)
    board = render.final(End.DONE, restored.round, record, {}, dropped=restored.has_dropped)
    with_recap(board, feats)
