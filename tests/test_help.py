"""``/help``, as a member reads it."""

from __future__ import annotations

from discord import AppCommandType, app_commands

from bot.client import Marquee
from bot.demo.world import World
from cogs.about.models import HelpTopic

from .answers import private

DESCRIPTION = 4_096  # Discord's limit


async def screens(world: World) -> dict[HelpTopic | None, str]:
    """Every screen that there is."""
    overview = private(await world.chiyo.slash(world.film_night, "help"))
    found: dict[HelpTopic | None, str] = {None: overview}
    for topic in HelpTopic:
        shown = await world.chiyo.slash(world.film_night, "help", topic=topic.value)
        found[topic] = private(shown)
    return found


async def test_every_command_for_everybody_is_explained(world: World, bot: Marquee) -> None:
    """On one screen each, with what Discord says of it; none of the commands for admins is."""
    shown = await screens(world)
    text = "\n".join(screen for topic, screen in shown.items() if topic is not HelpTopic.OWNER)
    for command in bot.tree.walk_commands(type=AppCommandType.chat_input):
        if isinstance(command, app_commands.Group):
            continue
        is_open = (command.root_parent or command).default_permissions is None
        line = f"**/{command.qualified_name}** {command.description}"
        assert text.count(line) == is_open, command.qualified_name


async def test_moderators_and_owners_find_their_commands_on_one_screen(
    world: World, bot: Marquee
) -> None:
    """The moderators' are told to everybody, the owner's to who may use them."""
    for_all = private(await world.chiyo.slash(world.film_night, "help", topic="owner"))
    for_owner = private(await world.ada.slash(world.film_night, "help", topic="owner"))
    moderators = ("reports", "regrades", "daily set", "daily off", "stop", "skip")
    for name in moderators:
        assert f"**/trivia {name}** " in for_all
        assert f"**/trivia {name}** " in for_owner
    assert "/trivia start" not in for_all
    admin = bot.tree.get_command("admin")
    assert isinstance(admin, app_commands.Group)
    for command in admin.commands:
        line = f"**/{command.qualified_name}** {command.description}"
        assert line in for_owner
        assert line not in for_all
    assert len(for_owner) < DESCRIPTION


async def test_help_says_what_a_rating_and_a_season_are(world: World) -> None:
    """Both are shown on boards and figures."""
    boards = private(await world.chiyo.slash(world.film_night, "help", topic="boards"))
    assert "**rating**" in boards
    assert "1,500" in boards
    assert "quarter of the year" in boards


async def test_help_names_no_command_that_is_not_there(world: World, bot: Marquee) -> None:
    """A text that names a command follows its renaming."""
    known = {command.qualified_name for command in bot.tree.walk_commands()}
    for text in (await screens(world)).values():
        for part in text.split("`")[1::2]:
            if part.startswith("/"):
                words = [word for word in part[1:].split() if ":" not in word]
                assert " ".join(words) in known, part


async def test_the_overview_leads_to_every_screen(world: World) -> None:
    """And every screen is short."""
    shown = await screens(world)
    for topic in HelpTopic:
        assert f"`/help topic:{topic}`" in (shown[None] or "")
        assert len(shown[topic]) < DESCRIPTION // 2
    play = shown[HelpTopic.PLAY]
    for word in ("race", "survival", "typed", "Hint", "Skip", "thread", "All films"):
        assert word in play
    assert "Report a mistake" in shown[HelpTopic.BOARDS]
    assert "`README.md`" in shown[HelpTopic.OWNER]


async def test_help_works_in_direct_messages(world: World) -> None:
    """The same answer in a direct message."""
    assert "`/film fact`" in private(await world.dana.user.slash("help"))
