"""The log: no secret in it, and no line that only looks like one of ours."""

from __future__ import annotations

import io
import logging
import re
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import logs

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.sixteen-and-more-characters-of-it"
OTHER = "OTk5OTk5OTk5OTk5OTk5OTk5.Hxyz12.a-token-of-somebody-else-entirely-"
INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4"
FORGED = "2030-01-01 00:00:00,000 INFO     bot.live: all is well"
RECORD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ +[\w.]+: ")


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    names = (root.name, "bot", "cogs", "discord.client")
    levels = {name: logging.getLogger(name).level for name in names}
    handlers = root.handlers[:]
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the bot would print to standard error, set up with ``TOKEN``."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("DEBUG", TOKEN)
    return stream


def test_tokens_are_masked_in_messages_and_tracebacks(output: io.StringIO) -> None:
    """The bot's token, any other bot's, and those in Discord's addresses never appear."""
    url = f"https://discord.com/api/v10/webhooks/123456789012345678/{INTERACTION}/messages"
    callback = f"/interactions/123456789012345678/{INTERACTION}/callback"
    try:
        raise RuntimeError(f"refused: {TOKEN} {url}")
    except RuntimeError:
        logging.getLogger("bot").warning(
            "Sent %s and %s to %s", TOKEN, OTHER, callback, exc_info=True
        )
    text = output.getvalue()
    for secret in (TOKEN, OTHER, INTERACTION):
        assert secret not in text
    assert text.count("[token]") == 5
    assert "RuntimeError: refused" in text


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x85", "\u2028", "\x0b", "\x0c"])
def test_a_message_cannot_forge_a_line(output: io.StringIO, end: str) -> None:
    """A line break that a member typed is written out as what it is."""
    logging.getLogger("bot").info("Searched for %s", f"a film{end}{FORGED}")
    (line,) = output.getvalue().splitlines()
    assert line.endswith(FORGED)


def test_a_traceback_cannot_forge_a_line(output: io.StringIO) -> None:
    """An error's text may have lines; all of a traceback is behind a margin."""
    try:
        raise ValueError(f"bad\n{FORGED}")
    except ValueError:
        logging.getLogger("bot").warning("Failed", exc_info=True)
    first, *rest = output.getvalue().splitlines()
    assert RECORD.match(first)
    assert len(rest) >= 4
    assert all(line.startswith("  ") for line in rest)


@given(st.text())
def test_a_record_is_one_line_whatever_it_says(text: str) -> None:
    """A record without a traceback is one line, and shows nothing that steers a terminal."""
    stream = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        logs.set_up("INFO", None)
    logging.getLogger("bot").info("%s", text)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", lines[0])


def test_libraries_do_not_log_requests(output: io.StringIO) -> None:
    """DEBUG is for Marquee: discord.py's own debug log would hold what members typed."""
    logging.getLogger("discord.http").debug("POST with a body")
    logging.getLogger("bot.sync").debug("ours")
    assert "ours" in output.getvalue()
    assert "body" not in output.getvalue()
