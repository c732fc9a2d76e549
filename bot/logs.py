"""Logging: one line a record to standard error, with every secret taken out."""

from __future__ import annotations

import logging
import re
import sys

# What Discord's tokens look like: a bot's, and those of interactions and webhooks in a URL.
_BOT_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}")
_URL_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w-]{20,}")
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), 127)}


class _Redacting(logging.Formatter):
    """Formats a record, then masks tokens and control characters in all of it, traceback too."""

    def __init__(self, token: str | None) -> None:
        super().__init__("{asctime} {levelname:<8} {name}: {message}", style="{")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if self._token:
            text = text.replace(self._token, "[token]")
        text = _BOT_TOKEN.sub("[token]", text)
        return _URL_TOKEN.sub(r"\1[token]", text).translate(_CONTROL)


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
