"""A crowd that plays many rounds at once, and the books that it keeps of what it was told."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.ledger import Ledger
from cogs.trivia.queries import rounds
from tests.loopback import Channel, InteractionRecord, Json, LoopbackDiscord, User

from .stage import Stage, custom_ids, title

CHANNELS, PLAYERS = 8, 6
Press = tuple[int, int, int]  # round, step, user


@dataclass
class Crowd:
    """Players who press buttons at random in some channels, and remember every confirmation."""

    stage: Stage
    channels: Sequence[Channel]
    players: Sequence[User]
    chance: random.Random
    # The latest confirmed click and its slot.
    confirmed: dict[Press, tuple[int, int]] = field(default_factory=dict[Press, tuple[int, int]])
    waiting: list[tuple[Press, int, InteractionRecord]] = field(
        default_factory=list[tuple[Press, int, InteractionRecord]]
    )

    async def start(self, **options: int | str) -> None:
        """A round in every channel."""
        for channel in self.channels:
            began = await self.stage.start(self.players[0], channel, **options)
            await began.response()

    async def press_for(self, seconds: float) -> None:
        """Press for so long, whether the bot is there or not."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    await self.press_once()
                    await asyncio.sleep(0.01)  # a hundred a second are enough

    async def press_once(self) -> None:
        channel = self.chance.choice(self.channels)
        message = self.open_question(channel)
        if message is None:
            return
        player = self.chance.choice(self.players)
        custom_id = self.chance.choice(answer_ids(message))
        round_id, step, slot = map(int, custom_id.split(":")[1:])
        # Nobody may be connected, as between a kill and the next start.
        with contextlib.suppress(Exception):
            record = await self.stage.discord.click(player, message, custom_id)
            self.waiting.append(((round_id, step, player.id), slot, record))

    def open_question(self, channel: Channel) -> Json | None:
        """The channel's message with answer buttons, if there is one."""
        for message in reversed(self.stage.discord.messages(channel)):
            if answer_ids(message):
                return message
        return None

    def count(self) -> int:
        """Enter what was confirmed since the last time; how many clicks are confirmed in all."""
        for press, slot, record in self.waiting:
            content = ((record.callback or {}).get("data") or {}).get("content") or ""
            if content.startswith(("Locked in", "Changed to")):
                self.confirmed[press] = max(self.confirmed.get(press, (0, 0)), (record.id, slot))
        return len(self.confirmed)

    async def all_over(self, within: float) -> None:
        """Wait until every channel has its final board."""
        await self.stage.discord.wait_until(
            lambda: all(
                "Final board" in map(title, self.stage.discord.messages(channel))
                for channel in self.channels
            ),
            within,
        )

    async def check(self) -> None:
        """Nothing confirmed is lost, nothing is paid twice, and everything was told once."""
        self.count()
        stored = {
            (round_id, step, user): (click, slot)
            for round_id, step, user, click, slot in self.stage.rows(
                "SELECT round_id, step, user_id, interaction_id, slot FROM answer"
            )
        }
        for press, (click, slot) in self.confirmed.items():
            kept, kept_slot = stored.get(press, (0, None))
            # Pressing the same button again changes nothing, and a later click may have come
            # through without its confirmation.
            assert kept_slot == slot or kept > click, press
        for channel in self.channels:
            self._check_messages(channel)
        await self._check_scores()

    def _check_messages(self, channel: Channel) -> None:
        shown = Counter(
            title.partition(":")[0].partition(" · ")[0]
            for title in self.stage.titles(channel)
            if "open again" not in title
        )
        twice = {name: count for name, count in shown.items() if count > 1}
        assert not twice, (channel.name, twice)
        steps = self.stage.rows(
            "SELECT step, asked.state, message_id, result_id FROM asked "
            "JOIN round ON round.id = round_id WHERE channel_id = ?",
            channel.id,
        )
        for step, state, message, result in steps:
            if state == "closed":
                assert message, (channel.name, step)
                assert result, (channel.name, step)

    async def _check_scores(self) -> None:
        async with Ledger.open(self.stage.ledger) as ledger:
            for (round_id,) in self.stage.rows("SELECT id FROM round"):
                restored = await rounds.restored(ledger, round_id)
                paid = self.stage.rows(
                    "SELECT user_id, sum(points) FROM award WHERE round_id = ? GROUP BY user_id",
                    round_id,
                )
                assert dict(paid) == dict(restored.round.points), round_id


def answer_ids(message: Json) -> list[str]:
    return [name for name in custom_ids(message) if name.startswith("answer:")]


def seat(discord: LoopbackDiscord, data: Path, seed: int, *, channels: int = CHANNELS) -> Crowd:
    """A crowd in some channels of one server."""
    stage = Stage(discord, data)
    return Crowd(
        stage,
        [stage.channel(f"table-{number}") for number in range(channels)],
        [discord.add_user(f"player {number}") for number in range(PLAYERS)],
        random.Random(seed),
    )
