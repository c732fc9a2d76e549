"""How much the bot has written lately, and whether there is room for what is not needed. Pure.

Discord takes 5 requests in 5 s on a channel's messages, and 50 a second from a bot in all
(https://discord.com/developers/docs/topics/rate-limits); who asks for more has to wait, and with it
whatever has to be said next. So what could be left out is left out long before.
"""

from __future__ import annotations

from collections import deque

WINDOW_SECONDS = 5.0
# Of the five in a window two are kept for what a round has to say: a result and a question.
CHANNEL_LIMIT = 3
# Of the 250 in a window most are for answers to members' commands and for rounds.
TOTAL_LIMIT = 50


class Traffic:
    """The requests of the last seconds, by channel. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._sent: deque[tuple[float, int]] = deque()

    def note(self, channel: int, now: float) -> None:
        """Something is written in a channel."""
        self._forget_before(now - WINDOW_SECONDS)
        self._sent.append((now, channel))

    def has_room(self, channel: int, now: float) -> bool:
        """Whether a request more keeps nobody waiting."""
        self._forget_before(now - WINDOW_SECONDS)
        here = sum(where == channel for _, where in self._sent)
        return here < CHANNEL_LIMIT and len(self._sent) < TOTAL_LIMIT

    def __len__(self) -> int:
        return len(self._sent)

    def _forget_before(self, moment: float) -> None:
        while self._sent and self._sent[0][0] <= moment:
            self._sent.popleft()
