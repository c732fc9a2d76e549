"""The admin commands: who may use them, and what they do to a running bot."""

from __future__ import annotations

import asyncio
import logging
import shutil
from dataclasses import replace
from pathlib import Path

import discord
import pytest
import simcord
from discord import app_commands
from simcord import actors
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.catalog import keeper
from bot.client import Marquee
from bot.demo.world import World
from bot.errors import ExtensionError
from cogs.admin import render
from cogs.admin.cog import Admin
from cogs.admin.models import Cog, Content

from .answers import private, text
from .conftest import PACKS, SEEDS

COMMANDS = {
    "admin cogs": {},
    "admin reload": {"cog": "films"},
    "admin load": {"cog": "films"},
    "admin unload": {"cog": "films"},
    "admin sync": {},
    "admin rebuild": {},
}
PAPER_LIGHTHOUSE = PACKS / "the-paper-lighthouse.toml"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A folder of packs that a test may change."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    for pack in SEEDS.glob("*.toml"):
        shutil.copy(pack, folder)
    return folder


@pytest.fixture
def catalog_path(one_film: Path, tmp_path: Path) -> Path:
    """A catalog of a test's own, that it may rebuild."""
    return Path(shutil.copy(one_film, tmp_path / "catalog.db"))


@pytest.fixture
def world(world: World, bot: Marquee, seeds: Path) -> World:
    bot.settings = replace(bot.settings, seeds_dir=seeds)
    return world


async def _ask(world: World, command: str, **options: str) -> str:
    """What ``ada``, who is an admin of the bot, is told in private."""
    return private(await world.ada.slash(world.film_night, command, **options))


async def _ask_at_once(world: World, command: str, *options: dict[str, str]) -> list[str]:
    """The same command several times, before any is answered.

    SimCord lets one member act at a time; below its guard two can be sent in a row.
    """
    pending = [
        actors._slash(world.ada, world.film_night, command, dict(given)) for given in options
    ]
    return [private(result) for result in await asyncio.gather(*pending)]


def _boss(world: World, env: simcord.Env) -> MemberActor:
    """An administrator of the server, which gives no rights over the bot."""
    role = world.guild.create_role("Owner", permissions=discord.Permissions(administrator=True))
    return world.guild.add_member(env.create_user("boss"), roles=[role])


def test_every_command_is_known_here(bot: Marquee) -> None:
    """The list of commands that these tests go through has every one there is."""
    group = Admin(bot).app_command
    assert isinstance(group, app_commands.Group)
    assert {command.qualified_name for command in group.commands} == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_stranger_is_refused_at_run_time(
    world: World, env: simcord.Env, bot: Marquee, command: str
) -> None:
    """Whoever a server shows the commands to, as its administrators, is refused privately."""
    loaded, before = dict(bot.extensions), len(env.http_requests)
    boss = _boss(world, env)
    result: InteractionResult = await boss.slash(world.film_night, command, **COMMANDS[command])

    assert private(result) == render.NOT_AN_ADMIN
    assert bot.extensions == loaded
    assert not [entry for entry in env.http_requests[before:] if entry.method == "PUT"]
    assert [type(error).__name__ for error in env.errors] == ["NotAnAdmin"]


async def test_members_do_not_see_the_commands(world: World) -> None:
    """Without the administrator permission the commands are not listed."""
    assert not [name for name in world.dana.available_commands(world.film_night) if "admin" in name]


async def test_commands_for_a_few_are_not_sent_for_direct_messages(bot: Marquee) -> None:
    """There Discord heeds no permission, and would show them to everybody."""
    await bot.packages.load_all()
    sent = [command.to_dict(bot.tree) for command in bot.tree.get_commands()]
    for_a_few = {
        payload["name"]: (payload["contexts"], payload["dm_permission"])
        for payload in sent
        if payload["default_member_permissions"] is not None
    }

    assert for_a_few == {"admin": ([0], False)}


async def test_an_admin_may_be_in_any_server(env: simcord.Env, world: World) -> None:
    """Whoever runs the bot finds the commands in every server that shows them."""
    other = env.create_guild("Elsewhere")
    role = other.create_role("Owner", permissions=discord.Permissions(administrator=True))
    ada = other.add_member(world.ada.user, roles=[role])
    channel = other.create_text_channel("lobby")

    assert "**Catalog**" in private(await ada.slash(channel, "admin cogs"))


async def test_cogs_are_offered_to_admins_only(env: simcord.Env, world: World) -> None:
    """The `cog` option offers what is in the folder to admins, and nothing to others."""
    boss = _boss(world, env)
    for command in ("admin reload", "admin load", "admin unload"):
        offered = await world.ada.autocomplete(world.film_night, command, "cog", "AD")
        assert [choice["value"] for choice in offered] == ["admin"]
        assert await boss.autocomplete(world.film_night, command, "cog", "") == []


async def test_every_use_is_in_the_log_with_its_actor(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Each command leaves a line with the id of who used it; so does a cog's name, quoted."""
    caplog.set_level(logging.INFO, "cogs.admin")
    for command in ("admin cogs", "admin sync", "admin rebuild"):
        await _ask(world, command)
    await _ask(world, "admin load", cog="no\nsuch")

    log = [record.getMessage() for record in caplog.records]
    for command in ("admin cogs", "admin sync", "admin rebuild", "admin load"):
        assert [line for line in log if line.startswith(f"Admin {world.ada.id}: /{command} ")]
    assert not [line for line in log if "\n" in line]


async def test_cogs_lists_every_package_and_the_catalog(world: World, bot: Marquee) -> None:
    """`/admin cogs` tells the state of each package, and what the catalog holds."""
    told = await _ask(world, "admin cogs")

    for name in bot.packages.names():
        assert f"`{name}`: loaded" in told
    assert f"`{bot.catalog.fingerprint[:12]}`: 1 film, " in told


async def test_unloaded_cog_is_gone_until_it_is_loaded(world: World, env: simcord.Env) -> None:
    """`/admin unload` switches a cog off and deletes no command; `/admin load` brings it back."""
    before = len(env.http_requests)
    assert "is unloaded" in await _ask(world, "admin unload", cog="films")
    assert "`films`: not loaded" in await _ask(world, "admin cogs")
    assert "films is not loaded" in await _ask(world, "admin sync")
    off = await world.dana.slash(world.film_night, "film list")
    assert "switched off at the moment" in private(off)
    assert len(env.errors) == 1

    assert "is loaded" in await _ask(world, "admin load", cog="films")
    on = await world.dana.slash(world.film_night, "film list")
    assert on.response is not None
    assert "Leaving Las Vegas" in text(on.response)
    assert not [entry for entry in env.http_requests[before:] if entry.method == "PUT"]


@pytest.mark.parametrize(
    ("command", "cog", "why"),
    [
        ("admin load", "films", "is loaded already"),
        ("admin unload", "admin", "cannot unload itself"),
        ("admin reload", "nothing", "There is no cog of that name"),
    ],
)
async def test_what_cannot_be_done_is_refused(
    world: World, command: str, cog: str, why: str
) -> None:
    """A change that makes no sense is answered with the reason."""
    assert why in await _ask(world, command, cog=cog)


async def test_sync_sends_all_commands(world: World, env: simcord.Env, bot: Marquee) -> None:
    """`/admin sync` writes the commands to Discord, and says how many."""
    before = len(env.http_requests)
    count = len(bot.tree.get_commands())

    assert f"Synced {count} commands" in await _ask(world, "admin sync")
    assert [entry.method for entry in env.http_requests[before:] if entry.method == "PUT"]


async def test_refused_sync_is_explained(world: World, env: simcord.Env) -> None:
    """When Discord does not take the commands, the answer says so."""
    env.inject_error("PUT", "/applications/*/commands", status=400, code=30034)

    assert "Discord did not take the commands (400)" in await _ask(world, "admin sync")


async def test_rebuild_serves_what_is_in_the_packs_now(
    world: World, bot: Marquee, seeds: Path
) -> None:
    """After `/admin rebuild` members get answers from the packs of today."""
    before = bot.catalog.fingerprint
    shutil.copy(PAPER_LIGHTHOUSE, seeds)

    told = await _ask(world, "admin rebuild")
    assert "2 films" in told
    assert before != bot.catalog.fingerprint
    assert bot.catalog.fingerprint[:12] in told
    films = await world.dana.slash(world.film_night, "film list")
    assert films.response is not None
    assert "The Paper Lighthouse" in text(films.response)


async def test_broken_packs_never_replace_the_catalog(
    world: World, bot: Marquee, seeds: Path
) -> None:
    """The old catalog serves on, the problem is shown, and also by `/admin cogs` until mended."""
    before = bot.catalog.fingerprint
    pack = PAPER_LIGHTHOUSE.read_text()
    broken = seeds / PAPER_LIGHTHOUSE.name
    broken.write_text(pack.replace('verdict = "mixed"', 'verdict = "```lukewarm"'))

    told = await _ask(world, "admin rebuild")
    assert "the old one serves on" in told
    assert "python -m bot check" in told
    assert "the-paper-lighthouse.toml" in told
    assert "verdict" in told
    assert told.count("```") == 2
    assert bot.catalog.fingerprint == before
    assert "the-paper-lighthouse.toml" in await _ask(world, "admin cogs")

    broken.write_text(pack)
    assert "2 films" in await _ask(world, "admin rebuild")
    assert bot.catalog_problem is None
    assert "toml" not in await _ask(world, "admin cogs")


async def test_many_problems_are_cut_to_what_fits(world: World, seeds: Path) -> None:
    """Of many problems the first are shown, with how many more there are."""
    for number in range(60):
        (seeds / f"broken-{number:02}.toml").write_text("format = 'none'")

    for command in ("admin rebuild", "admin cogs"):
        told = await _ask(world, command)
        assert "broken-00.toml" in told
        assert "broken-59.toml" not in told
        assert "more lines." in told
        assert told.count("```") == 2


async def test_one_rebuild_at_a_time(world: World) -> None:
    """A second rebuild is refused while the first is under way, which is not disturbed."""
    told = await _ask_at_once(world, "admin rebuild", {}, {})

    assert sorted("built anew" in answer for answer in told) == [False, True]
    assert sorted(answer == render.REBUILDING for answer in told) == [False, True]
    assert "built anew" in await _ask(world, "admin rebuild")


async def test_a_rebuild_that_cannot_start_is_explained(
    world: World, bot: Marquee, tmp_path: Path
) -> None:
    """A folder without packs is a problem like any other."""
    (tmp_path / "empty").mkdir()
    bot.settings = replace(bot.settings, seeds_dir=tmp_path / "empty")

    assert "There is no film pack" in await _ask(world, "admin rebuild")
    assert not keeper.is_current(tmp_path / "empty", bot.catalog.path)


def test_the_end_of_a_long_error_is_shown_within_the_limit() -> None:
    """Of a failure's text the end is kept; nothing in it can end the code block."""
    error = ExtensionError("films", "reloaded", "x" * 5_000 + "``````\nTypeError: the end")
    content = render.failure(error, serving=True).content or ""

    assert len(content) <= 2_000
    assert content.endswith("TypeError: the end\n```")
    assert content.count("```") == 2


def test_the_state_fits_into_one_message_however_much_failed() -> None:
    """A state with every cog failed, and every pack broken, stays within an embed's limits."""
    cogs = [Cog(f"cog{number}", number % 2 == 0, "`" * 3_000) for number in range(12)]
    problem = "\n".join("line of a problem" for _ in range(2_000))
    embed = render.status(cogs, Content("f" * 64, 1, 2, 3), problem).embed

    assert embed is not None
    assert len(embed.description or "") <= 4_096
