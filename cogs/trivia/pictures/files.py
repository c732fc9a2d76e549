"""Pictures made beside the event loop. A picture is never worth waiting for long, nor a failure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar, TypeVarTuple

from bot.ui.message import File

from ..film_label import after_film
from ..models import Standing
from ..recap.feats import Recap

# Pillow takes memory, and time at the start, so it is imported by the first picture.

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_Args = TypeVarTuple("_Args")
ThemeName = Literal["dark", "light"]
# How long a message waits for its picture.
PATIENCE = 2.0
# So many are drawn at the same time. Each takes some 14 MB meanwhile, which its thread keeps for
# the next; rounds of many channels may end together.
AT_ONCE = 2
# A line through fewer points tells nothing.
LEAST_POINTS = 5


@dataclass(frozen=True, slots=True)
class RecapFile:
    """A recap's picture; ``is_numbered`` when it shows a player by the number of the row."""

    file: File
    is_numbered: bool


class Studio:
    """Where pictures are drawn: :data:`AT_ONCE` threads of its own, started when needed.

    asyncio's own threads are more, and each that has once drawn would keep the memory for it.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "drawing")
        self._is_closed = False

    def close(self) -> None:
        """Begin no drawing any more; who waits for one has none, and who comes later."""
        self._is_closed = True
        # Not with cancel_futures, which would cancel a press that waits, too.
        self._threads.shutdown(wait=False)

    async def recap(
        self,
        standings: Sequence[Standing],
        recap: Recap,
        names: Mapping[int, str],
        theme: ThemeName = "dark",
    ) -> RecapFile | None:
        """A recap as a picture; ``None`` when nobody played, or it cannot be drawn in time."""
        if not standings:
            return None
        shown = tuple(names.get(line.user) for line in standings)
        return await self._drawn("recap", draw_recap, tuple(standings), recap, shown, theme)

    async def rating(self, history: Sequence[tuple[int, float]], theme: ThemeName) -> File | None:
        """A rating over time as a picture; ``None`` for too few points, or as a recap.

        :param history: times in ms and ratings.
        """
        if len(history) < LEAST_POINTS:
            return None
        return await self._drawn("rating", _rating_file, tuple(history), theme)

    async def _drawn(
        self, what: str, draw: Callable[[*_Args], _T], *arguments: *_Args
    ) -> _T | None:
        def begin() -> _T | None:
            return None if self._is_closed else draw(*arguments)

        if self._is_closed:
            return None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(PATIENCE):
                return await loop.run_in_executor(self._threads, begin)
        except TimeoutError:
            log.warning("A picture of a %s took too long and is left out", what)
        except Exception:
            log.exception("A picture of a %s could not be drawn", what)
        return None


@lru_cache(maxsize=16)
def draw_recap(
    standings: tuple[Standing, ...], recap: Recap, names: tuple[str | None, ...], theme: ThemeName
) -> RecapFile:
    """The picture, drawn here and now; the latest ones are remembered."""
    from .recap import (
        Hardest,
        Longest,
        RecapPicture,
        RecapRow,
        is_numbered,
        recap_alt,
        recap_picture,
    )
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
        streak=Longest(rows[streak.user], streak.length, streak.others)
        if streak and streak.user in rows
        else None,
        hardest=Hardest(after_film(hard.text, hard.film), hard.right, hard.answers)
        if hard
        else None,
    )
    file = File("recap.png", recap_picture(shown, Theme(theme)), recap_alt(shown))
    return RecapFile(file, is_numbered(shown))


@lru_cache(maxsize=16)
def _rating_file(history: tuple[tuple[int, float], ...], theme: ThemeName) -> File:
    from .rating import rating_alt, rating_picture
    from .sheet import Theme

    title = "Rating over time"
    return File(
        "rating.png", rating_picture(history, title, Theme(theme)), rating_alt(history, title)
    )
