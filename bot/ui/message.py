"""A message as the render modules make it, before anybody decides where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord


@dataclass(frozen=True, slots=True)
class Message:
    """Content, embed and view of one message; or a ``LayoutView`` alone."""

    content: str | None = None
    embed: discord.Embed | None = None
    view: discord.ui.View | discord.ui.LayoutView | None = None

    def to_send(self) -> dict[str, Any]:
        """Keyword arguments for any of discord.py's ways to send."""
        parts = {"content": self.content, "embed": self.embed, "view": self.view}
        return {name: part for name, part in parts.items() if part is not None}

    def to_edit(self) -> dict[str, Any]:
        """Keyword arguments for an edit, which leaves nothing of the old message."""
        if isinstance(self.view, discord.ui.LayoutView):
            return {"view": self.view}
        return {"content": self.content, "embed": self.embed, "view": self.view}
