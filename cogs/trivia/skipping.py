"""Skipping the open question: by whoever decides, or by a majority of those who play."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.errors import UserError
from bot.ledger import Ledger

from .host import Host
from .models import Wish
from .queries import table
from .refusals import OUT, SPECTATING
from .votes import counted, may_vote, needed

if TYPE_CHECKING:
    from bot.client import Marquee


def may_decide(interaction: discord.Interaction[Marquee], host: Host) -> bool:
    """Whether who asks started the round, or moderates the server or its channel."""
    have = interaction.permissions
    started = interaction.user.id == host.record.starter
    return started or have.manage_messages or have.manage_guild


async def skip(ledger: Ledger, interaction: discord.Interaction[Marquee], host: Host) -> str:
    """Skip the open question, or vote for it; what came of it.

    :raises UserError: when no question is open, or none that can still be skipped by who asks.
    """
    if host.open_message is None:
        raise UserError("No question is open at the moment.")
    if host.is_decided:
        raise UserError("Too late to skip: the question is over, and is told in a moment.")
    if may_decide(interaction, host):
        host.wish(Wish.SKIP)
        return "Skipping this question; it does not count."
    user, alive = interaction.user.id, host.round.alive
    if alive is not None and user not in alive:
        raise UserError(OUT)
    joined = host.members.keys()  # a team plays, also before it has answered
    voters, players = await table.vote_to_skip(
        ledger, host.record.id, host.round.step, user, joined
    )
    if not may_vote(user, players):
        raise UserError(SPECTATING)
    if alive is not None:
        players &= alive
    votes, wanted = len(counted(voters, players)), needed(players, is_first=host.round.step == 0)
    host.votes = votes, wanted
    if votes >= wanted:
        host.wish(Wish.SKIP)
        return "That makes a majority: this question is skipped and does not count."
    return f"You have voted to skip this question: {votes} of the {wanted} votes that it takes."
