"""Pictures made beside the event loop. A picture is never worth waiting for long, nor a failure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from bot.ui.message import File

from ..models import Standing
from ..recap.feats import Recap

# Pillow takes memory, and time at the start, so it is imported by the first picture.

log = logging.getLogger(__name__)

ThemeName = Literal["dark", "light"]
# How long a round's board waits for its picture.
PATIENCE = 2.0
# A line through fewer points tells nothing.
LEAST_POINTS = 5


async def recap_file(standings: Sequence[Standing], recap: Recap) -> File | None:
    """A recap as a picture; ``None`` when nobody played, or it could not be drawn in time."""
    if not standings:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(_recap_file, standings, recap)
    except TimeoutError:
        log.warning("A recap's picture took too long and is left out")
    except Exception:
        log.exception("A recap's picture could not be drawn")
    return None


async def rating_file(history: Sequence[tuple[int, float]], theme: ThemeName) -> File | None:
    """A rating over time as a picture; ``None`` for too few points, or when that failed.

    :param history: times in ms and ratings.
    """
    if len(history) < LEAST_POINTS:
        return None
    try:
        return await asyncio.to_thread(_rating_file, tuple(history), theme)
    except Exception:
        log.exception("A rating's picture could not be drawn")
    return None


def _recap_file(standings: Sequence[Standing], recap: Recap) -> File:
    from .recap import Hardest, RecapPicture, RecapRow, recap_alt, recap_picture
    from .sheet import Theme

    rows = {line.user: row for row, line in enumerate(standings)}
    fast, streak, hard = recap.fastest, recap.streak, recap.hardest
    shown = RecapPicture(
        title="Final board",
        questions=recap.questions,
        # The bot keeps no names: the message beside the picture says who is who.
        rows=tuple(RecapRow(one.rank, None, one.points, one.right) for one in standings),
        fastest=(rows[fast.user], fast.seconds) if fast and fast.user in rows else None,
        streak=(rows[streak.user], streak.length) if streak and streak.user in rows else None,
        hardest=Hardest(hard.text, hard.right, hard.answers) if hard else None,
    )
    return File("recap.png", recap_picture(shown, Theme.DARK), recap_alt(shown))


@lru_cache(maxsize=16)
def _rating_file(history: tuple[tuple[int, float], ...], theme: ThemeName) -> File:
    from .rating import rating_alt, rating_picture
    from .sheet import Theme

    title = "Rating over time"
    return File(
        "rating.png", rating_picture(history, title, Theme(theme)), rating_alt(history, title)
    )
