"""Forms (Discord's modals) that can be sent in after a restart too.

As with :class:`~bot.ui.buttons.Pressable`, the ``custom_id`` says it all, and discord.py is told of
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import discord

from ..plain import visible


@dataclass(frozen=True, slots=True)
class TextField:
    """A field for text of at most ``length`` characters, with its label."""

    name: str
    label: str
    hint: str = ""
    length: int = 100
    long: bool = False

    def item(self) -> discord.ui.Label[Any]:
        """The field as discord.py shows it."""
        style = discord.TextStyle.paragraph if self.long else discord.TextStyle.short
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id=self.name, style=style, placeholder=self.hint, max_length=self.length
        )
        return discord.ui.Label(text=self.label, component=field)


class Form:
    """A form to fill in; ``template`` is how its ``custom_id`` is read back.

    discord.py's own modal is made when one is opened, not when it is sent in.
    """

    template: ClassVar[re.Pattern[str]]
    prefix: ClassVar[str]
    fields: ClassVar[tuple[TextField, ...]] = ()

    def __init_subclass__(cls, *, template: str) -> None:
        cls.template = re.compile(template)
        cls.prefix = template.partition(":")[0]

    def __init__(self, custom_id: str, title: str) -> None:
        self.custom_id = custom_id
        self.title = title
        # What can be seen in each field, by its name, when the form was sent in.
        self.values: Mapping[str, str] = {}

    def modal(self) -> discord.ui.Modal:
        """The form as discord.py opens it."""
        modal = _Modal(title=self.title, custom_id=self.custom_id, timeout=None)
        for field in self.fields:
            modal.add_item(field.item())
        return modal

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        """The form that a ``custom_id`` of the template stands for."""
        raise NotImplementedError


class _Modal(discord.ui.Modal):
    def is_finished(self) -> bool:
        """Always: so discord.py does not wait for it."""
        return True


def sent_values(components: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What can be seen of the text in every field of a form as Discord sends it."""
    return {name: visible(text) for name, text in _fields(components)}


def _fields(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for component in components:
        if isinstance(component.get("value"), str):
            yield str(component["custom_id"]), component["value"]
        inner = [component["component"]] if "component" in component else []
        yield from _fields([*inner, *component.get("components", [])])
