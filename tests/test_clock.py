"""Discord's clock as it is told from here: never for long another than Discord's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import discord
import pytest

from bot.clock import Clock

START = 1_800_000_000_000
MINUTE = 60.0
DAY = 86_400.0


class Machine(asyncio.SelectorEventLoop):
    """An event loop whose clock is turned by hand."""

    counted = 0.0

    def time(self) -> float:
        return self.counted


def snowflake(seconds: float) -> int:
    """An id that Discord makes so long after the start."""
    return (int(START + seconds * 1000) - discord.utils.DISCORD_EPOCH) << 22


def on_a_machine(watch: Callable[[Machine, Clock], None]) -> None:
    """Run ``watch`` within an event loop of its own."""

    async def run() -> None:
        watch(machine, Clock())

    machine = Machine()
    try:
        machine.run_until_complete(run())
    finally:
        machine.close()


@pytest.mark.parametrize("drift", [-2e-4, -5e-5, 5e-5, 2e-4])
def test_a_machine_that_runs_fast_or_slow_does_not_lose_discords_time(drift: float) -> None:
    """Ten days at 50 and 200 millionths: 43 and 173 s by its own clock, less than one by ours."""

    def watch(machine: Machine, clock: Clock) -> None:
        for minute in range(10 * 24 * 60):
            at = minute * MINUTE
            machine.counted = at * (1 + drift)
            clock.see(snowflake(at))
            assert clock.now_ms() == pytest.approx(START + at * 1000, abs=500)

    on_a_machine(watch)


def test_a_time_that_was_wrong_once_is_forgotten() -> None:
    """One id from a worker of Discord that is ahead holds for twenty minutes at most."""

    def watch(machine: Machine, clock: Clock) -> None:
        clock.see(snowflake(30))
        for minute in range(21):
            machine.counted = minute * MINUTE
            clock.see(snowflake(machine.counted))
        assert clock.now_ms() == START + 20 * MINUTE * 1000

    on_a_machine(watch)


def test_ids_that_come_late_do_not_turn_it_back() -> None:
    """The one that says the latest is right, also one of the window before."""

    def watch(machine: Machine, clock: Clock) -> None:
        clock.see(snowflake(0))
        for minute in range(1, 12):
            machine.counted = minute * MINUTE
            clock.see(snowflake(machine.counted - 5))
            assert clock.now_ms() == START + machine.counted * 1000

    on_a_machine(watch)


def test_what_was_learnt_before_a_long_silence_counts_no_more() -> None:
    """The first id after a night says what the time is."""

    def watch(machine: Machine, clock: Clock) -> None:
        clock.see(snowflake(0))
        machine.counted = DAY * (1 + 2e-4)
        clock.see(snowflake(DAY))
        assert clock.now_ms() == START + DAY * 1000

    on_a_machine(watch)
