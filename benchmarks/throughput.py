"""Clicks on answers at so many a second, over so many channels; memory over 10,000 questions.

The same clicks go, in the same run, to the bot, to the bot with one commit for each click, and to
the no-op button of a bare bot. Clicks are sent when they are due, whether the ones before are
answered or not, as players do. The loopback Discord shares the machine's cores with the bot.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import quantiles

from bot.catalog.build import build
from tests.loopback.entities import Channel, User
from tests.loopback.records import InteractionRecord

from .load import BARE, PROJECT, Running, answer_ids, running_bot

RATES = (100, 300, 600, 1_000)
CHANNELS = (1, 10, 100, 500)
SECONDS = 3.0
PLAYERS = 500
QUESTIONS, TABLES = 25, 400
# Presses under way at a time while the memory is looked at: each holds some until it is answered,
# and what so many at once have held would hide what the questions leave behind.
UNDER_WAY = 40
Click = Callable[[], Awaitable[InteractionRecord]]
TARGETS = {
    "Marquee": "bot",
    "one commit each": "benchmarks.one_commit_each",
    "no-op": BARE,
}


async def at_rate(bot: Running, click: Click, rate: int) -> tuple[float, float, float, float]:
    """p50, p99 and longest time to the answer in ms, and ms of CPU a click."""
    before, began = bot.process.cpu_seconds(), time.perf_counter()
    records: list[InteractionRecord] = []
    for number in range(int(rate * SECONDS)):
        due = began + number / rate
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        records.append(await click())
    for record in records:
        await record.response(within=60)
    cpu = (bot.process.cpu_seconds() - before) * 1000 / len(records)
    latencies = [record.latency * 1000 for record in records]
    cuts = quantiles(latencies, n=100)
    return cuts[49], cuts[98], max(latencies), cpu


async def _clicks(bot: Running, channels: int, chance: random.Random) -> Click:
    """Answers of many players to the open questions of so many channels."""
    guild = bot.discord.add_guild(name="Benches")
    rooms = [bot.discord.add_channel(guild, name=f"table-{at}") for at in range(channels)]
    players = [bot.discord.add_user(f"player {number}") for number in range(PLAYERS)]
    for room in rooms:
        await bot.discord.command(bot.user, room, "trivia start", questions=1, seconds=120)
    questions = [
        await bot.discord.wait_for_message(room, lambda m: bool(answer_ids(m)), within=120)
        for room in rooms
    ]

    async def click() -> InteractionRecord:
        question = chance.choice(questions)
        custom_id = chance.choice(answer_ids(question))
        return await bot.discord.click(chance.choice(players), question, custom_id)

    return click


async def _presses(bot: Running) -> Click:
    record = await bot.discord.command(bot.user, bot.channel, "panel")
    await record.response(within=10)
    panel = bot.discord.messages(bot.channel)[-1]
    return lambda: bot.discord.click(bot.user, panel, "bare:press")


async def rates(folder: Path) -> None:
    """A table of all rates and channels."""
    print(
        "| channels | clicks a second | bot | p50, ms | p99 | longest | CPU, ms |\n|-|-|-|-|-|-|-|"
    )
    for channels in CHANNELS:
        for name, target in TARGETS.items():
            data = folder / f"{channels}-{target}"
            build(PROJECT / "seeds", data / "catalog.db")
            first = "ping" if name == "no-op" else "film list"
            async with running_bot(target, first, data) as bot:
                click = (
                    await _presses(bot)
                    if name == "no-op"
                    else await _clicks(bot, channels, random.Random(7))
                )
                for rate in RATES:
                    p50, p99, longest, cpu = await at_rate(bot, click, rate)
                    print(
                        f"| {channels} | {rate:,} | {name} | {p50:.1f} | {p99:.1f} "
                        f"| {longest:.0f} | {cpu:.2f} |",
                        flush=True,
                    )


async def memory(folder: Path) -> None:
    """The bot's memory while 400 tables play 25 questions each, as races, which are quick."""
    build(PROJECT / "seeds", folder / "catalog.db")
    async with running_bot("bot", "film list", folder) as bot:
        guild = bot.discord.add_guild(name="Benches")
        rooms = [bot.discord.add_channel(guild, name=f"t-{at}") for at in range(TABLES)]
        for room in rooms:
            await bot.discord.command(
                bot.user, room, "trivia start", questions=QUESTIONS, seconds=120, mode="race"
            )
        players = [bot.discord.add_user(f"racer {slot}") for slot in range(4)]
        answered: set[int] = set()
        print("\n| questions | MB |\n|-|-|")
        told = 0
        while len(answered) < QUESTIONS * TABLES:
            await _answer_all(bot, rooms, players, answered)
            if len(answered) >= told:
                print(f"| {len(answered):,} | {bot.process.rss_bytes() / 1e6:.1f} |", flush=True)
                told += QUESTIONS * TABLES // 5
        print(f"| {len(answered):,} | {bot.process.rss_bytes() / 1e6:.1f} |")


async def _answer_all(
    bot: Running, rooms: list[Channel], players: list[User], answered: set[int]
) -> None:
    """Press every button of every open question, each by another player."""
    pressed: list[InteractionRecord] = []
    for room in rooms:
        message = next(iter(bot.discord.messages(room)[-1:]), None)  # a round may be about to begin
        if message is None or int(message["id"]) in answered or not answer_ids(message):
            continue
        answered.add(int(message["id"]))
        for player, custom_id in zip(players, answer_ids(message), strict=True):
            pressed.append(await bot.discord.click(player, message, custom_id))
        if len(pressed) >= UNDER_WAY:
            await _answers(pressed)
    await _answers(pressed)
    await asyncio.sleep(0.2)


async def _answers(pressed: list[InteractionRecord]) -> None:
    while pressed:
        await pressed.pop().response(within=60)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        await rates(Path(folder) / "rates")
        await memory(Path(folder) / "memory")


if __name__ == "__main__":
    asyncio.run(main())
