"""What a member was told: the text of an answer, and that it was private or not."""

from __future__ import annotations

from typing import Any

from simcord.results import InteractionResult, ResponseMessage


def answer(result: InteractionResult) -> ResponseMessage:
    """The one message that answered a command or a button."""
    messages = [*([result.response] if result.response else []), *result.followups]
    assert len(messages) == 1, f"{len(messages)} answers"
    return messages[0]


def private(result: InteractionResult) -> str:
    """The text of an answer that only the member who asked can see."""
    message = answer(result)
    assert message.ephemeral, text(message)
    return text(message)


def public(result: InteractionResult) -> str:
    """The text of an answer that everybody in the channel can see."""
    message = answer(result)
    assert not message.ephemeral, text(message)
    return text(message)


def text(message: ResponseMessage) -> str:
    """All the words of a message: content, embeds, texts of a layout; buttons too."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
        for field in embed.fields:
            parts += [field.name or "", field.value or ""]
        parts.append(embed.footer.text or "")
    parts += _labels(message.components)
    return "\n".join(filter(None, parts))


def _labels(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for component in components:
        found += [str(component[key]) for key in ("content", "label") if component.get(key)]
        found += _labels(component.get("components", []))
    return found
