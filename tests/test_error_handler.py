"""What a member is told of an exception, and that telling it never raises another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.error_handler import handle
from bot.errors import UserError


class Asked:
    """As much of discord.py's interaction as an answer takes; ``trouble`` is what sending meets."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.type = discord.InteractionType.application_command
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
