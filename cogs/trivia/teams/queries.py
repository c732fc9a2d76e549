"""Who plays for which team in a round."""

from __future__ import annotations

import sqlite3

from bot.ledger import Ledger

from .rules import Members, joined


class HasAnswered(Exception):
    """Who has answered for a team stays in it."""

    def __init__(self, team: int) -> None:
        super().__init__(f"has answered for {team}")
        self.team = team


async def members(ledger: Ledger, round_id: int) -> Members:
    """The team of everybody who is in one."""
    return dict(await ledger.rows(_MEMBERS, round_id))


def members_in(db: sqlite3.Connection, round_id: int) -> Members:
    """The same, within a transaction."""
    return dict(db.execute(_MEMBERS, (round_id,)).fetchall())


async def join(
    ledger: Ledger, round_id: int, teams: int, user: int, team: int | None = None
) -> Members:
    """Put a player into a team, or into the smallest without a wish; everybody's team then.

    :raises Unbalanced: when that team has more players than another already.
    :raises HasAnswered: when the player has answered for another team.
    """

    def write(db: sqlite3.Connection) -> Members:
        before = members_in(db, round_id)
        is_change = team is not None and before.get(user, team) != team
        if is_change and db.execute(_ANSWERED, (round_id, user)).fetchone():
            raise HasAnswered(before[user])
        after = joined(before, teams, user, team)
        db.execute(_JOIN, (round_id, user, after[user]))
        return after

    return await ledger.write(write)


async def lobby_of(ledger: Ledger, round_id: int) -> int | None:
    """The message with which teams are joined, once the channel has been told."""
    return (await ledger.rows(_LOBBY, round_id))[0][0]


async def told_lobby(ledger: Ledger, round_id: int, message: int) -> None:
    """Record the message with which teams are joined."""
    await ledger.write(lambda db: db.execute(_TOLD_LOBBY, (message, round_id)).rowcount)


_MEMBERS = "SELECT user_id, team FROM team_member WHERE round_id = ?"
_ANSWERED = "SELECT 1 FROM answer WHERE round_id = ? AND user_id = ? LIMIT 1"
_JOIN = """
INSERT INTO team_member (round_id, user_id, team) VALUES (?, ?, ?)
ON CONFLICT (round_id, user_id) DO UPDATE SET team = excluded.team
"""
_LOBBY = "SELECT lobby_id FROM round WHERE id = ?"
_TOLD_LOBBY = "UPDATE round SET lobby_id = ? WHERE id = ?"
