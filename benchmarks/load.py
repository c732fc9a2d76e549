"""Loads on a bot process over the loopback Discord, measured from outside the process."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.loopback import BotProcess, LoopbackDiscord
from tests.loopback.entities import Channel, User
from tests.loopback.records import InteractionRecord

PROJECT = Path(__file__).parents[1]
# The floor is a bot as `pip install discord.py` makes it. Marquee brings these for their speed.
BARE = "tests.loopback.bare_bot"
_FASTER = "orjson"
Ask = Callable[[int], Awaitable[InteractionRecord]]


@dataclass(slots=True)
class Load:
    """One kind of interaction with one bot, and what it cost so far, batch after batch."""

    process: BotProcess
    ask: Ask
    cpu: list[float] = field(default_factory=list[float])  # ms an interaction, of each batch
    latency: list[float] = field(default_factory=list[float])  # ms to the reply, of each

    @property
    def p50(self) -> float:
        return median(self.latency)

    @property
    def p99(self) -> float:
        return quantiles(self.latency, n=100)[98]


async def in_turn(
    loads: Sequence[Load], *, batches: int, size: int, at_once: int = 1, warm_up: int = 1
) -> None:
    """Put every load on, a batch at a time and one after the other, so often.

    A machine whose speed drifts then drifts for all of them alike.

    :param at_once: so many interactions are sent together, and all their replies awaited.
    :param warm_up: so many batches of each come before, and are not counted.
    """
    for number in range(-warm_up, batches):
        for load in loads if number % 2 else reversed(loads):
            first = (number + warm_up) * size
            before = load.process.cpu_seconds()
            latency: list[float] = []
            for start in range(first, first + size, at_once):
                asked = [await load.ask(start + extra) for extra in range(at_once)]
                for record in asked:
                    await record.response(within=30)
                    latency.append(record.latency * 1000)
            if number >= 0:
                load.cpu.append((load.process.cpu_seconds() - before) * 1000 / size)
                load.latency += latency


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
            "LOOPBACK_WITHOUT": _FASTER if target == BARE else "",
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


async def clicks(bot: Running, count: int, **options: str) -> Load:
    """Clicks of ``count`` players at most on one open question, on disk before their replies."""
    players = [bot.discord.add_user(f"player {number}") for number in range(count)]
    await bot.discord.command(
        bot.user, bot.channel, "trivia start", questions=1, seconds=120, **options
    )
    question = await bot.discord.wait_for_message(
        bot.channel, lambda message: bool(answer_ids(message)), within=15
    )

    async def click(number: int) -> InteractionRecord:
        custom_id = answer_ids(question)[number % 4]
        return await bot.discord.click(players[number], question, custom_id)

    return Load(bot.process, click)


def answer_ids(message: Mapping[str, Any]) -> list[str]:
    """The custom ids of a message's answer buttons."""
    items = [item for row in message["components"] for item in row.get("components", [])]
    return [item["custom_id"] for item in items if item["custom_id"].startswith("answer:")]
