"""Answering an interaction in time, however slow the database is.

Discord waits three seconds. Within :func:`answering` an interaction that has got no answer after
two is deferred, which gives it fifteen minutes; the answer then arrives by the other route, and
the command never knows. What a member did wrong (:class:`~bot.errors.UserError`) is answered
privately here; every other error goes on to the command tree.
"""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Any

import discord

from .. import error_handler
from ..errors import UserError
from .message import Message

PATIENCE = 2.0


class Answer:
    """The one answer to an interaction. Use through :func:`answering`."""

    def __init__(self, interaction: discord.Interaction[Any], *, private: bool) -> None:
        self._interaction = interaction
        self._private = private
        self._deferral: asyncio.Task[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Answer:
        self._timer = asyncio.get_running_loop().call_later(PATIENCE, self._run_out)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        await self._settle()
        if isinstance(error, UserError):
            await error_handler.handle(self._interaction, error)
            return True
        return False

    async def send(self, message: Message) -> None:
        """Send the answer, as privately as was promised."""
        if not await self._settle():
            await self._interaction.response.send_message(
                **message.to_send(), ephemeral=self._private
            )
        elif self._is_press:
            # The original response to a press is the message that the button is on.
            await self._interaction.followup.send(**message.to_send(), ephemeral=self._private)
        else:
            await self._interaction.edit_original_response(**message.to_edit())

    async def edit(self, message: Message) -> None:
        """Replace the message that the pressed button is on."""
        if await self._settle():
            await self._interaction.edit_original_response(**message.to_edit())
        else:
            await self._interaction.response.edit_message(**message.to_edit())

    @property
    def _is_press(self) -> bool:
        return self._interaction.type is discord.InteractionType.component

    def _run_out(self) -> None:
        self._deferral = asyncio.create_task(self._defer())

    async def _defer(self) -> None:
        # A button's press is deferred without a word: its message may be edited later.
        with contextlib.suppress(discord.HTTPException):
            await self._interaction.response.defer(
                ephemeral=self._private, thinking=not self._is_press
            )

    async def _settle(self) -> bool:
        """Stop the clock; whether the interaction was deferred."""
        if self._timer is not None:
            self._timer.cancel()
        if self._deferral is not None:
            await self._deferral
        return self._deferral is not None


def answering(interaction: discord.Interaction[Any], *, private: bool = False) -> Answer:
    """``async with answering(interaction) as answer: ... await answer.send(message)``."""
    return Answer(interaction, private=private)
