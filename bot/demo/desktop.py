"""The machine that the demo runs on: its browser, if it has one, and its time zone."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import webbrowser
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def open_browser(url: str) -> None:
    """Open ``url`` where there is a desktop; elsewhere a browser would take over the terminal."""
    desktop = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    if desktop:
        # In a thread that nobody waits for: some browsers come back only when they are closed.
        threading.Thread(target=_show, args=(url,), daemon=True).start()


def _show(url: str) -> None:
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(url)


def time_zone() -> str:
    """The name of this machine's time zone, or UTC when it has none that is known."""
    name = os.environ.get("TZ") or os.path.realpath("/etc/localtime").rpartition("zoneinfo/")[2]
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
