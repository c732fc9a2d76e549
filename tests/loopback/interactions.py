"""Builds the interactions Discord would send, from the commands the bot has synced."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import count
from typing import Any, TypeAlias

from .entities import BOT_PERMISSIONS, Channel, Json, User
from .records import InteractionRecord
from .world import LoopbackError, World

OptionValue: TypeAlias = str | int | float | bool | User | Channel

ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024
SUBCOMMANDS = (1, 2)
ACTION_ROW, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 4, 10, 18
BESIDE = ("accessory", "component")  # where a section and a label have a component
LONGEST_TEXT = 4000
# string, integer, boolean, user, channel, number
OPTION_TYPES: Mapping[int, tuple[type, ...]] = {
    3: (str,),
    4: (int,),
    5: (bool,),
    6: (User,),
    7: (Channel,),
    10: (int, float),
}


class Kind(IntEnum):
    """The kinds of interaction the loopback sends."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


def record(world: World, kind: Kind, user: User, channel: Channel) -> InteractionRecord:
    """A new interaction, known to the world, not sent yet."""
    entry = InteractionRecord(world.new_id(), secrets.token_hex(32), kind, user, channel)
    world.interactions[entry.token] = entry
    return entry


def envelope(world: World, entry: InteractionRecord, data: Json) -> Json:
    """The INTERACTION_CREATE payload around the kind's own data."""
    guild = str(entry.channel.guild_id)
    payload: Json = {
        "id": str(entry.id),
        "application_id": str(world.bot.id),
        "type": int(entry.kind),
        "token": entry.token,
        "version": 1,
        "data": data,
        "guild_id": guild,
        "guild": {"id": guild, "locale": "en-US", "features": []},
        "channel_id": str(entry.channel.id),
        "channel": entry.channel.payload() | {"permissions": str(entry.user.permissions)},
        "member": entry.user.member(),
        "app_permissions": str(BOT_PERMISSIONS),
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": guild},
        "context": 0,
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
    }
    return payload if entry.source is None else payload | {"message": entry.source}


def command_data(
    world: World,
    channel: Channel,
    name: str,
    options: Mapping[str, OptionValue],
    focused: str | None = None,
) -> Json:
    """The data of one use of a synced command, 'film show' being a subcommand.

    With `focused` it is the data of an autocomplete, in which required options may be missing.
    """
    root, path = _find(world, channel.guild_id, name)
    leaf = path[-1] if path else root
    values = _values(leaf, options, focused)
    for level in reversed(path):
        values = [{"type": level["type"], "name": level["name"], "options": values}]
    data: Json = {key: root[key] for key in ("id", "name", "guild_id") if key in root}
    return data | {"type": 1, "options": values, "resolved": _resolved(options.values())}


def component_data(message: Json, custom_id: str, values: Sequence[str]) -> Json:
    """The data of a click on, or a choice in, a component which the message has and enables."""
    for component in _components(message["components"]):
        if component.get("custom_id") == custom_id:
            if component.get("disabled"):
                raise LoopbackError(f"{custom_id!r} is disabled")
            data: Json = {"custom_id": custom_id, "component_type": component["type"]}
            return data | ({"values": list(values)} if values else {})
    raise LoopbackError(f"message {message['id']} has no component {custom_id!r}")


def modal_data(modal: Json, fields: Mapping[str, str]) -> Json:
    """The data of a modal sent off with these texts; a field left out is sent empty."""
    known = {part["custom_id"] for part in _components(modal["components"]) if "custom_id" in part}
    if unknown := fields.keys() - known:
        raise LoopbackError(f"the modal has {sorted(known)}, not {sorted(unknown)}")
    numbers = count(1)
    components = [_submitted(part, fields, numbers) for part in modal["components"]]
    return {"custom_id": modal["custom_id"], "components": components}


def _submitted(part: Json, fields: Mapping[str, str], numbers: Iterator[int]) -> Json:
    """A component of a modal as the submission repeats it."""
    kind = part["type"]
    sent: Json = {"type": kind, "id": part.get("id") or next(numbers)}
    if kind == ACTION_ROW:
        children = [_submitted(child, fields, numbers) for child in part["components"]]
        return sent | {"components": children}
    if kind == LABEL:
        return sent | {"component": _submitted(part["component"], fields, numbers)}
    if kind == TEXT_INPUT:
        name = part["custom_id"]
        return sent | {"custom_id": name, "value": _typed(part, fields.get(name, ""))}
    if kind == TEXT_DISPLAY:
        return sent
    raise LoopbackError(f"a component of type {kind} is not implemented in modals")


def _typed(field: Json, text: str) -> str:
    """A text which Discord would let somebody send."""
    least = (field.get("min_length") or 1) if text or field.get("required", True) else 0
    most = field.get("max_length") or LONGEST_TEXT
    if not least <= len(text) <= most:
        raise LoopbackError(f"{field['custom_id']!r} takes {least} to {most} characters: {text!r}")
    return text


def _find(world: World, guild_id: int, name: str) -> tuple[Json, list[Json]]:
    """The synced command, the guild's own first, and the subcommands down to the named one."""
    first, *rest = name.split()
    known = [*world.commands.get(guild_id, []), *world.commands.get(None, [])]
    root = _named(known, first)
    path: list[Json] = []
    for part in rest:
        path.append(_named((path[-1] if path else root)["options"], part))
    return root, path


def _named(entries: Sequence[Json], name: str) -> Json:
    for entry in entries:
        if entry["name"] == name:
            return entry
    raise LoopbackError(f"no {name!r} among {[entry['name'] for entry in entries]}")


def _values(leaf: Json, options: Mapping[str, OptionValue], focused: str | None) -> list[Json]:
    specs: list[Json] = leaf.get("options", [])
    if any(spec["type"] in SUBCOMMANDS for spec in specs):
        raise LoopbackError(f"{leaf['name']!r} is a group: name one of its subcommands")
    missing = {spec["name"] for spec in specs if spec.get("required")} - options.keys()
    if missing and focused is None:
        raise LoopbackError(f"{leaf['name']!r} needs {sorted(missing)}")
    return [_value(_named(specs, name), value, focused) for name, value in options.items()]


def _value(spec: Json, value: OptionValue, focused: str | None) -> Json:
    name, is_focused = spec["name"], spec["name"] == focused
    # What is being typed is a string whatever the option will be.
    if not is_focused and not isinstance(value, OPTION_TYPES[spec["type"]]):
        raise LoopbackError(f"{name!r} is of type {spec['type']}, which {value!r} is not")
    plain = str(value.id) if isinstance(value, User | Channel) else value
    option: Json = {"name": name, "type": spec["type"], "value": plain}
    return option | ({"focused": True} if is_focused else {})


def _resolved(values: Any) -> Json:
    resolved: dict[str, Json] = {"users": {}, "members": {}, "channels": {}}
    for value in values:
        if isinstance(value, User):
            member = value.member()
            resolved["users"][str(value.id)] = member.pop("user")
            resolved["members"][str(value.id)] = member
        elif isinstance(value, Channel):
            permissions = {"permissions": str(BOT_PERMISSIONS)}
            resolved["channels"][str(value.id)] = value.payload() | permissions
    return resolved


def _components(tree: Sequence[Json]) -> Iterator[Json]:
    for component in tree:
        yield component
        yield from _components(component.get("components", []))
        yield from _components([component[key] for key in BESIDE if key in component])
