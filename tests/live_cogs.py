"""Cogs in a folder that a test may edit, and what a bot holds on behalf of its cogs."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bot.client import Marquee

from .conftest import ROOT

COGS = ROOT / "cogs"
KNOCK = "knock"

# A cog that has one of everything, and can be held up while it is being loaded.
ECHO_INIT = """
from .cog import Echo

async def setup(bot):
    await bot.add_cog(Echo(bot))
"""
ECHO_COG = """
import asyncio
import discord
from discord import app_commands
from discord.ext import commands
from bot.cog import MarqueeCog
from bot.ui.buttons import Pressable, button_row
from .words import WORD

class Knock(Pressable, template="knock"):
    def __init__(self):
        super().__init__("knock", "Knock")

    @classmethod
    def from_match(cls, match):
        return cls()

class Echo(MarqueeCog):
    async def enter(self):
        await self.pass_gate("enter")
        self.register_press(Knock, self.knocked)
        self.register_shortcut("echo", self.follow)
        self.start_task(asyncio.sleep(3_600), "echo waits")

    async def leave(self):
        await self.pass_gate("leave")

    async def pass_gate(self, place):
        gate = getattr(self.bot, "gate", None)
        if gate and gate.place == place:
            await gate.pass_through()

    async def knocked(self, interaction, button):
        await interaction.response.send_message("Knocked: " + WORD)

    async def follow(self, interaction, film):
        await interaction.response.send_message("Followed: " + WORD)

    @app_commands.command()
    async def echo(self, interaction):
        "Say a word."
        await interaction.response.send_message("Word: " + WORD, view=button_row(Knock()))

    @commands.Cog.listener()
    async def on_shout(self, heard):
        heard.append(WORD)
"""


class Live:
    """The folder that the bot's cogs are in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()

    def copy(self, *names: str) -> None:
        """Have these cogs of ours."""
        for name in names:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(COGS / name, self.folder / name, ignore=ignored)

    def write(self, name: str, **files: str) -> None:
        """Write modules of a package: their names, and what is in them."""
        (self.folder / name).mkdir(exist_ok=True)
        for module, source in files.items():
            (self.folder / name / f"{module}.py").write_text(source)

    def say(self, word: str) -> None:
        """Change what the echo says."""
        self.write("echo", words=f"WORD = {word!r}\n")


@dataclass
class Gate:
    """Holds a cog up halfway through its load or its unload."""

    place: str
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def pass_through(self) -> None:
        self.reached.set()
        await self.opened.wait()


@dataclass(frozen=True)
class Held:
    """All that a running bot holds on behalf of its cogs."""

    commands: Counter[str]
    cogs: Counter[str]
    presses: Counter[str]
    views: int
    tasks: Counter[str]
    listeners: Counter[str]
    checks: int
    modules: Counter[str]


def held(bot: Marquee) -> Held:
    """What the bot holds now."""
    store = bot._connection._view_store
    tasks = (task.get_name() for task in asyncio.all_tasks() if not task.done())
    return Held(
        commands=Counter(command.qualified_name for command in bot.tree.walk_commands()),
        cogs=Counter(list(bot.cogs)),
        presses=Counter(bot.presses.known()),
        views=len(store._views) + len(store._synced_message_views) + len(store._dynamic_items),
        tasks=Counter(name for name in tasks if not name.startswith("Task-")),
        listeners=Counter(
            {event: len(listeners) for event, listeners in bot.extra_events.items() if listeners}
        ),
        checks=len(bot._checks) + len(bot._check_once),
        modules=Counter(name for name in sys.modules if name.startswith("livecogs.")),
    )
