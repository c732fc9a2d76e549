"""A loopback Discord, and bots as processes of their own that come to it and go."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from tests.conftest import SEEDS
from tests.loopback import BotProcess, Channel, InteractionRecord, Json, LoopbackDiscord, User

PRIVATE = 1 << 6


class Stage:
    """A loopback Discord with one server, and a data folder for the bots that come and go."""

    def __init__(self, discord: LoopbackDiscord, data: Path) -> None:
        self.discord = discord
        self.data = data
        self.guild = discord.add_guild()
        self.ada = discord.add_user("ada")
        self.ben = discord.add_user("ben")

    @property
    def environment(self) -> dict[str, str]:
        """What a bot of this stage needs in its environment."""
        return self.discord.environment | {
            "MARQUEE_DATA_DIR": str(self.data),
            "MARQUEE_SEEDS_DIR": str(SEEDS),
        }

    @asynccontextmanager
    async def bot(self, **more: str) -> AsyncGenerator[BotProcess]:
        """A bot that is ready, with ``more`` in its environment."""
        async with BotProcess(self.environment | more, "run", cwd=self.data) as process:
            try:
                await self.discord.wait_ready(
                    within=60
                )  # many may start at once, on a slow machine
                yield process
            except BaseException:
                print(process.output)
                raise

    def channel(self, name: str) -> Channel:
        return self.discord.add_channel(self.guild, name)

    async def start(self, user: User, channel: Channel, **options: Any) -> InteractionRecord:
        return await self.discord.command(user, channel, "trivia start", **options)

    async def message(self, channel: Channel, beginning: str) -> Json:
        """The channel's message with such a title, as soon as it is there."""
        return await self.discord.wait_for_message(
            channel, lambda message: title(message).startswith(beginning)
        )

    def titles(self, channel: Channel) -> list[str]:
        return [title(message) for message in self.discord.messages(channel)]

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Look into the ledger beside the bot."""
        with closing(sqlite3.connect(f"{self.ledger.as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(sql, parameters).fetchall()

    @property
    def ledger(self) -> Path:
        return self.data / "ledger.db"

    def right_id(self, message: Json) -> str:
        """The ``custom_id`` of the right button of an open question."""
        _, round_id, step, _ = custom_ids(message)[0].split(":")
        ((question,),) = self.rows(
            "SELECT question FROM asked WHERE round_id = ? AND step = ?", round_id, step
        )
        return custom_ids(message)[json.loads(question)["right"]]


def title(message: Json) -> str:
    return message["embeds"][0].get("title", "") if message["embeds"] else ""


def text(message: Json) -> str:
    return "\n".join(
        [message["content"] or "", *(embed.get("description", "") for embed in message["embeds"])]
    )


def custom_ids(message: Json) -> list[str]:
    return [button["custom_id"] for row in message["components"] for button in row["components"]]


async def told(record: InteractionRecord) -> str:
    """What an interaction was answered, which must be private."""
    message = await record.message()
    assert message["flags"] & PRIVATE
    return message["content"]
