"""Joining a team of a round that is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import UserError
from bot.ui.message import Message

from ..times import lobby_ends_at
from . import render
from .queries import HasAnswered
from .rules import Unbalanced

if TYPE_CHECKING:
    from ..host import Host


async def chosen(host: Host, user: int, team: int) -> Message:
    """Put a player into the team that they chose; the lobby with everybody who is in one.

    :raises UserError: when that team may not be joined, or there is none of that number.
    """
    if team >= host.record.rules.teams:
        raise UserError(render.NO_TEAM)
    try:
        await host.join(user, team)
    except Unbalanced as error:
        raise UserError(render.unbalanced(error.team, error.smaller)) from None
    except HasAnswered as error:
        raise UserError(render.has_answered(error.team)) from None
    return render.lobby(host.record, host.members, lobby_ends_at(host.record, host.round))
