"""The trivia commands: ask, decide, render, send. The rounds themselves are run by hosts."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Coroutine
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalog.films import FilmRef
from bot.catalog.vocabulary import Topic
from bot.client import Marquee
from bot.cog import MarqueeCog
from bot.errors import LedgerError, UserError
from bot.ui.ceiling import barred_notes
from bot.ui.film_option import chosen_film, film_choices, offered
from bot.ui.message import Message
from bot.ui.reply import answering
from bot.ui.topic_option import chosen_topic, topic_choices, typed_film

from . import render
from .checks import check_permissions, check_ranges
from .draw import posed_questions
from .host import CLOSED, Host
from .models import Answer, Question, RoundRecord, Wish
from .queries import boards, catalog, rounds
from .round import End, Round
from .times import now_ms, snowflake_ms
from .views import AnswerButton, BoardPage

log = logging.getLogger(__name__)

_Interaction = discord.Interaction[Marquee]

QUESTIONS, SECONDS = 7, 20
_RENEWING = "I am being renewed just now. Try again in a moment."
_SUSPEND_SECONDS = 2.5


async def quiz_topics(interaction: _Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Topics that the chosen film, or any, has questions on."""

    async def load() -> list[app_commands.Choice[str]]:
        async with interaction.client.catalog.reading() as read:
            return topic_choices(await catalog.topics(read, typed_film(interaction)), typed)

    return await offered(load)


@app_commands.guild_only()
class Trivia(
    MarqueeCog, commands.GroupCog, group_name="trivia", group_description="Rounds in a channel"
):
    """Trivia rounds in channels, their board and their figures."""

    def __init__(self, bot: Marquee) -> None:
        super().__init__(bot)
        self._hosts: dict[int, Host] = {}
        self._leaving = False

    async def enter(self) -> None:
        self.register_button(AnswerButton, self.lock_in)
        self.register_button(BoardPage, self.turn_board)
        self.register_shortcut("trivia", self.round_shortcut)
        await self._take_up()

    async def leave(self) -> None:
        self._leaving = True
        try:
            async with asyncio.timeout(_SUSPEND_SECONDS):
                # Behind every start that is under way: the next cog finds its round.
                await self.bot.ledger.write(lambda _: None)
                await asyncio.gather(*(host.suspend() for host in self._hosts.values()))
        except (TimeoutError, LedgerError):
            pass  # the ledger knows which questions were open; the next host drops them

    @app_commands.command()
    @app_commands.describe(
        film="Which film; may be left out while it is plain",
        topic="Questions on one topic only",
        questions="How many, 1 to 25 (7 unless you say)",
        seconds="To answer each, 5 to 120 (20 unless you say)",
    )
    @app_commands.autocomplete(film=film_choices, topic=quiz_topics)
    async def start(
        self,
        interaction: _Interaction,
        film: str | None = None,
        topic: str | None = None,
        questions: app_commands.Range[int, 1, 25] = QUESTIONS,
        seconds: app_commands.Range[int, 5, 120] = SECONDS,
    ) -> None:
        """Start a trivia round in this channel."""
        await self._start(interaction, film, topic, questions, seconds)

    @app_commands.command()
    async def stop(self, interaction: _Interaction) -> None:
        """Stop the round in this channel; points stay."""
        async with answering(interaction, private=True) as answer:
            self._host_for(interaction, "stop").wish(Wish.STOP)
            await answer.send(render.noted("Stopping the round. Points stay."))

    @app_commands.command()
    async def skip(self, interaction: _Interaction) -> None:
        """Skip the open question; it does not count."""
        async with answering(interaction, private=True) as answer:
            host = self._host_for(interaction, "skip a question of")
            if not host.is_open:
                raise UserError("No question is open at the moment.")
            host.wish(Wish.SKIP)
            await answer.send(render.noted("Skipping this question; it does not count."))

    @app_commands.command()
    @app_commands.describe(board="Rounds with others (server), or rounds played alone (solo)")
    async def leaderboard(
        self, interaction: _Interaction, board: Literal["server", "solo"] = "server"
    ) -> None:
        """The best players of this server."""
        async with answering(interaction) as answer:
            await answer.send(await self._board(interaction, board, 0))

    @app_commands.command()
    @app_commands.describe(member="Whose; yours when left out")
    async def stats(self, interaction: _Interaction, member: discord.User | None = None) -> None:
        """A member's trivia figures in this server."""
        who = member or interaction.user
        async with answering(interaction, private=True) as answer:
            figures = await boards.stats(self.bot.ledger, _guild(interaction), who.id)
            if figures is None:
                raise UserError(f"{who.mention} has not answered a scored question here yet.")
            await answer.send(render.stats(who.id, figures))

    async def lock_in(self, interaction: _Interaction, button: AnswerButton) -> None:
        """Take a click on an option; the reply is private."""
        async with answering(interaction, private=True) as answer:
            host = self._hosts.get(button.round_id)
            here = (interaction.guild_id, interaction.channel_id)
            if host is None or here != (host.record.guild, host.record.channel):
                raise UserError(CLOSED)
            given = Answer(
                interaction.user.id, button.slot, interaction.id, snowflake_ms(interaction.id)
            )
            message = interaction.message.id if interaction.message else None
            locked = await host.lock_in(given, button.step, message)
            await answer.send(render.locked_in(button.slot, locked))

    async def turn_board(self, interaction: _Interaction, button: BoardPage) -> None:
        """Show another page of a board in place of the one shown."""
        async with answering(interaction, private=True) as answer:
            await answer.edit(await self._board(interaction, button.board, button.page))

    async def round_shortcut(self, interaction: _Interaction, film: str) -> None:
        """A round, asked for by a button under a film's card."""
        if interaction.guild_id is None:
            raise UserError("Rounds are played in a server's channel, not in direct messages.")
        await self._start(interaction, film, None, QUESTIONS, SECONDS)

    async def _start(
        self,
        interaction: _Interaction,
        film: str | None,
        topic: str | None,
        count: int,
        seconds: int,
    ) -> None:
        async with answering(interaction) as answer:
            check_ranges(count, seconds)
            check_permissions(interaction)
            ref, about, posed, held = await self._draw(interaction, film, topic, count)
            record = RoundRecord(
                id=0,
                guild=_guild(interaction),
                channel=_channel(interaction),
                starter=interaction.user.id,
                film=ref.id,
                topic=about,
                seconds=seconds,
                last_sign=now_ms(),
            )
            if self._leaving:
                raise UserError(_RENEWING)
            try:
                record = await rounds.start_round(self.bot.ledger, record, posed)
            except rounds.AlreadyRunning:
                raise UserError(await self._where_running(interaction)) from None
            host = Host(self.bot, record, Round(tuple(posed)))
            # A second start here may have found the round in the ledger and taken it up already.
            is_ours = self._hosts.setdefault(record.id, host) is host
            try:
                await answer.send(render.starting(ref, about, len(posed), seconds, held))
            finally:
                # The channel is taken now: whatever became of the reply, the round must run.
                if is_ours and not self._leaving:
                    self.start_task(self._play(host, host.run()), f"round {record.id}")

    async def _draw(
        self, interaction: _Interaction, film: str | None, topic: str | None, count: int
    ) -> tuple[FilmRef, Topic | None, list[Question], int]:
        """The round's questions, and how many the channel's ceiling held back."""
        seen = await rounds.seen_at(self.bot.ledger, _guild(interaction))
        async with self.bot.catalog.reading() as read:
            ref = await chosen_film(read, interaction, film)
            about = chosen_topic(topic)
            entries, held = await catalog.entries(read, ref.id, about, barred_notes(interaction))
            posed = await posed_questions(read, entries, count, seen, random.Random(interaction.id))  # noqa: S311
            if not posed:
                known = [topic for topic, _ in await catalog.topics(read, ref.id)]
                raise UserError(render.no_questions(ref, about, known, held))
        return ref, about, posed, held

    async def _take_up(self, channel: int | None = None) -> None:
        """Go on with every live round, of one channel or all, that nobody hosts."""
        hosted = set(self._hosts)  # a round that ends while the ledger is read is not to go on
        for round_id in await rounds.live_ids(self.bot.ledger, channel):
            if round_id in hosted:
                continue
            try:
                record, current, interrupted = await rounds.restored(self.bot.ledger, round_id)
            except rounds.Unreadable:
                log.exception("Round %d cannot be read; it is over", round_id)
                await rounds.end_round(self.bot.ledger, round_id, End.LOST, now_ms())
                continue
            if round_id not in self._hosts and not self._leaving:
                host = self._hosts[round_id] = Host(self.bot, record, current)
                self.start_task(self._play(host, host.resume(interrupted)), f"round {round_id}")

    async def _play(self, host: Host, play: Coroutine[Any, Any, None]) -> None:
        try:
            await play
        finally:
            self._hosts.pop(host.record.id, None)

    def _host_for(self, interaction: _Interaction, action: str) -> Host:
        """The channel's round. :raises UserError: when there is none, or it is not the asker's."""
        host = next(
            (h for h in self._hosts.values() if h.record.channel == interaction.channel_id), None
        )
        if host is None:
            raise UserError("There is no round in this channel.")
        is_moderator = interaction.permissions.manage_messages
        if interaction.user.id != host.record.starter and not is_moderator:
            raise UserError(
                f"Only <@{host.record.starter}>, who started it, or a moderator can {action} "
                "this round."
            )
        return host

    async def _where_running(self, interaction: _Interaction) -> str:
        await self._take_up(
            _channel(interaction)
        )  # one that broke down while the ledger could not be written
        running = await rounds.running_round(self.bot.ledger, _channel(interaction))
        if running is None:
            return "A round has just ended here; try again."
        starter, message = running
        link = (
            f"https://discord.com/channels/{_guild(interaction)}/{_channel(interaction)}/{message}"
        )
        return render.already_running(link if message else None, starter)

    async def _board(self, interaction: _Interaction, board: str, page: int) -> Message:
        solo, guild = board == "solo", _guild(interaction)
        lines, players = await boards.board(self.bot.ledger, guild, solo=solo, page=page)
        if not lines:
            raise UserError(render.empty_board(solo=solo))
        own = await boards.board_line(self.bot.ledger, guild, interaction.user.id, solo=solo)
        return render.board(lines, own, players, solo=solo, page=page)


def _guild(interaction: _Interaction) -> int:
    assert interaction.guild_id is not None, "the commands are for servers only"
    return interaction.guild_id


def _channel(interaction: _Interaction) -> int:
    assert interaction.channel_id is not None, "every command is given in a channel"
    return interaction.channel_id
