"""Forms (Discord's modals) that can be sent in after a restart too.

As with :class:`~bot.ui.buttons.Pressable`, the ``custom_id`` says it all, and discord.py is told of
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

import discord


class Form(discord.ui.Modal):
    """A form to fill in; ``template`` is how its ``custom_id`` is read back."""

    template: ClassVar[re.Pattern[str]]
    prefix: ClassVar[str]

    def __init_subclass__(cls, *, template: str) -> None:
        super().__init_subclass__()
        cls.template = re.compile(template)
        cls.prefix = template.partition(":")[0]

    def __init__(self, custom_id: str, title: str) -> None:
        super().__init__(title=title, custom_id=custom_id, timeout=None)
        # What was typed into each field, by its custom_id, when the form was sent in.
        self.values: Mapping[str, str] = {}

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        """The form that a ``custom_id`` of the template stands for."""
        raise NotImplementedError

    def is_finished(self) -> bool:
        """Always: so discord.py does not wait for it."""
        return True


def text_field(
    name: str, label: str, *, hint: str = "", length: int = 100, long: bool = False
) -> discord.ui.Label[Any]:
    """A field for text, with its label; what is typed has at most ``length`` characters."""
    style = discord.TextStyle.paragraph if long else discord.TextStyle.short
    field: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=name, style=style, placeholder=hint, max_length=length
    )
    return discord.ui.Label(text=label, component=field)


def sent_values(components: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The text of every field of a form as Discord sends it."""
    return dict(_fields(components))


def _fields(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for component in components:
        if isinstance(component.get("value"), str):
            yield str(component["custom_id"]), component["value"]
        inner = [component["component"]] if "component" in component else []
        yield from _fields([*inner, *component.get("components", [])])
