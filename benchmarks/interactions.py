"""Time and CPU from interaction to reply, memory at rest, start to first answer.

The floor is ``tests/loopback/bare_bot.py``: discord.py, as it is installed by itself, with one
no-op command, autocomplete and button. Both bots run at the same time and are asked in turn, a
batch each; the ratios are of each pair of batches, and their median counts. Asked one at a time,
and several at once as players do when a question comes up.

A third bot, ``least_bot``, shows how much of the difference is discord.py's for the reply and
SQLite's for the row: it has no code of ours but the ledger's writer, and Marquee's uvloop and
orjson, so that what these two save can be told from what our code costs.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median, quantiles

from bot.catalog.build import build
from tests.loopback.records import InteractionRecord

from .load import BARE, PROJECT, Load, Running, clicks, in_turn, running_bot

RUNS, BATCHES, SIZE = 5, 20, 48
AT_ONCE = (1, 8)
LEAST = "benchmarks.least_bot"
# Where the least bot does more than the bare one.
LEAST_KINDS = ("fact", "click")
QUERIES = (
    "who distributed it in Australia?",
    "which camera",
    "Roger Ebert",
    "how long was the shoot",
    "soundtrack jazz standards",
)
# So many batches have shown each of the pack's facts about thrice, as on any evening; what a fact
# costs that nobody has seen since the start is in `growth`, where there are seventy thousand.
WARM_UP = {"fact": 8}
# What we promise: CPU against the floor of the same kind.
LIMITS = {"fact": 1.25, "autocomplete": 1.25, "search": 1.5, "search, new words": 1.5, "click": 1.5}
MEMORY_LIMIT = 1.3
FIRST_ANSWER_LIMIT = 1.0


async def _bare_loads(bot: Running) -> dict[str, Load]:
    """The floor of each kind of interaction."""
    await (await _command(bot, "panel")).response(within=10)
    panel = bot.discord.messages(bot.channel)[-1]

    async def click(_: int) -> InteractionRecord:
        return await bot.discord.click(bot.user, panel, "bare:press")

    return {
        "fact": Load(bot.process, lambda _: _command(bot, "ping")),
        "autocomplete": Load(bot.process, lambda _: _complete(bot, "ping", "word")),
        "search": Load(bot.process, lambda _: _command(bot, "ping")),
        "search, new words": Load(bot.process, lambda _: _command(bot, "ping")),
        "click": Load(bot.process, click),
    }


async def _marquee_loads(bot: Running) -> dict[str, Load]:
    """The same kinds, asked of Marquee."""
    return {
        "fact": Load(bot.process, lambda _: _command(bot, "film fact")),
        "autocomplete": Load(bot.process, lambda _: _complete(bot, "film fact", "film")),
        "search": Load(
            bot.process, lambda n: _command(bot, "film search", query=QUERIES[n % len(QUERIES)])
        ),
        "search, new words": Load(
            bot.process, lambda n: _command(bot, "film search", query=f"{QUERIES[n % 5]} {n}")
        ),
        "click": await clicks(bot, SIZE * (BATCHES + 1)),
    }


async def _costs(data: Path, at_once: int) -> dict[str, list[Load]]:
    """Each kind's load on Marquee, on the floor and on the least bot, put on in turn."""
    async with (
        running_bot("bot", "film list", data) as bot,
        running_bot(BARE, "ping", data) as bare,
        running_bot(LEAST, "ping", data) as least,
    ):
        ours, floor = await _marquee_loads(bot), await _bare_loads(bare)
        rest = await _bare_loads(least)
        costs = {
            kind: [ours[kind], floor[kind], *([rest[kind]] if kind in LEAST_KINDS else [])]
            for kind in LIMITS
        }
        for kind in reversed(LIMITS):  # the click first: its question closes
            await in_turn(
                costs[kind],
                batches=BATCHES,
                size=SIZE,
                at_once=at_once,
                warm_up=WARM_UP.get(kind, 1),
            )
        return costs


async def _command(bot: Running, name: str, **options: str | int) -> InteractionRecord:
    return await bot.discord.command(bot.user, bot.channel, name, **options)


async def _complete(bot: Running, name: str, option: str) -> InteractionRecord:
    return await bot.discord.autocomplete(bot.user, bot.channel, name, option, "le")


async def at_rest(target: str, first: str, data: Path, guilds: int) -> tuple[float, float]:
    """Memory in MB after the first answer, and how long after the start that came, in s."""
    async with running_bot(target, first, data, guilds=guilds) as bot:
        return bot.process.rss_bytes() / 1e6, bot.first_answer


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "built"
        build(PROJECT / "seeds", built / "catalog.db")
        print("| interaction | at once | CPU, ms (bare) | ratio: quarter / median / three quarters"
              " | to reach | the least bot's ratio | reply p50 / p99, ms (bare) |\n"
              "|-|-|-|-|-|-|-|")  # fmt: skip
        for at_once in AT_ONCE:
            data = Path(folder) / str(at_once)
            shutil.copytree(built, data)  # with an empty ledger
            _print_costs(await _costs(data, at_once), at_once)
        await _print_rest(built)


def _ratios(load: Load, bare: Load) -> str:
    cuts = quantiles((a / b for a, b in zip(load.cpu, bare.cpu, strict=True)), n=4)
    return " / ".join(f"{cut:.2f}" for cut in cuts)


def _print_costs(costs: dict[str, list[Load]], at_once: int) -> None:
    for kind, (ours, bare, *least) in costs.items():
        print(
            f"| {kind} | {at_once} | {median(ours.cpu):.2f} ({median(bare.cpu):.2f}) "
            f"| {_ratios(ours, bare)} | {LIMITS[kind]} "
            f"| {' '.join(_ratios(load, bare) for load in least)} "
            f"| {ours.p50:.2f} / {ours.p99:.2f} ({bare.p50:.2f} / {bare.p99:.2f}) |"
        )


async def _print_rest(data: Path) -> None:
    print("\n| at rest | MB (bare) | ratio | to reach | first answer, s (bare) | to reach, s |\n"
          "|-|-|-|-|-|-|")  # fmt: skip
    for guilds in (1, 1_000):
        samples: Mapping[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
        for _ in range(RUNS):
            samples["ours"].append(await at_rest("bot", "film list", data, guilds))
            samples["bare"].append(await at_rest(BARE, "ping", data, guilds))
        ours, bare = ([median(column) for column in zip(*rows, strict=True)]
                      for rows in samples.values())  # fmt: skip
        print(
            f"| {guilds} guilds | {ours[0]:.1f} ({bare[0]:.1f}) | {ours[0] / bare[0]:.2f} "
            f"| {MEMORY_LIMIT} | {ours[1]:.2f} ({bare[1]:.2f}) | {FIRST_ANSWER_LIMIT:.0f} |"
        )


if __name__ == "__main__":
    asyncio.run(main())
