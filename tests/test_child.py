"""Processes of our own interpreter: none outlives who waits for it."""

from __future__ import annotations

import asyncio
import sys

import pytest

from bot.child import run_python

# What the child starts tells the test that it lives, holds the child's pipes and stays.
HELPER = """
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as test:
    test.sendall(b"I live")
    test.recv(1)
"""
CHILD = """
import subprocess, sys
helper = subprocess.Popen([sys.executable, "-S", "-c", sys.argv[1], sys.argv[2]])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to kill")
@pytest.mark.parametrize("ending", ["helper.wait()", ""], ids=["alive", "gone"])
async def test_what_a_child_started_ends_with_it(ending: str) -> None:
    """Also when the child itself is gone already, and only its pipes are waited for."""
    helpers: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    server = await asyncio.start_server(
        lambda reader, writer: helpers.put_nowait((reader, writer)), "127.0.0.1"
    )
    async with server, asyncio.timeout(30):
        port = str(server.sockets[0].getsockname()[1])
        child = asyncio.create_task(
            run_python(("-S", "-c", CHILD + ending, HELPER, port), seconds=30)
        )
        helper, writer = await helpers.get()
        assert await helper.readexactly(6) == b"I live"
        child.cancel()
        with pytest.raises(asyncio.CancelledError):
            await child
        assert await helper.read() == b""
        writer.close()


async def test_a_child_that_is_late_is_killed() -> None:
    with pytest.raises(TimeoutError):
        await run_python(("-S", "-c", "while True: pass"), seconds=0.1)
