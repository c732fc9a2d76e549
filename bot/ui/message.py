"""A message as the render modules make it, before anybody decides where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import discord


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message, which can be sent any number of times.

    :param description: what it shows, for those who cannot see it; at most 1,024 characters.
    """

    name: str
    data: bytes
    description: str

    @property
    def url(self) -> str:
        """Where an embed of the same message finds it."""
        return f"attachment://{self.name}"

    def to_send(self) -> discord.File:
        """discord.py's own kind of file, which is used up by one sending."""
        return discord.File(BytesIO(self.data), self.name, description=self.description)


@dataclass(frozen=True, slots=True)
class Message:
    """Content, embed, view and file of one message; or a ``LayoutView`` alone."""

    content: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | discord.ui.LayoutView | None = None
    file: File | None = None

    def to_send(self) -> dict[str, Any]:
        """Keyword arguments for any of discord.py's ways to send."""
        file = self.file.to_send() if self.file else None
        parts = {"content": self.content, "embed": self.embed, "view": self.view, "file": file}
        return {name: part for name, part in parts.items() if part is not None}

    def to_edit(self) -> dict[str, Any]:
        """Keyword arguments for an edit, which leaves nothing of the old message."""
        if isinstance(self.view, discord.ui.LayoutView):
            return {"view": self.view}
        files = [self.file.to_send()] if self.file else []
        return {
            "content": self.content,
            "embed": self.embed,
            "view": self.view,
            "attachments": files,
        }
