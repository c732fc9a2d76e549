"""The least a discord.py bot can be: the floor that benchmarks measure against."""

import os
from typing import Self

import discord
from discord import app_commands
from discord.ext import commands

WORDS = ("alpha", "beta", "gamma")


class Panel(discord.ui.View):
    """One static button which works for as long as its message exists."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Press", custom_id="bare:press")
    async def press(self, interaction: discord.Interaction, _: discord.ui.Button[Self]) -> None:
        """Answer whoever pressed, and only them."""
        await interaction.response.send_message("pressed", ephemeral=True)


class BareBot(commands.Bot):
    """Caches nothing it can do without, and syncs at every start."""

    def __init__(self) -> None:
        super().__init__(
            command_prefix=(),
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            help_command=None,
        )

    async def setup_hook(self) -> None:
        """Make the panel answer and the commands known."""
        self.add_view(Panel())
        for command in (ping, panel):
            self.tree.add_command(command)
        await self.tree.sync()


@app_commands.command()
async def ping(interaction: discord.Interaction, word: str = "") -> None:
    """Answer pong."""
    await interaction.response.send_message("pong")


@ping.autocomplete("word")
async def words(_: discord.Interaction, __: str) -> list[app_commands.Choice[str]]:
    """The same three words, whatever is typed."""
    return [app_commands.Choice(name=word, value=word) for word in WORDS]


@app_commands.command()
async def panel(interaction: discord.Interaction) -> None:
    """Post the button."""
    await interaction.response.send_message("Here is a button.", view=Panel())


if __name__ == "__main__":
    BareBot().run(os.environ["DISCORD_TOKEN"])
