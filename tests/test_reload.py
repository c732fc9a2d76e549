"""Changing cogs under a running bot: what is new serves, what is broken does not, nothing stays.

The cogs here are copies in a package of their own, ``livecogs``, which a test may edit.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path

import pytest
import simcord
from simcord import actors

from bot import client
from bot.catalog.reader import Catalog
from bot.client import Marquee
from bot.demo.world import World, build_world
from bot.errors import ExtensionError, UserError
from bot.ledger import Ledger
from bot.settings import Settings

from .answers import answer, private, public, text
from .conftest import SEEDS, expect_errors
from .live_cogs import COGS, ECHO_COG, ECHO_INIT, KNOCK, Gate, Live, held


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """``livecogs`` with an echo that says "one", and the cog that reloads."""
    live = Live(tmp_path / "root" / "livecogs")
    live.copy("admin")
    live.write("echo", __init__=ECHO_INIT, cog=ECHO_COG)
    live.say("one")
    monkeypatch.syspath_prepend(live.folder.parent)
    yield live
    for name in [name for name in sys.modules if name.partition(".")[0] == "livecogs"]:
        del sys.modules[name]


@pytest.fixture
async def bot(live: Live, one_film: Path, tmp_path: Path) -> AsyncGenerator[Marquee]:
    settings = Settings(data_dir=tmp_path, seeds_dir=SEEDS)
    async with Catalog.open(one_film) as catalog, Ledger.open(settings.ledger_path) as ledger:
        yield Marquee(settings, catalog, ledger, cogs="livecogs")


@pytest.fixture
def world(env: simcord.Env, bot: Marquee) -> World:
    world = build_world(env)
    bot._owners = frozenset({world.ada.id})
    return world


async def _admin(world: World, command: str, cog: str) -> str:
    """What an admin is told in private."""
    return private(await world.ada.slash(world.film_night, f"admin {command}", cog=cog))


async def _word(world: World) -> str:
    return public(await world.dana.slash(world.film_night, "echo")).splitlines()[0]


# ------------------------------------------------------------------ new code serves


async def test_an_edited_cog_answers_with_its_new_text(world: World, live: Live) -> None:
    """After a reload the new code answers, submodules too, also under an old message."""
    old = await world.dana.slash(world.film_night, "echo")
    live.say("two")

    assert await _admin(world, "reload", "echo") == (
        "The cog `echo` is reloaded. No command has changed, so nothing was sent to Discord."
    )
    assert await _word(world) == "Word: two"
    assert public(await world.dana.click(answer(old), label="Knock")) == "Knocked: two"


async def test_a_task_that_fails_is_told_by_its_name(
    world: World, live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    """At once: Python tells of it only when it throws the task away."""
    live.write("echo", cog=ECHO_COG.replace("asyncio.sleep(3_600)", "self.follow(None, 'a film')"))
    await _admin(world, "reload", "echo")
    (logged,) = expect_errors(caplog)
    assert logged.getMessage() == "The task 'echo waits' ended"
    assert logged.exc_info is not None


async def test_changed_commands_are_synced_with_the_reload(world: World, live: Live) -> None:
    """A new description is with Discord at once, and the answer says so."""
    live.write("echo", cog=ECHO_COG.replace("Say a word.", "Say a good word."))

    assert "are synced" in await _admin(world, "reload", "echo")
    assert await _word(world) == "Word: one"


@pytest.mark.parametrize("asked", [["reload"], ["unload", "load"]], ids=" and ".join)
async def test_an_edit_within_a_second_and_of_the_same_length_counts(
    world: World, live: Live, monkeypatch: pytest.MonkeyPatch, asked: list[str]
) -> None:
    """Python's cache, which goes by time and size, never brings old code back."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    words = live.folder / "echo" / "words.py"
    for word in ("two", "six"):
        stamp = words.stat()
        live.say(word)
        os.utime(words, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        for command in asked:
            await _admin(world, command, "echo")
        assert await _word(world) == f"Word: {word}"
        assert list((live.folder / "echo" / "__pycache__").glob("words.*.pyc"))


async def test_compiled_files_that_cannot_be_deleted_are_let_be(world: World, live: Live) -> None:
    """In a checkout that is another user's, or read-only: it starts, and reloads, all the same."""
    compiled = live.folder / "echo" / "__pycache__"
    shutil.rmtree(compiled, ignore_errors=True)
    compiled.touch()  # in which nothing can be deleted, by root neither
    live.say("two")
    assert "is reloaded" in await _admin(world, "reload", "echo")
    assert await _word(world) == "Word: two"


async def test_such_an_edit_is_tried_before_it_serves(
    world: World, live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a process of its own, as every other."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    seen = tmp_path / "seen"
    seen.mkdir()
    said = (
        f"import os, pathlib\npathlib.Path({str(seen)!r}, str(os.getpid())).touch()\nWORD = 'six'"
    )
    live.write("echo", words="WORD = 'two'".ljust(len(said)))
    await _admin(world, "reload", "echo")
    words = live.folder / "echo" / "words.py"
    stamp = words.stat()
    live.write("echo", words=said)
    os.utime(words, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    await _admin(world, "reload", "echo")
    assert await _word(world) == "Word: six"
    assert len({str(os.getpid()), *(path.name for path in seen.iterdir())}) == 2


async def test_a_new_package_can_be_loaded(world: World, live: Live) -> None:
    """A package that was added while the bot runs is offered, loaded and synced."""
    live.copy("films")
    offered = await world.ada.autocomplete(world.film_night, "admin load", "cog", "f")
    assert [choice["value"] for choice in offered] == ["films"]

    assert "are synced" in await _admin(world, "load", "films")
    assert "Leaving Las Vegas" in public(await world.dana.slash(world.film_night, "film list"))


QUIZ2_COG = (
    ECHO_COG.replace("Echo", "Quiz2")
    .replace("echo", "quiz2")
    .replace('"knock"', '"tap"')
    .replace("button_row(Knock())", "button_row(Knock(), Shortcut('quiz2', 'leaving-las-vegas'))")
    .replace("import Pressable, ", "import Pressable, Shortcut, ")
)


async def test_a_name_may_have_digits(world: World, live: Live) -> None:
    """A package with a digit in its name is offered, tried and loaded, shortcuts to it work too."""
    live.write("quiz2", __init__=ECHO_INIT.replace("Echo", "Quiz2"), cog=QUIZ2_COG)
    live.write("quiz2", words="WORD = 'two'\n")
    offered = await world.ada.autocomplete(world.film_night, "admin load", "cog", "quiz")
    assert [choice["value"] for choice in offered] == ["quiz2"]

    assert "are synced" in await _admin(world, "load", "quiz2")
    said = answer(await world.dana.slash(world.film_night, "quiz2"))
    assert "Word: two" in text(said)
    led = await world.dana.click(said, custom_id="go:quiz2:leaving-las-vegas")
    assert public(led) == "Followed: two"


async def test_a_folder_whose_name_cannot_be_used_is_named_in_the_log(
    world: World, live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, however often the folders are read; what was never meant for a cog is not named."""
    for name in ("Quiz", "film-quiz", "2quiz", "__pycache__", "_quiz"):
        live.write(name, __init__="raise AssertionError('imported')\n")
    live.write("pictures", notes="")
    for _ in range(2):
        await world.ada.slash(world.film_night, "admin cogs")

    log = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    named = [line.partition(" in livecogs")[0] for line in log]
    assert named == [f"The folder {name!r}" for name in ("2quiz", "Quiz", "_quiz", "film-quiz")]


async def test_new_code_is_tried_in_a_process_of_its_own(
    world: World, live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is first run in another process, which has not the token, and then once here."""
    monkeypatch.setenv("DISCORD_TOKEN", "a-secret")
    witness = tmp_path / "witness"
    trace = (
        f"import os\nwith open({str(witness)!r}, 'a') as file:\n"
        "    print(os.getpid(), os.environ.get('DISCORD_TOKEN'), file=file)\n"
    )
    live.write("echo", __init__=trace + ECHO_INIT)
    await _admin(world, "reload", "echo")

    elsewhere, here = witness.read_text().splitlines()
    assert here == f"{os.getpid()} a-secret"
    assert elsewhere.endswith(" None")
    assert elsewhere.split()[0] != here.split()[0]


# ------------------------------------------------------------------ broken code does not

BROKEN = {
    "syntax": ({"cog": "def broken(:\n"}, "SyntaxError: invalid syntax"),
    "import": ({"words": "import nowhere_to_be_found\n"}, "No module named 'nowhere_to_be_found'"),
    "no setup": ({"__init__": ""}, "has no 'setup' function"),
    "setup": (
        {"__init__": "async def setup(bot):\n    raise RuntimeError('not today')\n"},
        "RuntimeError: not today",
    ),
    "process": ({"words": "import os\nos._exit(7)\n"}, "It ended its process with 7"),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_broken_code_leaves_the_old_cog_serving(world: World, live: Live, kind: str) -> None:
    """The answer has the error's last lines, and the old code goes on answering."""
    files, why = BROKEN[kind]
    live.write("echo", **files)

    told = await _admin(world, "reload", "echo")
    assert "could not be reloaded. The code from before goes on serving." in told
    assert why in told
    assert await _word(world) == "Word: one"


async def test_a_failure_shows_until_it_is_mended(world: World, live: Live) -> None:
    """`/admin cogs` tells that the newest code failed, and why, until mended code is loaded."""
    live.write("echo", words="WORD = nonsense\n")
    await _admin(world, "reload", "echo")
    state = private(await world.ada.slash(world.film_night, "admin cogs"))
    assert "`echo`: loaded, but its newest code failed" in state
    assert "NameError: name 'nonsense' is not defined" in state

    live.say("mended")
    assert "is reloaded" in await _admin(world, "reload", "echo")
    assert await _word(world) == "Word: mended"
    assert "failed" not in private(await world.ada.slash(world.film_night, "admin cogs"))


LIVE_ONLY = """
from .cog import Echo

async def setup(bot):
    await bot.add_cog(Echo(bot))
    if bot.user is not None:
        raise RuntimeError("fails where it counts")
"""


async def test_code_that_fails_only_here_is_rolled_back(
    world: World, live: Live, bot: Marquee
) -> None:
    """What passes its trial and fails in the live bot gives way to the old code, wholly."""
    old = await world.dana.slash(world.film_night, "echo")
    before = held(bot)
    live.say("two")
    live.write("echo", __init__=LIVE_ONLY)

    told = await _admin(world, "reload", "echo")
    assert "goes on serving" in told
    assert "RuntimeError: fails where it counts" in told
    assert await _word(world) == "Word: one"
    assert public(await world.dana.click(answer(old), label="Knock")) == "Knocked: one"
    assert held(bot) == before


GIVING_UP = """
import asyncio
import sys
from .cog import Echo

async def setup(bot):
    await bot.add_cog(Echo(bot))
    if bot.user is not None:
        {}
"""
WAYS = {
    "a cancellation": "raise asyncio.CancelledError",
    "a cancellation of itself": "asyncio.current_task().cancel(); await asyncio.sleep(60)",
    "an exit": "sys.exit(3)",
}


@pytest.mark.parametrize("way", WAYS)
async def test_code_that_gives_up_only_here_is_rolled_back(
    world: World, live: Live, bot: Marquee, way: str
) -> None:
    """A cancellation or an exit, for which discord.py brings nothing back, is a failure too."""
    old = await world.dana.slash(world.film_night, "echo")
    before = held(bot)
    live.say("two")
    live.write("echo", __init__=GIVING_UP.format(WAYS[way]))

    told = await _admin(world, "reload", "echo")
    assert "could not be reloaded. The code from before goes on serving." in told
    assert ("SystemExit: 3" if way == "an exit" else "CancelledError") in told
    assert await _word(world) == "Word: one"
    assert public(await world.dana.click(answer(old), label="Knock")) == "Knocked: one"
    assert held(bot) == before
    live.write("echo", __init__=ECHO_INIT)
    assert "is reloaded" in await _admin(world, "reload", "echo")
    assert await _word(world) == "Word: two"


GIVING_UP_WITHIN = """
import asyncio
from discord.ext import commands
from .cog import Echo

class Group(Echo, commands.GroupCog, group_name="group"):
    async def enter(self):
        await super().enter()
        if self.bot.user is not None:
            raise asyncio.CancelledError

async def setup(bot):
    await bot.add_cog(Group(bot))
"""


async def test_a_cog_that_gives_up_within_is_rolled_back(
    world: World, live: Live, bot: Marquee
) -> None:
    """The group of its commands is registered by then, though the cog itself is not."""
    before = held(bot)
    live.write("echo", __init__=GIVING_UP_WITHIN)
    told = await _admin(world, "reload", "echo")
    assert "could not be reloaded. The code from before goes on serving." in told
    assert held(bot) == before
    assert await _word(world) == "Word: one"
    live.write("echo", __init__=ECHO_INIT)
    assert "is reloaded" in await _admin(world, "reload", "echo")


async def test_a_load_that_gives_up_leaves_nothing(world: World, live: Live, bot: Marquee) -> None:
    """A package that was not there before is not there after, and can be loaded once mended."""
    await _admin(world, "unload", "echo")
    before = held(bot)
    live.write("echo", __init__=GIVING_UP.format(WAYS["a cancellation"]))

    told = await _admin(world, "load", "echo")
    assert "could not be loaded. It is not loaded." in told
    assert "CancelledError" in told
    assert held(bot) == before
    live.write("echo", __init__=ECHO_INIT)
    assert "is loaded" in await _admin(world, "load", "echo")
    assert await _word(world) == "Word: one"


RELUCTANT = """
import asyncio
import os
import sys
from .cog import Echo

async def setup(bot):
    if bot.user is not None and "RELUCTANT" in os.environ:
        {}
    await bot.add_cog(Echo(bot))
"""


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("raise RuntimeError('neither old nor new')", "RuntimeError: neither old nor new"),
        (WAYS["a cancellation"], "CancelledError"),
        (WAYS["an exit"], "SystemExit: 3"),
    ],
    ids=["an error", "a cancellation", "an exit"],
)
async def test_a_failed_roll_back_is_told_and_can_be_mended(
    world: World, live: Live, monkeypatch: pytest.MonkeyPatch, way: str, why: str
) -> None:
    """When even the old code does not come back, the answer says what is so; a load mends it."""
    live.write("echo", __init__=RELUCTANT.format(way))
    await _admin(world, "reload", "echo")
    monkeypatch.setenv("RELUCTANT", "1")

    told = await _admin(world, "reload", "echo")
    assert "It is not loaded." in told
    assert why in told
    assert "`echo`: failed" in private(await world.ada.slash(world.film_night, "admin cogs"))

    monkeypatch.delenv("RELUCTANT")
    assert "is loaded" in await _admin(world, "load", "echo")
    assert await _word(world) == "Word: one"


LATE = """
import os
from .words import WORD

if WORD == "bad" and "DISCORD_TOKEN" in os.environ:
    raise ImportError("bad where it counts")

async def setup(bot):
    assert WORD != "worse"
"""


async def test_a_package_that_fails_its_load_can_be_mended(
    world: World, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken new package is not loaded; once mended it is, with none of its old code.

    The token is what a trial has not, so that the second failure is of the live bot.
    """
    monkeypatch.setenv("DISCORD_TOKEN", "a-secret")
    for word, why in (("worse", "AssertionError"), ("bad", "ImportError: bad where it counts")):
        live.write("late", __init__=LATE, words=f"WORD = {word!r}")
        told = await _admin(world, "load", "late")
        assert "could not be loaded. It is not loaded." in told
        assert why in told

    live.write("late", words="WORD = 'good'")
    assert "is loaded" in await _admin(world, "load", "late")


async def test_a_start_with_a_broken_cog_names_it(live: Live, bot: Marquee) -> None:
    """The bot does not start without one of its cogs; the error has its name and cause."""
    live.write("echo", cog="import nowhere_to_be_found\n")

    with pytest.raises(ExtensionError, match=r"echo.*\n(.*\n)*.*nowhere_to_be_found"):
        await bot.packages.load_all()


# ------------------------------------------------------------------ code that is gone


def _remove(folder: Path) -> None:
    shutil.rmtree(folder)


def _rename(folder: Path) -> None:
    folder.rename(folder.with_name("renamed"))


def _leave_compiled(folder: Path) -> None:
    """As git does, to which the compiled files are unknown."""
    for source in folder.glob("*.py"):
        source.unlink()
    (folder / "__pycache__").mkdir(exist_ok=True)


GONE = pytest.mark.parametrize("go", [_remove, _rename, _leave_compiled])


@GONE
async def test_a_cog_whose_folder_is_gone_can_be_unloaded(
    world: World, live: Live, bot: Marquee, go: Callable[[Path], None]
) -> None:
    """It is listed as that, offered, and unloaded with its commands; then it is no cog any more."""
    go(live.folder / "echo")
    assert await _word(world) == "Word: one"
    state = private(await world.ada.slash(world.film_night, "admin cogs"))
    assert "`echo`: loaded, but its folder is gone" in state
    assert "`admin`: loaded\n" in state
    offered = await world.ada.autocomplete(world.film_night, "admin unload", "cog", "ech")
    assert [choice["value"] for choice in offered] == ["echo"]

    assert "The cog `echo` is unloaded." in await _admin(world, "unload", "echo")
    left = held(bot)
    assert "echo" not in left.commands
    assert KNOCK not in left.presses
    assert not [name for name in left.modules if "echo" in name]
    assert "`echo`" not in private(await world.ada.slash(world.film_night, "admin cogs"))
    for command in ("load", "reload", "unload"):
        assert "There is no cog of that name" in await _admin(world, command, "echo")


async def test_the_commands_of_a_cog_that_is_gone_leave_discord_with_it(
    world: World, live: Live
) -> None:
    """Nothing waits for a cog that cannot be loaded again."""
    shutil.rmtree(live.folder / "echo")
    assert "are synced" in await _admin(world, "unload", "echo")
    assert "echo" not in world.dana.available_commands(world.film_night)


@GONE
async def test_a_reload_of_a_cog_whose_folder_is_gone_changes_nothing(
    world: World, live: Live, bot: Marquee, go: Callable[[Path], None]
) -> None:
    """The answer says why, the old code serves on, and the new is taken once it is there."""
    before = held(bot)
    go(live.folder / "echo")
    told = await _admin(world, "reload", "echo")
    assert "its folder is gone" in told
    assert "The code from before goes on serving." in told
    assert held(bot) == before
    assert await _word(world) == "Word: one"

    live.write("echo", __init__=ECHO_INIT, cog=ECHO_COG)
    live.say("two")
    assert "`echo`: loaded\n" in private(await world.ada.slash(world.film_night, "admin cogs"))
    assert "is reloaded" in await _admin(world, "reload", "echo")
    assert await _word(world) == "Word: two"


async def test_a_load_of_a_cog_whose_folder_is_gone_promises_no_reload(
    world: World, live: Live
) -> None:
    """It is loaded already, and there is nothing to renew it from."""
    shutil.rmtree(live.folder / "echo")
    told = await _admin(world, "load", "echo")
    assert told.startswith("The cog `echo` is loaded already; there is no newer code")
    assert "/admin reload" not in told


async def test_admin_stays_when_its_folder_is_gone(world: World, live: Live) -> None:
    """It cannot be unloaded even then, and goes on answering."""
    shutil.rmtree(live.folder / "admin")
    assert "cannot unload itself" in await _admin(world, "unload", "admin")
    assert "its folder is gone" in await _admin(world, "reload", "admin")
    state = private(await world.ada.slash(world.film_night, "admin cogs"))
    assert "`admin`: loaded, but its folder is gone" in state


# ------------------------------------------------------------------ what may not be asked

HOSTILE = [
    "os", "this", "json.tool", "../x", "__main__", "", " ", "echo.cog", "echo/../echo", "livecogs",
    "livecogs.echo", ".echo", "Echo", "__pycache__", "plain", "echo\n", "evil", "e" * 6_000,
]  # fmt: skip


async def test_no_other_name_is_ever_imported(world: World, live: Live) -> None:
    """Only names of packages in the folder are loaded; the rest are refused, whatever they name."""
    (live.folder / "plain.py").write_text("raise AssertionError('imported')")
    (live.folder.parent / "evil.py").write_text("raise AssertionError('imported')")
    before = set(sys.modules)

    for name in HOSTILE:
        for command in ("load", "reload", "unload"):
            told = await _admin(world, command, name)
            assert "There is no cog of that name" in told, (command, name)
    assert not {"this", "json.tool", "plain", "evil", "livecogs.plain"} & (
        set(sys.modules) - before
    )


# ------------------------------------------------------------------ nothing stays behind


async def test_an_unload_takes_back_all_that_a_load_gave(
    world: World, env: simcord.Env, live: Live, bot: Marquee
) -> None:
    """Commands, buttons, shortcuts, tasks and listeners of a cog are gone with it."""
    old = await world.dana.slash(world.film_night, "echo")
    whole = held(bot)
    assert "is unloaded" in await _admin(world, "unload", "echo")

    left = held(bot)
    assert "echo" not in left.commands
    assert not {KNOCK, "go:echo"} & set(left.presses)
    assert "echo waits" not in left.tasks
    assert "on_shout" not in left.listeners
    assert not [name for name in left.modules if "echo" in name]
    assert "switched off" in private(await world.dana.click(answer(old), label="Knock"))

    await _admin(world, "load", "echo")
    assert held(bot) == whole
    assert not env.errors


async def test_buttons_that_another_package_took_over_stay_with_it(
    world: World, live: Live
) -> None:
    """A feature under a new name: the package of the old one is unloaded after the new is there."""
    old = await world.dana.slash(world.film_night, "echo")
    for module, source in {"__init__": ECHO_INIT, "cog": ECHO_COG}.items():
        renamed = source.replace("Echo", "Parrot").replace("echo", "parrot")
        live.write("parrot", **{module: renamed}, words="WORD = 'two'\n")
    assert "is loaded" in await _admin(world, "load", "parrot")
    assert "is unloaded" in await _admin(world, "unload", "echo")
    assert public(await world.dana.click(answer(old), label="Knock")) == "Knocked: two"


@pytest.mark.takes(seconds=30)
async def test_fifty_reloads_leave_what_one_load_left(
    world: World, env: simcord.Env, live: Live, bot: Marquee
) -> None:
    """Every cog of ours, reloaded fifty times, holds what it held, and answers once.

    The live half of a reload only; the trial before it, which costs half a second, leaves nothing
    here to count.
    """
    live.copy(
        *(path.parent.name for path in COGS.glob("*/__init__.py") if path.parent.name != "admin")
    )
    for name in bot.packages.names():
        if not bot.packages.is_loaded(name):
            await bot.packages.load(name)
    await bot.command_sync.sync()
    await env.settle()  # what the cogs take up when they are loaded
    before = held(bot)

    for _ in range(50):
        for name in bot.packages.names():
            await bot.packages._exclusively(bot.packages._reload, name)
    # The last ones may still be reading the ledger, on its own threads.
    async with asyncio.timeout(10):
        while held(bot) != before:
            await env.settle()
    requests = len(env.http_requests)
    said = await world.dana.slash(world.film_night, "echo")
    assert text(answer(said)) == "Word: one\nKnock"
    assert public(await world.dana.click(answer(said), label="Knock")) == "Knocked: one"
    assert len([entry for entry in env.http_requests[requests:] if entry.method == "POST"]) == 2
    heard: list[str] = []
    bot.dispatch("shout", heard)
    await env.settle()
    assert heard == ["one"]


# ------------------------------------------------------------------ one at a time, to the end


async def test_admin_reloads_itself_and_answers(world: World, live: Live) -> None:
    """The cog whose command is running is replaced under it; it answers, then the new code does."""
    render = live.folder / "admin" / "render.py"
    render.write_text(render.read_text().replace("No command has", "Not one command has"))

    first = await _admin(world, "reload", "admin")
    second = await _admin(world, "reload", "admin")
    assert "The cog `admin` is reloaded. No command has" in first
    assert "The cog `admin` is reloaded. Not one command has" in second


async def test_admin_does_not_unload_itself(world: World) -> None:
    """Without it nothing could be loaded again."""
    assert "cannot unload itself" in await _admin(world, "unload", "admin")
    assert "is reloaded" in await _admin(world, "reload", "admin")


async def test_two_reloads_at_once_both_end_well(world: World, live: Live, bot: Marquee) -> None:
    """A second reload waits for the first; both are answered, and the cog is there once."""
    before = held(bot)
    live.say("two")
    # SimCord lets one member act at a time; below its guard two can be sent in a row.
    results = await asyncio.gather(
        *(
            actors._slash(member, world.film_night, "admin reload", {"cog": "echo"})
            for member in (world.ada, world.ada)
        )
    )

    assert all("is reloaded" in private(result) for result in results)
    assert held(bot) == before
    assert await _word(world) == "Word: two"


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        ("unload", "The cog `echo` is unloaded already."),
        ("load", "The cog `echo` is loaded already; `/admin reload` renews it."),
    ],
)
async def test_the_second_of_two_at_once_is_told_that_it_is_done(
    world: World, live: Live, command: str, refused: str
) -> None:
    """Nothing fails: whoever waits for the turn finds the cog as it was to become."""
    if command == "load":
        await _admin(world, "unload", "echo")
    results = await asyncio.gather(
        *(
            actors._slash(member, world.film_night, f"admin {command}", {"cog": "echo"})
            for member in (world.ada, world.ada)
        )
    )

    first, second = sorted(map(private, results), key=lambda told: told == refused)
    assert first.startswith(f"The cog `echo` is {command}ed.")
    assert second == refused
    assert "failed" not in private(await world.ada.slash(world.film_night, "admin cogs"))


@pytest.mark.parametrize("at", ["trial", "leave", "enter"])
async def test_a_cancelled_caller_does_not_stop_a_reload(
    world: World, live: Live, bot: Marquee, at: str
) -> None:
    """A reload goes on to its end, whenever whoever asked for it goes away."""
    before = held(bot)
    live.say("two")
    bot.gate = gate = Gate(at)  # pyright: ignore[reportAttributeAccessIssue] - for the echo alone
    asked = asyncio.create_task(bot.packages.reload("echo"))
    await (asyncio.sleep(0) if at == "trial" else gate.reached.wait())
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    gate.opened.set()

    async with bot.packages.turn:
        assert held(bot) == before
    assert await _word(world) == "Word: two"


async def test_a_setup_that_hangs_is_given_up(
    world: World, live: Live, bot: Marquee, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that its trial has not shown: the old code serves, and the next reload need not wait."""
    monkeypatch.setattr(client, "LOAD_SECONDS", 0.2)
    before = held(bot)
    hangs = "if self.bot.user is not None:\n            await asyncio.Event().wait()"
    live.write("echo", cog=ECHO_COG.replace('await self.pass_gate("enter")', hangs))
    with pytest.raises(ExtensionError, match=r"did not finish loading within 0.2 s\."):
        await bot.packages.reload("echo")
    assert held(bot) == before
    assert await _word(world) == "Word: one"
    live.write("echo", cog=ECHO_COG)
    assert "is reloaded" in await _admin(world, "reload", "echo")


async def test_a_reload_cancelled_in_its_setup_brings_the_old_cog_back(
    world: World, live: Live, bot: Marquee
) -> None:
    """Whoever cancels it while the new code awaits: the old serves, and the caller is told."""
    before = held(bot)
    live.say("two")
    bot.gate = gate = Gate("enter")  # pyright: ignore[reportAttributeAccessIssue] - for the echo alone
    asked = asyncio.create_task(bot.packages.reload("echo"))
    await gate.reached.wait()
    (reloading,) = bot.packages._running
    gate.opened.set()  # for the old code, which enters again
    reloading.cancel()
    with pytest.raises(ExtensionError, match="CancelledError"):
        await asked

    assert held(bot) == before
    assert await _word(world) == "Word: one"
    assert "is reloaded" in await _admin(world, "reload", "echo")
    assert await _word(world) == "Word: two"


async def test_a_reload_cut_off_by_the_end_of_the_process_has_not_failed(
    world: World, live: Live, bot: Marquee, caplog: pytest.LogCaptureFixture
) -> None:
    """The code is not blamed for it, in the log or anywhere."""
    bot.gate = gate = Gate("enter")  # pyright: ignore[reportAttributeAccessIssue] - for the echo alone
    asked = asyncio.create_task(bot.packages.reload("echo"))
    await gate.reached.wait()
    await bot.close()
    (reloading,) = bot.packages._running
    reloading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not bot.packages.failed
    assert "echo could not be" not in caplog.text


@pytest.mark.parametrize("at", ["leave", "enter"])
async def test_an_admin_whose_command_is_cancelled_leaves_a_whole_cog(
    world: World, live: Live, bot: Marquee, at: str
) -> None:
    """The reload that was asked for happens, and the next one is answered."""
    before = held(bot)
    live.say("two")
    bot.gate = gate = Gate(at)  # pyright: ignore[reportAttributeAccessIssue] - for the echo alone
    asked = asyncio.create_task(_admin(world, "reload", "echo"))
    await gate.reached.wait()
    (command,) = [task for task in asyncio.all_tasks() if task.get_name() == "CommandTree-invoker"]
    command.cancel()
    gate.opened.set()
    with pytest.raises(AssertionError):  # nobody is left to answer
        await asked

    async with bot.packages.turn:
        assert held(bot) == before
    assert await _word(world) == "Word: two"
    assert "is reloaded" in await _admin(world, "reload", "echo")
    assert held(bot) == before


@pytest.mark.parametrize("at", ["leave", "enter"])
async def test_commands_are_never_sent_while_a_cog_is_halfway(
    world: World, env: simcord.Env, live: Live, bot: Marquee, at: str
) -> None:
    """A sync waits for a reload under way: it would delete the commands of that cog."""
    commands = {command.name for command in bot.tree.get_commands()}
    bot.gate = gate = Gate(at)  # pyright: ignore[reportAttributeAccessIssue] - for the echo alone
    reload = asyncio.create_task(bot.packages.reload("echo"))
    await gate.reached.wait()
    sync = asyncio.create_task(bot.command_sync.sync())
    changed = asyncio.create_task(bot.command_sync.sync_if_changed())
    for _ in range(50):
        await asyncio.sleep(0)
    assert not sync.done()
    assert not changed.done()
    gate.opened.set()

    await reload
    assert await sync == len(commands)
    assert not await changed
    registered = {
        command["name"]
        for command in env.backend.visible_commands(
            user_id=world.ada.id, channel_id=world.film_night.id
        )
    }
    assert registered == commands


async def test_a_reload_after_an_unload_at_once_is_refused(
    world: World, live: Live, bot: Marquee
) -> None:
    """Whoever waits for the turn finds out what became of the cog meanwhile."""
    unload = asyncio.create_task(bot.packages.unload("echo"))
    reload = asyncio.create_task(bot.packages.reload("echo"))
    await unload
    with pytest.raises(UserError, match="is not loaded"):
        await reload
