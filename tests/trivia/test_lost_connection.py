"""A connection that is cut, or a limit that is met again and again, while a round posts."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.loopback import Faults, LoopbackDiscord
from tests.loopback.records import Call

from .stage import Stage


async def test_a_post_whose_connection_is_lost_is_sent_again(tmp_path: Path) -> None:
    """The round goes on, and its nonce keeps the message from being there twice."""
    discord = LoopbackDiscord()
    cut: list[str] = []

    @web.middleware
    async def cutting(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if request.method == "POST" and request.path.endswith("/messages") and not cut:
            # Discord has taken the message; that it has never reaches the bot.
            cut.append(request.path)
            assert request.transport is not None
            request.transport.close()
        return response

    discord._runner.app.middlewares.append(cutting)
    async with discord:
        stage = Stage(discord, tmp_path)
        async with stage.bot():
            channel = stage.channel("cut")
            await stage.start(stage.ada, channel, questions=1, seconds=5)
            for beginning in ("Question", "Answer", "Final board"):
                await stage.message(channel, beginning)
            titles = [title.split()[0] for title in stage.titles(channel)]
            assert titles == ["Trivia:", "Question", "Answer", "Final"]
            assert stage.rows("SELECT state FROM round") == [("done",)]
    assert cut


async def test_a_post_that_is_refused_for_long_is_sent_again(tmp_path: Path) -> None:
    """discord.py takes the fifth 429 in a row for a refusal; the round goes on all the same."""
    asked = count()

    def first_tries(call: Call) -> bool:
        return "Question 1 of" in str(call.body) and next(asked) < 6

    async with LoopbackDiscord() as discord:
        faults = Faults(1, too_many=1.0, applies=first_tries)
        discord.hooks.append(faults)
        stage = Stage(discord, tmp_path)
        async with stage.bot():
            channel = stage.channel("busy")
            await stage.start(stage.ada, channel, questions=1, seconds=5)
            for beginning in ("Question", "Answer", "Final board"):
                await stage.message(channel, beginning)
        assert faults.counts["too_many"] == 6
        titles = [title.split()[0] for title in stage.titles(channel)]
        assert titles == ["Trivia:", "Question", "Answer", "Final"]
