"""Leading each press of a button, and each form sent in, to the cog that answers it.

Stateless: a press is known by its ``custom_id`` alone, so it works after a restart and after a
reload, and finds the code that is loaded now. Every press gets an answer, also one on a button
that nobody answers to any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import discord

from . import error_handler
from .errors import UserError
from .ui.buttons import Pressable, Shortcut
from .ui.forms import Form, sent_values

if TYPE_CHECKING:
    from .client import Marquee

_AnyItem = TypeVar("_AnyItem", bound="Pressable | Form")
OnPress = Callable[["discord.Interaction[Marquee]", _AnyItem], Awaitable[None]]
Follow = Callable[["discord.Interaction[Marquee]", str], Awaitable[None]]

_SWITCHED_OFF = (
    "That part of the bot is switched off or being renewed at the moment. Try again in a minute."
)
_STALE = "That button is of an older version of me and does nothing any more."


class Presses:
    """Who answers to which buttons, and to which shortcuts."""

    def __init__(self) -> None:
        self._items: dict[str, tuple[type[Pressable | Form], OnPress[Any]]] = {}
        self._features: dict[str, Follow] = {}
        self._under_way: set[asyncio.Task[Any]] = set()
        self._finishing = False
        self.answer(Shortcut, self._follow)

    def answer(self, item: type[_AnyItem], on_press: OnPress[_AnyItem]) -> None:
        """Lead the presses of a class of buttons, or forms of a class, to ``on_press``."""
        self._items[item.prefix] = (item, on_press)

    def answer_shortcut(self, feature: str, follow: Follow) -> None:
        """Lead the shortcuts to a feature to ``follow``, which is given the film."""
        self._features[feature] = follow

    def forget(self, item: type[Pressable | Form]) -> None:
        """Answer no more to a class of buttons or forms, unless newer code has taken them over."""
        if (known := self._items.get(item.prefix)) and known[0] is item:
            del self._items[item.prefix]

    def forget_shortcut(self, feature: str) -> None:
        self._features.pop(feature, None)

    def known(self) -> list[str]:
        """The prefixes and features that are answered to, in order of name."""
        return sorted([*self._items, *(f"go:{feature}" for feature in self._features)])

    async def lead(self, interaction: discord.Interaction[Marquee]) -> None:
        """Have a press answered; what goes wrong is told to whoever pressed."""
        task = asyncio.current_task()
        if self._finishing or task is None:
            return  # to members the bot is away, as it is about to be
        self._under_way.add(task)
        try:
            await self._answered(interaction)
        finally:
            self._under_way.discard(task)

    async def finish(self, seconds: float) -> None:
        """Have nothing more answered, and wait for so long for the answers that are under way."""
        self._finishing = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    async def _answered(self, interaction: discord.Interaction[Marquee]) -> None:
        data = cast("dict[str, Any]", interaction.data)
        try:
            await self._lead(interaction, str(data["custom_id"]), data.get("components", []))
        except Exception as error:
            await error_handler.handle(interaction, error)

    async def _lead(
        self, interaction: discord.Interaction[Marquee], custom_id: str, sent: list[dict[str, Any]]
    ) -> None:
        known = self._items.get(custom_id.partition(":")[0])
        if known is None:
            raise UserError(_SWITCHED_OFF)
        kind, on_press = known
        match = kind.template.fullmatch(custom_id)
        if match is None:
            raise UserError(_STALE)
        item = kind.from_match(match)
        if isinstance(item, Form):
            item.values = sent_values(sent)
        await on_press(interaction, item)

    async def _follow(self, interaction: discord.Interaction[Marquee], button: Shortcut) -> None:
        follow = self._features.get(button.feature)
        if follow is None:
            raise UserError(_SWITCHED_OFF)
        await follow(interaction, button.film)
