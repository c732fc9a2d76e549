"""Many clicks on one question at once, in many channels.

Real processes, real sockets, real files; ``--thorough`` goes on for a night.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.loopback import Channel, InteractionRecord, LoopbackDiscord, User

from .crowd import Crowd, answer_to
from .stage import Stage

PLAYERS, CHANNELS = 50, 100
Presses = dict[int, list[InteractionRecord]]  # by round


@pytest.mark.takes(seconds=60)
async def test_fifty_at_once_in_whatever_order(tmp_path: Path, times: int) -> None:
    """In a race the lowest snowflake wins; otherwise everybody has one award.

    A hundred questions that are open at the same time; half of them are races.
    """
    async with LoopbackDiscord() as discord:
        stage, chance = Stage(discord, tmp_path), random.Random(11)
        players = [discord.add_user(f"racer {number}") for number in range(PLAYERS)]
        channels = [stage.channel(f"crowded-{number}") for number in range(CHANNELS)]
        classic = Crowd(stage, channels[::2], players, chance)
        races = Crowd(stage, channels[1::2], players, chance)
        async with stage.bot():
            for _ in range(times):
                # The first close in their time, so they are pressed first; races when they are won.
                await classic.start(questions=1, seconds=40)
                await races.start(questions=1, seconds=120, mode="race")
                everybody, winners = await press_in_all(classic), await press_in_all(races)
                await classic.all_over(within=60)
                await races.all_over(within=60)
                for round_id, records in everybody.items():
                    assert awards(stage, round_id) == right(record.user for record in records)
                for round_id, records in winners.items():
                    first = min(records, key=lambda record: record.id)
                    assert awards(stage, round_id) == right([first.user])
        await classic.check()
        await races.check()


async def press_in_all(crowd: Crowd) -> Presses:
    """Everybody presses the right button in each channel; the bot hears it in any order."""
    return dict([await press_at_once(crowd, channel) for channel in crowd.channels])


async def press_at_once(crowd: Crowd, channel: Channel) -> tuple[int, list[InteractionRecord]]:
    discord, size = crowd.stage.discord, len(crowd.players)
    message = await discord.wait_until(lambda: crowd.open_question(channel))
    assert message is not None
    button = crowd.stage.right_id(message)
    presses = [(player, message, button) for player in crowd.players]
    records = await discord.click_many(presses, crowd.chance.sample(range(size), size))
    for record in records:
        said = await discord.wait_until(lambda record=record: answer_to(record))
        assert said.startswith("Locked in: "), said
    return int(button.split(":")[1]), records


def awards(stage: Stage, round_id: int) -> list[tuple[int, int, int]]:
    """Who was paid in a round, whether for being right, and whether at all."""
    sql = "SELECT user_id, correct, points > 0 FROM award WHERE round_id = ? ORDER BY user_id"
    return stage.rows(sql, round_id)


def right(users: Iterable[User]) -> list[tuple[int, int, int]]:
    return sorted((user.id, 1, 1) for user in users)
