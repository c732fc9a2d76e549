"""The demo as a process of its own."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.loopback.process import BotProcess


class DemoProcess(BotProcess):
    """``python -m bot demo`` between start and exit, with its data in ``data_dir``."""

    def __init__(self, data_dir: Path, *arguments: str, **environment: str) -> None:
        super().__init__({"MARQUEE_DATA_DIR": str(data_dir), **environment})
        self._command = (sys.executable, "-m", "bot", "demo", "--no-browser", *arguments)

    async def address(self) -> str:
        """The address that it prints as soon as its page is open."""
        await self.wait_for_output("Ctrl-C", within=30)
        found = re.search(r"http://127\.0\.0\.1:\d+/#\S+", self.output)
        assert found, self.output
        return found[0]
