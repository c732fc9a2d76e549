"""Reporting a question, and deciding on reports: for members and for moderators."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Generator

import discord
from discord import app_commands

from bot.client import Marquee
from bot.clock import snowflake_ms
from bot.cog import MarqueeCog
from bot.errors import UserError
from bot.ui.message import Message
from bot.ui.reply import answering

from ..checks import moderated_guild
from ..times import RESUME_WITHIN_MS
from ..views import ReportButton, ReportForm
from . import render, render_case
from .models import Refused, Report
from .notices import Notices
from .queries import past, regrades, reports, undoing
from .views import (
    DismissButton,
    RegradesPage,
    ReportsPage,
    UndoButton,
    VerdictButton,
    VerdictForm,
)

_MAX_REASON = 400

_Interaction = discord.Interaction[Marquee]


class Reports:
    """Answers to everything that is pressed, sent in and asked about reports."""

    def __init__(self, cog: MarqueeCog) -> None:
        self._cog = cog
        self._bot = cog.bot
        self._notices = Notices(cog.bot)

    def enter(self) -> None:
        """Let the cog answer to the buttons and forms of reports, and tell what is untold."""
        self._cog.register_press(ReportButton, self.ask_what)
        self._cog.register_press(ReportForm, self.take_report)
        self._cog.register_press(ReportsPage, self.turn_queue)
        self._cog.register_press(VerdictButton, self.ask_why)
        self._cog.register_press(VerdictForm, self.rule)
        self._cog.register_press(DismissButton, self.dismiss)
        self._cog.register_press(RegradesPage, self.turn_regrades)
        self._cog.register_press(UndoButton, self.undo)
        self._cog.start_task(self._notices.tell_untold(), "untold regrades")

    # -------------------------------------------------------------- members

    async def ask_what(self, interaction: _Interaction, button: ReportButton) -> None:
        """Open the form at once, as a form cannot follow a deferral; what comes in is checked."""
        form = ReportForm(button.place)
        await interaction.response.send_modal(form.modal())

    async def take_report(self, interaction: _Interaction, form: ReportForm) -> None:
        """Put what a member wrote into the queue."""
        async with answering(interaction, private=True) as answer:
            if not form.text:
                raise UserError(render.SAY_WHAT)
            guild, channel = interaction.guild_id or 0, interaction.channel_id or 0
            reported = Report(
                interaction.user.id, form.text[:_MAX_REASON], snowflake_ms(interaction.id)
            )
            ledger = self._bot.ledger
            if not await reports.report(ledger, guild, channel, form.place, reported):
                raise UserError(render.NOT_CLOSED)
            await answer.send(Message(content=render.THANKS))

    # -------------------------------------------------------------- moderators

    async def show_queue(self, interaction: _Interaction) -> None:
        """The oldest question with open reports."""
        async with answering(interaction, private=True) as answer:
            await answer.send(await self._queue(moderated_guild(interaction), 0))

    async def turn_queue(self, interaction: _Interaction, button: ReportsPage) -> None:
        async with answering(interaction, private=True) as answer:
            await answer.edit(await self._queue(moderated_guild(interaction), button.page))

    async def dismiss(self, interaction: _Interaction, button: DismissButton) -> None:
        """Take a question off the queue, and show the next."""
        async with answering(interaction, private=True) as answer:
            guild = moderated_guild(interaction)
            with _told():
                await reports.dismiss(self._bot.ledger, guild, button.place)
            await answer.edit(await self._queue(guild, 0, render.DISMISSED))

    async def ask_why(self, interaction: _Interaction, button: VerdictButton) -> None:
        """Open the form for the reason of a verdict, at once as in :meth:`ask_what`."""
        moderated_guild(interaction)
        form = VerdictForm(button.place, button.choice)
        await interaction.response.send_modal(form.modal())

    async def rule(self, interaction: _Interaction, form: VerdictForm) -> None:
        """Pass the verdict, tell the channel, and show the next question of the queue."""
        async with answering(interaction, private=True) as answer:
            guild = moderated_guild(interaction)
            if not form.text:
                raise UserError(render.SAY_WHY)
            with _told():
                done = await regrades.rule(
                    self._bot.ledger,
                    guild,
                    form.place,
                    form.choice,
                    moderator=interaction.user.id,
                    reason=form.text,
                    at=snowflake_ms(interaction.id),
                    over_since=self._over_since(),
                )
            posted = await self._notices.tell(done)
            await answer.edit(await self._queue(guild, 0, render.done(done, posted=posted)))

    async def show_regrades(self, interaction: _Interaction) -> None:
        """The last verdicts."""
        async with answering(interaction, private=True) as answer:
            await answer.send(await self._regrades(moderated_guild(interaction), 0))

    async def turn_regrades(self, interaction: _Interaction, button: RegradesPage) -> None:
        async with answering(interaction, private=True) as answer:
            await answer.edit(await self._regrades(moderated_guild(interaction), button.page))

    async def undo(self, interaction: _Interaction, button: UndoButton) -> None:
        """Take a verdict back, tell the channel, and show the list as it is now."""
        async with answering(interaction, private=True) as answer:
            guild, by, at = moderated_guild(interaction), interaction.user.id, interaction.id
            with _told():
                undone = await undoing.undo(
                    self._bot.ledger,
                    guild,
                    button.regrade_id,
                    by,
                    snowflake_ms(at),
                    self._over_since(),
                )
            posted = await self._notices.tell(undone)
            note = render.done(undone, posted=posted)
            await answer.edit(await self._regrades(guild, button.page, note))

    async def _queue(self, guild: int, page: int, note: str = "") -> Message:
        case = await reports.case(self._bot.ledger, guild, page, self._over_since())
        if case is None:
            return Message(content=f"{note} {render.NO_REPORTS}".strip())
        return render_case.case(case, await asyncio.to_thread(case.would_change), note)

    async def _regrades(self, guild: int, page: int, note: str = "") -> Message:
        lines, count = await past.regrades(self._bot.ledger, guild, page)
        if not lines:
            return Message(content=f"{note} {render.NO_REGRADES}".strip())
        return render.regrades(lines, count, page, note)

    def _over_since(self) -> int:
        """Nobody tells the board any more of a round that ended before this."""
        return self._bot.clock.now_ms() - RESUME_WITHIN_MS


class ReportCommands(MarqueeCog):
    """The commands of the moderators, for the trivia cog to inherit."""

    reports_desk: Reports

    @app_commands.command()
    async def reports(self, interaction: _Interaction) -> None:
        """What members say is wrong with questions; for moderators."""
        await self.reports_desk.show_queue(interaction)

    @app_commands.command()
    async def regrades(self, interaction: _Interaction) -> None:
        """Questions that were regraded, and undoing that; for moderators."""
        await self.reports_desk.show_regrades(interaction)


@contextlib.contextmanager
def _told() -> Generator[None]:
    """What is refused is told in words."""
    try:
        yield
    except Refused as refused:
        raise UserError(render.REFUSALS[refused.why]) from refused
