"""Buttons that work for as long as their message stands, restarts included.

Everything such a button needs is in its ``custom_id``, and a press is led to whoever registered
the button's class (:mod:`bot.presses`). discord.py's own ``DynamicItem`` promises the same, but
its registry is shared with every view: a view that holds other items as well, and ends, takes the
pattern away for everybody; an answer that is under way during an unload puts it back; and a press
on what is not registered is left without an answer. So discord.py is told of no view here, and
keeps none.

A :class:`Shortcut` leads to a feature that is not known here: the feature says in its
``cog_load`` which name it answers to.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

import discord


class Pressable:
    """A button whose ``custom_id`` says it all; ``template`` is how that is read back.

    What stands before the first colon of the template names the class for the whole bot.
    discord.py's own button is made when one is shown, not for every press.
    """

    template: ClassVar[re.Pattern[str]]
    prefix: ClassVar[str]
    row: ClassVar[int | None] = None  # under a message; the first with room if there is none

    def __init_subclass__(cls, *, template: str) -> None:
        cls.template = re.compile(template)
        cls.prefix = template.partition(":")[0]

    def __init__(
        self,
        custom_id: str,
        label: str,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        self.custom_id = custom_id
        self.label = label
        self.style = style

    def item(self) -> discord.ui.Button[Any]:
        """The button as discord.py shows it."""
        return discord.ui.Button(
            label=self.label, style=self.style, custom_id=self.custom_id, row=self.row
        )

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        """The button that a ``custom_id`` of the template stands for."""
        raise NotImplementedError


class Shortcut(
    Pressable, template=r"go:(?P<feature>[a-z][a-z0-9_]{0,19}):(?P<film>[a-z0-9-]{1,48})"
):
    """A button that leads to another feature's view of a film; see ``register_shortcut``."""

    def __init__(self, feature: str, film: str, label: str = "…") -> None:
        super().__init__(f"go:{feature}:{film}", label)
        self.feature = feature
        self.film = film

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Shortcut:
        return cls(match["feature"], match["film"])


class Row(discord.ui.View):
    """Buttons under a message, which discord.py sends and then forgets."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def is_finished(self) -> bool:
        """Always: so discord.py does not store the view, nor hold it for the message's life."""
        return True


class Layout(discord.ui.LayoutView):
    """A message of components, which discord.py sends and then forgets."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def is_finished(self) -> bool:
        """Always; see :class:`Row`."""
        return True


def button_row(*buttons: Pressable) -> discord.ui.View:
    """Buttons for a message."""
    row = Row()
    for button in buttons:
        row.add_item(button.item())
    return row
