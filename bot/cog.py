"""The base of every cog: what it registers, its unload takes back.

discord.py removes a cog's commands and listeners by itself. Tasks it leaves behind, where they
would go on running the old code, and of our buttons it knows nothing; a cog registers both here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from discord.ext import commands

from .presses import Follow, OnPress
from .ui.buttons import Pressable
from .ui.forms import Form

if TYPE_CHECKING:
    from .client import Marquee

_ItemT = TypeVar("_ItemT", bound="Pressable | Form")

log = logging.getLogger(__name__)


class MarqueeCog(commands.Cog):
    """A feature. Register in :meth:`enter`, called by ``cog_load``; clean up in :meth:`leave`."""

    def __init__(self, bot: Marquee) -> None:
        self.bot = bot
        self._items: list[type[Pressable | Form]] = []
        self._shortcuts: list[str] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def enter(self) -> None:
        """Register and start what the feature needs."""

    async def rehearse(self) -> None:
        """Do once what only fails when it is done, without Discord and with a ledger for nothing.

        Called where new code is tried, before it takes over.

        :raises Exception: whatever does not work.
        """

    async def leave(self) -> None:
        """Hand over what is under way; called while everything still works."""

    def register_press(self, item: type[_ItemT], on_press: OnPress[_ItemT]) -> None:
        """Answer to a class of buttons or forms until the cog is unloaded."""
        self.bot.presses.answer(item, on_press)
        self._items.append(item)

    def register_shortcut(self, feature: str, follow: Follow) -> None:
        """Answer to the shortcuts of other features until the cog is unloaded."""
        self.bot.presses.answer_shortcut(feature, follow)
        self._shortcuts.append(feature)

    def start_task(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run ``work`` until it ends or the cog is unloaded."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("The task %r ended", task.get_name(), exc_info=error)

    async def cog_load(self) -> None:
        try:
            await self.enter()
        except BaseException:
            await self._release()
            raise

    async def cog_unload(self) -> None:
        try:
            await self.leave()
        except Exception:  # discord.py would drop it without a word
            log.exception("The cog %s did not leave in order", self.qualified_name)
        finally:
            await self._release()

    async def _release(self) -> None:
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for item in self._items:
            self.bot.presses.forget(item)
        for feature in self._shortcuts:
            self.bot.presses.forget_shortcut(feature)
        self._items.clear()
        self._shortcuts.clear()
