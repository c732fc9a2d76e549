"""What 10,000 films cost beside one: the same questions, and the build.

The one-film catalog is the first of the same invented packs, so that only the number differs.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from bot.catalog.build import build
from tests.loopback.records import InteractionRecord

from .films import write_packs
from .load import Cost, clicks, measure, running_bot

FILMS, ROUNDS, ASKED = 10_000, 3, 400
P99_LIMIT = 2.0
BUILD_LIMIT = 1_000
QUERIES = ("amber lantern", "what was given to the film at last", "quiet raven", "tempset violet")


async def costs(data: Path, seeds: Path) -> dict[str, Cost]:
    """The cost of each kind of question on one catalog."""
    async with running_bot("bot", "film list", data, seeds=seeds) as bot:

        async def ask(name: str, **options: str | int) -> InteractionRecord:
            return await bot.discord.command(bot.user, bot.channel, name, **options)

        async def complete(number: int) -> InteractionRecord:
            typed = ("", "a", "am", "shadow")[number % 4]
            return await bot.discord.autocomplete(bot.user, bot.channel, "film fact", "film", typed)

        return {
            "fact": await measure(
                bot.process, lambda _: ask("film fact", film="film-00000"), ASKED
            ),
            "search": await measure(
                bot.process, lambda n: ask("film search", query=QUERIES[n % len(QUERIES)]), ASKED
            ),
            "autocomplete": await measure(bot.process, complete, ASKED),
            "click": await clicks(bot, ASKED, film="film-00000"),
        }


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_packs(folder / "many", FILMS)
        (folder / "one").mkdir()
        shutil.copy(folder / "many" / "film-00000.toml", folder / "one")
        started = time.perf_counter()
        build(folder / "many", folder / "data-many" / "catalog.db")
        took = time.perf_counter() - started
        build(folder / "one", folder / "data-one" / "catalog.db")
        size = (folder / "data-many" / "catalog.db").stat().st_size / 1e6
        print(f"build: {FILMS:,} films in {took:.1f} s, {FILMS / took:,.0f} a second "
              f"(to reach {BUILD_LIMIT:,}); the catalog has {size:.0f} MB")  # fmt: skip
        pairs = [
            (await costs(_fresh(folder, "many", run), folder / "many"),
             await costs(_fresh(folder, "one", run), folder / "one"))
            for run in range(ROUNDS)
        ]  # fmt: skip
    print("\n| question | p99, ms: 10,000 films (1) | ratio | to reach |\n|-|-|-|-|")
    for kind in pairs[0][0]:
        many, one = (median(pair[side][kind].p99 for pair in pairs) for side in (0, 1))
        print(f"| {kind} | {many:.2f} ({one:.2f}) | {many / one:.2f} | {P99_LIMIT} |")


def _fresh(folder: Path, catalog: str, run: int) -> Path:
    """A data folder with the built catalog and an empty ledger."""
    data = folder / f"{catalog}-{run}"
    shutil.copytree(folder / f"data-{catalog}", data)
    return data


if __name__ == "__main__":
    asyncio.run(main())
