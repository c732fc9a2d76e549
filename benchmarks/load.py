"""Loads on a bot process over the loopback Discord, measured from outside the process."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.loopback import BotProcess, LoopbackDiscord
from tests.loopback.entities import Channel, User
from tests.loopback.records import InteractionRecord

PROJECT = Path(__file__).parents[1]
WARM_UP = 40
Ask = Callable[[int], Awaitable[InteractionRecord]]


@dataclass(frozen=True, slots=True)
class Cost:
    """One load, in ms: CPU time of the bot's process an interaction, and time to the reply."""

    cpu: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that is ready, and who and where to ask it."""

    discord: LoopbackDiscord
    process: BotProcess
    channel: Channel
    user: User
    first_answer: float  # s from start to the answer of the first command


@asynccontextmanager
async def running_bot(
    target: str, first: str, data: Path, *, guilds: int = 1, seeds: Path = Path("seeds")
) -> AsyncGenerator[Running]:
    """A bot process that has answered the command ``first`` once."""
    async with LoopbackDiscord() as discord:
        channel = discord.add_channel(discord.add_guild(name="Film club"), name="film-night")
        for number in range(1, guilds):
            discord.add_channel(discord.add_guild(name=f"Club {number}"), name="lobby")
        user = discord.add_user("asker")
        environment = {
            **discord.environment,
            "MARQUEE_DATA_DIR": str(data),
            "MARQUEE_SEEDS_DIR": str(PROJECT / seeds),
        }
        started = time.perf_counter()
        async with BotProcess(environment, target=target) as process:
            await discord.wait_ready(within=60)
            record = await discord.command(user, channel, first)
            await record.response(within=10)
            took = time.perf_counter() - started
            yield Running(discord, process, channel, user, took)


async def measure(process: BotProcess, ask: Ask, count: int) -> Cost:
    """Ask ``count`` times, one after the other, after a warm-up."""
    for number in range(WARM_UP):
        await (await ask(-1 - number)).response(within=10)
    before = process.cpu_seconds()
    latencies: list[float] = []
    for number in range(count):
        record = await ask(number)
        await record.response(within=10)
        latencies.append(record.latency * 1000)
    cpu = (process.cpu_seconds() - before) * 1000 / count
    return Cost(cpu, median(latencies), quantiles(latencies, n=100)[98])


async def clicks(bot: Running, count: int, **options: str) -> Cost:
    """Clicks of different players on one open question, each on disk before its reply."""
    players = [bot.discord.add_user(f"player {number}") for number in range(count + 2 * WARM_UP)]
    await bot.discord.command(
        bot.user, bot.channel, "trivia start", questions=1, seconds=120, **options
    )
    question = await bot.discord.wait_for_message(
        bot.channel, lambda message: bool(answer_ids(message)), within=15
    )

    async def click(number: int) -> InteractionRecord:
        custom_id = answer_ids(question)[number % 4]
        return await bot.discord.click(players[number], question, custom_id)

    return await measure(bot.process, click, count)


def answer_ids(message: Mapping[str, Any]) -> list[str]:
    """The custom ids of a message's answer buttons."""
    items = [item for row in message["components"] for item in row.get("components", [])]
    return [item["custom_id"] for item in items if item["custom_id"].startswith("answer:")]
