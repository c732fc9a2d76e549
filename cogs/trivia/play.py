"""The rounds of this process: starting them, taking them up, and everything pressed under one."""

from __future__ import annotations

import asyncio
import functools
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import discord

from bot.clock import snowflake_ms
from bot.errors import LedgerError, UserError
from bot.ledger.patience import durably
from bot.ui.message import Message
from bot.ui.reply import answering

from . import render
from .hints import hint
from .host import Host
from .losing import end_as_lost, lose
from .matching import judge
from .models import OTHER, Answer, Mode, Question, RoundRecord
from .pictures.files import Studio
from .queries import kept, rounds, table
from .recap.board import FinalBoards
from .refusals import CLOSED, FOREIGN, OUT, RENEWING, TRIED, no_round
from .replay import Restored
from .round import Round
from .skipping import skip
from .tally import REFRESH_SECONDS, TURNS, has_turn
from .teams.joining import chosen
from .teams.views import JoinButton
from .threads import archive
from .times import RESUME_WITHIN_MS
from .traffic import Traffic
from .views import AnswerButton, HintButton, SkipButton, TypeButton, TypedAnswer
from .wishes import Wishes

if TYPE_CHECKING:
    from bot.client import Marquee
    from bot.cog import MarqueeCog

log = logging.getLogger(__name__)


class Play:
    """Every round that this process hosts, by its id."""

    def __init__(self, cog: MarqueeCog, studio: Studio) -> None:
        self._cog = cog
        self._bot = cog.bot
        self._hosts: dict[int, Host] = {}
        # By round and player, for as long as somebody waits for it.
        self._turns = WeakValueDictionary[tuple[int, int], asyncio.Lock]()
        self._traffic = Traffic()
        self._counts: asyncio.Task[None] | None = None
        self.boards = FinalBoards(cog.bot, studio)
        self._leaving = False

    def leave(self) -> None:
        """Start nothing more, and take no answer; the tasks of the hosts end with the cog."""
        self._leaving = True
        for host in self._hosts.values():
            host.is_left = True

    async def _show_counts(self) -> None:
        """Show on every open question how many have answered, while there are rounds."""
        pulse = Wishes(self._bot, -1)  # nobody wishes for anything there
        turn = 0
        while await pulse.pause(REFRESH_SECONDS / TURNS):
            turn += 1
            for host in self._hosts.values():
                if has_turn(host.record.id, turn):
                    host.show_count()

    def must_not_leave(self) -> None:
        """:raises UserError: while the next code is about to take over."""
        if self._leaving:
            raise UserError(RENEWING)

    async def take_up(self, channel: int | None = None) -> None:
        """Go on with every round, of one channel or all, that nobody hosts."""
        # Behind every write of the code before us, which may be under way still.
        await self._bot.ledger.write(lambda _: None)
        hosted = set(self._hosts)  # a round that ends while the ledger is read is not to go on
        since = self._bot.clock.now_ms() - RESUME_WITHIN_MS
        for round_id in await kept.unfinished(self._bot.ledger, since, channel):
            if round_id in hosted:
                continue
            try:
                restored = await kept.restored(self._bot.ledger, round_id)
            except kept.Unreadable:
                log.exception("Round %d cannot be read; it is over", round_id)
                await end_as_lost(self._bot.ledger, round_id, self._bot.clock.now_ms())
                continue
            if round_id not in self._hosts and not self._leaving:
                host = self._hosts[round_id] = self._host(restored)
                self._run(host, host.resume)

    async def start(self, record: RoundRecord, posed: list[Question]) -> Host:
        """Take the channel for a new round; :meth:`begin` lets it run.

        :raises AlreadyRunning: when the channel has a live round.
        """
        self.must_not_leave()
        record = await rounds.start_round(self._bot.ledger, record, posed)
        current = Round(tuple(posed), record.rules)
        # Without a pause after the write: a second start here would take the round up.
        host = self._hosts[record.id] = self._host(Restored(record, current, None, None))
        return host

    def begin(self, host: Host) -> None:
        """Let a round that was just started run."""
        if self._hosts.get(host.record.id) is host and not self._leaving:
            self._run(host, host.run)

    def _host(self, restored: Restored) -> Host:
        return Host(self._bot, restored, self._traffic, self.boards)

    def _run(self, host: Host, play: Callable[[], Awaitable[None]]) -> None:
        host.task = self._cog.start_task(self._play(host, play), f"round {host.record.id}")
        if self._counts is None:
            self._counts = self._cog.start_task(self._show_counts(), "counts of answers")

    async def _play(self, host: Host, play: Callable[[], Awaitable[None]]) -> None:
        try:
            await play()
            if host.record.rules.thread:
                await archive(self._bot, host.record.channel)
        finally:
            self._forget(host)

    def _forget(self, host: Host) -> None:
        self._hosts.pop(host.record.id, None)
        if not self._hosts and self._counts is not None:
            self._counts.cancel()
            self._counts = None  # it ends a moment later, when another round may have begun

    def in_channel(self, channel: int | None) -> Host:
        """The channel's round. :raises UserError: when there is none."""
        hosts = [host for host in self._hosts.values() if host.record.channel == channel]
        if not hosts:
            threads = {host.record.channel for host in self._hosts.values()
                       if host.record.parent == channel}  # fmt: skip
            raise UserError(no_round(sorted(threads)))
        return max(hosts, key=lambda host: host.record.id)  # one before may still tell its end

    async def lost(self, guild: int, channel: int | None = None) -> None:
        """End the rounds of a channel, or of a whole guild, that is gone; points stay."""
        for host in list(self._hosts.values()):
            if host.record.guild == guild and channel in (None, host.record.channel):
                if host.task is not None:
                    host.task.cancel()
                try:
                    at = self._bot.clock.now_ms()
                    known = (self._bot.ledger, host.record, host.round, at)
                    await durably(functools.partial(lose, *known))
                except LedgerError:  # the others are lost no less
                    log.exception("Round %d of a lost channel goes on", host.record.id)

    # -------------------------------------------------------------- what is pressed

    async def lock_in(
        self, interaction: discord.Interaction[Marquee], button: AnswerButton
    ) -> None:
        """Take a press on an option; the reply is private."""
        async with answering(interaction, private=True) as answer:
            given = Answer(
                interaction.user.id, button.slot, interaction.id, snowflake_ms(interaction.id)
            )
            host = self._host_of(interaction, button.round_id)
            await answer.send(await self._locked_in(interaction, host, given, button.step))

    async def ask_to_type(
        self, interaction: discord.Interaction[Marquee], button: TypeButton
    ) -> None:
        """Open the form for a typed answer."""
        self._open_step(interaction, button.round_id, button.step)
        form = TypedAnswer(button.round_id, button.step)
        await interaction.response.send_modal(form.modal())

    async def lock_in_typed(
        self, interaction: discord.Interaction[Marquee], form: TypedAnswer
    ) -> None:
        """Take a typed answer; whether it is right is told with everybody's."""
        async with answering(interaction, private=True) as answer:
            if not form.text:
                raise UserError("Please type an answer.")
            host = self._host_of(interaction, form.round_id)
            asked = _question(host, form.step)
            known = (asked.answer, asked.accept, asked.wrong)
            match = judge(form.text, *known, asked.kind, asked.text)
            given = Answer(
                interaction.user.id,
                asked.right if match else OTHER,
                interaction.id,
                snowflake_ms(interaction.id),
                typed=form.text[:100],
            )
            await answer.send(await self._locked_in(interaction, host, given, form.step))

    async def _locked_in(
        self, interaction: discord.Interaction[Marquee], host: Host, given: Answer, step: int
    ) -> Message:
        """Make an answer durable; what to say to that.

        A player's presses are taken one after another: each is compared with what is on disk.
        """
        turn = self._turns.setdefault((host.record.id, given.user), asyncio.Lock())
        async with turn:
            locked = await host.lock_in(given, step, _message(interaction))
        host.names[given.user] = interaction.user.display_name
        stands = host.given.get(given.user, given)
        team = host.members.get(given.user)
        return render.locked_in(stands, locked, host.record.rules.mode, team)

    async def join_team(
        self, interaction: discord.Interaction[Marquee], button: JoinButton
    ) -> None:
        """Put whoever presses into a team, and show everybody who plays for which."""
        async with answering(interaction, private=True) as answer:
            host = self._host_of(interaction, button.round_id)
            await answer.edit(await chosen(host, interaction.user.id, button.team))

    async def give_hint(
        self, interaction: discord.Interaction[Marquee], button: HintButton
    ) -> None:
        """Tell the hint to who asks, who then earns half."""
        async with answering(interaction, private=True) as answer:
            host = self._open_step(interaction, button.round_id, button.step)
            if host.round.alive is not None and interaction.user.id not in host.round.alive:
                raise UserError(OUT)
            if host.is_decided:
                raise UserError(CLOSED)
            if host.record.rules.mode is Mode.RACE and interaction.user.id in host.given:
                raise UserError(TRIED)
            given = await table.take_hint(
                self._bot.ledger,
                button.round_id,
                button.step,
                interaction.user.id,
                snowflake_ms(interaction.id),
            )
            if not given:
                raise UserError(CLOSED)
            typed = host.record.rules.typed
            chance = random.Random(f"{button.round_id}:{button.step}")  # noqa: S311
            told = hint(_question(host, button.step), chance, typed=typed)
            await answer.send(render.hinted(told))

    async def vote_to_skip(
        self, interaction: discord.Interaction[Marquee], button: SkipButton
    ) -> None:
        """Count a press on "Skip"."""
        async with answering(interaction, private=True) as answer:
            host = self._open_step(interaction, button.round_id, button.step)
            await answer.send(render.noted(await skip(self._bot.ledger, interaction, host)))

    def _open_step(
        self, interaction: discord.Interaction[Marquee], round_id: int, step: int
    ) -> Host:
        """The host of the open question that was pressed. :raises UserError: for any other."""
        host = self._host_of(interaction, round_id)
        if host.round.step != step or host.open_message is None:
            raise UserError(CLOSED)
        if host.open_message != _message(interaction):
            raise UserError(FOREIGN)
        return host

    def _host_of(self, interaction: discord.Interaction[Marquee], round_id: int) -> Host:
        host = self._hosts.get(round_id)
        here = (interaction.guild_id, interaction.channel_id)
        if host is None or here != (host.record.guild, host.record.channel):
            raise UserError(CLOSED)
        return host


def _message(interaction: discord.Interaction[Marquee]) -> int | None:
    return interaction.message.id if interaction.message else None


def _question(host: Host, step: int) -> Question:
    """One of a round's questions. :raises UserError: when it has none of that number."""
    if step >= len(host.round.questions):
        raise UserError(CLOSED)
    return host.round.questions[step]
