"""What goes wrong at the real Discord, as hooks: lost answers, failures, waits, rate limits."""

import asyncio
import hashlib
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from .records import Call, Proceed, Reply
from .routes import COMMANDS, GUILD_COMMANDS, MESSAGES

STARTING = (
    "/users/@me",
    "/oauth2/applications/@me",
    "/applications/@me",
    "/gateway",
    "/gateway/bot",
    COMMANDS,
    GUILD_COMMANDS,
)
LIMITED = (
    ("POST", MESSAGES),
    ("PATCH", MESSAGES + "/{message}"),
    ("DELETE", MESSAGES + "/{message}"),
)
MESSAGE_LIMIT = 5
MESSAGE_SECONDS = 5.0
# Timers may end a little early, and here no network makes up for it: who waits as long as
# the headers say must never be refused.
GRACE_SECONDS = 0.02

BAD_GATEWAY_AFTER, SERVER_ERROR, TOO_MANY, SLOW, NONE = (
    "bad_gateway_after",
    "server_error",
    "too_many",
    "slow",
    "none",
)


def in_play(call: Call) -> bool:
    """Whether a request has to do with neither login, gateway nor command sync."""
    return call.route not in STARTING


@dataclass(frozen=True)
class _Fate:
    """All that chance decides about one request."""

    kind: str
    seconds: float
    status: int
    retry_after: float


class Faults:
    """A hook which does wrong, at most one of its kinds to a request, and waits with any.

    `bad_gateway_after` does the work and then answers 502, `server_error` answers 500 or 503
    and `too_many` 429 with no work done: each with the probability given. Every answer takes
    a time out of the range `slow`. What becomes of the n-th request that `applies` holds for
    depends on the seed alone; `counts` has how often each kind came about.
    """

    def __init__(
        self,
        seed: int,
        *,
        bad_gateway_after: float = 0.0,
        server_error: float = 0.0,
        too_many: float = 0.0,
        slow: tuple[float, float] = (0.0, 0.0),
        retry_after: tuple[float, float] = (0.05, 0.25),
        applies: Callable[[Call], bool] = in_play,
    ) -> None:
        self._random = random.Random(seed)
        rates = {
            BAD_GATEWAY_AFTER: bad_gateway_after,
            SERVER_ERROR: server_error,
            TOO_MANY: too_many,
        }
        if sum(rates.values()) > 1:
            raise ValueError(f"the rates are more than 1 together: {rates}")
        self._rates = rates | {NONE: 1 - sum(rates.values())}
        self._slow = slow
        self._retry_after = retry_after
        self.applies = applies
        self.counts: Counter[str] = Counter()

    async def __call__(self, call: Call, proceed: Proceed) -> Reply:
        """Answer a request, rightly or wrongly."""
        if not self.applies(call):
            return await proceed(call)
        fate = self._draw()
        self.counts[fate.kind] += 1
        if fate.seconds:
            self.counts[SLOW] += 1
            await asyncio.sleep(fate.seconds)
        if fate.kind == TOO_MANY:
            limits = _limits(call, MESSAGE_LIMIT, 0, fate.retry_after)
            return _too_many(limits, fate.retry_after, "shared")
        if fate.kind == SERVER_ERROR:
            return Reply(fate.status, {"message": f"{fate.status}: failed on purpose", "code": 0})
        reply = await proceed(call)
        return Reply(502) if fate.kind == BAD_GATEWAY_AFTER else reply

    def _draw(self) -> _Fate:
        # Always the same number of draws: no rate changes what becomes of other requests.
        (kind,) = self._random.choices(list(self._rates), list(self._rates.values()))
        seconds = self._random.uniform(*self._slow)
        status = 500 if self._random.random() < 0.5 else 503
        return _Fate(kind, seconds, status, self._random.uniform(*self._retry_after))


@dataclass
class _Window:
    """One bucket until it is full again."""

    ends: float
    used: int = 0


class Buckets:
    """A hook with Discord's limit on POST, PATCH and DELETE of a channel's messages.

    Each of the three has its own bucket in each channel. Every reply tells how full it is,
    and a request too many is answered with 429 and counted as `exceeded`.
    """

    def __init__(self, limit: int = MESSAGE_LIMIT, seconds: float = MESSAGE_SECONDS) -> None:
        self._limit = limit
        self._seconds = seconds
        self._windows: dict[tuple[str, str], _Window] = {}
        self.exceeded = 0

    async def __call__(self, call: Call, proceed: Proceed) -> Reply:
        """Let a request through if its bucket has room."""
        if (call.method, call.route) not in LIMITED:
            return await proceed(call)
        window = self._window(call)
        if window.used >= self._limit:
            self.exceeded += 1
            left = _left(window)
            return _too_many(_limits(call, self._limit, 0, left), left, "user")
        window.used += 1
        remaining = self._limit - window.used
        reply = await proceed(call)
        limits = _limits(call, self._limit, remaining, _left(window))
        return replace(reply, headers={**limits, **reply.headers})

    def _window(self, call: Call) -> _Window:
        key, now = (call.method, call.ids["channel"]), time.monotonic()
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            window = self._windows[key] = _Window(now + self._seconds)
        return window


def _left(window: _Window) -> float:
    return max(0.0, window.ends - time.monotonic()) + GRACE_SECONDS


def _limits(call: Call, limit: int, remaining: int, seconds: float) -> Mapping[str, str]:
    bucket = hashlib.sha256(f"{call.method} {call.route}".encode()).hexdigest()[:32]
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{time.time() + seconds:.3f}",
        "X-RateLimit-Reset-After": f"{seconds:.3f}",
        "X-RateLimit-Bucket": bucket,
    }


def _too_many(limits: Mapping[str, str], retry_after: float, scope: str) -> Reply:
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(retry_after, 3),
        "global": False,
    }
    headers = {
        # discord.py takes a 429 without it for a ban by Cloudflare, and does not try again.
        "Via": "1.1 google",
        "Retry-After": str(math.ceil(retry_after)),
        "X-RateLimit-Scope": scope,
    }
    return Reply(429, body, {**limits, **headers})
