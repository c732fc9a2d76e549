"""Running our own interpreter as a child process that never outlives who waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]


# What has left the group that is killed may hold the pipes open for as long as it likes.
_CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Finished:
    """A child that has ended by itself."""

    returncode: int
    stdout: str
    stderr: str


async def run_python(
    arguments: Iterable[str], *, seconds: float, paths: Iterable[str] = ()
) -> Finished:
    """Run ``python`` with ``arguments``; it imports from ``paths`` first, then as we do.

    It is not given the token, and is killed when it is late or the caller is cancelled, with all
    that it has started (on Windows, which knows no such groups, the child alone).

    :raises TimeoutError: when it has not ended within ``seconds``.
    :raises OSError: when it cannot be started.
    """
    places = (*paths, str(_ROOT), os.environ.get("PYTHONPATH", ""))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={
            **{key: value for key, value in os.environ.items() if key != "DISCORD_TOKEN"},
            "PYTHONPATH": os.pathsep.join(filter(None, places)),
            "PYTHONIOENCODING": "utf-8",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            stdout, stderr = await child.communicate()
    except BaseException:  # late, or nobody waits for it any more
        _kill(child)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await child.communicate()  # to the end of its pipes, which closes them
        raise
    assert child.returncode is not None
    return Finished(
        child.returncode, stdout.decode(errors="replace"), stderr.decode(errors="replace")
    )


def _kill(child: Process) -> None:
    """Kill a child and all that it has started, which may live on, and hold its pipes, without."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: of one that has ended
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
