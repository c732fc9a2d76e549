"""Runs a module as `__main__` in this process, with discord.py dialling the loopback.

Usage: LOOPBACK_URL=http://127.0.0.1:port python -m tests.loopback.launch [module] [arguments]
"""

import os
import runpy
import sys

from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL


def redirect(url: URL) -> None:
    """Point discord.py at another Discord: webhooks use `Route` too, resumes what READY says."""
    Route.BASE = str(url / "api/v10")
    DiscordWebSocket.DEFAULT_GATEWAY = url.with_scheme("ws") / "gateway"


def main() -> None:
    """Launch the module named by the first argument, `bot` if there is none."""
    target = sys.argv.pop(1) if len(sys.argv) > 1 else "bot"
    redirect(URL(os.environ["LOOPBACK_URL"]))
    runpy.run_module(target, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
