"""The bot: a discord.py client with as little as works, and the cogs that make it useful.

No privileged intent, no member or message cache, no mention that was not asked for.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from . import error_handler
from .catalog.reader import Catalog
from .clock import Clock
from .extensions import Extensions
from .ledger import Ledger
from .presses import Presses
from .settings import Settings
from .sync import CommandSync

log = logging.getLogger(__name__)

_OWNING_ROLES = frozenset({discord.TeamMemberRole.admin, discord.TeamMemberRole.developer})
# A closing bot waits so long for its answers to presses.
_LAST_ANSWERS_SECONDS = 1.0
# Loading a cog takes no longer, unless it hangs. The trial of new code has as long.
LOAD_SECONDS = 60.0
_OURS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class _Tree(app_commands.CommandTree["Marquee"]):
    async def on_error(
        self, interaction: discord.Interaction[Marquee], error: app_commands.AppCommandError, /
    ) -> None:
        await error_handler.handle(interaction, error)


class Marquee(commands.Bot):
    """Marquee, with its catalog and ledger already open; whoever opened them closes them."""

    def __init__(
        self, settings: Settings, catalog: Catalog, ledger: Ledger, *, cogs: str = "cogs"
    ) -> None:
        super().__init__(
            command_prefix=(),  # slash commands only; messages are never read
            help_command=None,
            tree_cls=_Tree,
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self.settings = settings
        self.catalog = catalog
        self.ledger = ledger
        self.packages = Extensions(self, cogs)
        self.command_sync = CommandSync(self)
        self.presses = Presses()
        self.clock = Clock()
        # Set while Discord can reach the bot.
        self.connected = asyncio.Event()
        # Why the packs of today are not in the catalog, when they are broken.
        self.catalog_problem: str | None = None
        self._owners: frozenset[int] = frozenset()

    async def setup_hook(self) -> None:
        """Load every cog and sync the commands; before any event arrives.

        Without the sync the bot serves with the commands that Discord has.

        :raises ExtensionError: when a cog fails to load; nothing is synced then.
        :raises discord.HTTPException: when the development guild does not take the commands.
        """
        self._owners = await self._read_owners()
        await self.packages.load_all()
        try:
            await self.command_sync.sync_if_changed()
        except discord.HTTPException as error:
            forbidden = isinstance(error, discord.Forbidden | discord.NotFound)
            if forbidden and self.settings.dev_guild is not None:
                raise  # the owner has set it a moment ago, and is told
            log.error("Discord did not take the commands: %s", error)
            log.error("Those it has serve on; `/admin sync`, or the next start, tries again.")

    async def load_extension(self, name: str, *, package: str | None = None) -> None:
        """As discord.py does it; but a load that hangs, is cancelled or exits is one that fails.

        discord.py takes back what was loaded, and returns to the old code in a reload, for an
        ``Exception`` only; and it waits for ever.
        """
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                await super().load_extension(name, package=package)
        except (asyncio.CancelledError, SystemExit, TimeoutError) as error:
            if self.is_closed():
                raise  # the process is ending; nothing shall come back
            await self._take_back(name)
            if isinstance(error, TimeoutError):
                error = TimeoutError(f"It did not finish loading within {LOAD_SECONDS:g} s.")
            failure = commands.ExtensionFailed(name, error)  # pyright: ignore[reportArgumentType]
            raise failure from error

    async def _take_back(self, name: str) -> None:
        """Remove what a package has registered; a group of commands is there before its cog."""
        for cog in [*self.cogs.values()]:
            if _is_of(cog.__module__, name):
                await self.remove_cog(cog.qualified_name)
        for command in self.tree.get_commands(type=discord.AppCommandType.chat_input):
            if _is_of(command.module, name):
                self.tree.remove_command(command.name)

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """As discord.py does it; but its READY, which is two seconds late, not to a closed bot.

        That has no loop any more to run the event in.
        """
        if not (event_name == "ready" and self.is_closed()):
            super().dispatch(event_name, *args, **kwargs)

    async def close(self) -> None:
        """Leave Discord; what was pressed before is answered first."""
        await self.presses.finish(_LAST_ANSWERS_SECONDS)
        await super().close()

    async def on_ready(self) -> None:
        assert self.user is not None
        self.connected.set()
        log.info("Ready as %s in %d servers", self.user.id, len(self.guilds))

    async def on_interaction(self, interaction: discord.Interaction[Marquee], /) -> None:
        """Every press and form, which discord.py leaves to us; commands go to the tree."""
        self.clock.see(interaction.id)
        if interaction.type in _OURS:
            await self.presses.lead(interaction)

    async def on_resumed(self) -> None:
        self.connected.set()

    async def on_disconnect(self) -> None:
        self.connected.clear()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("Error in the event %s", event_method)

    def is_admin(self, user: discord.abc.User) -> bool:
        """Whether ``user`` may change the running bot: its owners and the ids in the settings."""
        return user.id in self._owners or user.id in self.settings.admin_ids

    async def _read_owners(self) -> frozenset[int]:
        """The application's owner, or the members of its team who can change it.

        An invitation that was not accepted gives no rights.
        """
        application = self.application or await self.application_info()
        if application.team is None:
            return frozenset({application.owner.id})
        return frozenset(
            member.id
            for member in application.team.members
            if member.membership_state is discord.TeamMembershipState.accepted
            and (member.role in _OWNING_ROLES or member.id == application.team.owner_id)
        )


def _is_of(module: str | None, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")
