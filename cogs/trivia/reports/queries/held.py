"""Whether what was read beside the writer still holds when it is to be written.

All clicks wait for the writer, so hundreds of rounds are read and played again beside it. The
transaction then holds only while nothing of that has changed; else all is worked out anew.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Iterable

from bot.ledger import Ledger
from bot.ledger.ledger import Row
from bot.ledger.writer import Write

from ...models import UNREADABLE
from ..models import Refused, Regraded, Why

Mark = tuple[tuple[Row, ...], ...]
_TRIES = 3
# The state of a question in a round, which a verdict and its undoing change.
STATE = "UPDATE asked SET state = ? WHERE round_id = ? AND step = ?"


class Changed(Exception):
    """What a verdict was worked out from is not so any more."""


async def while_it_holds(
    ledger: Ledger, prepare: Callable[[], Awaitable[Write[Regraded]]]
) -> Regraded:
    """Write what was worked out, or work it out anew when it does not hold any more.

    :raises Refused: when rounds that ask the question come and go all the time.
    """
    for _ in range(_TRIES):
        with contextlib.suppress(Changed):
            return await ledger.write(await prepare())
    raise Refused(Why.ELSEWHERE)


async def look_up_mark(ledger: Ledger, guild: int, question: str) -> Mark:
    """What :func:`mark` says of the last commit."""
    rows = [await ledger.rows(sql, *numbers) for sql, numbers in _marks(guild, question)]
    return tuple(tuple(map(tuple, found)) for found in rows)


def mark(db: sqlite3.Connection, guild: int, question: str) -> Mark:
    """Something that is another as soon as the rounds that asked a question may read otherwise.

    A round that is over is changed by verdicts alone.
    """
    rows = [db.execute(sql, numbers) for sql, numbers in _marks(guild, question)]
    return tuple(tuple(found) for found in rows)


def _marks(guild: int, question: str) -> Iterable[tuple[str, tuple[object, ...]]]:
    return (_ASKED_MARK, (question, guild)), (_VERDICT_MARK, (guild,))


@contextlib.contextmanager
def reading() -> Generator[None]:
    """:raises Refused: for what other code has written so that nobody can read it."""
    try:
        yield
    except UNREADABLE as error:
        raise Refused(Why.UNREADABLE) from error


_ASKED_MARK = """
SELECT round_id, step, asked.state, round.state, board_id, ended_at
FROM asked JOIN round ON round.id = round_id
WHERE question_id = ? AND guild_id = ? ORDER BY round_id
"""
_VERDICT_MARK = "SELECT count(*), max(id), count(undone_at) FROM verdict WHERE guild_id = ?"
