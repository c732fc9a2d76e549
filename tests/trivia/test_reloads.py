"""Many rounds under reloads of their code, good and bad.

Real processes, real sockets, real files; ``--thorough`` goes on for a night.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.loopback import BotProcess, LoopbackDiscord
from tests.loopback.process import PROJECT

from .crowd import Crowd, answer_to, seat


def live(code: str) -> Callable[[str], str]:
    """Code at the end of the setup which runs in the bot, not in the trial before it."""
    return lambda good: f"import asyncio, sys\n{good}    if bot.user is not None:\n        {code}\n"


CANCELLED_COMMAND = """
        for task in asyncio.all_tasks():
            if task.get_name() == "CommandTree-invoker":
                task.cancel()
        print("cancelled the command, NUMBER", flush=True)
"""
TROUBLES: dict[str, Callable[[str], str]] = {
    "nothing": lambda good: good,
    "a syntax error": lambda good: good + "\ndef broken(:\n",
    "a failing setup": lambda good: good.replace("await bot.add_cog", "await bot.no_such_thing"),
    "a setup that fails when it matters": live("assert bot.user is None"),
    "a cancelled setup": live("raise asyncio.CancelledError"),
    "a setup cancelled as it waits": live(
        "asyncio.current_task().cancel(); await asyncio.sleep(60)"
    ),
    "a setup that exits": live("sys.exit(1)"),
    "a cancelled command": live(CANCELLED_COMMAND.strip()),
}


@pytest.mark.takes(seconds=90)
async def test_reloads_under_twenty_rounds(tmp_path: Path, times: int) -> None:
    """Of good code and bad, while members press: no round is lost, and one click has one answer."""
    checkout = tmp_path / "checkout"
    for part in ("bot", "cogs", "tests/loopback"):
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / part, checkout / part, ignore=skipped)
    (checkout / "tests" / "__init__.py").touch()
    setup = checkout / "cogs" / "trivia" / "__init__.py"
    good = setup.read_text()
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, tmp_path / "data", seed=12, channels=20)
        more = {"PYTHONPATH": str(checkout), "MARQUEE_ADMIN_IDS": str(crowd.players[0].id)}
        async with crowd.stage.bot(**more) as bot:
            pressing = asyncio.create_task(crowd.press_for(3_600))
            for number in range(40 if times == 1 else 200):
                await crowd.start(questions=2, seconds=8)
                trouble = list(TROUBLES)[number % len(TROUBLES)]
                setup.write_text(TROUBLES[trouble](good).replace("NUMBER", str(number)))
                await reload(crowd, bot, trouble, number)
                crowd.count()
            setup.write_text(good)
            await crowd.all_over(within=120)
            pressing.cancel()
            assert "never awaited" not in bot.output
        await crowd.check()
        states = {state for (state,) in crowd.stage.rows("SELECT state FROM round")}
        assert states <= {"done", "idle"}
        assert not [record.id for record in crowd.records if len(record.followups) > 1]


async def reload(crowd: Crowd, bot: BotProcess, trouble: str, number: int) -> None:
    """Ask for a reload, and read what is said of it."""
    discord, ada = crowd.stage.discord, crowd.players[0]
    record = await discord.command(ada, crowd.channels[0], "admin reload", cog="trivia")
    if trouble == "a cancelled command":  # nobody is left to answer; the next reload is answered
        await bot.wait_for_output(f"cancelled the command, {number}\n", 30)
        return
    said = await discord.wait_until(lambda: answer_to(record), 30)
    assert ("could not" in said) == (trouble != "nothing"), said
    assert ("The code from before goes on serving." in said) == (trouble != "nothing"), said
