"""Runs a module as `__main__` in this process, with discord.py dialling the loopback.

Usage: LOOPBACK_URL=http://127.0.0.1:port python -m tests.loopback.launch [module] [arguments]

What `LOOPBACK_WITHOUT` names cannot be imported, as where it is not installed.
"""

# ruff: noqa: E402
import os
import sys

# Before discord.py looks for what it can do without.
sys.modules.update(dict.fromkeys(os.environ.get("LOOPBACK_WITHOUT", "").split()))  # pyright: ignore[reportArgumentType, reportCallIssue]

import runpy
import time
from datetime import timedelta

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL


def redirect(url: URL) -> None:
    """Point discord.py at another Discord: webhooks use `Route` too, resumes what READY says."""
    Route.BASE = str(url / "api/v10")
    DiscordWebSocket.DEFAULT_GATEWAY = url.with_scheme("ws") / "gateway"


def set_clock_ahead(seconds: float) -> None:
    """Make the process take the time for another than it is, as a wrong system clock does."""
    real, utcnow = time.time, discord.utils.utcnow
    time.time = lambda: real() + seconds
    discord.utils.utcnow = lambda: utcnow() + timedelta(seconds=seconds)


def main() -> None:
    """Launch the module named by the first argument, `bot` if there is none."""
    target = sys.argv.pop(1) if len(sys.argv) > 1 else "bot"
    redirect(URL(os.environ["LOOPBACK_URL"]))
    if ahead := float(os.environ.get("LOOPBACK_CLOCK_AHEAD", "0")):
        set_clock_ahead(ahead)
    runpy.run_module(target, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
