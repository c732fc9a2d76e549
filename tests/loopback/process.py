"""The bot as a process of its own."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from .world import LoopbackError

PROJECT = Path(__file__).parents[2]
LAUNCHER = "tests.loopback.launch"
LONGEST_LINE = 1 << 24  # bytes; a debug log prints whole gateway events


class BotProcess:
    """A bot between start and exit; leaving the context kills what still runs.

    Its environment is what is given and nothing of ours, apart from the import path. The
    readings come from /proc and end with the process: Linux only.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *arguments: str,
        target: str = "bot",
        cwd: Path = PROJECT,
    ) -> None:
        python = {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
        self._environment = python | dict(environment)
        self._command = (sys.executable, "-m", LAUNCHER, target, *arguments)
        self._cwd = cwd
        self._lines: list[str] = []
        self._silent = False  # nothing more will be printed
        self._printed = asyncio.Condition()
        self._child: Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._child = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environment,
            cwd=self._cwd,
            stdout=PIPE,
            stderr=STDOUT,
            limit=LONGEST_LINE,
        )
        self._reader = asyncio.create_task(self._read(self._child))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.exit_code is None:
            self.kill()
        await self.wait()

    async def _read(self, child: Process) -> None:
        assert child.stdout is not None
        async for line in child.stdout:
            async with self._printed:
                self._lines.append(line.decode(errors="replace"))
                self._printed.notify_all()
        async with self._printed:
            self._silent = True
            self._printed.notify_all()

    @property
    def _process(self) -> Process:
        assert self._child is not None, "the context has not been entered"
        return self._child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def output(self) -> str:
        """What the bot has printed so far, on stdout and stderr."""
        return "".join(self._lines)

    @property
    def exit_code(self) -> int | None:
        """None while it runs, and after death by a signal its negative number."""
        return self._process.returncode

    async def wait(self, within: float = 30.0) -> int:
        """Wait for the exit, and for the last of the output."""
        assert self._reader is not None
        async with asyncio.timeout(within):
            code = await self._process.wait()
            await asyncio.shield(self._reader)
        return code

    async def wait_for_output(self, text: str, within: float = 30.0) -> None:
        """Wait until the bot has printed the text; it is an error if it ends without."""
        async with asyncio.timeout(within), self._printed:
            await self._printed.wait_for(lambda: text in self.output or self._silent)
        if text not in self.output:
            raise LoopbackError(f"the bot ended without printing {text!r}:\n{self.output}")

    def signal(self, number: signal.Signals) -> None:
        """Send the bot a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End the bot as a power cut would: kill -9."""
        self._process.kill()

    def cpu_seconds(self) -> float:
        """Processor time that its threads of this moment have used, to the nanosecond."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def rss_bytes(self) -> int:
        """Memory held at this moment."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024
