"""The websocket gateway, version 10: sessions, heartbeats, events."""

import asyncio
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from aiohttp import WSMsgType, web

from .entities import TIMESTAMP_SHIFT, Json
from .world import LoopbackError, World

HEARTBEAT_INTERVAL_MS = 41_250
AUTHENTICATION_FAILED = 4004
GOING_AWAY = 1001
ENDING = (1000, GOING_AWAY)  # a client that closes with these will not resume
KEPT_EVENTS = 1_000


class Op(IntEnum):
    """The opcodes the loopback speaks."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    RESUME = 6
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Event(NamedTuple):
    """One numbered event, as it was or would have been sent."""

    number: int
    name: str
    text: str


class Session:
    """One connection of the bot, and after a resume the session it carries on.

    `zlib-stream` is spoken when asked for; any other compression is answered with plain
    text, which discord.py takes as well. The newest events are kept for a resume.
    """

    def __init__(
        self,
        socket: web.WebSocketResponse,
        compression: str | None,
        transport: asyncio.Transport | None = None,
    ) -> None:
        self.socket = socket
        self.compression = compression
        self.id = secrets.token_hex(16)
        self.shard = 0
        self.sequence = 0
        self.intents = 0
        self._transport = transport
        self._kept: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._deflate = zlib.compressobj() if compression == "zlib-stream" else None
        self._order = asyncio.Lock()

    async def send(self, op: Op, data: object = None) -> None:
        """Send one payload which is not an event."""
        await self.write(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def note(self, name: str, data: Json) -> str:
        """Number an event and keep it; its text is what `write` takes."""
        self.sequence += 1
        text = json.dumps({"op": Op.DISPATCH, "d": data, "s": self.sequence, "t": name})
        self._kept.append(Event(self.sequence, name, text))
        return text

    async def write(self, *texts: str) -> None:
        """Send payloads with none between them; a peer which has gone is no error."""
        async with self._order:
            try:
                for text in texts:
                    await self._write(text)
            except ConnectionError:
                return

    async def _write(self, text: str) -> None:
        if self._deflate is None:
            await self.socket.send_str(text)
            return
        frame = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self.socket.send_bytes(frame)

    def missed(self, sequence: int) -> list[str] | None:
        """What was dispatched after that number; None if it is not known in full."""
        later = [event for event in self._kept if event.number > sequence]
        if len(later) != self.sequence - sequence:
            return None
        return [event.text for event in later if event.name != "RESUMED"]

    def carry_on(self, earlier: "Session") -> None:
        """Be that session from now on, in the place of its connection."""
        self.id, self.shard, self.intents = earlier.id, earlier.shard, earlier.intents
        self.sequence, self._kept = earlier.sequence, earlier._kept
        earlier.abort()

    def abort(self) -> None:
        """Cut the connection with no close frame."""
        if self._transport is not None:
            self._transport.abort()


class Gateway:
    """Accepts connections, counts IDENTIFYs and tells every session of a shard its events."""

    def __init__(self, world: World, url: Callable[[], str], shards: int) -> None:
        self._world = world
        self._url = url
        self._shards = shards
        self.sessions: dict[str, Session] = {}  # connected, or to be resumed
        self._connections: set[Session] = set()
        self._lost: set[int] = set()  # shards whose sessions were forgotten
        self.identifies = 0
        self.resumes = 0
        self.readies = 0

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from HELLO to its end."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        session = Session(socket, request.query.get("compress"), request.transport)
        self._connections.add(session)
        try:
            await session.send(Op.HELLO, {"heartbeat_interval": HEARTBEAT_INTERVAL_MS})
            await self._listen(session)
        finally:
            self._connections.discard(session)
        return socket

    async def _listen(self, session: Session) -> None:
        while (message := await session.socket.receive()).type is WSMsgType.TEXT:
            await self._receive(session, json.loads(message.data))
        ended = message.type is WSMsgType.CLOSE and message.data in ENDING
        if ended and self.sessions.get(session.id) is session:
            del self.sessions[session.id]

    async def dispatch(self, event: str, data: Json, *, guild_id: int = 0) -> None:
        """Send an event to every session of the guild's shard, at once or when it is resumed.

        Between `lose_sessions` and the next IDENTIFY it is lost.
        """
        shard = (guild_id >> TIMESTAMP_SHIFT) % self._shards
        listeners = [session for session in self.sessions.values() if session.shard == shard]
        if not listeners and shard not in self._lost:
            raise LoopbackError(f"nobody is connected to hear {event}")
        # All are told before the first wait, in which a session may be resumed elsewhere.
        noted = [(session, session.note(event, data)) for session in listeners]
        for session, text in noted:
            await session.write(text)

    async def drop(self) -> None:
        """Cut every connection as a broken network does; the sessions can be resumed.

        No bot gets a word in before the caller goes on: what is dispatched next is not heard
        until the bot resumes.
        """
        for connection in self._connections:
            connection.abort()

    def lose_sessions(self) -> None:
        """Forget every session and cut the connections: a bot has to identify anew.

        With the sessions go the events nobody has heard yet.
        """
        self._lost |= {session.shard for session in self.sessions.values()}
        self.sessions.clear()
        for connection in self._connections:
            connection.abort()

    async def refuse_all(self) -> None:
        """End every connection as one whose token has become invalid.

        A slow bot may find its connection cut before it has read why.
        """
        for connection in list(self._connections):
            await _refuse(connection)

    async def close(self) -> None:
        """End every connection."""
        for session in list(self.sessions.values()):
            if not session.socket.closed:
                await session.socket.close(code=GOING_AWAY)

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
        self._lost.discard(session.shard)
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
        created = [("GUILD_CREATE", self._world.guild_payload(guild)) for guild in guilds]
        await session.write(*(session.note(*event) for event in [("READY", ready), *created]))

    async def _resume(self, session: Session, data: Json) -> None:
        """Carry a session on, from the event after the last one the bot has seen."""
        if await self._refused(session, data):
            return
        earlier = self.sessions.get(data["session_id"])
        missed = None if earlier is None else earlier.missed(data["seq"])
        if earlier is None or missed is None:
            await session.send(Op.INVALID_SESSION, False)
            return
        session.carry_on(earlier)
        self.sessions[session.id] = session
        await session.write(*missed, session.note("RESUMED", {}))
        self.resumes += 1
        await self._world.announce()

    async def _refused(self, session: Session, data: Json) -> bool:
        if data["token"] == self._world.token:
            return False
        await _refuse(session)
        return True


async def _refuse(session: Session) -> None:
    await session.socket.close(code=AUTHENTICATION_FAILED, message=b"Authentication failed.")
