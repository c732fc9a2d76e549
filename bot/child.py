"""Running our own interpreter as a child process that never outlives who waits for it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]


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

    It is not given the token, and is killed when it is late or the caller is cancelled.

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
    )
    try:
        async with asyncio.timeout(seconds):
            stdout, stderr = await child.communicate()
    finally:
        if child.returncode is None:  # late, or nobody waits for it any more
            child.kill()
            await child.wait()
    assert child.returncode is not None
    return Finished(
        child.returncode, stdout.decode(errors="replace"), stderr.decode(errors="replace")
    )
