"""The base of every cog: what it registers, its unload takes back.

discord.py removes a cog's commands and listeners by itself. Dynamic items, shortcuts and tasks it
leaves behind, where they would go on running the old code; so a cog registers them here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from .ui.buttons import Follow

if TYPE_CHECKING:
    from .client import Marquee

log = logging.getLogger(__name__)


class MarqueeCog(commands.Cog):
    """A feature. Register in :meth:`enter`, called by ``cog_load``; clean up in :meth:`leave`."""

    def __init__(self, bot: Marquee) -> None:
        self.bot = bot
        self._items: list[type[discord.ui.DynamicItem[Any]]] = []
        self._shortcuts: list[str] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    async def enter(self) -> None:
        """Register and start what the feature needs."""

    async def leave(self) -> None:
        """Hand over what is under way; called while everything still works."""

    def register_items(self, *items: type[discord.ui.DynamicItem[Any]]) -> None:
        """Let these buttons work until the cog is unloaded."""
        self.bot.add_dynamic_items(*items)
        self._items += items

    def register_shortcut(self, feature: str, follow: Follow) -> None:
        """Answer to the shortcuts of other features until the cog is unloaded."""
        self.bot.shortcuts[feature] = follow
        self._shortcuts.append(feature)

    def start_task(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run ``work`` until it ends or the cog is unloaded."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

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
        self.bot.remove_dynamic_items(*self._items)
        for feature in self._shortcuts:
            self.bot.shortcuts.pop(feature, None)
        self._items.clear()
        self._shortcuts.clear()
