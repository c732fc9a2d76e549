"""The bot as a process: start, refusals, command sync, signals. Against the loopback Discord."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import AsyncGenerator, Awaitable
from pathlib import Path

import pytest

from bot.catalog.reader import Catalog
from bot.client import Marquee
from bot.ledger import Ledger
from bot.settings import Settings
from tests.loopback import BotProcess, Call, LoopbackDiscord, Reply
from tests.loopback.process import PROJECT
from tests.loopback.records import Proceed

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.sixteen-and-more-characters-of-it"
COMMANDS = "/applications/{application}/commands"
GUILD_COMMANDS = "/applications/{application}/guilds/{guild}/commands"
CALLBACK = "/interactions/{interaction}/{token}/callback"
CLOSE_SECONDS = 5.0


@pytest.fixture
async def discord() -> AsyncGenerator[LoopbackDiscord]:
    async with LoopbackDiscord(token=TOKEN) as server:
        server.add_channel(server.add_guild())
        yield server


@pytest.fixture
def environment(discord: LoopbackDiscord, one_film: Path, tmp_path: Path) -> dict[str, str]:
    """A live bot's environment: a token, a data folder with a built catalog, the real packs."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(one_film, data / "catalog.db")
    return {
        **discord.environment,
        "MARQUEE_DATA_DIR": str(data),
        "MARQUEE_SEEDS_DIR": str(PROJECT / "seeds"),
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project, to break."""
    folder = tmp_path / "checkout"
    for part in ("bot", "cogs", "seeds", "tests/loopback"):
        shutil.copytree(PROJECT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests" / "__init__.py").touch()
    return folder


def writes(discord: LoopbackDiscord) -> list[str]:
    """The command writes so far, each as its path without the application."""
    return [
        call.path.partition("/applications/")[2].partition("/")[2]
        for call in discord.world.calls
        if call.method != "GET" and call.route in (COMMANDS, GUILD_COMMANDS)
    ]


async def stop(bot: BotProcess, number: signal.Signals = signal.SIGTERM) -> None:
    bot.signal(number)
    assert await bot.wait(CLOSE_SECONDS) == 0, bot.output


async def run_once(
    discord: LoopbackDiscord, environment: dict[str, str], *, cwd: Path = PROJECT
) -> str:
    """Start the bot, wait until it is ready, stop it; what it printed."""
    async with BotProcess(environment, cwd=cwd) as bot:
        await discord.wait_ready()
        await stop(bot)
    return bot.output


async def test_with_a_token_the_bot_goes_live_and_answers(
    discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    """`python -m bot` with a token connects, syncs, answers, and SIGTERM ends it cleanly."""
    async with BotProcess(environment) as bot:
        await discord.wait_ready()
        ada = discord.add_user("ada")
        channel = next(iter(discord.world.channels.values()))
        answer = await (await discord.command(ada, channel, "film list")).message()
        assert "Leaving Las Vegas" in str(answer)
        await stop(bot)
    assert writes(discord) == ["commands"]
    assert all(session.socket.closed for session in discord.gateway.sessions.values())
    assert "Traceback" not in bot.output
    assert TOKEN not in bot.output


async def test_ctrl_c_ends_the_bot_as_sigterm_does(
    discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    """SIGINT closes everything in order, and is no failure."""
    async with BotProcess(environment) as bot:
        await discord.wait_ready()
        await stop(bot, signal.SIGINT)
    assert "Stopping" in bot.output
    assert "Traceback" not in bot.output


async def test_a_bot_that_waits_for_discord_can_be_stopped(
    discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    """A Discord that never answers the login does not keep the bot from ending in time."""

    asked, over = asyncio.Event(), asyncio.Event()

    async def silence(call: Call, proceed: Proceed) -> Reply:
        asked.set()
        await over.wait()
        return await proceed(call)

    discord.hooks.append(silence)
    async with BotProcess(environment) as bot:
        await asyncio.wait_for(asked.wait(), 30)
        await stop(bot)
        over.set()


async def test_a_build_at_start_can_be_interrupted(
    discord: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    """SIGTERM during the first build of the catalog ends bot and build."""
    seeds = tmp_path / "many"
    seeds.mkdir()
    pack = (PROJECT / "seeds" / "leaving-las-vegas.toml").read_text(encoding="utf-8")
    for number in range(150):
        name = f"film-{number}"
        text = pack.replace('id = "leaving-las-vegas"', f'id = "{name}"', 1)
        (seeds / f"{name}.toml").write_text(text, encoding="utf-8")
    data = tmp_path / "fresh"
    async with BotProcess(
        environment | {"MARQUEE_SEEDS_DIR": str(seeds), "MARQUEE_DATA_DIR": str(data)}
    ) as bot:
        await _until_there(data / "marquee.lock", bot)
        await stop(bot)
    assert not (data / "catalog.db").exists()
    assert discord.world.calls == []


async def _until_there(path: Path, bot: BotProcess) -> None:
    """Watch for a file that the bot makes; a process has no event for it."""
    async with asyncio.timeout(30):
        while not path.exists():  # noqa: ASYNC240
            assert bot.exit_code is None, bot.output
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("setting", "value", "arguments"),
    [
        ("DISCORD_TOKEN", "", ["run"]),
        ("DISCORD_TOKEN", "hunter2-is-not-a-token", []),
        ("DISCORD_TOKEN", "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.well-formed-but-wrong-token", []),
        ("MARQUEE_ADMIN_IDS", "ada", []),
        ("MARQUEE_DEV_GUILD", "here", []),
        ("MARQUEE_SEEDS_DIR", "/nowhere", []),
        ("MARQUEE_DATA_DIR", "/dev/null/data", []),
        ("MARQUEE_DATA_DIR", "/dev/null", ["build"]),
        ("MARQUEE_DATA_DIR", "/dev/null/data", ["build"]),
        ("MARQUEE_DATA_DIR", "/proc", ["build"]),  # there, but nobody can make a file in it
        ("MARQUEE_LOG_LEVEL", "loud", ["check"]),
    ],
)
async def test_a_bad_setting_gets_one_line_that_names_it(
    discord: LoopbackDiscord,
    environment: dict[str, str],
    tmp_path: Path,
    setting: str,
    value: str,
    arguments: list[str],
) -> None:
    """Status 2 and a single line with the setting's name; no traceback, no secret."""
    async with BotProcess(environment | {setting: value}, *arguments, cwd=tmp_path) as bot:
        assert await bot.wait() == 2
    assert bot.output.count("\n") == 1, bot.output
    line = bot.output
    assert line.startswith(f"marquee: {setting} ")
    assert TOKEN not in line
    assert not (setting == "DISCORD_TOKEN" and value and value in line)
    assert discord.gateway.identifies == 0


@pytest.mark.parametrize("silently", [False, True], ids=["told", "found out"])
async def test_a_token_that_becomes_invalid_is_named(
    discord: LoopbackDiscord, environment: dict[str, str], *, silently: bool
) -> None:
    """When the token was reset, the owner is told just that.

    Also when the connection is cut before the bot has read why, and it has to come back first.
    """
    async with BotProcess(environment) as bot:
        await discord.wait_ready()
        await discord.reset_token("another-token", silently=silently)
        assert await bot.wait() == 2
    assert "marquee: DISCORD_TOKEN was refused" in bot.output.splitlines()[-1]
    assert "Traceback" not in bot.output


async def test_a_second_bot_keeps_off_the_data_folder(
    discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    """Of two bots on one data folder the second ends with a plain line; the first goes on."""
    async with BotProcess(environment) as first:
        await discord.wait_ready()
        async with BotProcess(environment) as second:
            assert await second.wait() == 1
        (line,) = second.output.splitlines()
        assert "Another Marquee" in line
        assert environment["MARQUEE_DATA_DIR"] in line
        assert first.exit_code is None
        first.kill()
        await first.wait()
    await run_once(discord, environment)


async def test_the_environment_wins_over_the_file(
    discord: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    """`.env` in the working folder is read; what the environment says goes first."""
    lines = [
        f"DISCORD_TOKEN={TOKEN}",
        "MARQUEE_SEEDS_DIR=/nowhere",
        "MARQUEE_ADMIN_IDS=from-the-file",
    ]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    del environment["DISCORD_TOKEN"]
    async with BotProcess(environment, cwd=tmp_path) as bot:
        assert await bot.wait() == 2
    assert bot.output == (
        "marquee: MARQUEE_ADMIN_IDS must hold Discord ids (15 to 19 digits), not 'from-the-file'\n"
    )
    environment["MARQUEE_ADMIN_IDS"] = "123456789012345678"
    await run_once(discord, environment, cwd=tmp_path)


async def test_a_misspelt_setting_opens_no_demo(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """A token under a name that is nearly right is told with what was meant, and status 2."""
    (tmp_path / ".env").write_text(f"DISCORD_TOKN={TOKEN}", encoding="utf-8")
    del environment["DISCORD_TOKEN"]
    async with BotProcess(environment, cwd=tmp_path) as bot:
        assert await bot.wait() == 2
    assert bot.output == (
        "marquee: DISCORD_TOKN is no setting of Marquee; did you mean DISCORD_TOKEN?\n"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
async def test_an_env_file_that_is_no_utf_8_is_named(
    environment: dict[str, str], tmp_path: Path, encoding: str
) -> None:
    """The line says how to save it: PowerShell's `>` of old writes UTF-16."""
    (tmp_path / ".env").write_text(f"# clé\nDISCORD_TOKEN={TOKEN}\n", encoding=encoding)
    async with BotProcess(environment, "check", cwd=tmp_path) as bot:
        assert await bot.wait() == 2
    assert bot.output == "marquee: .env is not UTF-8 text; save the file as UTF-8\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('\n# mine\nDISCORD_TOKEN="hunter2\n', "line 3 (DISCORD_TOKEN)"),
        ('DISCORD_TOKEN="hunter2\nMARQUEE_DATA_DIR="hunter2"\n', "line 1 (DISCORD_TOKEN)"),
        ("DISCORD_TOKEN: hunter2\n", "line 1 (DISCORD_TOKEN)"),
        ("DISCORD_TOKEN:hunter2\n", "line 1 (DISCORD_TOKEN)"),
        ("DISCORD_TOKEN=\n\n\nhunter2.GabcdE.x\n", "line 4"),
        ("MARQUEE_LOG_LEVEL=INFO\r\n\r\nexport MARQUEE_ADMIN_IDS hunter2", "3 (MARQUEE_ADMIN_IDS)"),
        ("MARQUEE_ADMIN_IDS='hunter2' hunter2\n", "line 1 (MARQUEE_ADMIN_IDS)"),
    ],
)
async def test_a_line_of_the_env_file_that_says_nothing_is_named(
    discord: LoopbackDiscord, environment: dict[str, str], tmp_path: Path, text: str, named: str
) -> None:
    """Status 2 and one line with the place, and with nothing that may be a secret."""
    (tmp_path / ".env").write_bytes(text.encode())
    async with BotProcess(environment, cwd=tmp_path) as bot:
        assert await bot.wait() == 2
    (line,) = bot.output.splitlines()
    assert line.startswith("marquee: .env line ")
    assert f"{named} cannot be understood: it must be NAME=value" in line
    assert "hunter2" not in line
    assert discord.gateway.identifies == 0


@pytest.mark.takes(seconds=40)
async def test_commands_are_written_only_when_they_changed(
    discord: LoopbackDiscord, environment: dict[str, str], checkout: Path
) -> None:
    """One write at the first start, none over 20 restarts, one after a change of a command."""
    for _ in range(21):
        await run_once(discord, environment)
    assert writes(discord) == ["commands"]

    cog = checkout / "cogs" / "films" / "cog.py"
    code = cog.read_text(encoding="utf-8")
    changed = code.replace('name="list"', 'name="titles"')
    assert changed != code
    cog.write_text(changed, encoding="utf-8")
    for _ in range(2):
        await run_once(discord, environment | {"PYTHONPATH": str(checkout)}, cwd=checkout)
    assert writes(discord) == ["commands", "commands"]


@pytest.mark.parametrize("status", [400, 403])
async def test_a_refused_sync_does_not_keep_the_bot_from_serving(
    discord: LoopbackDiscord, environment: dict[str, str], status: int
) -> None:
    """Discord takes so many commands a day: those it has serve on, the next start tries again."""

    async def refuse(call: Call, proceed: Proceed) -> Reply:
        if call.route == COMMANDS:
            message = "Max number of daily application command creates has been reached (200)"
            return Reply(status, {"message": message, "code": 30034})
        return await proceed(call)

    discord.hooks.append(refuse)
    output = await run_once(discord, environment)
    assert f"Discord did not take the commands: {status}" in output
    assert "Traceback" not in output
    discord.hooks.remove(refuse)
    await run_once(discord, environment)
    assert writes(discord) == ["commands", "commands"]


async def test_a_development_guild_alone_gets_the_commands(
    discord: LoopbackDiscord, environment: dict[str, str]
) -> None:
    """With a development guild the commands go there only; without it again, they leave it."""
    (guild,) = discord.world.guilds
    for _ in range(2):
        await run_once(discord, environment | {"MARQUEE_DEV_GUILD": str(guild)})
    assert writes(discord) == [f"guilds/{guild}/commands"]
    assert discord.world.commands[guild]

    await run_once(discord, environment)
    assert sorted(writes(discord)[1:]) == ["commands", f"guilds/{guild}/commands"]
    assert discord.world.commands[guild] == []
    assert discord.world.commands[None]


@pytest.mark.parametrize("status", [403, 404])
async def test_a_development_guild_without_the_bot_is_named(
    discord: LoopbackDiscord, environment: dict[str, str], status: int
) -> None:
    """A guild that takes no commands is a setting to mend, not a Discord out of reach."""
    (guild,) = discord.world.guilds

    async def refuse(call: Call, proceed: Proceed) -> Reply:
        if call.route == GUILD_COMMANDS:
            return Reply(status, {"message": "Missing Access", "code": 50001})
        return await proceed(call)

    discord.hooks.append(refuse)
    async with BotProcess(environment | {"MARQUEE_DEV_GUILD": str(guild)}) as bot:
        assert await bot.wait() == 2
    assert bot.output.splitlines()[-1] == (
        "marquee: MARQUEE_DEV_GUILD names a server that the bot is not in, "
        "or may not make commands in"
    )
    assert bot.output.count("marquee: ") == 1
    assert "Traceback" not in bot.output
    assert discord.gateway.identifies == 0


@pytest.mark.parametrize("status", [403, 404])
async def test_a_former_development_guild_may_be_gone(
    discord: LoopbackDiscord, environment: dict[str, str], status: int
) -> None:
    """A guild that was left, or deleted, is forgotten without a fuss."""
    (guild,) = discord.world.guilds
    await run_once(discord, environment | {"MARQUEE_DEV_GUILD": str(guild)})

    async def refuse(call: Call, proceed: Proceed) -> Reply:
        if call.route == GUILD_COMMANDS:
            return Reply(status, {"message": "Unknown Guild", "code": 10004})
        return await proceed(call)

    discord.hooks.append(refuse)
    for _ in range(2):
        await run_once(discord, environment)
    assert writes(discord)[1:] == [f"guilds/{guild}/commands", "commands"]


async def test_a_reload_under_way_does_not_delay_the_end(
    discord: LoopbackDiscord, environment: dict[str, str], checkout: Path, tmp_path: Path
) -> None:
    """SIGTERM while new code is on trial ends the bot, and the trial with it."""
    witness = tmp_path / "trial"
    code = f"import os, pathlib, time\n{_bear_witness(witness)}\ntime.sleep(40)\n"
    await _end_in_a_reload(discord, environment, checkout, witness, code)
    assert not Path(f"/proc/{witness.read_text()}").exists()  # noqa: ASYNC240


async def test_a_setup_under_way_does_not_delay_the_end(
    discord: LoopbackDiscord, environment: dict[str, str], checkout: Path, tmp_path: Path
) -> None:
    """Nor does new code that is awaiting something; the old is not brought back for the end."""
    witness = tmp_path / "setup"
    code = (
        "import asyncio, os, pathlib\n"
        "from .cog import Trivia\n"
        "async def setup(bot):\n"
        "    await bot.add_cog(Trivia(bot))\n"
        "    if bot.user is not None:\n"
        f"        {_bear_witness(witness)}\n"
        "        await asyncio.sleep(40)\n"
    )
    setup = checkout / "cogs" / "trivia" / "__init__.py"
    old = 'async def setup(bot: Marquee) -> None:\n    print("setting up", flush=True)\n'
    setup.write_text(setup.read_text().replace("async def setup(bot: Marquee) -> None:\n", old))
    output = await _end_in_a_reload(discord, environment, checkout, witness, code, cog="trivia")
    assert output.count("setting up") == 1
    assert "Traceback" not in output
    assert "destroyed" not in output


async def test_a_deferral_under_way_is_no_failure_at_the_end(
    discord: LoopbackDiscord, environment: dict[str, str], checkout: Path, tmp_path: Path
) -> None:
    """Discord has not yet taken that an answer will be longer, and the bot is stopped."""
    deferred = asyncio.Event()

    async def hold_deferral(call: Call, proceed: Proceed) -> Reply:
        if call.route == CALLBACK:
            deferred.set()
            await asyncio.Event().wait()
        return await proceed(call)

    discord.hooks.append(hold_deferral)
    witness = tmp_path / "trial"
    code = f"import os, pathlib, time\n{_bear_witness(witness)}\ntime.sleep(40)\n"
    output = await _end_in_a_reload(
        discord, environment, checkout, witness, code, meanwhile=deferred.wait()
    )
    assert "Traceback" not in output
    assert "ERROR" not in output


def _bear_witness(witness: Path) -> str:
    """Code that writes a process's id to a file, which is there with all of it or not at all."""
    new = f"{witness}.new"
    return (
        f"pathlib.Path({new!r}).write_text(str(os.getpid())); os.replace({new!r}, {str(witness)!r})"
    )


async def _end_in_a_reload(
    discord: LoopbackDiscord,
    environment: dict[str, str],
    checkout: Path,
    witness: Path,
    code: str,
    cog: str = "films",
    meanwhile: Awaitable[object] | None = None,
) -> str:
    """Reload a cog of this code, and stop the bot when the witness is there; what it printed."""
    ada = discord.add_user("ada")
    asks = environment | {"PYTHONPATH": str(checkout), "MARQUEE_ADMIN_IDS": str(ada.id)}
    async with BotProcess(asks, cwd=checkout) as bot:
        await discord.wait_ready()
        (checkout / "cogs" / cog / "__init__.py").write_text(code, encoding="utf-8")
        channel = next(iter(discord.world.channels.values()))
        await discord.command(ada, channel, "admin reload", cog=cog)
        await _until_there(witness, bot)
        if meanwhile is not None:
            await meanwhile
        await stop(bot)
    return bot.output


async def test_a_late_ready_does_not_reach_a_closed_bot(one_film: Path, tmp_path: Path) -> None:
    """discord.py waits two seconds for more servers, in which the bot may be stopped."""
    settings = Settings(data_dir=tmp_path, seeds_dir=PROJECT / "seeds")
    async with Catalog.open(one_film) as catalog, Ledger.open(settings.ledger_path) as ledger:
        async with Marquee(settings, catalog, ledger) as marquee:
            pass
        marquee.dispatch("ready")


async def test_a_cog_that_fails_stops_the_start(
    discord: LoopbackDiscord, environment: dict[str, str], checkout: Path
) -> None:
    """Its name and the cause are printed, nothing is written to Discord, status 1."""
    package = checkout / "cogs" / "films" / "__init__.py"
    package.write_text("import a_module_that_is_not_there\n", encoding="utf-8")
    async with BotProcess(environment | {"PYTHONPATH": str(checkout)}, cwd=checkout) as bot:
        assert await bot.wait() == 1
    assert "marquee: The cog films could not be loaded:" in bot.output
    assert "No module named 'a_module_that_is_not_there'" in bot.output.splitlines()[-1]
    assert writes(discord) == []
    assert discord.gateway.identifies == 0


async def test_a_bot_without_cogs_does_not_start(
    discord: LoopbackDiscord, environment: dict[str, str], checkout: Path
) -> None:
    """It would have no command, and Discord would be told to forget those it has."""
    for package in (checkout / "cogs").glob("*/"):
        shutil.rmtree(package)
    async with BotProcess(environment | {"PYTHONPATH": str(checkout)}, cwd=checkout) as bot:
        assert await bot.wait() == 1
    assert "There is no cog in" in bot.output.splitlines()[-1]
    assert writes(discord) == []


async def test_a_discord_that_hangs_up_is_told_in_one_line(environment: dict[str, str]) -> None:
    """As a proxy does whose other side is away."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        async with BotProcess(environment | {"LOOPBACK_URL": f"http://127.0.0.1:{port}"}) as bot:
            assert await bot.wait() == 1
    assert bot.output.splitlines()[-1].startswith("marquee: Discord cannot be reached: ")
    assert "Traceback" not in bot.output


async def test_broken_packs_do_not_stop_a_bot_with_a_catalog(
    discord: LoopbackDiscord, environment: dict[str, str], tmp_path: Path
) -> None:
    """The old catalog serves on and the log says what is wrong; with none, that is the end."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "broken.toml").write_text('format = 1\n[film]\nid = "Broken"\n', encoding="utf-8")
    broken = environment | {"MARQUEE_SEEDS_DIR": str(seeds)}

    output = await run_once(discord, broken)
    assert "the one before serves on" in output
    assert f"{seeds}/broken.toml:3: film, field id: 'Broken' must be small letters" in output

    async with BotProcess(broken | {"MARQUEE_DATA_DIR": str(tmp_path / "new")}) as bot:
        assert await bot.wait() == 1
    first, *problems = bot.output.splitlines()
    assert first == f"marquee: {len(problems)} problems in the film packs:"
    assert all(line.startswith(f"{seeds}/broken.toml:") for line in problems)


async def test_a_missing_catalog_is_built_at_start(
    discord: LoopbackDiscord, environment: dict[str, str], tmp_path: Path, one_film: Path
) -> None:
    """A deleted catalog comes back identical."""
    before, fresh = one_film.read_bytes(), tmp_path / "fresh"  # noqa: ASYNC240
    await run_once(discord, environment | {"MARQUEE_DATA_DIR": str(fresh)})
    assert (fresh / "catalog.db").read_bytes() == before
