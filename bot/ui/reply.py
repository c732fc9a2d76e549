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
from ..network import UNTELLABLE
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
        elif self._is_of_message:
            # The original response is then the message that the button is on.
            await self._interaction.followup.send(**message.to_send(), ephemeral=self._private)
        else:
            await self._interaction.edit_original_response(**message.to_edit())

    async def edit(self, message: Message) -> None:
        """Replace the message with the button that was pressed, or that opened the form."""
        if await self._settle():
            await self._interaction.edit_original_response(**message.to_edit())
        else:
            await self._interaction.response.edit_message(**message.to_edit())

    @property
    def _is_of_message(self) -> bool:
        """Whether a button was pressed, or a form sent in that a button has opened."""
        return self._interaction.message is not None

    def _run_out(self) -> None:
        self._deferral = asyncio.create_task(self._defer())

    async def _defer(self) -> None:
        if self._interaction.client.is_closed():
            return  # and there will be no answer either
        # What came from a message is deferred without a word: that may be edited later.
        with contextlib.suppress(*UNTELLABLE):
            await self._interaction.response.defer(
                ephemeral=self._private, thinking=not self._is_of_message
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
