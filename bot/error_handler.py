"""What becomes of an exception: a private reply in plain words, or a log entry with a reference."""

from __future__ import annotations

import contextlib
import logging
import secrets
from typing import Any, cast

import discord
from discord import app_commands

from .errors import CatalogError, LedgerError, UserError
from .network import UNTELLABLE
from .ui.text import escape

log = logging.getLogger(__name__)

_STALE_COMMAND = (
    "That command has just changed or is switched off at the moment. "
    "Try again in a minute; restarting Discord fetches the new version."
)


async def handle(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Answer ``interaction`` after ``error``: every failed command and button ends here.

    Never raises: an interaction that cannot be answered any more is only logged.
    """
    cause = _cause(error)
    text = _plain_words(cause)
    if text is None:
        reference = secrets.token_hex(4)
        where = _where(interaction)
        log.error("Error %s in %s", reference, where, exc_info=cause)
        text = (
            f"{_apology(cause)} Nothing you did is lost. If it goes on, tell the bot's "
            f"owner this reference: `{reference}`."
        )
    if interaction.client.is_closed():
        return  # discord.py has no session any more to tell it by
    with contextlib.suppress(*UNTELLABLE):
        await _tell(interaction, text)


def _cause(error: BaseException) -> BaseException:
    if isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError):
        return error.__cause__ or error
    return error


def _plain_words(error: BaseException) -> str | None:
    """The text for the member; ``None`` when it is a failure of ours."""
    match error:
        case UserError():
            return str(error)
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return _STALE_COMMAND
        case app_commands.NoPrivateMessage():
            return "That works in a server only, not in direct messages."
        case app_commands.TransformerError():
            return f"“{escape(str(error.value), 60)}” cannot be used there."
        case app_commands.CheckFailure():
            return "You may not use that here."
        case _:
            return None


def _apology(error: BaseException) -> str:
    match error:
        case CatalogError():
            return "I could not look that up just now."
        case LedgerError():
            return "I could not write that down just now, so it does not count."
        case _:
            return "Something went wrong on my side."


def _where(interaction: discord.Interaction[Any]) -> str:
    """The command, button or form, without anything that a member typed."""
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    data = cast("dict[str, Any]", interaction.data or {})
    prefix = str(data.get("custom_id", "")).partition(":")[0]
    return f"{interaction.type.name} {prefix!a:.40}" if prefix else interaction.type.name


async def _tell(interaction: discord.Interaction[Any], text: str) -> None:
    """Reply privately, also when a public answer has been promised already."""
    response = interaction.response
    if interaction.type is discord.InteractionType.autocomplete:
        if not response.is_done():
            await response.autocomplete([])
        return
    if not response.is_done():
        await response.send_message(text, ephemeral=True)
        return
    if response.type is discord.InteractionResponseType.deferred_channel_message:
        # A reply after a deferral takes over whether it is private; so that goes first.
        with contextlib.suppress(discord.HTTPException):
            await interaction.delete_original_response()
    await interaction.followup.send(text, ephemeral=True)
