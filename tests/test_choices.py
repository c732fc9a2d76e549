"""What Discord offers to choose from in the commands' options."""

from __future__ import annotations

from discord import AppCommandType, app_commands

from bot.client import Marquee
from bot.demo.world import World


async def test_choices_are_named_as_the_help_names_them(world: World, bot: Marquee) -> None:
    """In small letters, as their values are."""
    assert world.guild  # connected: the cogs are loaded
    found: set[str] = set()
    for command in bot.tree.walk_commands(type=AppCommandType.chat_input):
        if isinstance(command, app_commands.Group):
            continue
        for option in command.parameters:
            for choice in option.choices:
                assert choice.name == choice.value, f"/{command.qualified_name} {option.name}"
                assert choice.name == choice.name.lower()
                found.add(choice.name)
    assert found >= {"race", "hard", "play", "server", "season", "light"}
