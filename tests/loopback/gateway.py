"""The websocket gateway, version 10: sessions, heartbeats, events."""

import asyncio
import json
import secrets
import zlib
from collections.abc import Callable
from enum import IntEnum

from aiohttp import WSMsgType, web

from .entities import TIMESTAMP_SHIFT, Json
from .world import LoopbackError, World

HEARTBEAT_INTERVAL_MS = 41_250
AUTHENTICATION_FAILED = 4004
GOING_AWAY = 1001


class Op(IntEnum):
    """The opcodes the loopback speaks."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    RESUME = 6
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Session:
    """One connection of the bot, and after a resume the session it carries on.

    `zlib-stream` is spoken when asked for; any other compression is answered with plain
    text, which discord.py takes as well.
    """

    def __init__(self, socket: web.WebSocketResponse, compression: str | None) -> None:
        self.socket = socket
        self.compression = compression
        self.id = secrets.token_hex(16)
        self.shard = 0
        self.sequence = 0
        self.intents = 0
        self._deflate = zlib.compressobj() if compression == "zlib-stream" else None
        self._order = asyncio.Lock()

    async def send(self, op: Op, data: object = None, event: str | None = None) -> None:
        """Send one payload, numbered if it is an event; a peer which has gone is no error."""
        async with self._order:
            if event is not None:
                self.sequence += 1
            sequence = None if event is None else self.sequence
            text = json.dumps({"op": op, "d": data, "s": sequence, "t": event})
            try:
                await self._write(text)
            except ConnectionError:
                return

    async def _write(self, text: str) -> None:
        if self._deflate is None:
            await self.socket.send_str(text)
            return
        frame = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self.socket.send_bytes(frame)


class Gateway:
    """Accepts connections, counts IDENTIFYs and tells every session of a shard its events."""

    def __init__(self, world: World, url: Callable[[], str], shards: int) -> None:
        self._world = world
        self._url = url
        self._shards = shards
        self.sessions: dict[str, Session] = {}
        self.identifies = 0
        self.readies = 0

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from HELLO to its end."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        session = Session(socket, request.query.get("compress"))
        await session.send(Op.HELLO, {"heartbeat_interval": HEARTBEAT_INTERVAL_MS})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._receive(session, json.loads(message.data))
        return socket

    async def dispatch(self, event: str, data: Json, *, guild_id: int = 0) -> None:
        """Send an event to every live session of the guild's shard."""
        shard = (guild_id >> TIMESTAMP_SHIFT) % self._shards
        listeners = [session for session in self._live() if session.shard == shard]
        if not listeners:
            raise LoopbackError(f"nobody is connected to hear {event}")
        for session in listeners:
            await session.send(Op.DISPATCH, data, event)

    async def close(self) -> None:
        """End every connection."""
        for session in self._live():
            await session.socket.close(code=GOING_AWAY)

    def _live(self) -> list[Session]:
        return [session for session in self.sessions.values() if not session.socket.closed]

    async def _receive(self, session: Session, payload: Json) -> None:
        match payload["op"]:
            case Op.HEARTBEAT:
                await session.send(Op.HEARTBEAT_ACK)
            case Op.IDENTIFY:
                await self._identify(session, payload["d"])
            case Op.RESUME:
                await self._resume(session, payload["d"])
            case _:
                self._world.troubles.append(f"gateway opcode {payload['op']} is not implemented")

    async def _identify(self, session: Session, data: Json) -> None:
        self.identifies += 1
        if await self._refused(session, data):
            return
        session.shard = data.get("shard", [0, 1])[0]
        session.intents = data["intents"]
        self.sessions[session.id] = session
        await self._welcome(session)
        self.readies += 1
        await self._world.announce()

    async def _welcome(self, session: Session) -> None:
        guilds = [
            guild
            for guild in self._world.guilds.values()
            if (guild.id >> TIMESTAMP_SHIFT) % self._shards == session.shard
        ]
        ready: Json = {
            "v": 10,
            "user": self._world.bot.payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._url(),
            "shard": [session.shard, self._shards],
            "application": {"id": str(self._world.bot.id), "flags": 0},
        }
        await session.send(Op.DISPATCH, ready, "READY")
        for guild in guilds:
            await session.send(Op.DISPATCH, self._world.guild_payload(guild), "GUILD_CREATE")

    async def _resume(self, session: Session, data: Json) -> None:
        """Carry a session on. Events sent while nobody listened are not replayed."""
        if await self._refused(session, data):
            return
        earlier = self.sessions.get(data["session_id"])
        if earlier is None:
            await session.send(Op.INVALID_SESSION, False)
            return
        session.id, session.shard = earlier.id, earlier.shard
        session.intents, session.sequence = earlier.intents, earlier.sequence
        self.sessions[session.id] = session
        await session.send(Op.DISPATCH, {}, "RESUMED")
        await self._world.announce()

    async def _refused(self, session: Session, data: Json) -> bool:
        if data["token"] == self._world.token:
            return False
        await session.socket.close(code=AUTHENTICATION_FAILED, message=b"Authentication failed.")
        return True
