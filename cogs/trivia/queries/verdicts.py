"""What a server's moderators have decided on questions, for the rounds to come."""

from __future__ import annotations

import json
from collections import defaultdict

from bot.ledger import Ledger

from ..models import UNREADABLE, Phrasing, Question
from ..verdicts import Verdicts


async def in_force(ledger: Ledger, guild: int) -> Verdicts:
    """The verdicts that were passed in a server and not taken back."""
    voided: set[Phrasing] = set()
    right: defaultdict[Phrasing, list[str]] = defaultdict(list)
    for asked, slots, wordings in await ledger.rows(_IN_FORCE, guild):
        # What other code has written must not stop every round of the server.
        try:
            question = Question.from_json(asked)
            chosen: list[int] = json.loads(slots)
            texts = [question.options[slot] for slot in chosen if slot != question.right]
            texts += map(str, json.loads(wordings))
        except UNREADABLE:
            continue
        if chosen or texts:
            right[question.phrasing] += texts
        else:
            voided.add(question.phrasing)
    unique = {asked: tuple(dict.fromkeys(texts)) for asked, texts in right.items()}
    return Verdicts(frozenset(voided), unique)


_IN_FORCE = """
SELECT question, slots, wordings FROM verdict WHERE guild_id = ? AND undone_at IS NULL
"""
