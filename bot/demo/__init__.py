"""The demo: the same bot in a simulated Discord, in the browser. Needs the ``demo`` extra."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from ..errors import StartError
from ..settings import Settings

# What the extra brings: the simulated Discord, and what its browser preview draws with.
_EXTRA = ("simcord", "markdown_it", "linkify_it", "regex", "PIL")


async def run_demo(
    settings: Settings, *, channel: str, port: int | None, open_browser: bool
) -> int:
    """Run the demo until it is told to stop; the exit status.

    :raises StartError: when the ``demo`` extra is missing, or the demo cannot start.
    :raises SettingsError: when there is no such channel.
    """
    if any(find_spec(name) is None for name in _EXTRA):
        raise StartError("The demo needs a few packages more: pip install -e '.[demo]'")
    # SimCord tries out a discord.py client when it is imported, and that client warns of voice.
    logging.disable(logging.WARNING)
    try:
        from .session import run_session
    finally:
        logging.disable(logging.NOTSET)
    return await run_session(settings, channel=channel, port=port, open_browser=open_browser)


__all__ = ["run_demo"]
