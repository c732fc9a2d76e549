"""One run of the demo: the bot, the simulated Discord, the page, and a clock that goes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import simcord
from discord.app_commands import AppCommandError

from ..client import Marquee
from ..errors import SettingsError
from ..live import open_bot, stop_signals
from ..settings import Settings
from . import desktop
from .page import CLOSE_SECONDS, Page, open_page, seconds_behind
from .world import AFTER_DARK, FILM_NIGHT, World, build_world, restrict_age

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
# How long an action may keep the page waiting; a reload tries the new code first.
SETTLE_SECONDS = 10.0


async def run_session(
    settings: Settings, *, channel: str, port: int | None, open_browser: bool
) -> int:
    """Run the demo until SIGINT, SIGTERM or the page's own "End preview session"."""
    if channel not in (FILM_NIGHT, AFTER_DARK):
        raise SettingsError("--channel", f"must be {FILM_NIGHT} or {AFTER_DARK}, not {channel!r}")
    stop = stop_signals()
    settings = replace(settings, token=None, data_dir=settings.data_dir / "demo", dev_guild=None)
    turn = asyncio.Lock()  # held by whatever acts in the simulated Discord: a member, or the clock
    async with (
        open_bot(settings) as bot,
        simulated_discord(bot, turn) as (env, world),
        open_page(env, world.channel(channel), world.members, port, turn) as page,
    ):
        _welcome(page.url, channel, settings.data_dir)
        if open_browser:
            desktop.open_browser(page.url)
        await _run_clock(env, page, stop)
    return 0


@contextlib.asynccontextmanager
async def simulated_discord(
    bot: Marquee, turn: asyncio.Lock
) -> AsyncGenerator[tuple[simcord.Env, World]]:
    """The bot in a simulated Discord, at this very time of day."""
    env = simcord.Env(bot, check_errors=False, settle_timeout=SETTLE_SECONDS)
    world = build_world(env)  # before the clock is set, so that its ids are those of the last run
    env.backend.edit_bot_profile("Marquee")
    env.backend.advance_clock(seconds_behind(env))
    bot.settings = replace(bot.settings, admin_ids=frozenset({world.ada.id}))
    await env.start()
    try:
        with env.time_context():
            restrict_age(env, world.after_dark)
            # This Discord forgets the commands at each end, which the ledger does not know.
            await bot.command_sync.sync()
            yield env, world
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await bot.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS), turn:
                await env.shutdown()


async def _run_clock(env: simcord.Env, page: Page, stop: asyncio.Event) -> None:
    """Let time pass until somebody ends the demo."""
    clock = asyncio.create_task(_keep_time(env, page), name="clock")
    ends = (
        clock,
        asyncio.create_task(stop.wait(), name="stop signal"),
        asyncio.create_task(page.wait_closed(), name="page closed"),
    )
    done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for task in ends:
        task.cancel()
    await asyncio.gather(*ends, return_exceptions=True)
    if clock in done:
        clock.result()


async def _keep_time(env: simcord.Env, page: Page) -> None:
    """Let the simulated clock follow the real one."""
    logged = env.error_cursor
    while True:
        await asyncio.sleep(TICK_SECONDS)
        try:
            await page.keep_up()
        except TimeoutError as error:
            log.warning("The simulated Discord waits for the bot: %s", error)
        for error in env.errors_since(logged):
            # What went wrong in a command, the bot has logged and answered itself.
            if not isinstance(error, AppCommandError):
                log.error("Error in the background", exc_info=error)
        logged = env.error_cursor


def _welcome(url: str, channel: str, data_dir: Path) -> None:
    print(
        f"Marquee is open at {url}\n"
        f"You are in #{channel} as Ada, who runs this server and the bot. "
        '"Viewing as", at the top, makes you\n'
        "Bruno, a moderator, or Chiyo or Dana, who are members.\n"
        "Type /film show and press the arrow to send it, or start a round with /trivia start and\n"
        "answer it as two of them.\n"
        f"Ctrl-C ends the demo; its scores stay in {data_dir}.",
        flush=True,
    )
