"""A channel with a round in it, as the members around it see and press it."""

from __future__ import annotations

import re
from typing import Any

import discord
import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from bot.client import Marquee
from cogs.trivia.models import LETTERS, Question
from cogs.trivia.times import GAP_SECONDS, GRACE_SECONDS, LEAD_SECONDS

VOIDED = "does not count"
PNG = b"\x89PNG"
_CLOSES = re.compile(r"<t:(\d+):R>")
_MOMENT = 0.2
_LONGEST = 100  # gaps that a round of these tests may last


class Table:
    """One channel. Its clock is SimCord's: time passes only where a method says so."""

    def __init__(self, env: simcord.Env, bot: Marquee, channel: ChannelHandle) -> None:
        self.env = env
        self.bot = bot
        self.channel = channel

    async def start(
        self, member: MemberActor, *, questions: int = 2, seconds: int = 10, **options: Any
    ) -> InteractionResult:
        """Start a round; its first question comes with :meth:`first_question`."""
        return await member.slash(
            self.channel, "trivia start", questions=questions, seconds=seconds, **options
        )

    async def first_question(self) -> discord.Message:
        """Let the lead pass."""
        await self.env.advance_time(LEAD_SECONDS + _MOMENT)
        return self.open_question()

    async def next_question(self) -> discord.Message:
        """Let the gap pass."""
        await self.env.advance_time(GAP_SECONDS + _MOMENT)
        return self.open_question()

    async def close(self) -> discord.Message:
        """Let the open question's time run out; the reveal."""
        await self.env.advance_time(self.seconds_left() + GRACE_SECONDS + _MOMENT)
        return next(
            message for message in reversed(self.messages()) if title(message).startswith("Answer")
        )

    async def play_quickly(self, *players: MemberActor, **options: Any) -> None:
        """A round of one question, started by the first player, that all answer rightly."""
        await self.start(players[0], questions=1, seconds=5, **options)
        await self.first_question()
        for player in players:
            await self.press_right(player)
        await self.close()

    async def play_out(self) -> None:
        """Let time pass until the channel has no round."""
        for _ in range(_LONGEST):
            if "live" not in await self.states():
                return
            await self.env.advance_time(GAP_SECONDS)
        raise AssertionError("the round never ends")

    def messages(self) -> list[discord.Message]:
        """What everybody in the channel sees, oldest first."""
        return [message for message in self.channel.history() if not message.flags.ephemeral]

    def titles(self) -> list[str]:
        return [title(message) for message in self.messages()]

    def kinds(self) -> list[str]:
        """The channel's messages by the first word of their titles."""
        return [VOIDED if title.endswith(VOIDED) else title.split()[0] for title in self.titles()]

    def open_question(self) -> discord.Message:
        """The question whose buttons can be pressed; there is one at most."""
        (message,) = [
            message
            for message in self.messages()
            if title(message).startswith("Question") and answer_ids(message)
        ]
        return message

    def open_typed_question(self) -> discord.Message:
        """The open question of a round in which answers are typed."""
        (message,) = [
            message
            for message in self.messages()
            if title(message).startswith("Question") and buttons(message)
        ]
        return message

    def seconds_left(self) -> float:
        """Until the open question closes, by the time that it shows."""
        found = _CLOSES.search(text(self.open_question()))
        assert found is not None
        return int(found[1]) - self.env.now().timestamp()

    async def press(
        self, member: MemberActor, letter: str, message: discord.Message | None = None
    ) -> InteractionResult:
        """Press a lettered button of the open question, or of another message."""
        message = message or self.open_question()
        return await member.click(message, custom_id=answer_ids(message)[LETTERS.index(letter)])

    async def asked(self) -> Question:
        """The open question with its right answer, as only the ledger knows it."""
        rows = await self.bot.ledger.rows(
            "SELECT question FROM asked JOIN round ON round.id = round_id "
            "WHERE channel_id = ? AND asked.state = 'open'",
            self.channel.id,
        )
        return Question.from_json(rows[0][0])

    async def press_right(self, member: MemberActor) -> InteractionResult:
        return await self.press(member, LETTERS[(await self.asked()).right])

    async def press_wrong(self, member: MemberActor) -> InteractionResult:
        return await self.press(member, LETTERS[((await self.asked()).right + 1) % 4])

    async def points(self) -> dict[int, int]:
        """Every player's points in this channel, from the awards in the ledger."""
        return dict(
            await self.bot.ledger.rows(
                "SELECT user_id, sum(points) FROM award JOIN round ON round.id = round_id "
                "WHERE channel_id = ? GROUP BY user_id",
                self.channel.id,
            )
        )

    async def states(self) -> list[str]:
        """The states of the channel's rounds, in the order of their starts."""
        rows = await self.bot.ledger.rows(
            "SELECT state FROM round WHERE channel_id = ? ORDER BY id", self.channel.id
        )
        return [state for (state,) in rows]


def title(message: discord.Message) -> str:
    return (message.embeds[0].title or "") if message.embeds else ""


def text(message: discord.Message) -> str:
    """All of a message that can be read."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
    return "\n".join(parts)


def picture(table: Table, message: discord.Message) -> bytes:
    """The one file of a message, which its embed shows."""
    (attached,) = message.attachments
    assert message.embeds[0].image.url == f"attachment://{attached.filename}"
    data = table.env.backend.cdn.get(attached.url)
    assert data is not None
    return data


def buttons(message: discord.Message) -> list[discord.Button]:
    return [
        child
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button)
    ]


def labelled(message: discord.Message, label: str) -> str:
    """The custom_id of the button with a label that has that."""
    return next(
        button.custom_id or "" for button in buttons(message) if label in (button.label or "")
    )


def answer_ids(message: discord.Message) -> list[str]:
    """The ``custom_id`` of each lettered button, A first."""
    ids = [button.custom_id or "" for button in buttons(message)]
    return [custom_id for custom_id in ids if custom_id.startswith("answer:")]


def told(result: InteractionResult) -> str:
    """What an interaction's member was told, which must be private."""
    assert result.acknowledged
    answers = [*([result.response] if result.response else []), *result.followups]
    private = [answer for answer in answers if answer.ephemeral]
    assert len(private) == 1, answers
    return text(private[0].message)


def forged(
    env: simcord.Env, channel: ChannelHandle, author: int, custom_id: str
) -> discord.Message:
    """A message with one button that was never posted by a round."""
    button = {"type": 2, "style": 1, "label": "A", "custom_id": custom_id}
    env.backend.create_message(
        channel.id, author, "Press me", components=[{"type": 1, "components": [button]}]
    )
    message = channel.last_message
    assert message is not None
    return message
