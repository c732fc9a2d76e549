"""A small Discord of our own on 127.0.0.1, and the bot as a process of its own against it.

For what a simulator inside the bot's process cannot show: start, signals, kill -9, sync
traffic, latency, memory. The bot under test talks through real sockets and unpatched code;
only the two addresses discord.py dials are changed (`launch.py`).
"""

from .entities import Channel, Guild, Json, User
from .faults import Buckets, Faults
from .process import BotProcess
from .records import Call, InteractionRecord, Reply
from .server import LoopbackDiscord
from .world import LoopbackError

__all__ = [
    "BotProcess",
    "Buckets",
    "Call",
    "Channel",
    "Faults",
    "Guild",
    "InteractionRecord",
    "Json",
    "LoopbackDiscord",
    "LoopbackError",
    "Reply",
    "User",
]
