"""The end of a round that cannot go on: what is locked in is scored before it is over."""

from __future__ import annotations

import logging

from bot.errors import LedgerError
from bot.ledger import Ledger

from .models import Outcome, RoundRecord
from .queries import rounds
from .round import End, Phase, Round, RoundError

log = logging.getLogger(__name__)


async def lose(
    ledger: Ledger, record: RoundRecord, current: Round, at: int
) -> tuple[Round, Outcome | None, End]:
    """End a round as lost; the round then, what came of the question it had open, and its end.

    No board is waited for after this.

    :raises LedgerError: when that cannot be written; the round is as live as before.
    """
    outcome = None
    if current.phase is Phase.OPEN:
        try:
            current, outcome = await rounds.close_question(ledger, record, current)
        except RoundError:  # closed meanwhile
            pass
        except LedgerError:
            raise
        except Exception:  # perhaps it is why the round broke down; its channel must be free
            log.exception("What round %d had open cannot be scored", record.id)
    return current, outcome, await end_as_lost(ledger, record.id, at)


async def end_as_lost(ledger: Ledger, round_id: int, at: int) -> End:
    """End a live round without a board, dropping what it had open."""
    end = await rounds.end_round(ledger, round_id, End.LOST, at)
    await rounds.told_board(ledger, round_id, 0)
    return end
