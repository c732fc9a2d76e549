"""How long a question takes to read, and players to get together. Pure."""

from __future__ import annotations

import math

from .models import Question, RoundRecord, Rules
from .round import Phase, Round

LEAD_SECONDS = 3.0
GAP_SECONDS = 4.0
# A click that Discord stamped in time may reach us so much later and still counts.
GRACE_SECONDS = 1.0
# An interrupted round goes on only while people may still be there.
RESUME_WITHIN_MS = 10 * 60 * 1000
# A pause that took so much longer was a standstill of this process.
STANDSTILL_SECONDS = 0.5
# How long a click waits for the question it belongs to, just posted, to be in the ledger.
OPENING_SECONDS = 10.0
# To choose a team before the first question.
LOBBY_SECONDS = 20.0
# Reading takes time: text beyond so many characters gets a second for each so many more.
_READ_FREE = 160
_READ_PER_SECOND = 15


def reading_seconds(text: str, options: tuple[str, ...]) -> int:
    """Extra seconds for a question that takes long to read."""
    length = len(text) + sum(map(len, options))
    return math.ceil(max(0, length - _READ_FREE) / _READ_PER_SECOND)


def allowed_seconds(seconds: int, asked: Question, rules: Rules) -> int:
    """How long a question is open: to read it, and to answer it."""
    allowed = seconds + reading_seconds(asked.text, () if rules.typed else asked.options)
    return 2 * allowed if rules.relaxed else allowed


def lead_seconds(rules: Rules, step: int) -> float:
    """How long a round waits before a question that does not follow another one's result."""
    return LOBBY_SECONDS if rules.teams and step == 0 else LEAD_SECONDS


def lobby_ends_at(record: RoundRecord, played: Round) -> int | None:
    """When a round of teams asks its first question, in s since 1970; ``None`` after that."""
    if not record.rules.teams or played.step or played.phase is not Phase.WAITING:
        return None
    return math.ceil(record.last_sign / 1000 + LOBBY_SECONDS)
