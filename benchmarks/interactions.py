"""Time and CPU from interaction to reply, memory at rest, start to first answer.

The floor is ``tests/loopback/bare_bot.py``: discord.py with one no-op command, autocomplete and
button. Both bots are run in turn several times; the ratios are of each pair, and their median
counts, so that a machine whose speed drifts does not.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from bot.catalog.build import build
from tests.loopback.records import InteractionRecord

from .load import PROJECT, Cost, Running, clicks, measure, running_bot

ROUNDS, ASKED = 5, 400
BARE = "tests.loopback.bare_bot"
QUERIES = (
    "who distributed it in Australia?",
    "which camera",
    "Roger Ebert",
    "how long was the shoot",
    "soundtrack jazz standards",
)
# What we promise: CPU against the floor of the same kind.
LIMITS = {"fact": 1.25, "autocomplete": 1.25, "search": 1.5, "click": 1.5}
MEMORY_LIMIT = 1.3
FIRST_ANSWER_LIMIT = 1.0


async def bare_costs(data: Path) -> dict[str, Cost]:
    """The floor of each kind of interaction."""
    async with running_bot(BARE, "ping", data) as bot:
        command = await measure(bot.process, lambda _: _command(bot, "ping"), ASKED)
        complete = await measure(bot.process, lambda _: _complete(bot, "ping", "word"), ASKED)
        await (await _command(bot, "panel")).response(within=10)
        panel = bot.discord.messages(bot.channel)[-1]

        async def click(_: int) -> InteractionRecord:
            return await bot.discord.click(bot.user, panel, "bare:press")

        pressed = await measure(bot.process, click, ASKED)
    return {"fact": command, "search": command, "autocomplete": complete, "click": pressed}


async def marquee_costs(data: Path) -> dict[str, Cost]:
    """The same kinds, asked of Marquee."""
    async with running_bot("bot", "film list", data) as bot:
        costs = {
            "fact": await measure(bot.process, lambda _: _command(bot, "film fact"), ASKED),
            "search": await measure(
                bot.process,
                lambda n: _command(bot, "film search", query=QUERIES[n % len(QUERIES)]),
                ASKED,
            ),
            "autocomplete": await measure(
                bot.process, lambda _: _complete(bot, "film fact", "film"), ASKED
            ),
        }
        costs["click"] = await clicks(bot, ASKED)
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
        pairs: list[tuple[dict[str, Cost], dict[str, Cost]]] = []
        for number in range(ROUNDS):
            print(f"run {number + 1} of {ROUNDS}", flush=True)
            data = Path(folder) / str(number)
            shutil.copytree(built, data)  # each run begins with an empty ledger
            pairs.append((await marquee_costs(data), await bare_costs(data)))
        _print_costs(pairs)
        await _print_rest(built)


def _print_costs(pairs: list[tuple[dict[str, Cost], dict[str, Cost]]]) -> None:
    print("\n| interaction | CPU, ms (bare) | ratio, min / median / max | to reach |"
          " reply p50 / p99, ms (bare) |\n|-|-|-|-|-|")  # fmt: skip
    for name, limit in LIMITS.items():
        ours = [pair[0][name] for pair in pairs]
        bare = [pair[1][name] for pair in pairs]
        ratios = sorted(a.cpu / b.cpu for a, b in zip(ours, bare, strict=True))
        print(
            f"| {name} | {_mid(ours, 'cpu')} ({_mid(bare, 'cpu')}) "
            f"| {ratios[0]:.2f} / {median(ratios):.2f} / {ratios[-1]:.2f} | {limit} "
            f"| {_mid(ours, 'p50')} / {_mid(ours, 'p99')} "
            f"({_mid(bare, 'p50')} / {_mid(bare, 'p99')}) |"
        )


def _mid(costs: list[Cost], name: str) -> str:
    return f"{median(getattr(cost, name) for cost in costs):.2f}"


async def _print_rest(data: Path) -> None:
    print("\n| at rest | MB (bare) | ratio | to reach | first answer, s (bare) |\n|-|-|-|-|-|")
    for guilds in (1, 1_000):
        samples: Mapping[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
        for _ in range(ROUNDS):
            samples["ours"].append(await at_rest("bot", "film list", data, guilds))
            samples["bare"].append(await at_rest(BARE, "ping", data, guilds))
        ours, bare = ([median(column) for column in zip(*rows, strict=True)]
                      for rows in samples.values())  # fmt: skip
        print(
            f"| {guilds} guilds | {ours[0]:.1f} ({bare[0]:.1f}) | {ours[0] / bare[0]:.2f} "
            f"| {MEMORY_LIMIT} | {ours[1]:.2f} ({bare[1]:.2f}) |"
        )


if __name__ == "__main__":
    asyncio.run(main())
