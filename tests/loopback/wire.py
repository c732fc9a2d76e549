"""A client without discord.py, for what a well-behaved bot would never send."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from .server import LoopbackDiscord


@asynccontextmanager
async def api(discord: LoopbackDiscord) -> AsyncGenerator[aiohttp.ClientSession]:
    """A REST client with the bot's token; its paths start below the API's base."""
    headers = {"Authorization": f"Bot {discord.world.token}"}
    base = f"{discord.url}/api/v10/"
    async with aiohttp.ClientSession(base_url=base, headers=headers) as session:
        yield session


@asynccontextmanager
async def gateway(
    discord: LoopbackDiscord, compress: str = ""
) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    """A gateway connection; HELLO is the first thing it receives."""
    query = {"v": "10", "encoding": "json"} | ({"compress": compress} if compress else {})
    async with (
        aiohttp.ClientSession(base_url=discord.url) as session,
        session.ws_connect("/gateway", params=query) as socket,
    ):
        yield socket


async def identify(socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
    """Begin a session."""
    await socket.send_json({"op": 2, "d": {"token": token, "intents": 1}})
