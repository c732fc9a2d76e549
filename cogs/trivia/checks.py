"""What must hold before a command does its work, whoever sent it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.errors import InputError, UserError

from .models import Mode, Rules
from .teams.rules import FEWEST, MOST

QUESTIONS = range(1, 26)
SECONDS = range(5, 121)
MODERATORS_ONLY = (
    "Only a moderator can do that: someone who may manage the server, or messages in all of it."
)


def check_ranges(count: int, seconds: int) -> None:
    """Discord checks these in its own clients; a forged command comes unchecked."""
    for name, value, allowed in (
        ("questions", count, QUESTIONS),
        ("seconds", seconds, SECONDS),
    ):
        if value not in allowed:
            raise InputError(f"`{name}` must be from {allowed[0]} to {allowed[-1]}.")


def check_teams(rules: Rules) -> None:
    """How many teams there can be, and that the last one standing is a player and not a team."""
    if rules.teams and not FEWEST <= rules.teams <= MOST:
        raise InputError(f"`teams` must be from {FEWEST} to {MOST}.")
    if rules.teams and rules.mode is Mode.SURVIVAL:
        raise InputError(
            "Teams play `classic` or `race` rounds; in `survival` everybody stands alone."
        )


def check_permissions(interaction: discord.Interaction[Any]) -> None:
    """A round posts by itself, so it needs more than an answer to a command does."""
    have = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    needed = {
        "view this channel": have.view_channel,
        "send messages here": have.send_messages_in_threads if in_thread else have.send_messages,
        "embed links": have.embed_links,
    }
    if lacking := missing(needed):
        raise UserError(f"I cannot run a round here: I may not {lacking}.")


def missing(needed: Mapping[str, bool]) -> str:
    """What of it is not granted, in words; empty when all is."""
    return " and ".join(name for name, granted in needed.items() if not granted)


def guild_of(interaction: discord.Interaction[Any]) -> int:
    """The server that a command was given in."""
    assert interaction.guild_id is not None, "the commands are for servers only"
    return interaction.guild_id


def moderated_guild(interaction: discord.Interaction[Any]) -> int:
    """The server, which who asks must moderate: all of it, and not just one channel.

    By their rights at this moment, and not by what Discord hides: a server may give a command to
    anybody.

    :raises UserError: when they do not.
    """
    member = interaction.user
    have = member.guild_permissions if isinstance(member, discord.Member) else None
    if have is None or not (have.manage_messages or have.manage_guild):
        raise UserError(MODERATORS_ONLY)
    return guild_of(interaction)
