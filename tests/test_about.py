"""``/about``, as a member reads it."""

from __future__ import annotations

from discord import app_commands

from bot import __version__
from bot.client import Marquee
from bot.demo.world import World

from .answers import private


async def test_about_tells_what_the_bot_is_and_keeps(world: World) -> None:
    """Version, both licences, the sources, and what is stored, in a private answer."""
    told = private(await world.chiyo.slash(world.film_night, "about"))

    for part in (
        f"Marquee {__version__}",
        "MIT licence",
        "CC BY-SA 4.0",
        "Leaving Las Vegas (film article)",
        "their Discord id, their answers (as they were typed)",
        "No names, no messages",
    ):
        assert part in told


async def test_about_tells_where_to_get_help(world: World) -> None:
    """How things work, who mends a question, and who sees to all else."""
    told = private(await world.chiyo.slash(world.film_night, "about"))

    for part in ("`/help` explains", "**Report a mistake** under it", "whoever hosts me"):
        assert part in told


async def test_about_lists_the_commands_there_are(world: World, bot: Marquee) -> None:
    """The commands are those of the bot as it runs: a cog that is unloaded is not listed."""
    told = private(await world.chiyo.slash(world.film_night, "about"))
    assert "**/film**" in told
    assert "`scores`, `critic`, `search`" in told
    for command in bot.tree.get_commands():
        assert isinstance(command, app_commands.Command | app_commands.Group)
        assert (f"**/{command.name}**" in told) == (command.default_permissions is None)

    await bot.packages.unload("films")
    assert "/film" not in private(await world.chiyo.slash(world.film_night, "about"))


async def test_only_admins_read_of_the_admin_commands(world: World) -> None:
    """Commands kept from members are listed for admins only."""
    assert "/admin" in private(await world.ada.slash(world.film_night, "about"))


async def test_about_works_in_direct_messages(world: World) -> None:
    """The same answer in a direct message."""
    assert "Marquee" in private(await world.dana.user.slash("about"))
