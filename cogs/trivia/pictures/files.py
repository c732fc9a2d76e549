"""Pictures made beside the event loop. A picture is never worth waiting for long, nor a failure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.ui.message import File

from ..mixed.render import named
from ..models import Standing
from ..recap.feats import Recap

# Pillow takes memory, and time at the start, so it is imported by the first picture.

log = logging.getLogger(__name__)

ThemeName = Literal["dark", "light"]
# How long a round's board waits for its picture.
PATIENCE = 2.0
# So many are drawn at the same time. Each takes some 20 MB meanwhile, which a process that has
# had it keeps; rounds of many channels may end together.
AT_ONCE = 2
# A line through fewer points tells nothing.
LEAST_POINTS = 5


@dataclass(frozen=True, slots=True)
class RecapFile:
    """A recap's picture; ``is_numbered`` when it shows a player by the number of the row."""

    file: File
    is_numbered: bool


async def recap_file(
    standings: Sequence[Standing],
    recap: Recap,
    names: Mapping[int, str],
    turns: asyncio.Semaphore,
    theme: ThemeName = "dark",
) -> RecapFile | None:
    """A recap as a picture; ``None`` when nobody played, or it could not be drawn in time.

    :param turns: of :data:`AT_ONCE`, shared by all who draw.
    """
    if not standings:
        return None
    shown = tuple(names.get(line.user) for line in standings)
    try:
        async with asyncio.timeout(PATIENCE):
            await turns.acquire()
            drawing = asyncio.create_task(
                asyncio.to_thread(draw_recap, tuple(standings), recap, shown, theme)
            )

            def drawn(done: asyncio.Task[RecapFile]) -> None:
                # Only now: the thread draws on, and takes memory, when nobody waits any more.
                turns.release()
                if not done.cancelled():
                    done.exception()  # asyncio would log one that nobody has asked for

            drawing.add_done_callback(drawn)
            return await asyncio.shield(drawing)
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


@lru_cache(maxsize=16)
def draw_recap(
    standings: tuple[Standing, ...], recap: Recap, names: tuple[str | None, ...], theme: ThemeName
) -> RecapFile:
    """The picture, drawn here and now; the latest ones are remembered."""
    from .recap import Hardest, RecapPicture, RecapRow, recap_alt, recap_picture, shown_names
    from .sheet import Theme

    rows = {line.user: row for row, line in enumerate(standings)}
    fast, streak, hard = recap.fastest, recap.streak, recap.hardest
    shown = RecapPicture(
        title="Final board",
        questions=recap.questions,
        rows=tuple(
            RecapRow(one.rank, name, one.points, one.right)
            for one, name in zip(standings, names, strict=True)
        ),
        fastest=(rows[fast.user], fast.seconds) if fast and fast.user in rows else None,
        streak=(rows[streak.user], streak.length) if streak and streak.user in rows else None,
        hardest=Hardest(named(hard.text, hard.film), hard.right, hard.answers) if hard else None,
    )
    file = File("recap.png", recap_picture(shown, Theme(theme)), recap_alt(shown))
    return RecapFile(file, any(name is None for name in shown_names(shown)))


@lru_cache(maxsize=16)
def _rating_file(history: tuple[tuple[int, float], ...], theme: ThemeName) -> File:
    from .rating import rating_alt, rating_picture
    from .sheet import Theme

    title = "Rating over time"
    return File(
        "rating.png", rating_picture(history, title, Theme(theme)), rating_alt(history, title)
    )
