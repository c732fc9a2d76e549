"""``/about`` and ``/help``: ask, render, send."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord import app_commands

from bot.client import Marquee
from bot.cog import MarqueeCog
from bot.ui.reply import answering
from bot.ui.words import Words

from . import queries, render
from .models import Command, Feature, HelpTopic

_Interaction = discord.Interaction[Marquee]


class About(MarqueeCog):
    """What the bot is, what it keeps, and how to get on."""

    @app_commands.command()
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def about(self, interaction: _Interaction) -> None:
        """What I am, where my facts are from, and what I store."""
        async with answering(interaction, private=True) as answer:
            async with self.bot.catalog.reading() as read:
                sources = await queries.sources(read)
            features = self._features(admin=self.bot.is_admin(interaction.user))
            await answer.send(render.about(sources, features))

    @app_commands.command(name="help")
    @app_commands.describe(topic="What about; an overview when left out")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def give_help(
        self,
        interaction: _Interaction,
        topic: app_commands.Transform[HelpTopic, Words(HelpTopic)] | None = None,
    ) -> None:
        """How to ask for facts, play trivia and look up reviews."""
        admin = self.bot.is_admin(interaction.user)
        async with answering(interaction, private=True) as answer:
            await answer.send(render.guide(topic, list(self._commands(admin=admin))))

    def _commands(self, *, admin: bool) -> Iterator[Command]:
        """The commands as they are loaded now; those kept from members only for admins."""
        for command in self.bot.tree.walk_commands(type=discord.AppCommandType.chat_input):
            top = command.root_parent or command
            if isinstance(command, app_commands.Group):
                continue
            if top.default_permissions is not None and not admin:
                continue
            yield Command(command.qualified_name, command.description)

    def _features(self, *, admin: bool) -> Iterator[Feature]:
        """The commands as they are loaded now; those kept from members only for admins."""
        for command in sorted(self.bot.tree.get_commands(), key=lambda command: command.name):
            if isinstance(command, app_commands.ContextMenu):
                continue
            if command.default_permissions is not None and not admin:
                continue
            parts: list[str] = []
            if isinstance(command, app_commands.Group):
                parts = [part.name for part in command.commands]
            yield Feature(command.name, command.description, tuple(parts))
