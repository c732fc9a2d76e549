"""How many have answered so far, shown on the open question; never who, or what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

# The count is shown at most so often.
REFRESH_SECONDS = 3.0
# A hundred edits at once would keep clicks waiting, so rounds take turns within that time.
TURNS = 24
# So long the next thing to be shown waits for a refresh that Discord keeps waiting.
PATIENCE_SECONDS = 2.0


def has_turn(round_id: int, turn: int) -> bool:
    """Whether a round may show its count in the ``turn``-th part of the time; every 24th is its."""
    return round_id % TURNS == turn % TURNS


class Tally:
    """The running count of one question's answers, which is the first thing to be left out.

    :param show: shows a count; it may fail, and may take its time.
    :param has_room: whether that keeps nothing more important waiting.
    """

    def __init__(
        self, show: Callable[[int], Coroutine[Any, Any, None]], has_room: Callable[[], bool]
    ) -> None:
        self._show = show
        self._has_room = has_room
        self._refreshing: asyncio.Task[None] | None = None
        self.shown = 0

    def refresh(self, answers: int) -> None:
        """Begin to show so many answers, if it is news and there is room; nobody waits for it."""
        is_busy = self._refreshing is not None and not self._refreshing.done()
        if answers > self.shown and not is_busy and self._has_room():
            self.shown = answers
            self._refreshing = asyncio.create_task(self._show(answers), name="tally")

    async def settle(self) -> None:
        """See to it that no refresh comes after what is shown next."""
        if self._refreshing is not None:
            await asyncio.wait({self._refreshing}, timeout=PATIENCE_SECONDS)
        self.abandon()

    def abandon(self) -> None:
        """Break off what is under way."""
        if self._refreshing is not None:
            self._refreshing.cancel()
