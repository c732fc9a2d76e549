"""``python -m bot.trial ROOT NAME CATALOG``: load one cog where a failure harms nobody.

The bot that loads it has the real catalog, an empty ledger, and no connection. Ends with 0 when
the cog was loaded, got through its rehearsal and was unloaded, else with 1 and the traceback.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import traceback
from pathlib import Path

from discord.ext import commands

from .catalog.reader import Catalog
from .client import Marquee
from .cog import MarqueeCog
from .extensions import PASSED
from .ledger import Ledger
from .settings import Settings


async def try_out(root: str, name: str, catalog_path: Path) -> None:
    """Load, rehearse and unload ``root.name``. :raises Exception: whatever the cog raises."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Catalog.open(catalog_path) as catalog,
            Ledger.open(Path(folder) / "ledger.db") as ledger,
            Marquee(Settings(), catalog, ledger, cogs=root) as bot,
        ):
            try:
                await bot.load_extension(f"{root}.{name}")
            except commands.ExtensionFailed as error:
                raise error.original from None
            for cog in bot.cogs.values():
                if isinstance(cog, MarqueeCog):
                    await cog.rehearse()


def main() -> int:
    root, name, catalog = sys.argv[1:]
    try:
        asyncio.run(try_out(root, name, Path(catalog)))
    except BaseException:  # a SystemExit too: whatever it is, the owner must see it
        traceback.print_exc()
        return 1
    print(PASSED, flush=True)  # the exit status alone could be the cog's own doing
    return 0


if __name__ == "__main__":
    sys.exit(main())
