"""The last message of a round: its board, and what was remarkable."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord

from bot.errors import LedgerError

from . import render
from .pictures.files import recap_file
from .poster import Poster
from .queries import rounds
from .recap import render as render_recap
from .recap.feats import Recap, recap
from .round import End, Round

if TYPE_CHECKING:
    from bot.client import Marquee

    from .models import RoundRecord

log = logging.getLogger(__name__)


async def show_board(
    bot: Marquee, poster: Poster, record: RoundRecord, played: Round, end: End
) -> int:
    """Post the board of a round that is over; the message's id.

    What is remarkable is read from the ledger, so it is the same after a crash. The board is shown
    whatever becomes of that, and of the picture.
    """
    board, nonce = render.final(end, played, record), f"{record.id}-{len(played.questions)}-b"
    feats = await _recap(bot, record.id)
    if feats is None:
        return await poster.say(board, nonce)
    told = render_recap.with_recap(board, feats)
    picture = await recap_file(played.standings(), feats)
    if picture is not None:
        try:
            return await poster.say(render_recap.with_picture(told, picture), nonce)
        except discord.HTTPException as error:
            # Files may be forbidden where messages are not. One nonce: never are both posted.
            log.info("Round %d cannot show its picture: %s", record.id, error)
    return await poster.say(told, nonce)


async def _recap(bot: Marquee, round_id: int) -> Recap | None:
    try:
        restored = await rounds.restored(bot.ledger, round_id)
    except (LedgerError, rounds.Unreadable):
        log.warning("Round %d has no recap", round_id, exc_info=True)
        return None
    return recap(restored.outcomes, restored.steps)
