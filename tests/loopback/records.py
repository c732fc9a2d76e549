"""What the loopback Discord remembers of the traffic: requests, replies, interactions."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from .entities import Channel, Json, User


class Upload(NamedTuple):
    """One file of a multipart request."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """One REST request as it arrived; `route` is the pattern, `at` is monotonic time."""

    method: str
    route: str
    path: str
    at: float
    ids: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    files: Mapping[str, Upload] = field(default_factory=dict[str, Upload])


@dataclass(frozen=True)
class Reply:
    """One REST answer; a body of None is sent as no body at all."""

    status: int = 200
    body: Json | list[Json] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Proceed: TypeAlias = Callable[[Call], Awaitable[Reply]]
# Sits between the socket and the answer. It may answer itself (429), wait (a slow Discord),
# or let the request through and lie about it (502 after accepting).
Hook: TypeAlias = Callable[[Call, Proceed], Awaitable[Reply]]


@dataclass(eq=False)
class InteractionRecord:
    """One interaction, from dispatch to its answers.

    `source` is the message whose component was used, `original` the message that
    `@original` names; both, and `followups`, change as the bot edits them.
    """

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    source: Json | None = None
    sent_at: float = 0.0
    answered_at: float | None = None
    callback: Json | None = None
    original: Json | None = None
    followups: list[Json] = field(default_factory=list[Json])
    _answered: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _message: Json | None = None
    _shown: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def answer(self, callback: Json, at: float) -> None:
        """Store the first answer and wake everyone who waits for it."""
        self.callback, self.answered_at = callback, at
        self._answered.set()

    def show(self, message: Json) -> None:
        """Store the message that answers it, unless there is one, and wake who waits for it."""
        self._message = self._message or message
        self._shown.set()

    async def response(self, within: float = 30.0) -> Json:
        """The callback's body (`type`, `data`), once the bot has sent it."""
        async with asyncio.timeout(within):
            await self._answered.wait()
        assert self.callback is not None
        return self.callback

    async def message(self, within: float = 30.0) -> Json:
        """The message that answers it, at once or after a deferral, as it is now."""
        async with asyncio.timeout(within):
            await self._shown.wait()
        assert self._message is not None
        return self._message

    @property
    def latency(self) -> float:
        """Seconds between dispatch and the arrival of the callback."""
        assert self.answered_at is not None, "the bot has not answered yet"
        return self.answered_at - self.sent_at
