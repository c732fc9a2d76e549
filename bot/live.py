"""The bot on Discord: opens everything, runs until it is told to stop, closes in order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import threading
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

import discord
from filelock import FileLock, Timeout

from .catalog import keeper, unfinished
from .catalog.reader import Catalog
from .client import Marquee
from .errors import SettingsError, StartError
from .ledger import Ledger
from .network import OUT_OF_REACH
from .settings import Settings, unusable_data_dir

log = logging.getLogger(__name__)

_T = TypeVar("_T")

# Docker and systemd wait ten seconds or more after SIGTERM; we promise five.
CLOSE_SECONDS = 4.0
EXIT_SECONDS = 4.5

# One interaction makes thousands of objects that refer to one another and frees them all again;
# Python's own threshold of 700 has it look through them several times an interaction.
GC_THRESHOLD = (20_000, 20, 20)

_AUTHENTICATION_FAILED = 4004  # a close code of Discord's gateway


async def run_live(settings: Settings) -> int:
    """Run the bot until SIGTERM, SIGINT or the end of its connection; the exit status.

    :raises SettingsError: when the token is missing or Discord refuses it.
    :raises StartError: when the bot cannot start for another reason.
    """
    if settings.token is None:
        raise SettingsError(
            "DISCORD_TOKEN", "is not set; put it in .env, or try `python -m bot demo`"
        )
    # Marquee never speaks, so the owner need not hear that it lacks the libraries for it.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    gc.set_threshold(*GC_THRESHOLD)
    stop = stop_signals()
    async with contextlib.AsyncExitStack() as stack:
        alarms = stack.enter_context(contextlib.ExitStack())  # outlasts all the rest
        bot = await _unless(stop, stack.enter_async_context(open_bot(settings)))
        if bot is None:
            return 0
        await _unless(stop, bot.clock.ask_discord())
        connection = asyncio.create_task(bot.start(settings.token), name="connection")
        stopped = asyncio.create_task(stop.wait(), name="stop signal")
        await asyncio.wait({connection, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if connection.done():
            _explain(connection, settings.dev_guild)
        else:
            log.info("Stopping")
            alarms.callback(_end_in_time().cancel)
            await _close(bot, connection)
    return 0


@contextlib.asynccontextmanager
async def open_bot(settings: Settings) -> AsyncGenerator[Marquee]:
    """A bot that is ready to start, with the data folder to itself and a current catalog."""
    async with contextlib.AsyncExitStack() as stack:
        _lock_data(settings, stack)
        unfinished.sweep(settings.catalog_path)
        problem = await keeper.ensure(settings.seeds_dir, settings.catalog_path)
        if problem is not None:
            log.error("The catalog is not of today's packs; the one before serves on.")
            for line in problem.splitlines():
                log.error("%s", line)
        catalog = await stack.enter_async_context(Catalog.open(settings.catalog_path))
        ledger = await stack.enter_async_context(Ledger.open(settings.ledger_path))
        bot = Marquee(settings, catalog, ledger)
        bot.catalog_problem = problem
        stack.push_async_callback(_close_in_time, bot)
        yield bot


def _lock_data(settings: Settings, stack: contextlib.ExitStack | contextlib.AsyncExitStack) -> None:
    """Keep a second bot off the data folder; the system lets go of it even after kill -9."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        stack.enter_context(FileLock(settings.data_dir / "marquee.lock", timeout=0))
    except Timeout:
        raise StartError(
            f"Another Marquee is using the data folder {settings.data_dir}; stop it first."
        ) from None
    except OSError as error:
        raise unusable_data_dir(error) from None


def stop_signals() -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets, instead of ending the process where it stands."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(stop.set))
    return stop


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, _T]) -> _T | None:
    """What ``work`` comes to; ``None`` when the signal to stop came first."""
    working = asyncio.create_task(work, name="start")
    stopped = asyncio.create_task(stop.wait(), name="stop signal")
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        return working.result()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await working
    return None


def _explain(connection: asyncio.Task[None], dev_guild: int | None) -> None:
    """Turn the end of the connection into an error that the owner can act on."""
    try:
        connection.result()
    except discord.LoginFailure:
        raise _refused() from None
    except discord.ConnectionClosed as error:
        if error.code == _AUTHENTICATION_FAILED:  # made invalid while the bot was running
            raise _refused() from None
        raise StartError(f"Discord ended the connection: {error}") from None
    except (discord.HTTPException, discord.GatewayNotFound, *OUT_OF_REACH) as error:
        if _is_refusal_of(dev_guild, error):
            raise SettingsError(
                "MARQUEE_DEV_GUILD",
                "names a server that the bot is not in, or may not make commands in",
            ) from None
        raise StartError(f"Discord cannot be reached: {error}") from None


def _is_refusal_of(dev_guild: int | None, error: Exception) -> bool:
    """Whether Discord did not take the commands for the development guild."""
    return (
        dev_guild is not None
        and isinstance(error, discord.Forbidden | discord.NotFound)
        and str(error.response.url).endswith(f"/guilds/{dev_guild}/commands")
    )


def _refused() -> SettingsError:
    return SettingsError(
        "DISCORD_TOKEN", "was refused by Discord; make a new one on the application's Bot page"
    )


def _end_in_time() -> threading.Timer:
    """End the process, whatever hangs, when the promised time is up.

    A disk that does not answer holds up the ledger's thread for as long as it likes. Nothing is
    lost: what was confirmed is durable, as it must be for kill -9.
    """

    def end() -> None:
        log.error("The ledger or the catalog could not be closed in time")
        logging.shutdown()
        os._exit(1)

    timer = threading.Timer(EXIT_SECONDS, end)
    timer.daemon = True
    timer.start()
    return timer


async def _close(bot: Marquee, connection: asyncio.Task[None]) -> None:
    """Unload the cogs, leave Discord; in time whatever hangs."""
    await _close_in_time(bot)
    connection.cancel()
    with contextlib.suppress(asyncio.CancelledError, Exception):
        await connection


async def _close_in_time(bot: Marquee) -> None:
    if bot.is_closed():
        return
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await bot.close()
    except TimeoutError:
        log.warning("Discord did not let go within %.0f s", CLOSE_SECONDS)
