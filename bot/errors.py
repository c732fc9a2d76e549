"""The errors that Marquee raises on purpose.

A :class:`UserError` carries text for a member and is answered privately in chat.
Everything else is for the owner: the command line prints it as one line.
"""

from __future__ import annotations

from .plain import isolated, plain


class MarqueeError(Exception):
    """Root of every error that Marquee raises on purpose."""


class SettingsError(MarqueeError):
    """A setting is missing or malformed; the text names it."""

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting} {problem}")
        self.setting = setting


class StartError(MarqueeError):
    """The bot cannot start, for a reason other than a setting."""


class CatalogError(MarqueeError):
    """The catalog cannot be built, opened or read."""


class LedgerError(MarqueeError):
    """The ledger cannot be opened, migrated or written."""


class ExtensionError(MarqueeError):
    """A cog could not be loaded, unloaded or reloaded; ``detail`` has the error's last lines."""

    def __init__(self, cog: str, action: str, detail: str) -> None:
        super().__init__(f"The cog {cog} could not be {action}:\n{detail}")
        self.cog = cog
        self.action = action
        self.detail = detail


class UserError(MarqueeError):
    """What a member did cannot be done; the text says why in words they understand."""


class InputError(UserError):
    """An option's value cannot be used."""


class FilmNotFound(UserError):
    """No film answers to what was typed; ``suggestions`` are the nearest titles."""

    def __init__(self, query: str, suggestions: list[str]) -> None:
        hint = f" Did you mean {' or '.join(map(_literal, suggestions))}?" if suggestions else ""
        super().__init__(
            f"I know no film called {_literal(query)}.{hint} `/film list` shows them all."
        )
        self.suggestions = suggestions


class FilmUnclear(UserError):
    """Several films could be meant; ``choices`` names them with their years."""

    def __init__(self, choices: list[str]) -> None:
        super().__init__(
            "Which film? Pick one with the `film` option, for example "
            + ", ".join(map(_literal, choices[:3]))
            + "."
        )
        self.choices = choices


def _literal(text: str) -> str:
    """``text`` in a code span, where nothing that was typed is markdown or a mention."""
    shown = " ".join(plain(text).split()).replace("`", "'")
    return f"`{isolated(shown)}`"
