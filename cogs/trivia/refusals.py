"""Why a press under a round is not taken, in words a member understands."""

from __future__ import annotations

from collections.abc import Sequence

from .round import IsOut, TooLate

CLOSED = "That question is closed."
FOREIGN = "That button does not belong to the question that is open."
OUT = "You are out of this round, or came too late to it; the next one is yours."
RENEWING = "I am being renewed just now. Try again in a moment."
SPECTATING = "Only players can vote to skip. Answer a question of this round first."
TRIED = "You have had your one try; a hint could not help you any more."
TOO_LATE = "That was just too late: the question has closed."

BY_RULE = {TooLate: TOO_LATE, IsOut: OUT}


def no_round(threads: Sequence[int]) -> str:
    """That a channel has no round; of its threads, those have one."""
    here = "There is no round in this channel."
    where = " and ".join(f"<#{thread}>" for thread in threads)
    return f"{here} One is on in {where}." if threads else here
