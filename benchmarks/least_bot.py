"""The least that a bot can do which answers as Marquee does: discord.py's and SQLite's own cost.

The bare bot with Marquee's event loop and JSON, but that ``/ping`` is answered with a fact's embed
and button, and that a press is a row on the disk before it is answered. What it costs beside the
bare bot with both, no work on Marquee can save.
"""

from __future__ import annotations

import contextlib
import gc
import os
from pathlib import Path
from typing import Self

import discord
import uvloop

from bot.ledger import Ledger
from bot.live import GC_THRESHOLD
from bot.ui import colours
from tests.loopback import bare_bot

FACT = (
    "The shoot took four weeks in the autumn of 1994, on sixteen-millimetre film, which the"
    " director had asked for so that a small crew could work fast and go nearly unnoticed."
)


class Panel(discord.ui.View):
    """One static button, as the bare bot's."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Press", custom_id="bare:press")
    async def press(self, interaction: discord.Interaction, _: discord.ui.Button[Self]) -> None:
        """Answer whoever pressed, once that is on the disk."""
        bot = interaction.client
        assert isinstance(bot, LeastBot)
        press = (interaction.id, interaction.user.id)
        await bot.ledger.write(lambda db: db.execute("INSERT INTO press VALUES (?, ?)", press))
        await interaction.response.send_message("pressed", ephemeral=True)


class Again(discord.ui.View):
    """The button under a fact. It is made anew for each, as its ``custom_id`` has to be."""

    def __init__(self, custom_id: str) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Another", custom_id=custom_id))

    def is_finished(self) -> bool:
        """Always, so that discord.py does not keep it."""
        return True


async def ping(interaction: discord.Interaction, word: str = "") -> None:
    """Answer with a fact that needs not be looked for."""
    embed = discord.Embed(title="A film · Filming", description=FACT, colour=colours.FILM)
    embed.set_footer(text="Source: An encyclopedia, “A film”, Filming · 1 of 80")
    again = Again(f"fact:a-film:all:{interaction.id % 1_000_000_007}:1")
    await interaction.response.send_message(embed=embed, view=again)


async def panel(interaction: discord.Interaction) -> None:
    """Post the button."""
    await interaction.response.send_message("Here is a button.", view=Panel())


class LeastBot(bare_bot.BareBot):
    """The bare bot with a ledger of one table."""

    ledger: Ledger

    def __init__(self) -> None:
        super().__init__()
        self._open = contextlib.AsyncExitStack()

    async def setup_hook(self) -> None:
        """Open the ledger; make the panel answer and the commands known."""
        path = Path(os.environ["MARQUEE_DATA_DIR"]) / "least.db"
        self.ledger = await self._open.enter_async_context(Ledger.open(path))
        await self.ledger.write(lambda db: db.execute(_PRESSES))
        self.add_view(Panel())
        self.tree.command()(ping)
        self.tree.command()(panel)
        await self.tree.sync()

    async def close(self) -> None:
        """Leave Discord and close the ledger."""
        await super().close()
        await self._open.aclose()


_PRESSES = "CREATE TABLE press (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL)"

if __name__ == "__main__":
    gc.set_threshold(*GC_THRESHOLD)
    uvloop.install()
    LeastBot().run(os.environ["DISCORD_TOKEN"])
