"""A crowd that plays many rounds at once, and the books that it keeps of what it was told."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.ledger import Ledger
from cogs.trivia.queries import kept
from tests.loopback import Channel, InteractionRecord, Json, LoopbackDiscord, User

from .stage import PRIVATE, Stage, custom_ids

CHANNELS, PLAYERS = 8, 6
Press = tuple[int, int, int]  # round, step, user


@dataclass
class Crowd:
    """Players who press buttons at random in some channels, and remember every confirmation."""

    stage: Stage
    channels: Sequence[Channel]
    players: Sequence[User]
    chance: random.Random
    started: Counter[int] = field(default_factory=Counter[int])  # rounds of each channel
    # Every confirmed click and its slot.
    confirmed: defaultdict[Press, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    records: list[InteractionRecord] = field(default_factory=list[InteractionRecord])
    _waiting: list[tuple[Press, int, InteractionRecord]] = field(
        default_factory=list[tuple[Press, int, InteractionRecord]]
    )
    _last_kill: int = 0  # a snowflake of that moment
    _heard: dict[int, int] = field(default_factory=dict[int, int])  # the last of a channel

    async def start(self, **options: int | str) -> None:
        """A round in every channel that has none."""
        for channel in filter(self.is_over, self.channels):
            began = await self.stage.start(self.players[0], channel, **options)
            answer = await began.message()
            assert not answer["flags"] & PRIVATE, answer
            self.started[channel.id] += 1

    async def press_for(self, seconds: float) -> None:
        """Press for so long, whether the bot is there or not."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    await self.press_once(self.channels)
                    await asyncio.sleep(0.01)  # a hundred a second are enough

    async def press_once(self, channels: Sequence[Channel]) -> None:
        message = self.open_question(self.chance.choice(channels))
        if message is None:
            return
        player = self.chance.choice(self.players)
        custom_id = self.chance.choice(answer_ids(message))
        round_id, step, slot = map(int, custom_id.split(":")[1:])
        # Nobody may be connected, as between a kill and the next start.
        with contextlib.suppress(Exception):
            record = await self.stage.discord.click(player, message, custom_id)
            self.records.append(record)
            self._waiting.append(((round_id, step, player.id), slot, record))

    def open_question(self, channel: Channel) -> Json | None:
        """The channel's message with answer buttons, if there is one."""
        for message in reversed(self.stage.discord.messages(channel)):
            if answer_ids(message):
                return message
        return None

    def count(self) -> int:
        """Enter what was confirmed since the last time; how many answers are confirmed in all."""
        waiting, self._waiting = self._waiting, []
        for press, slot, record in waiting:
            said = answer_to(record)
            if not said:
                self._waiting.append((press, slot, record))
                continue
            if said.startswith(("Locked in", "Changed to")):
                self.confirmed[press].append((record.id, slot))
            if said.startswith(("Locked in", "Changed to", "In a race your first answer counts")):
                self._heard[record.channel.id] = record.id
        return len(self.confirmed)

    def count_after_kill(self) -> None:
        """The same. What was pressed before the last kill is not answered any more.

        What this one's bot has sent may still be on its way.
        """
        self.count()
        before, self._last_kill = self._last_kill, self.stage.discord.world.new_id()
        self._waiting = [one for one in self._waiting if one[-1].id > before]

    def is_over(self, channel: Channel) -> bool:
        """Whether every round of a channel has its final board."""
        return self.stage.titles(channel).count("Final board") == self.started[channel.id]

    async def all_over(self, within: float) -> None:
        """Wait until every channel has its final board."""
        await self.stage.discord.wait_until(lambda: all(map(self.is_over, self.channels)), within)

    async def all_go_on(self, within: float) -> None:
        """Press until every round that is not over has shown that it goes on.

        It has answered a press of its open question since now, or told its next step.
        """
        since = self.stage.discord.world.new_id()
        pending = list(self.channels)
        try:
            async with asyncio.timeout(within):
                while pending:
                    await self.press_once(pending)
                    await asyncio.sleep(0.01)
                    self.count()
                    pending = [channel for channel in pending if not self._went_on(channel, since)]
        except TimeoutError:
            stuck = {channel.name: self.stage.titles(channel) for channel in pending}
            raise AssertionError(f"no sign of life within {within} s: {stuck}") from None

    def _went_on(self, channel: Channel, since: int) -> bool:
        last = (
            int(self.stage.discord.messages(channel)[-1]["id"]) if self.started[channel.id] else 0
        )
        return self.is_over(channel) or max(last, self._heard.get(channel.id, 0)) > since

    async def check(self) -> None:
        """Nothing confirmed is lost, nothing is paid twice, and everything was told once."""
        self.count()
        stored = {
            (round_id, step, user): (click, slot, mode)
            for round_id, step, user, click, slot, mode in self.stage.rows(
                "SELECT round_id, step, user_id, interaction_id, slot,"
                " json_extract(rules, '$.mode')"
                " FROM answer JOIN round ON id = round_id"
            )
        }
        for press, given in self.confirmed.items():
            kept, kept_slot, mode = stored[press]
            for click, slot in given:
                # Pressing the same button again changes nothing. Otherwise the later click counts,
                # in a race the earlier, which may have come through without its confirmation.
                overtaken = kept < click if mode == "race" else kept > click
                assert kept_slot == slot or overtaken, press
        for channel in self.channels:
            self._check_messages(channel)
        await self._check_scores()

    def _check_messages(self, channel: Channel) -> None:
        """Every question, result and board of each round is there once."""
        played: list[Counter[str]] = [Counter()]
        for name in self.stage.titles(channel):
            shown = name.partition(":")[0].partition(" · ")[0]
            if shown.startswith("Question 1 of") and "open again" not in shown:
                played.append(Counter())
            if "open again" not in shown:
                played[-1][shown] += 1
        twice = [shown for counter in played for shown, count in counter.items() if count > 1]
        assert not twice, (channel.name, twice)
        assert self.is_over(channel), channel.name
        steps = self.stage.rows(
            "SELECT step, asked.state, message_id, result_id FROM asked "
            "JOIN round ON round.id = round_id WHERE channel_id = ?",
            channel.id,
        )
        assert len(played) - 1 == sum(step == 0 and bool(message) for step, _, message, _ in steps)
        for step, state, message, result in steps:
            if state == "closed":
                assert message, (channel.name, step)
                assert result, (channel.name, step)

    async def _check_scores(self) -> None:
        async with Ledger.open(self.stage.ledger) as ledger:
            for (round_id,) in self.stage.rows("SELECT id FROM round"):
                restored = await kept.restored(ledger, round_id)
                paid = self.stage.rows(
                    "SELECT user_id, sum(points) FROM award WHERE round_id = ? GROUP BY user_id",
                    round_id,
                )
                # Who came too late in a race has no award.
                earned = {user: points for user, points in restored.round.points.items() if points}
                assert earned == {user: points for user, points in paid if points}, round_id


def answer_ids(message: Json) -> list[str]:
    return [name for name in custom_ids(message) if name.startswith("answer:")]


def answer_to(record: InteractionRecord) -> str:
    """What an interaction was answered, at once or after a deferral; empty until then."""
    shown = [*record.followups[-1:], record.original or {}]
    return next((message["content"] for message in shown if message.get("content")), "")


def seat(discord: LoopbackDiscord, data: Path, seed: int, *, channels: int = CHANNELS) -> Crowd:
    """A crowd in some channels of one server."""
    data.mkdir(exist_ok=True)
    stage = Stage(discord, data)
    return Crowd(
        stage,
        [stage.channel(f"table-{number}") for number in range(channels)],
        [discord.add_user(f"player {number}") for number in range(PLAYERS)],
        random.Random(seed),
    )
