"""What the loopback Discord knows: plain state and the rules for changing it, no sockets."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .entities import (
    DISCORD_EPOCH_MS,
    MANAGER_PERMISSIONS,
    TIMESTAMP_SHIFT,
    Channel,
    Guild,
    Json,
    User,
    created_at,
)
from .records import Call, InteractionRecord, Upload

EPHEMERAL = 1 << 6
LOADING = 1 << 7
NONCE_LIMIT = 25
EDITABLE = ("content", "embeds", "components")


class LoopbackError(AssertionError):
    """The loopback was used, or was found to be, in a way a test must not miss."""


class RefusedError(Exception):
    """Discord says no: an HTTP status with one of its own error codes."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, "code": code}


class World:
    """Everything that survives a restart of the bot, and the log of what it asked for."""

    def __init__(self, token: str) -> None:
        self._last_id = 0
        self.ahead = 0.0  # seconds that its clock is ahead of this machine's
        self.token = token
        self.owner = User(self.new_id(), "owner", permissions=MANAGER_PERMISSIONS)
        self.bot = User(self.new_id(), "marquee", bot=True)
        self.users: dict[int, User] = {user.id: user for user in (self.owner, self.bot)}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Json] = {}
        self._public: defaultdict[str, dict[int, Json]] = defaultdict(dict)  # by channel
        self._nonces: dict[str, int] = {}
        self.commands: dict[int | None, list[Json]] = {}  # by guild; None is global
        self.interactions: dict[str, InteractionRecord] = {}  # by token
        self.calls: list[Call] = []
        self.troubles: list[str] = []
        self.changed = asyncio.Condition()

    def now(self) -> float:
        """The time, in seconds since 1970."""
        return time.time() + self.ahead

    def new_id(self) -> int:
        """A snowflake of this moment, above every earlier one."""
        now = int(self.now() * 1000) - DISCORD_EPOCH_MS
        self._last_id = max(self._last_id + 1, now << TIMESTAMP_SHIFT)
        return self._last_id

    async def announce(self) -> None:
        """Wake everyone who waits for the world to change."""
        async with self.changed:
            self.changed.notify_all()

    def application(self) -> Json:
        """The application, which has the bot's id as all newer applications do."""
        return {
            "id": str(self.bot.id),
            "name": self.bot.name,
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 0,
            "owner": self.owner.payload(),
            "team": None,
        }

    def guild_payload(self, guild: Guild) -> Json:
        """The guild as GUILD_CREATE shows it."""
        channels = (place for place in self.channels.values() if place.guild_id == guild.id)
        return guild.payload(self.bot, channels)

    def set_commands(self, guild_id: int | None, commands: list[Json]) -> list[Json]:
        """Overwrite all commands of one scope; a name that stays keeps its id."""
        old = {command["name"]: command["id"] for command in self.commands.get(guild_id, [])}
        extra: Json = {"application_id": str(self.bot.id), "version": str(self.new_id())}
        if guild_id is not None:
            extra["guild_id"] = str(guild_id)
        known: list[Json] = []
        for command in commands:
            identity = {"id": old.get(command["name"]) or str(self.new_id())}
            known.append({"description": ""} | command | extra | identity)
        self.commands[guild_id] = known
        return known

    def channel(self, channel_id: str) -> Channel:
        """The channel of that id, or Discord's refusal."""
        if channel := self.channels.get(int(channel_id)):
            return channel
        raise RefusedError(404, 10003, "Unknown Channel")

    def message(self, channel: Channel, message_id: str) -> Json:
        """A public message: ephemeral ones do not exist for the channel endpoints."""
        message = self.messages.get(int(message_id))
        if message is None or message["flags"] & EPHEMERAL or not _lies_in(message, channel):
            raise RefusedError(404, 10008, "Unknown Message")
        return message

    def history(self, channel: Channel) -> list[Json]:
        """The public messages of a channel, oldest first."""
        return list(self._public[str(channel.id)].values())

    def post(
        self, channel: Channel, body: Json, files: Mapping[str, Upload], *, deferred: bool = False
    ) -> Json:
        """Store a message of the bot; an enforced nonce gives the message it first made.

        The nonce holds until :meth:`forget_nonces`; Discord says "the past few minutes".
        """
        nonce = _nonce(body)
        if body.get("enforce_nonce") and (earlier := self.messages.get(self._nonces.get(nonce, 0))):
            return earlier
        message_id = self.new_id()
        message: Json = {
            "id": str(message_id),
            "channel_id": str(channel.id),
            "author": self.bot.payload(),
            "timestamp": created_at(message_id),
            "edited_timestamp": None,
            "type": 0,
            "flags": (body.get("flags") or 0) | (LOADING if deferred else 0),
            "tts": bool(body.get("tts")),
            "pinned": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": self._attachments([], body, files),
            **_content(body),
        }
        if not deferred and not any(message[key] for key in (*EDITABLE, "attachments")):
            raise RefusedError(400, 50006, "Cannot send an empty message")
        self.messages[message_id] = message
        if not message["flags"] & EPHEMERAL:
            self._public[message["channel_id"]][message_id] = message
        if nonce:
            self._nonces[nonce] = message_id
            message["nonce"] = nonce
        return message

    def forget_nonces(self) -> None:
        """As if some minutes had passed."""
        self._nonces.clear()

    def edit(self, message: Json, body: Json, files: Mapping[str, Upload]) -> Json:
        """Change what the body names; the message keeps who may see it."""
        message.update({key: value for key, value in _content(body).items() if key in body})
        message["flags"] = message["flags"] & ~LOADING | (body.get("flags") or 0) & ~EPHEMERAL
        if files or "attachments" in body:
            message["attachments"] = self._attachments(message["attachments"], body, files)
        message["edited_timestamp"] = created_at(self.new_id())
        return message

    def delete(self, message: Json) -> None:
        """Forget a message."""
        self.messages.pop(int(message["id"]), None)
        self._public[message["channel_id"]].pop(int(message["id"]), None)

    def _attachments(self, old: list[Json], body: Json, files: Mapping[str, Upload]) -> list[Json]:
        named = {str(entry["id"]) for entry in body.get("attachments", old)}
        kept = [entry for entry in old if entry["id"] in named]
        return kept + [self._attachment(upload) for upload in files.values()]

    def _attachment(self, upload: Upload) -> Json:
        attachment_id = str(self.new_id())
        url = f"https://cdn.invalid/{attachment_id}/{upload.filename}"
        return {
            "id": attachment_id,
            "filename": upload.filename,
            "size": len(upload.content),
            "url": url,
            "proxy_url": url,
        }


def _lies_in(message: Json, channel: Channel) -> bool:
    return message["channel_id"] == str(channel.id)


def _nonce(body: Json) -> str:
    nonce = str(body.get("nonce") or "")
    if len(nonce) > NONCE_LIMIT:
        raise RefusedError(400, 50035, f"Invalid Form Body: a nonce ends at {NONCE_LIMIT}")
    return nonce


def _content(body: Json) -> dict[str, Any]:
    empty: dict[str, Any] = {"content": "", "embeds": [], "components": []}
    return {key: body.get(key) or empty[key] for key in EDITABLE}
