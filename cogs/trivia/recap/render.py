"""What was remarkable in a round, below its board."""

from __future__ import annotations

from dataclasses import replace

from bot.ui.buttons import button_row
from bot.ui.message import Message
from bot.ui.text import escape, plural

from ..film_label import after_film
from ..pictures.files import RecapFile
from .feats import Recap
from .views import ThemeButton

NO_PICTURE = "There is no picture of that round."
NOT_NOW = "I cannot draw that picture at the moment. Try again in a minute."
NUMBERED = "-# In the picture some players have only the numbers of their lines here."


def with_recap(board: Message, recap: Recap) -> Message:
    """The board with the round's feats below it."""
    return _with_lines(board, _feats(recap))


def with_picture(board: Message, picture: RecapFile, round_id: int) -> Message:
    """The board with its picture, how the two go together, and a way to the light one."""
    shown = _with_lines(board, [NUMBERED] if picture.is_numbered else [])
    assert shown.embed is not None
    shown.embed.set_image(url=picture.file.url)
    return replace(shown, file=picture.file, view=button_row(ThemeButton(round_id, "light")))


def recoloured(picture: RecapFile) -> Message:
    """The picture alone."""
    return Message(file=picture.file)


def _feats(recap: Recap) -> list[str]:
    lines: list[str] = []
    if (fast := recap.fastest) is not None:
        lines.append(f"**Fastest right answer**: <@{fast.user}>, {fast.seconds:.1f} s")
    if (streak := recap.streak) is not None:
        more = f" and {streak.others} more" if streak.others else ""
        lines.append(f"**Longest streak**: <@{streak.user}>{more}, {streak.length} in a row")
    if (hard := recap.hardest) is not None:
        share = f"{hard.right} of {plural(hard.answers, 'answer')} right"
        asked = after_film(escape(hard.text), escape(hard.film))
        lines.append(f"**Hardest question**: {asked} ({share})")
    return ["", *lines] if lines else []


def _with_lines(board: Message, lines: list[str]) -> Message:
    assert board.embed is not None
    embed = board.embed.copy()
    embed.description = "\n".join([embed.description or "", *lines])
    return replace(board, embed=embed)
