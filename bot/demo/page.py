"""Makes SimCord's preview, a page for tests, into one for people.

A test acts only when nothing else happens; people click while the clock runs. So their actions
and the clock take turns, a click on a page that has been redrawn meanwhile still counts, and the
page shows what the bot does by itself. SimCord has no public way to do this: what is private in
it is touched here only.
"""

# pyright: reportPrivateUsage=false
# ruff: noqa: SLF001

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import simcord
from aiohttp import web
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.preview import Preview, _markdown

from ..errors import StartError
from .desktop import time_zone

# Ctrl-C ends the demo within two seconds, even while a request hangs.
CLOSE_SECONDS = 0.5
_SCRIPT = Path(__file__).with_name("page.js")


class Page:
    """A channel as its members see it, in the browser."""

    def __init__(self, env: simcord.Env, preview: Preview, turn: asyncio.Lock) -> None:
        self._env = env
        self._preview = preview
        self._turn = turn
        self._drawn = 0  # how much the bot had done when all of the page was drawn last
        self._under_way: set[asyncio.Task[Any]] = set()
        self._is_closing = False
        self._act, self._page_of = preview._action, preview._get_page
        preview._action = self._take_turn
        # Drawn each time too, for screenshots by a test; nobody sees it here.
        del preview._pages["python"]

    @property
    def url(self) -> str:
        """Where the page is; whoever knows it can act as the members."""
        return self._preview.url

    async def wait_closed(self) -> None:
        """Wait until somebody closes it by its own menu."""
        await self._preview.wait_closed()

    async def keep_up(self) -> None:
        """Move the simulated clock, and with it the bot's timers, to now; draw what the bot did.

        :raises TimeoutError: when the bot is so busy that the clock stands still.
        """
        async with self._turn:
            await self._env.advance_time(seconds_behind(self._env))
            # Drawing costs as much as the channel is long; and the bot does nothing without HTTP.
            done = len(self._env.http_requests)
            # Its own menu may have closed the page a moment ago.
            if self._drawn != done and not self._preview._closed:
                await self._preview.refresh()
                self._drawn = done

    async def close(self) -> None:
        """Close the page; what members have under way there is given up."""
        self._is_closing = True
        for action in self._under_way:
            action.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._preview.close()

    async def _take_turn(self, context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one action of a member, when nothing else happens."""
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            async with self._turn:
                return await self._carry_out(context_id, body)
        except asyncio.CancelledError:
            if self._is_closing:  # an answer, that is, not the end of the web server's own task
                raise simcord.SetupError("the demo has ended") from None
            raise
        finally:
            self._under_way.discard(task)

    async def _carry_out(self, context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        # A test must not click on what it has not seen yet; people click on what they see.
        # Whether the button is still there, SimCord checks beside.
        if "published_revision" in body:
            body = {**body, "published_revision": self._page_of(context_id).revision}
        was_drawn = self._drawn == len(self._env.http_requests)
        result = await self._act(context_id, body)
        # SimCord draws the actor's own page. Choices for an option are on no page.
        alone = len(self._preview._pages) == 1 and result["settlement"] == "settled"
        if was_drawn and (alone or body.get("kind") == "autocomplete_command"):
            self._drawn = len(self._env.http_requests)
        return result


def seconds_behind(env: simcord.Env) -> float:
    """How far the simulated clock is behind the real one."""
    return max(0.0, (datetime.now(UTC) - env.now()).total_seconds())


@contextlib.asynccontextmanager
async def open_page(
    env: simcord.Env,
    channel: ChannelHandle,
    viewers: Sequence[MemberActor],
    port: int | None,
    turn: asyncio.Lock,
) -> AsyncGenerator[Page]:
    """The page of ``channel``; each of its actions holds ``turn``.

    :raises StartError: when it cannot be opened.
    """
    with _explained():
        preview = env.preview(
            channel, viewers=viewers, layout="channel", port=port, timezone=time_zone()
        )
        _add_script(preview)
        _draw_embeds_in_full()
        _keep_parsers()
        await preview.__aenter__()
        page = Page(env, preview, turn)
    try:
        yield page
    finally:
        await page.close()


@contextlib.contextmanager
def _explained() -> Generator[None]:
    try:
        yield
    except simcord.SetupError as error:
        raise StartError(f"The demo's page cannot be opened: {error}") from None
    except (AttributeError, KeyError) as error:
        raise StartError(
            f"The demo does not know its way in SimCord {simcord.__version__} ({error}); "
            "install the version it was made for: pip install -e '.[demo]'"
        ) from None


def _add_script(preview: Preview) -> None:
    """Append our script to the page's own."""
    server = preview._server
    serve = server._static

    async def static(request: web.Request) -> web.Response:
        response: web.Response = await serve(request)
        if request.path == "/app.js":
            response.text = f"{response.text}\n{{\n{_SCRIPT.read_text(encoding='utf-8')}}}\n"
        return response

    server._static = static


def _draw_embeds_in_full() -> None:
    """Discord draws mentions and small print in the body of an embed; SimCord does not."""
    for field in ("embed_description", "embed_field_value"):
        _markdown._FIELD_POLICIES[field].update(mentions=True, commands=True, subtext=True)


def _keep_parsers() -> None:
    """SimCord builds a new Markdown parser for each text, which takes most of its drawing time."""
    build = _markdown._markdown_parser

    @functools.lru_cache(maxsize=64)
    def kept(policy: str, context: str) -> Any:
        return build(json.loads(policy), json.loads(context))

    def parser(policy: Mapping[str, Any], context: Mapping[str, Any]) -> Any:
        return kept(json.dumps(policy), json.dumps(context))

    _markdown._markdown_parser = parser
