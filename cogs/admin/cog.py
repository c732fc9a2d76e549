"""The admin commands: every one is for the bot's admins alone, and leaves a line in the log."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalog import keeper
from bot.catalog.films import MAX_CHOICES
from bot.client import Marquee
from bot.cog import MarqueeCog
from bot.errors import CatalogError, ExtensionError, UserError
from bot.ui.reply import answering

from . import queries, render
from .models import Cog, Synced

log = logging.getLogger(__name__)

_Interaction = discord.Interaction[Marquee]


class NotAnAdmin(UserError, app_commands.CheckFailure):
    """Somebody else asked. Both of ours and of the tree's, which only passes on its own errors."""


async def cog_choices(interaction: _Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The packages there are, for admins; checks do not run for an autocomplete."""
    bot = interaction.client
    if not bot.is_admin(interaction.user):
        return []
    names = [name for name in bot.packages.known() if typed.casefold() in name]
    return [app_commands.Choice(name=name, value=name) for name in names[:MAX_CHOICES]]


# Servers may show the commands to whom they like; who may use them is checked at each use. In
# direct messages Discord heeds no permission and would show them to everybody.
@app_commands.default_permissions(administrator=True)
@app_commands.guild_only()
class Admin(MarqueeCog, commands.GroupCog, group_name="admin", group_description="Run the bot"):
    """Changing code and content while the bot runs."""

    def __init__(self, bot: Marquee) -> None:
        super().__init__(bot)
        self._rebuilding = False

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        if self.bot.is_admin(interaction.user):
            return True
        log.info("Refused an admin command to %d", interaction.user.id)
        raise NotAnAdmin(render.NOT_AN_ADMIN)

    @app_commands.command(name="cogs")
    async def show_cogs(self, interaction: _Interaction) -> None:
        """What is loaded and what failed, and the state of the catalog."""
        _record(interaction)
        async with answering(interaction, private=True) as answer:
            cogs = self._cogs()
            content = await queries.content(self.bot.catalog)
            await answer.send(render.status(cogs, content, self.bot.catalog_problem))

    @app_commands.command()
    @app_commands.describe(cog="Which one")
    @app_commands.autocomplete(cog=cog_choices)
    async def reload(self, interaction: _Interaction, cog: str) -> None:
        """Replace a cog by the code that is in its folder now."""
        await self._change(interaction, self.bot.packages.reload, cog, "reloaded")

    @app_commands.command()
    @app_commands.describe(cog="Which one")
    @app_commands.autocomplete(cog=cog_choices)
    async def load(self, interaction: _Interaction, cog: str) -> None:
        """Load a cog that is not loaded."""
        await self._change(interaction, self.bot.packages.load, cog, "loaded")

    @app_commands.command()
    @app_commands.describe(cog="Which one")
    @app_commands.autocomplete(cog=cog_choices)
    async def unload(self, interaction: _Interaction, cog: str) -> None:
        """Switch a cog off until it is loaded again."""
        await self._change(interaction, self.bot.packages.unload, cog, "unloaded")

    @app_commands.command()
    async def sync(self, interaction: _Interaction) -> None:
        """Send the commands to Discord, changed or not."""
        _record(interaction)
        async with answering(interaction, private=True) as answer:
            try:
                count = await self.bot.command_sync.sync()
            except discord.HTTPException as error:
                log.warning("Discord did not take the commands: %s", error)
                raise UserError(render.not_synced(error)) from error
            await answer.send(render.synced(count))

    @app_commands.command()
    async def rebuild(self, interaction: _Interaction) -> None:
        """Build the catalog anew from the film packs, and serve it."""
        _record(interaction)
        async with answering(interaction, private=True) as answer:
            if self._rebuilding:
                raise UserError(render.REBUILDING)
            self._rebuilding = True
            try:
                problem = await self._rebuild()
            finally:
                self._rebuilding = False
            if problem is None:
                message = render.rebuilt(await queries.content(self.bot.catalog))
            else:
                message = render.not_rebuilt(problem)
            await answer.send(message)

    def _cogs(self) -> list[Cog]:
        packages = self.bot.packages
        present = packages.names()
        return [
            Cog(name, packages.is_loaded(name), packages.failed.get(name), name not in present)
            for name in packages.known()
        ]

    async def _change(
        self,
        interaction: _Interaction,
        change: Callable[[str], Awaitable[None]],
        cog: str,
        action: str,
    ) -> None:
        _record(interaction, cog)
        async with answering(interaction, private=True) as answer:
            try:
                await change(cog)
            except ExtensionError as error:
                serving = self.bot.packages.is_loaded(cog)
                await answer.send(render.failure(error, serving=serving))
            else:
                await answer.send(render.changed(cog, action, await self._sync_changes()))

    async def _sync_changes(self) -> Synced:
        packages = self.bot.packages
        try:
            if await self.bot.command_sync.sync_if_changed():
                return Synced.SENT
        except discord.HTTPException as error:
            log.warning("Discord did not take the commands: %s", error)
            return Synced.REFUSED
        if all(packages.is_loaded(name) for name in packages.names()):
            return Synced.SAME
        return Synced.COG_MISSING

    async def _rebuild(self) -> str | None:
        """Build and serve; the problem when that failed, which ``/admin cogs`` then shows too."""
        bot = self.bot
        try:
            await keeper.rebuild(bot.settings.seeds_dir, bot.catalog.path)
            await bot.catalog.refresh()
        except CatalogError as error:
            log.warning("The catalog could not be rebuilt: %s", error)
            bot.catalog_problem = str(error)
        else:
            log.info("Rebuilt the catalog, now %s", bot.catalog.fingerprint)
            bot.catalog_problem = None
        return bot.catalog_problem


def _record(interaction: _Interaction, cog: str = "") -> None:
    """Note in the log who did what; what they typed is quoted, and cut."""
    command = interaction.command.qualified_name if interaction.command else "admin"
    log.info("Admin %d: /%s %.60r", interaction.user.id, command, cog)
