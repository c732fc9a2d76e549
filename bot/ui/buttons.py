"""Buttons that work for as long as their message stands, restarts included.

Everything such a button needs is in its ``custom_id``. Rules that keep them alive for the whole
bot (a view that holds other items as well, and ends, takes their pattern away for everybody):
they sit in views with ``timeout=None`` and nothing else to press, and nobody calls ``stop()``.

A :class:`Shortcut` leads to a feature that is not known here: the feature says in its
``cog_load`` which name it answers to.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import discord

from .. import error_handler
from ..errors import UserError

if TYPE_CHECKING:
    from ..client import Marquee

_ItemT = TypeVar("_ItemT", bound="discord.ui.Item[Any]")


class Pressable(Generic[_ItemT]):
    """Mix in before ``DynamicItem``: errors of :meth:`pressed` get an answer.

    discord.py has no error hook for dynamic items; it only logs what they raise.
    """

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
    ) -> Self:
        return cls.from_match(match)

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        """The button that a ``custom_id`` of the template stands for."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await self.pressed(interaction)
        except Exception as error:
            await error_handler.handle(interaction, error)

    async def pressed(self, interaction: discord.Interaction[Marquee]) -> None:
        """What the button does."""
        raise NotImplementedError


Follow = Callable[["discord.Interaction[Marquee]", str], Awaitable[None]]


class Shortcut(
    Pressable["discord.ui.Button[Any]"],
    discord.ui.DynamicItem["discord.ui.Button[Any]"],
    template=r"go:(?P<feature>[a-z]{1,20}):(?P<film>[a-z0-9-]{1,48})",
):
    """A button that leads to another feature's view of a film."""

    def __init__(self, feature: str, film: str, label: str = "…") -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"go:{feature}:{film}",
            )
        )
        self.feature = feature
        self.film = film

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Shortcut:
        return cls(match["feature"], match["film"])

    async def pressed(self, interaction: discord.Interaction[Marquee]) -> None:
        follow = interaction.client.shortcuts.get(self.feature)
        if follow is None:
            raise UserError("That part of the bot is switched off at the moment.")
        await follow(interaction, self.film)


def button_row(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """A view that never times out, of dynamic items alone.

    :raises TypeError: for any other item, which could take the others' pattern away.
    """
    view = discord.ui.View(timeout=None)
    for item in items:
        if not isinstance(item, Pressable):
            raise TypeError(f"{type(item).__name__} is no dynamic item of ours")
        view.add_item(item)
    return view
