"""Logging to standard error: a line a record, tracebacks indented, every secret taken out.

What a member typed may be in a message or in an error's text. Only the logger begins a line at its
left edge, so nobody can write a line that looks like one of ours.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    _ExceptionInfo = (
        tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    )

# What Discord's tokens look like: a bot's, and those of interactions and webhooks in a URL.
_BOT_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}")
_URL_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w-]{20,}")
# Control characters of every kind, and whatever else ends a line or turns its direction.
_CONTROL = {
    code: f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    for code in (*range(32), *range(127, 160), 0x2028, 0x2029, *range(0x202A, 0x202F),
                 *range(0x2066, 0x206A))
}  # fmt: skip


class _Redacting(logging.Formatter):
    """Formats a record, then masks tokens in all of it, traceback too."""

    def __init__(self, token: str | None) -> None:
        super().__init__("{asctime} {levelname:<8} {name}: {message}", style="{")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if self._token:
            text = text.replace(self._token, "[token]")
        text = _BOT_TOKEN.sub("[token]", text)
        return _URL_TOKEN.sub(r"\1[token]", text)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return super().formatMessage(record).translate(_CONTROL)

    def formatException(self, ei: _ExceptionInfo) -> str:  # noqa: N802 - logging's name
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    """A traceback: its lines stay, each behind a margin."""
    return "\n".join("  " + line.translate(_CONTROL) for line in text.split("\n"))


def set_up(level: str, token: str | None) -> None:
    """Send the logs of Marquee and of its libraries to standard error.

    ``level`` is Marquee's. The libraries stay at INFO at the most: below it discord.py logs whole
    requests, among them what members typed.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting(token))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
    for ours in ("bot", "cogs"):
        logging.getLogger(ours).setLevel(level)
    # Nothing that the owner can act on: the bot reconnects by itself.
    logging.getLogger("discord.client").setLevel(max(logging.WARNING, root.level))
