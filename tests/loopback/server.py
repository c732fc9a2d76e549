"""The loopback Discord as tests use it."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from . import interactions
from .entities import MEMBER_PERMISSIONS, Channel, Guild, Json, User
from .gateway import Gateway
from .interactions import Kind, OptionValue
from .records import Call, Hook, InteractionRecord
from .rest import Rest
from .routes import MODAL, Routes
from .world import LoopbackError, World

T = TypeVar("T")

HOST = "127.0.0.1"
GATEWAY_PATH = "/gateway"

# In the form of a bot token, and of no worth anywhere else.
TOKEN = "loopback-bot.token0.of-no-worth-anywhere-else"


class LoopbackDiscord:
    """Discord on a free port of this machine, for as long as the context lasts.

    It outlives any number of bots, as Discord does. Leaving the context raises
    `LoopbackError` if a bot asked for anything that is not implemented. Every wait ends on
    the event itself, or with `TimeoutError`.
    """

    def __init__(self, *, token: str = TOKEN, shards: int = 1) -> None:
        self.world = World(token)
        self.gateway = Gateway(self.world, self._gateway_url, shards)
        self._shards = shards
        self._readies_seen = 0
        self._rest = Rest(self.world, Routes(self.world, self._gateway_url, shards))
        self._port = 0
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_get(GATEWAY_PATH, self.gateway.serve)
        self._rest.mount(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.gateway.close()
        await self._runner.cleanup()
        if error is None and self.world.troubles:
            raise LoopbackError("\n".join(self.world.troubles))

    def _gateway_url(self) -> str:
        return f"ws://{HOST}:{self._port}{GATEWAY_PATH}"

    @property
    def url(self) -> str:
        """The address in front of `/api/v10`."""
        return f"http://{HOST}:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a bot's process needs in its environment to come here and be let in."""
        return {"LOOPBACK_URL": self.url, "DISCORD_TOKEN": self.world.token}

    @property
    def hooks(self) -> list[Hook]:
        """The hooks every REST request passes, the first of them outermost."""
        return self._rest.hooks

    def calls(self, method: str, route: str) -> list[Call]:
        """The requests so far to one endpoint, `/channels/{channel}/messages` for example."""
        return [call for call in self.world.calls if (call.method, call.route) == (method, route)]

    def let_pass(self, seconds: float) -> None:
        """Put Discord's clock forward, which a bot reads from its ids and when it starts."""
        self.world.ahead += seconds

    async def reset_token(self, token: str, *, silently: bool = False) -> None:
        """Have another token: no bot with the old one is let in from now on.

        Who is connected is told so; or, silently, only when it comes back from a cut connection.
        """
        self.world.token = token
        await (self.gateway.drop() if silently else self.gateway.refuse_all())

    def add_user(self, name: str, *, permissions: int = MEMBER_PERMISSIONS) -> User:
        """A new person, a member of every guild."""
        user = User(self.world.new_id(), name, permissions=permissions)
        self.world.users[user.id] = user
        return user

    def add_guild(self, name: str = "Film club") -> Guild:
        """A new guild with the bot in it; bots learn of it when they next identify."""
        guild = Guild(self.world.new_id(), name, self.world.owner.id)
        self.world.guilds[guild.id] = guild
        return guild

    def add_channel(self, guild: Guild, name: str = "general", *, nsfw: bool = False) -> Channel:
        """A new text channel; bots learn of it when they next identify."""
        channel = Channel(self.world.new_id(), guild.id, name, nsfw)
        self.world.channels[channel.id] = channel
        return channel

    async def command(
        self, user: User, channel: Channel, name: str, /, **options: OptionValue
    ) -> InteractionRecord:
        """Use a synced slash command, 'film show' being a subcommand."""
        data = interactions.command_data(self.world, channel, name, options)
        return await self._interact(Kind.COMMAND, user, channel, data)

    async def autocomplete(
        self,
        user: User,
        channel: Channel,
        name: str,
        option: str,
        text: str,
        /,
        **others: OptionValue,
    ) -> InteractionRecord:
        """Type `text` into an option of a synced slash command."""
        typed = {**others, option: text}
        data = interactions.command_data(self.world, channel, name, typed, focused=option)
        return await self._interact(Kind.AUTOCOMPLETE, user, channel, data)

    async def click(
        self, user: User, message: Json, custom_id: str, *, values: Sequence[str] = ()
    ) -> InteractionRecord:
        """Press a button of a message as it is now, or choose `values` in a select."""
        record, payload = self._press(user, message, custom_id, values)
        return await self._send(record, payload)

    async def click_many(
        self, presses: Sequence[tuple[User, Json, str]], order: Sequence[int]
    ) -> list[InteractionRecord]:
        """Press buttons one after another, of which the bot hears in another order.

        The ids rise as the presses are listed, and so are the records returned; `order` has
        the place of each press in that list once.
        """
        if sorted(order) != list(range(len(presses))):
            raise LoopbackError(f"{list(order)} does not name each of {len(presses)} presses once")
        made = [self._press(*press) for press in presses]
        for place in order:
            await self._send(*made[place])
        return [record for record, _ in made]

    async def submit(
        self,
        user: User,
        opener: InteractionRecord | Json,
        custom_id: str,
        fields: Mapping[str, str],
    ) -> InteractionRecord:
        """Fill in a modal and send it off.

        The opener is the interaction the bot answered with the modal, or the message whose
        component the user pressed for it.
        """
        if not isinstance(opener, InteractionRecord):
            opener = self._opener(user, opener, custom_id)
        callback = await opener.response()
        if opener.user != user or not _opens(callback, custom_id):
            raise LoopbackError(f"{user.name} has no modal {custom_id!r} open, but {callback}")
        data = interactions.modal_data(callback["data"], fields)
        return await self._interact(Kind.MODAL_SUBMIT, user, opener.channel, data, opener.source)

    def _opener(self, user: User, message: Json, custom_id: str) -> InteractionRecord:
        for record in reversed(self.world.interactions.values()):
            pressed = record.user == user and (record.source or {}).get("id") == message["id"]
            if pressed and record.callback and _opens(record.callback, custom_id):
                return record
        raise LoopbackError(f"no press of {user.name} on {message['id']} opened {custom_id!r}")

    async def dispatch(self, event: str, data: Json, *, guild: Guild) -> None:
        """Send the bot any other gateway event, MESSAGE_DELETE for example."""
        await self.gateway.dispatch(event, data, guild_id=guild.id)

    async def _interact(
        self, kind: Kind, user: User, channel: Channel, data: Json, source: Json | None = None
    ) -> InteractionRecord:
        return await self._send(*self._make(kind, user, channel, data, source))

    def _press(
        self, user: User, message: Json, custom_id: str, values: Sequence[str] = ()
    ) -> tuple[InteractionRecord, Json]:
        current = self.world.messages[int(message["id"])]
        channel = self.world.channel(current["channel_id"])
        data = interactions.component_data(current, custom_id, values)
        return self._make(Kind.COMPONENT, user, channel, data, current)

    def _make(
        self, kind: Kind, user: User, channel: Channel, data: Json, source: Json | None
    ) -> tuple[InteractionRecord, Json]:
        record = interactions.record(self.world, kind, user, channel)
        record.source = source
        return record, interactions.envelope(self.world, record, data)

    async def _send(self, record: InteractionRecord, payload: Json) -> InteractionRecord:
        guild_id = record.channel.guild_id
        record.sent_at = time.monotonic()
        await self.gateway.dispatch("INTERACTION_CREATE", payload, guild_id=guild_id)
        return record

    def messages(self, channel: Channel) -> list[Json]:
        """The channel's public messages as they are now, oldest first."""
        return [dict(message) for message in self.world.history(channel)]

    async def wait_until(self, probe: Callable[[], T], within: float = 30.0) -> T:
        """Wait for the probe to be true; it is asked again after every request and READY."""
        async with asyncio.timeout(within), self.world.changed:
            return await self.world.changed.wait_for(probe)

    async def wait_ready(self, within: float = 30.0) -> None:
        """Wait until a bot no earlier call has seen knows all its guilds, on every shard."""
        wanted = self._readies_seen + self._shards
        await self.wait_until(lambda: self.gateway.readies >= wanted, within)
        self._readies_seen = wanted

    async def wait_for_message(
        self, channel: Channel, predicate: Callable[[Json], bool], within: float = 30.0
    ) -> Json:
        """The first public message, new or edited, which fits."""

        def fitting() -> list[Json]:
            return [message for message in self.messages(channel) if predicate(message)]

        return (await self.wait_until(fitting, within))[0]


def _opens(callback: Json, custom_id: str) -> bool:
    return callback["type"] == MODAL and callback["data"]["custom_id"] == custom_id
