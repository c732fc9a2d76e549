"""Many rounds under reloads of their code, and many clicks at once.

Real processes, real sockets, real files; ``--thorough`` goes on for a night.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.loopback import LoopbackDiscord
from tests.loopback.process import PROJECT
from tests.loopback.records import InteractionRecord

from .crowd import seat
from .stage import Stage

TROUBLES: dict[str, Callable[[str], str]] = {
    "nothing": lambda code: code,
    "a syntax error": lambda code: code + "\ndef broken(:\n",
    "a failing setup": lambda code: code.replace("await bot.add_cog", "await bot.no_such_thing"),
    "a setup that fails when it matters": lambda code: code + "    assert bot.user is None\n",
}


async def test_reloads_under_twenty_rounds(tmp_path: Path, times: int) -> None:
    """Of good code and bad, while members press: no round is lost, and one click has one answer."""
    checkout = tmp_path / "checkout"
    for part in ("bot", "cogs", "tests/loopback"):
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / part, checkout / part, ignore=skipped)
    (checkout / "tests" / "__init__.py").touch()
    setup = checkout / "cogs" / "trivia" / "__init__.py"
    good = setup.read_text()
    data = tmp_path / "data"
    data.mkdir()
    async with LoopbackDiscord() as discord:
        crowd = seat(discord, data, seed=12, channels=20)
        ada = crowd.players[0]
        more = {"PYTHONPATH": str(checkout), "MARQUEE_ADMIN_IDS": str(ada.id)}
        async with crowd.stage.bot(**more) as bot:
            await crowd.start(questions=4, seconds=10)
            pressing = asyncio.create_task(crowd.press_for(600))
            for number in range(40 if times == 1 else 200):
                trouble = list(TROUBLES)[number % len(TROUBLES)]
                setup.write_text(TROUBLES[trouble](good))
                record = await discord.command(ada, crowd.channels[0], "admin reload", cog="trivia")
                said = await discord.wait_until(lambda record=record: answer_to(record), 30)
                assert ("could not" in said) == (trouble != "nothing"), said
            setup.write_text(good)
            pressing.cancel()
            await crowd.all_over(within=120)
            assert "never awaited" not in bot.output
        await crowd.check()
        assert {state for (state,) in crowd.stage.rows("SELECT state FROM round")} <= {
            "done", "idle",
        }  # fmt: skip
        doubled = [record.id for _, _, record in crowd.waiting if len(record.followups) > 1]
        assert not doubled


def answer_to(record: InteractionRecord) -> str:
    """What an interaction was answered, by the callback or by an edit of it; empty until then."""
    shown = record.original or (record.callback or {}).get("data") or {}
    return str(shown.get("content") or "")


async def test_fifty_at_once_in_whatever_order(tmp_path: Path, times: int) -> None:
    """In a race the lowest snowflake wins; otherwise everybody has one award."""
    async with LoopbackDiscord() as discord:
        stage = Stage(discord, tmp_path)
        players = [discord.add_user(f"racer {number}") for number in range(50)]
        chance = random.Random(11)
        async with stage.bot():
            for number in range(4 * times):
                mode = "race" if number % 2 else "classic"
                channel = stage.channel(f"race-{number}")
                await stage.start(stage.ada, channel, questions=1, seconds=5, mode=mode)
                message = await stage.message(channel, "Question 1 of 1")
                right = stage.right_id(message)
                order = chance.sample(range(50), 50)
                records = await discord.click_many(
                    [(player, message, right) for player in players], order
                )
                await stage.message(channel, "Final board")
                awards = stage.rows(
                    "SELECT user_id, correct, points > 0 FROM award JOIN round ON id = round_id"
                    " WHERE channel_id = ?",
                    channel.id,
                )
                first = min(records, key=lambda record: record.id)
                expected = [first.user.id] if mode == "race" else [user.id for user in players]
                assert sorted(user for user, _, _ in awards) == sorted(expected)
                assert all(correct and scored for _, correct, scored in awards)
