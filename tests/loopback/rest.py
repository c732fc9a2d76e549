"""The REST side: from a socket to a logged call, through the hooks, to an answer and back."""

import json
import time
import traceback
from collections.abc import Mapping
from email.utils import formatdate
from functools import partial
from typing import Any, NamedTuple

from aiohttp import BodyPartReader, web

from .records import Call, Hook, Proceed, Reply, Upload
from .routes import Answer, Routes
from .world import RefusedError, World

BASE = "/api/v10"
TOKEN_IN_PATH = ("/interactions/", "/webhooks/")
UNAUTHORIZED = Reply(401, {"message": "401: Unauthorized", "code": 0})


class Body(NamedTuple):
    """A request's JSON and its files."""

    json: Any
    files: Mapping[str, Upload]


class Rest:
    """Serves the endpoints; every request passes the hooks, the first of them outermost.

    A request nobody implemented, and a crash of our own, are kept in the world's troubles:
    discord.py alone would retry or log them, and the test would not notice.
    """

    def __init__(self, world: World, routes: Routes) -> None:
        self._world = world
        self._routes = routes
        self.hooks: list[Hook] = []

    def mount(self, app: web.Application) -> None:
        """Add the endpoints to an application, and a last one which takes all the others."""
        for method, route, answer in self._routes.table():
            app.router.add_route(method, BASE + route, partial(self._serve, route, answer))
        app.router.add_route("*", "/{path:.*}", partial(self._serve, "?", self._unknown))

    async def _serve(self, route: str, answer: Answer, request: web.Request) -> web.Response:
        at = time.monotonic()
        try:
            body = await _read(request)
        except ConnectionError:  # who asked was killed halfway, and has asked nothing
            return web.Response(status=400)
        path = request.path.removeprefix(BASE)
        ids = dict(request.match_info)
        call = Call(request.method, route, path, at, ids, dict(request.query), *body)
        self._world.calls.append(call)
        reply = await self._reply(call, answer, request.headers.get("Authorization"))
        await self._world.announce()
        return _response(reply, formatdate(self._world.now(), usegmt=True))

    async def _reply(self, call: Call, answer: Answer, authorization: str | None) -> Reply:
        by_header = not call.path.startswith(TOKEN_IN_PATH)
        if by_header and authorization != f"Bot {self._world.token}":
            return UNAUTHORIZED
        proceed: Proceed = partial(self._answer, answer)
        for hook in reversed(self.hooks):
            proceed = partial(_hooked, hook, proceed)
        return await proceed(call)

    async def _answer(self, answer: Answer, call: Call) -> Reply:
        try:
            body = answer(call)
        except RefusedError as refusal:
            return Reply(refusal.status, refusal.body)
        except Exception:
            self._world.troubles.append(f"{call.method} {call.path}\n{traceback.format_exc()}")
            return Reply(500, {"message": "the loopback crashed", "code": 0})
        return Reply(204 if body is None else 200, body)

    def _unknown(self, call: Call) -> None:
        self._world.troubles.append(f"{call.method} {call.path} is not implemented")
        raise RefusedError(501, 0, "501: Not Implemented by the loopback")


async def _hooked(hook: Hook, proceed: Proceed, call: Call) -> Reply:
    return await hook(call, proceed)


def _response(reply: Reply, date: str) -> web.Response:
    headers = {"Date": date, **reply.headers}
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    # discord.py compares the whole header: a charset would make it read JSON as plain text,
    # and the header without a body is a crash.
    headers = {"Content-Type": "application/json", **headers}
    return web.Response(status=reply.status, body=json.dumps(reply.body).encode(), headers=headers)


async def _read(request: web.Request) -> Body:
    if request.content_type.startswith("multipart/"):
        return await _read_multipart(request)
    return Body(await request.json() if request.can_read_body else None, {})


async def _read_multipart(request: web.Request) -> Body:
    payload: Any = None
    files: dict[str, Upload] = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        assert part.name is not None
        if part.name == "payload_json":
            payload = await part.json()
        else:
            files[part.name] = Upload(part.filename or part.name, bytes(await part.read()))
    return Body(payload, files)
