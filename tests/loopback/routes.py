"""What each REST endpoint answers: one plain method an endpoint, no sockets."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from .entities import Channel, Json
from .records import Call, InteractionRecord
from .world import EPHEMERAL, LOADING, RefusedError, World

Answer: TypeAlias = Callable[[Call], Json | list[Json] | None]

PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9

COMMANDS = "/applications/{application}/commands"
GUILD_COMMANDS = "/applications/{application}/guilds/{guild}/commands"
MESSAGES = "/channels/{channel}/messages"
THREAD_EDITS = {"name", "archived"}
WEBHOOK = "/webhooks/{application}/{token}"


class Routes:
    """The endpoints discord.py uses, by method and pattern."""

    def __init__(self, world: World, gateway_url: Callable[[], str], shards: int) -> None:
        self._world = world
        self._gateway_url = gateway_url
        self._shards = shards

    def table(self) -> list[tuple[str, str, Answer]]:
        """Every endpoint there is; all else is unknown."""
        return [
            ("GET", "/users/@me", lambda _: self._world.bot.payload()),
            ("GET", "/oauth2/applications/@me", lambda _: self._world.application()),
            ("GET", "/applications/@me", lambda _: self._world.application()),
            ("GET", "/gateway", lambda _: {"url": self._gateway_url()}),
            ("GET", "/gateway/bot", self.gateway),
            *(("GET", pattern, self.commands) for pattern in (COMMANDS, GUILD_COMMANDS)),
            *(("PUT", pattern, self.overwrite_commands) for pattern in (COMMANDS, GUILD_COMMANDS)),
            ("GET", "/guilds/{guild}/members/{user}", self.member),
            ("GET", "/channels/{channel}", lambda call: self._channel(call).payload()),
            ("PATCH", "/channels/{channel}", self.edit_channel),
            ("POST", "/channels/{channel}/threads", self.start_thread),
            ("POST", MESSAGES + "/{message}/threads", self.start_thread),
            ("POST", MESSAGES, self.post),
            ("GET", MESSAGES, self.history),
            ("GET", MESSAGES + "/{message}", self._message),
            ("PATCH", MESSAGES + "/{message}", self.edit),
            ("DELETE", MESSAGES + "/{message}", self.delete),
            ("POST", "/interactions/{interaction}/{token}/callback", self.callback),
            ("POST", WEBHOOK, self.follow_up),
            ("GET", WEBHOOK + "/messages/{message}", self._answer),
            ("PATCH", WEBHOOK + "/messages/{message}", self.edit_answer),
            ("DELETE", WEBHOOK + "/messages/{message}", self.delete_answer),
        ]

    def gateway(self, _: Call) -> Json:
        """Where to connect, and how often."""
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return {
            "url": self._gateway_url(),
            "shards": self._shards,
            "session_start_limit": limit,
        }

    def commands(self, call: Call) -> list[Json]:
        """The commands of one scope."""
        return self._world.commands.get(_scope(call), [])

    def overwrite_commands(self, call: Call) -> list[Json]:
        """Replace the commands of one scope and echo them with their ids."""
        return self._world.set_commands(_scope(call), call.body)

    def member(self, call: Call) -> Json:
        """Somebody, who is a member of every guild."""
        user = self._world.users.get(int(call.ids["user"]))
        if user is None:
            raise RefusedError(404, 10007, "Unknown Member")
        return user.member()

    def edit_channel(self, call: Call) -> Json:
        """Rename a channel, or put a thread away; more is not implemented."""
        channel, changes = self._channel(call), dict(call.body)
        if unknown := changes.keys() - ({"name"} if channel.parent_id is None else THREAD_EDITS):
            raise NotImplementedError(f"a channel's {sorted(unknown)}")
        self._world.channels[channel.id] = changed = replace(channel, **changes)
        return changed.payload()

    def start_thread(self, call: Call) -> Json:
        """A public thread below the channel; one from a message shares the message's id."""
        parent, message = self._channel(call), call.ids.get("message")
        if message is not None:
            self._world.message(parent, message)
        thread_id = self._world.new_id() if message is None else int(message)
        thread = Channel(
            thread_id,
            parent.guild_id,
            call.body["name"],
            parent.nsfw,
            parent_id=parent.id,
            owner_id=self._world.bot.id,
        )
        self._world.channels[thread.id] = thread
        return thread.payload()

    def history(self, call: Call) -> list[Json]:
        """The latest messages of a channel, newest first; other spans are not implemented."""
        if wrong := call.query.keys() - {"limit"}:
            raise NotImplementedError(f"a history by {sorted(wrong)}")
        return self._world.history(self._channel(call))[: -1 - int(call.query["limit"]) : -1]

    def post(self, call: Call) -> Json:
        """Send a message to a channel."""
        return self._world.post(self._channel(call), call.body, call.files)

    def edit(self, call: Call) -> Json:
        """Edit a message of a channel."""
        return self._world.edit(self._message(call), call.body, call.files)

    def delete(self, call: Call) -> None:
        """Delete a message of a channel."""
        self._world.delete(self._message(call))

    def callback(self, call: Call) -> Json | None:
        """The first answer to an interaction; there is no second."""
        record = self._record(call, 10062, "Unknown interaction")
        if record.callback is not None:
            raise RefusedError(400, 40060, "Interaction has already been acknowledged.")
        self._apply(record, call)
        record.answer(call.body, call.at)
        return _callback_response(record) if "with_response" in call.query else None

    def _apply(self, record: InteractionRecord, call: Call) -> None:
        kind, data = call.body["type"], call.body.get("data") or {}
        if kind in (MESSAGE, DEFERRED_MESSAGE):
            deferred = kind == DEFERRED_MESSAGE
            record.original = self._world.post(record.channel, data, call.files, deferred=deferred)
            if not deferred:
                record.show(record.original)
        elif kind in (UPDATE, DEFERRED_UPDATE) and record.source is not None:
            record.original = record.source
            if kind == UPDATE:
                record.show(self._world.edit(record.source, data, call.files))
        elif kind not in (PONG, CHOICES, MODAL):
            raise RefusedError(400, 50035, f"Invalid Form Body: type {kind} does not fit here")

    def follow_up(self, call: Call) -> Json:
        """A further message; the first one after a deferral takes the deferral's place."""
        record = self._record(call, 10015, "Unknown Webhook")
        original = record.original
        if original is not None and original["flags"] & LOADING:
            message = self._world.edit(original, call.body, call.files)
        else:
            message = self._world.post(record.channel, call.body, call.files)
            record.followups.append(message)
        record.show(message)
        return message

    def edit_answer(self, call: Call) -> Json:
        """Edit the original answer or a follow-up."""
        message = self._world.edit(self._answer(call), call.body, call.files)
        self._world.interactions[call.ids["token"]].show(message)
        return message

    def delete_answer(self, call: Call) -> None:
        """Delete the original answer or a follow-up."""
        self._world.delete(self._answer(call))

    def _channel(self, call: Call) -> Channel:
        return self._world.channel(call.ids["channel"])

    def _message(self, call: Call) -> Json:
        return self._world.message(self._channel(call), call.ids["message"])

    def _record(self, call: Call, code: int, otherwise: str) -> InteractionRecord:
        if record := self._world.interactions.get(call.ids["token"]):
            return record
        raise RefusedError(404, code, otherwise)

    def _answer(self, call: Call) -> Json:
        record, wanted = self._record(call, 10015, "Unknown Webhook"), call.ids["message"]
        named = {message["id"]: message for message in record.followups}
        if record.original is not None:
            named |= {record.original["id"]: record.original, "@original": record.original}
        if (message := named.get(wanted)) and int(message["id"]) in self._world.messages:
            return message
        raise RefusedError(404, 10008, "Unknown Message")


def _scope(call: Call) -> int | None:
    return int(call.ids["guild"]) if "guild" in call.ids else None


def _callback_response(record: InteractionRecord) -> Json:
    assert record.callback is not None
    interaction: Json = {"id": str(record.id), "type": record.kind}
    resource: Json = {"type": record.callback["type"]}
    if (message := record.original) is not None:
        interaction["response_message_id"] = message["id"]
        interaction["response_message_loading"] = bool(message["flags"] & LOADING)
        interaction["response_message_ephemeral"] = bool(message["flags"] & EPHEMERAL)
        resource["message"] = message
    return {"interaction": interaction, "resource": resource}
