"""How many have answered, or want to skip, shown on the open question; never who, or what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

# The count is shown at most so often.
REFRESH_SECONDS = 3.0
# A hundred edits at once would keep clicks waiting, so rounds take turns within that time.
TURNS = 24
# So long the next thing to be shown waits for a refresh that Discord keeps waiting.
PATIENCE_SECONDS = 2.0


def has_turn(round_id: int, turn: int) -> bool:
    """Whether a round may show its count in the ``turn``-th part of the time; every 24th is its."""
    return round_id % TURNS == turn % TURNS


class Count(NamedTuple):
    """How many have answered a question, and voted to skip it, of so many that it takes."""

    answers: int = 0
    votes: int = 0
    wanted: int = 0


NOTHING = Count()


class Tally:
    """The running count of one question, which is the first thing to be left out.

    :param show: shows a count; it may fail, and may take its time.
    :param has_room: whether that keeps nothing more important waiting.
    """

    def __init__(
        self, show: Callable[[Count], Coroutine[Any, Any, None]], has_room: Callable[[], bool]
    ) -> None:
        self._show = show
        self._has_room = has_room
        self._refreshing: asyncio.Task[None] | None = None
        self.shown = NOTHING

    def refresh(self, count: Count) -> None:
        """Begin to show the count, if it is news and there is room; nobody waits for it."""
        is_busy = self._refreshing is not None and not self._refreshing.done()
        is_news = count.answers > self.shown.answers or count.votes > self.shown.votes
        if is_news and not is_busy and self._has_room():
            self.shown = count
            self._refreshing = asyncio.create_task(self._show(count), name="tally")

    async def settle(self) -> None:
        """See to it that no refresh comes after what is shown next."""
        if self._refreshing is not None:
            await asyncio.wait({self._refreshing}, timeout=PATIENCE_SECONDS)
        self.abandon()

    def abandon(self) -> None:
        """Break off what is under way."""
        if self._refreshing is not None:
            self._refreshing.cancel()
