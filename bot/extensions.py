"""Loading, unloading and reloading the packages in ``cogs/`` while the bot runs.

discord.py's own reload unloads the old code before it has seen the new, and leaves nothing loaded
when it is cancelled or rolls back badly. So new code is first loaded in a process of its own;
only then is the live cog touched, one at a time, and never cancelled halfway. Names come from a
scan of the package's folder, and from what was loaded out of it before: nothing else can be
imported by asking for it. What is loaded can be unloaded, also when its folder has gone meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import logging
import re
import sys
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from discord.ext import commands

from .child import run_python
from .errors import ExtensionError, UserError

if TYPE_CHECKING:
    from .client import Marquee

log = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DETAIL_LINES = 6
TRIAL_SECONDS = 60
# What the trial prints last when the cog has loaded.
PASSED = "marquee: the cog has loaded"
# The one that loads the others stays: without it nobody could load it again.
KEEPER = "admin"


class Extensions:
    """The packages under one root package, ``cogs`` unless a test says otherwise."""

    def __init__(self, bot: Marquee, root: str = "cogs") -> None:
        self._bot = bot
        self._root = root
        self._running: set[asyncio.Task[None]] = set()
        # Held while a package comes or goes; whoever needs them all in place waits for it.
        self.turn = asyncio.Lock()
        # The last lines of each package's last try, if that failed.
        self.failed: dict[str, str] = {}
        # Folders whose names cannot be used, which the log has named.
        self._unusable: set[str] = set()

    @property
    def folder(self) -> Path:
        """Where the packages lie."""
        spec = importlib.util.find_spec(self._root)
        if spec is None or not spec.submodule_search_locations:
            raise ExtensionError(self._root, "found", "There is no such package.")
        return Path(next(iter(spec.submodule_search_locations)))

    def names(self) -> list[str]:
        """Every package in the folder, loaded or not, by name."""
        found = {path.parent.name for path in self.folder.glob("*/__init__.py")}
        usable = {name for name in found if _NAME.fullmatch(name)}
        self._warn_of(found - usable - {"__pycache__"})
        return sorted(usable)

    def known(self) -> list[str]:
        """Every package in the folder, and those that are loaded though they are gone from it."""
        parent = f"{self._root}."
        loaded = (module for module in self._bot.extensions if module.startswith(parent))
        return sorted({*self.names(), *(module.removeprefix(parent) for module in loaded)})

    def is_loaded(self, name: str) -> bool:
        return self._module(name) in self._bot.extensions

    async def load_all(self) -> None:
        """Load every package, in order of name.

        :raises ExtensionError: for the first that fails, or when there is none: a bot without
            commands would have Discord forget those it has.
        """
        names = self.names()
        if not names:
            raise ExtensionError(self._root, "found", f"There is no cog in {self.folder}.")
        for name in names:
            await self._exclusively(self._load, name)

    async def load(self, name: str) -> None:
        """Load a package that is not loaded. :raises ExtensionError: when it fails."""
        self._must_be_known(name)
        self._must_not_be_loaded(name)
        await self._exclusively(self._try_and_load, name)

    async def unload(self, name: str) -> None:
        """Unload a package and all it registered, whether or not its folder is still there."""
        self._must_be_loaded(name)
        if name == KEEPER:
            raise UserError(f"The cog `{name}` cannot unload itself: nothing could load it again.")
        await self._exclusively(self._unload, name)

    async def reload(self, name: str) -> None:
        """Replace a loaded package by the code that is in its folder now.

        :raises UserError: when there is none any more; the old goes on serving.
        :raises ExtensionError: when that code fails; likewise.
        """
        self._must_have_code(name)
        await self._exclusively(self._try_and_reload, name)

    async def _exclusively(self, action: Callable[[str], Awaitable[None]], name: str) -> None:
        """Run ``action`` to its end, alone, whatever becomes of the caller."""

        async def in_turn() -> None:
            async with self.turn:
                try:
                    await action(name)
                except ExtensionError as error:
                    log.warning("%s", error)
                    self.failed[name] = error.detail
                    raise
                self.failed.pop(name, None)

        task = asyncio.create_task(in_turn(), name=f"extension {name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)

    async def _load(self, name: str) -> None:
        try:
            await self._bot.load_extension(self._module(name))
        except commands.ExtensionError as error:
            self._forget_modules(name)
            raise ExtensionError(name, "loaded", _last_lines(error)) from error
        log.info("Loaded the cog %s", name)

    async def _reload(self, name: str) -> None:
        try:
            await self._bot.reload_extension(self._module(name))
        except (Exception, asyncio.CancelledError, SystemExit) as error:
            # Of the new code, which the client has turned into an ExtensionFailed; or of the old,
            # on its return.
            if self._bot.is_closed():
                raise  # there is nobody left to tell
            if not self.is_loaded(name):
                self._forget_modules(name)
            raise ExtensionError(name, "reloaded", _last_lines(error)) from error
        log.info("Reloaded the cog %s", name)

    async def _unload(self, name: str) -> None:
        if not self.is_loaded(name):  # another turn was quicker
            raise UserError(f"The cog `{name}` is unloaded already.")
        await self._bot.unload_extension(self._module(name))
        log.info("Unloaded the cog %s", name)

    async def _try_and_load(self, name: str) -> None:
        self._must_not_be_loaded(name)  # once more: another turn may have loaded it meanwhile
        await self._try_apart(name, "loaded")
        await self._load(name)

    async def _try_and_reload(self, name: str) -> None:
        self._must_have_code(name)  # once more: another turn may have unloaded it meanwhile
        await self._try_apart(name, "reloaded")
        await self._reload(name)

    async def _try_apart(self, name: str, action: str) -> None:
        """Load the package in a process of its own. :raises ExtensionError: when that fails."""
        self._forget_code(name)
        failure = await self._trial(name)
        if failure is not None:
            raise ExtensionError(name, action, failure)

    async def _trial(self, name: str) -> str | None:
        # -B: what is tried is not yet what serves, so Python shall not keep it compiled.
        command = ("-B", "-m", "bot.trial", self._root, name, str(self._bot.catalog.path))
        try:
            child = await run_python(
                command, seconds=TRIAL_SECONDS, paths=[str(self.folder.parent)]
            )
        except TimeoutError:
            return f"It did not finish loading within {TRIAL_SECONDS} s."
        except OSError as error:
            return f"It could not be tried: {error}"
        if child.returncode == 0 and child.stdout.rstrip().endswith(PASSED):
            return None
        return _tail(child.stderr) or f"It ended its process with {child.returncode}."

    def _warn_of(self, unusable: set[str]) -> None:
        """Name in the log, once, every folder that looks like a cog and is none."""
        for name in sorted(unusable - self._unusable):
            log.warning(
                "The folder %r in %s is not a cog: a name is made of a-z, 0-9 and _, and begins "
                "with a letter",
                name,
                self._root,
            )
        self._unusable |= unusable

    def _must_be_known(self, name: str) -> None:
        known = self.known()
        if name not in known:
            raise UserError(f"There is no cog of that name. There are: {', '.join(known)}.")

    def _must_be_loaded(self, name: str) -> None:
        self._must_be_known(name)
        if not self.is_loaded(name):
            raise UserError(f"The cog `{name}` is not loaded; `/admin load` does that.")

    def _must_not_be_loaded(self, name: str) -> None:
        if not self.is_loaded(name):
            return
        hint = "`/admin reload` renews it."
        if name not in self.names():
            hint = "there is no newer code: its folder is gone, or has no `__init__.py`."
        raise UserError(f"The cog `{name}` is loaded already; {hint}")

    def _must_have_code(self, name: str) -> None:
        self._must_be_loaded(name)
        if name not in self.names():
            raise UserError(
                f"The cog `{name}` cannot be reloaded: its folder is gone, or has no "
                "`__init__.py`. The code from before goes on serving."
            )

    def _module(self, name: str) -> str:
        return f"{self._root}.{name}"

    def _forget_code(self, name: str) -> None:
        """Drop what Python compiled before. A start keeps it, being much quicker with it.

        Python takes an edit within the same second and of the same length for no edit at all.
        """
        for source in (self.folder / name).rglob("*.py"):
            # What may not be deleted, as on a read-only disk, this bot has not compiled either.
            with contextlib.suppress(OSError):
                Path(importlib.util.cache_from_source(str(source))).unlink()
        importlib.invalidate_caches()

    def _forget_modules(self, name: str) -> None:
        """Drop a package whose load failed from Python's modules, where discord.py leaves it."""
        module = self._module(name)
        for loaded in [key for key in sys.modules if key == module or key.startswith(f"{module}.")]:
            del sys.modules[loaded]


def _last_lines(error: BaseException) -> str:
    cause = error.original if isinstance(error, commands.ExtensionFailed) else error
    return _tail("".join(traceback.format_exception(cause)))


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-_DETAIL_LINES:])
