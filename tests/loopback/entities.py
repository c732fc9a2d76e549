"""The people and places of the loopback Discord, and how they look on the wire."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

DISCORD_EPOCH_MS = 1_420_070_400_000
TIMESTAMP_SHIFT = 22

TEXT_CHANNEL = 0
PUBLIC_THREAD = 11

# add reactions, view, send, embed, attach, history, application commands, threads
MEMBER_PERMISSIONS = sum(1 << bit for bit in (6, 10, 11, 14, 15, 16, 31, 34, 35, 38))
MANAGER_PERMISSIONS = MEMBER_PERMISSIONS | 1 << 4 | 1 << 5 | 1 << 13  # channels, guild, messages
BOT_PERMISSIONS = MEMBER_PERMISSIONS
MANAGERS_ROLE = 1 << TIMESTAMP_SHIFT  # in every guild


def created_at(snowflake: int) -> str:
    """The moment an id was made, as Discord writes timestamps."""
    milliseconds = (snowflake >> TIMESTAMP_SHIFT) + DISCORD_EPOCH_MS
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


@dataclass(frozen=True)
class User:
    """Somebody, who is a member of every guild with the same permissions."""

    id: int
    name: str
    bot: bool = False
    permissions: int = MEMBER_PERMISSIONS

    def payload(self) -> Json:
        """The user object."""
        return {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0",
            "global_name": self.name,
            "avatar": None,
            "bot": self.bot,
        }

    def member(self) -> Json:
        """The member object, with the permissions only interactions carry."""
        return {
            "user": self.payload(),
            "nick": None,
            "roles": [str(MANAGERS_ROLE)] if self.permissions == MANAGER_PERMISSIONS else [],
            "joined_at": created_at(self.id),
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": str(self.permissions),
        }


@dataclass(frozen=True)
class Channel:
    """A text channel of a guild, or with `parent_id` a public thread below one."""

    id: int
    guild_id: int
    name: str
    nsfw: bool = False
    parent_id: int | None = None
    owner_id: int = 0  # who began the thread
    archived: bool = False

    def payload(self) -> Json:
        """The channel object."""
        base: Json = {
            "id": str(self.id),
            "guild_id": str(self.guild_id),
            "name": self.name,
            "nsfw": self.nsfw,
            "flags": 0,
            "rate_limit_per_user": 0,
            "last_message_id": None,
        }
        if self.parent_id is None:
            place = {"position": 0, "topic": None, "parent_id": None, "permission_overwrites": []}
            return base | place | {"type": TEXT_CHANNEL}
        return base | self._thread_fields(self.parent_id)

    def _thread_fields(self, parent_id: int) -> Json:
        return {
            "type": PUBLIC_THREAD,
            "parent_id": str(parent_id),
            "owner_id": str(self.owner_id),
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": {
                "archived": self.archived,
                "auto_archive_duration": 1440,
                "archive_timestamp": created_at(self.id),
                "locked": False,
            },
        }


@dataclass(frozen=True)
class Guild:
    """A server; its everyone role has the guild's own id, as on Discord."""

    id: int
    name: str
    owner_id: int

    def payload(self, bot: User, channels: Iterable[Channel]) -> Json:
        """The full guild object of GUILD_CREATE."""
        # Threads that are put away are not sent.
        places = [place for place in channels if not place.archived]
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner_id),
            "unavailable": False,
            "joined_at": created_at(self.id),
            "large": False,
            "member_count": 2,
            "members": [bot.member()],
            "roles": [
                _role(self.id, "@everyone", MEMBER_PERMISSIONS),
                _role(MANAGERS_ROLE, "managers", MANAGER_PERMISSIONS),
            ],
            "channels": [place.payload() for place in places if place.parent_id is None],
            "threads": [place.payload() for place in places if place.parent_id is not None],
            "preferred_locale": "en-US",
            "afk_timeout": 300,
            **dict.fromkeys(LEVELS, 0),
            **{key: [] for key in COLLECTIONS},
        }


def _role(role_id: int, name: str, permissions: int) -> Json:
    return {
        "id": str(role_id),
        "name": name,
        "permissions": str(permissions),
        "position": 0,
        "color": 0,
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


LEVELS = (
    "verification_level",
    "default_message_notifications",
    "explicit_content_filter",
    "mfa_level",
    "nsfw_level",
    "premium_tier",
    "system_channel_flags",
)
COLLECTIONS = (
    "features",
    "emojis",
    "stickers",
    "voice_states",
    "presences",
    "stage_instances",
    "guild_scheduled_events",
)
