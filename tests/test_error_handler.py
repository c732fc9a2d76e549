"""What a member is told of an exception, and that telling it never raises another."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.error_handler import handle
from bot.errors import UserError
from bot.ui import reply

from .conftest import expect_errors


class Asked:
    """As much of discord.py's interaction as an answer takes; ``trouble`` is what sending meets."""

    def __init__(self, trouble: Exception | None = None, *, closed: bool = False) -> None:
        self.client = SimpleNamespace(is_closed=lambda: closed)
        self.type = discord.InteractionType.application_command
        self.command: None = None
        self.data: dict[str, str] = {}
        self.response = SimpleNamespace(is_done=lambda: False, send_message=self._send)
        self.told: list[str] = []
        self._trouble = trouble

    async def _send(self, text: str, *, ephemeral: bool) -> None:
        assert ephemeral
        if self._trouble is not None:
            raise self._trouble
        self.told.append(text)


@pytest.mark.parametrize(
    "trouble",
    [
        aiohttp.ServerDisconnectedError(),
        discord.InteractionResponded(cast("Any", SimpleNamespace())),
        ConnectionResetError(),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
async def test_an_answer_that_cannot_be_sent_raises_nothing(trouble: Exception) -> None:
    """Discord out of reach, or an answer given meanwhile, is no second failure."""
    await handle(cast("Any", Asked(trouble)), UserError("No."))


async def test_a_closed_bot_tells_nobody() -> None:
    """Its session is gone, of which aiohttp complains with a RuntimeError."""
    await handle(cast("Any", Asked(RuntimeError("Session is closed"), closed=True)), UserError("."))


async def test_a_closed_bot_defers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a command that was about to need longer a failure then."""
    monkeypatch.setattr(reply, "PATIENCE", 0)
    async with reply.answering(cast("Any", Asked(closed=True))):
        for _ in range(3):  # the time is up, the task begins, the task ends
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("custom_id", "where"),
    [("answer:7:0:2", "component 'answer'"), ("", "component"), ("\n" * 60, "component '\\n")],
)
async def test_the_log_names_the_button_without_what_it_carries(
    caplog: pytest.LogCaptureFixture, custom_id: str, where: str
) -> None:
    """Nor in more than a few characters of one line."""
    asked = Asked()
    asked.type, asked.data = discord.InteractionType.component, {"custom_id": custom_id}
    await handle(cast("Any", asked), ValueError("broken"))
    (logged,) = expect_errors(caplog)
    place = logged.getMessage().partition(" in ")[2]
    assert place.startswith(where)
    assert len(place) <= 50
    assert place.isprintable()


async def test_what_was_typed_is_shown_as_it_was() -> None:
    """A value that cannot be used is quoted without its markdown and mentions."""
    asked = Asked()
    transformer = cast("Any", SimpleNamespace(_error_display_name="film"))
    error = app_commands.TransformerError(
        "**a** @everyone" + "x" * 100, discord.AppCommandOptionType.string, transformer
    )
    await handle(cast("Any", asked), error)
    (told,) = asked.told
    assert told.startswith("“\\*\\*a\\*\\* @\u200beveryone")
    assert told.endswith("…” cannot be used there.")
