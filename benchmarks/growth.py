"""What 10,000 films cost beside one: the same questions, and the build.

The one-film catalog is the first of the same invented packs, so that only the number differs. A
round over all films is shown without a limit: it looks into thirty of them, where there is one.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from pathlib import Path
from random import Random

from bot.catalog.build import build
from tests.loopback.records import InteractionRecord

from .films import phrase, write_packs
from .load import Load, Running, clicks, in_turn, running_bot

FILMS, BATCHES, SIZE = 10_000, 20, 48
ROUNDS = 8  # a batch of them: each goes on for minutes
P99_LIMIT = 2.0
BUILD_LIMIT = 1_000
ALL = "round over all films"


async def _loads(bot: Running, films: int) -> dict[str, Load]:
    """Each kind of question, asked of a bot that knows so many films."""

    async def ask(name: str, **options: str | int) -> InteractionRecord:
        return await bot.discord.command(bot.user, bot.channel, name, **options)

    async def complete(number: int) -> InteractionRecord:
        typed = ("", "a", "am", "shadow")[number % 4]
        return await bot.discord.autocomplete(bot.user, bot.channel, "film fact", "film", typed)

    async def complete_topic(_: int) -> InteractionRecord:
        return await bot.discord.autocomplete(
            bot.user, bot.channel, "film fact", "topic", "", film="film-00000"
        )

    async def start(_: int) -> InteractionRecord:
        room = bot.discord.add_channel(guild, name="table")
        return await bot.discord.command(bot.user, room, "trivia start", questions=10, film="all")

    guild = bot.discord.add_guild(name="Benches")
    return {
        "click": await clicks(bot, SIZE * (BATCHES + 1), film="film-00000"),
        "fact": Load(bot.process, lambda _: ask("film fact", film="film-00000")),
        "fact of another film": Load(
            bot.process, lambda n: ask("film fact", film=f"film-{n * 7 % films:05}")
        ),
        "search": Load(bot.process, lambda n: ask("film search", query=_query(n))),
        "autocomplete": Load(bot.process, complete),
        "autocomplete, topic": Load(bot.process, complete_topic),
        ALL: Load(bot.process, start),
    }


def _query(number: int) -> str:
    """One to three words, others for each number."""
    return phrase(Random(number), 1 + number % 3)


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
        async with (
            running_bot("bot", "film list", folder / "data-many", seeds=folder / "many") as many,
            running_bot("bot", "film list", folder / "data-one", seeds=folder / "one") as one,
        ):
            few, lots = await _loads(one, 1), await _loads(many, FILMS)
            for kind in lots:
                size = ROUNDS if kind == ALL else SIZE
                await in_turn([lots[kind], few[kind]], batches=BATCHES, size=size)
    print("\n| question | p99, ms: 10,000 films (1) | ratio | to reach |\n|-|-|-|-|")
    for kind in lots:
        ratio = lots[kind].p99 / few[kind].p99
        limit = "" if kind == ALL else P99_LIMIT
        print(f"| {kind} | {lots[kind].p99:.2f} ({few[kind].p99:.2f}) | {ratio:.2f} | {limit} |")


if __name__ == "__main__":
    asyncio.run(main())
