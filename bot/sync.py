"""Telling Discord about the commands, but only when they are not what it was told last.

Discord limits command writes a day, and an unconditional sync at each start meets that limit. The
ledger keeps a fingerprint of what was sent, for each application and scope.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING

import discord

from .errors import UserError

if TYPE_CHECKING:
    import sqlite3

    from .client import Marquee

log = logging.getLogger(__name__)


class CommandSync:
    """Syncs to every server, or to the development guild alone when one is set."""

    def __init__(self, bot: Marquee) -> None:
        self._bot = bot

    async def sync_if_changed(self) -> bool:
        """Sync unless Discord has these very commands, or a cog failed to load; whether it did.

        A sync replaces the whole list: with a cog missing it would delete that cog's commands and
        what servers have set for them. So it also waits for a cog that is being reloaded.
        """
        async with self._bot.packages.turn:
            if self._missing():
                return False
            for scope in await self._former_scopes():
                await self._clear(scope)
            if self._fingerprint() == await self._known():
                return False
            await self._send()
            return True

    async def sync(self) -> int:
        """Sync now, whatever Discord has; how many commands there are.

        :raises UserError: when a cog is missing.
        """
        async with self._bot.packages.turn:
            if missing := self._missing():
                raise UserError(
                    f"Not synced: {', '.join(missing)} is not loaded, and its commands would be "
                    "deleted from Discord. Load it first."
                )
            return await self._send()

    async def _send(self) -> int:
        guild = self._guild()
        try:
            if guild is not None:
                self._bot.tree.copy_global_to(guild=guild)
            commands = await self._bot.tree.sync(guild=guild)
        finally:  # what stayed in the copy would be in the way of the next
            if guild is not None:
                self._bot.tree.clear_commands(guild=guild)
        await self._record(self._scope(), self._fingerprint())
        log.info("Synced %d commands to %s", len(commands), self._scope())
        return len(commands)

    def _missing(self) -> list[str]:
        packages = self._bot.packages
        return [name for name in packages.names() if not packages.is_loaded(name)]

    def _guild(self) -> discord.Object | None:
        dev_guild = self._bot.settings.dev_guild
        return None if dev_guild is None else discord.Object(dev_guild)

    def _scope(self) -> str:
        return str(self._bot.settings.dev_guild or "global")

    def _fingerprint(self) -> str:
        tree = self._bot.tree
        payload = sorted(
            json.dumps(command.to_dict(tree), sort_keys=True) for command in tree.get_commands()
        )
        return hashlib.sha256("\n".join(payload).encode()).hexdigest()

    async def _known(self) -> str | None:
        rows = await self._bot.ledger.rows(_KNOWN, self._bot.application_id, self._scope())
        return None if not rows else str(rows[0][0])

    async def _former_scopes(self) -> list[str]:
        """Guilds that were synced to once; a guild's own commands would show beside the global."""
        rows = await self._bot.ledger.rows(_OTHERS, self._bot.application_id, self._scope())
        return [str(row[0]) for row in rows]

    async def _clear(self, scope: str) -> None:
        try:
            await self._bot.tree.sync(guild=discord.Object(int(scope)))
        except (discord.Forbidden, discord.NotFound):
            log.info("The bot is no longer in the former development guild %s", scope)
        application = self._bot.application_id

        def forget(db: sqlite3.Connection) -> None:
            db.execute(_FORGET, (application, scope))

        await self._bot.ledger.write(forget)

    async def _record(self, scope: str, fingerprint: str) -> None:
        application, now = self._bot.application_id, int(discord.utils.utcnow().timestamp() * 1000)

        def record(db: sqlite3.Connection) -> None:
            db.execute(_RECORD, (application, scope, fingerprint, now))

        await self._bot.ledger.write(record)


_KNOWN = "SELECT fingerprint FROM command_sync WHERE application_id = ? AND scope = ?"
_OTHERS = """
SELECT scope FROM command_sync
WHERE application_id = ? AND scope <> 'global' AND scope <> ?
"""
_FORGET = "DELETE FROM command_sync WHERE application_id = ? AND scope = ?"
_RECORD = """
INSERT INTO command_sync VALUES (?, ?, ?, ?)
ON CONFLICT (application_id, scope)
DO UPDATE SET fingerprint = excluded.fingerprint, synced_at = excluded.synced_at
"""
