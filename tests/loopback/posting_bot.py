"""The bare bot with what it has no need of: posts of its own, and modals."""

import asyncio
import os

import discord
from discord import app_commands

from tests.loopback.bare_bot import BareBot


class Question(discord.ui.Modal, title="A question"):
    """One field in a label and one in an action row, the two shapes there are."""

    name = discord.ui.Label(
        text="Name", component=discord.ui.TextInput["Question"](custom_id="posting:name")
    )
    reason = discord.ui.TextInput["Question"](
        label="Reason", custom_id="posting:reason", required=False
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Repeat what was typed."""
        assert isinstance(self.name.component, discord.ui.TextInput)
        typed = [self.name.component.value, self.reason.value]
        await interaction.response.send_message(repr(typed))


class Asking(discord.ui.View):
    """A button which opens the modal."""

    @discord.ui.button(label="Answer", custom_id="posting:ask")
    async def ask(self, interaction: discord.Interaction, _: discord.ui.Button["Asking"]) -> None:
        """Open it."""
        await interaction.response.send_modal(Question(custom_id="posting:question"))


class PostingBot(BareBot):
    """Posts as often as it is told to."""

    async def setup_hook(self) -> None:
        """Make two more commands known."""
        for command in (post, ask):
            self.tree.add_command(command)
        await super().setup_hook()


@app_commands.command()
async def post(interaction: discord.Interaction, times: int) -> None:
    """Post so many messages at once, each with a nonce."""
    await interaction.response.defer(ephemeral=True)
    assert isinstance(interaction.channel, discord.TextChannel)
    send = interaction.channel.send
    await asyncio.gather(*(send(str(n), nonce=f"{interaction.id}{n}") for n in range(times)))
    await interaction.edit_original_response(content="posted")


@app_commands.command()
async def ask(interaction: discord.Interaction) -> None:
    """Show a button which opens a modal."""
    await interaction.response.send_message("Well?", view=Asking())


if __name__ == "__main__":
    PostingBot().run(os.environ["DISCORD_TOKEN"])
