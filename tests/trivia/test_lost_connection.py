"""A connection that is cut while a round posts."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.loopback import LoopbackDiscord

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
