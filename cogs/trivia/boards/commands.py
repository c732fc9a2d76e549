"""The commands for boards and figures."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands

from bot.client import Marquee
from bot.cog import MarqueeCog
from bot.errors import UserError
from bot.ui.message import Message
from bot.ui.reply import answering

from ..checks import guild_of
from ..display_names import UserNames
from ..pictures.files import Studio, ThemeName
from ..queries import streaks
from . import queries, render
from .models import BoardKind
from .periods import Period, span
from .views import BoardPage

_Interaction = discord.Interaction[Marquee]


class BoardCommands(MarqueeCog):
    """What the rounds of a server, a channel, all servers or a member have come to."""

    studio: Studio
    all_servers: queries.AllServers
    user_names: UserNames

    @app_commands.command()
    @app_commands.describe(
        board="Rounds with others in this server or channel or in all servers; or rounds alone",
        period="Rounds of this week, month or season (quarter of the year) only; in UTC",
    )
    async def leaderboard(
        self,
        interaction: _Interaction,
        board: Literal["server", "channel", "global", "solo"] = "server",
        period: Literal["all", "week", "month", "season"] = "all",
    ) -> None:
        """The best players."""
        async with answering(interaction) as answer:
            kind, when = BoardKind(board), Period(period)
            asker = interaction.user.id
            await answer.send(await self._board(interaction, kind, when, 0, asker))

    @app_commands.command()
    @app_commands.describe(
        member="Whose; yours when left out", theme="Of the picture; dark when left out"
    )
    async def stats(
        self,
        interaction: _Interaction,
        member: discord.User | None = None,
        theme: ThemeName = "dark",
    ) -> None:
        """A member's trivia figures in this server."""
        who = member or interaction.user
        async with answering(interaction, private=True) as answer:
            guild, ledger = guild_of(interaction), self.bot.ledger
            figures = await queries.stats(ledger, guild, who.id)
            streak = await streaks.lasting_of(ledger, guild, who.id)
            if figures is None and streak:
                await answer.send(render.daily_only(who.id, streak))
                return
            if figures is None:
                raise UserError(f"{who.mention} has not answered a scored question here yet.")
            history = await queries.rating_history(ledger, guild, who.id)
            plot = await self.studio.rating(history, theme)
            await answer.send(render.stats(who.id, figures, streak, plot))

    @app_commands.command()
    @app_commands.describe(shown="Whether the board of all servers lists you")
    async def profile(self, interaction: _Interaction, shown: bool) -> None:
        """Decide whether members of other servers may see you on the board of all servers."""
        async with answering(interaction, private=True) as answer:
            await queries.show_member(self.bot.ledger, interaction.user.id, shown=shown)
            await answer.send(render.profile(shown=shown))

    async def turn_board(self, interaction: _Interaction, button: BoardPage) -> None:
        """Show another page of a board in place of the one shown.

        Everybody sees it, so the own line on it stays that of who asked for the board.
        """
        async with answering(interaction, private=True) as answer:
            source = interaction.message and interaction.message.interaction_metadata
            asker = source.user.id if source else None
            message = await self._board(
                interaction, button.board, button.period, button.page, asker
            )
            await answer.edit(message)

    async def _board(
        self,
        interaction: _Interaction,
        kind: BoardKind,
        period: Period,
        page: int,
        asker: int | None,
    ) -> Message:
        place = interaction.channel_id if kind is BoardKind.CHANNEL else guild_of(interaction)
        assert place is not None, "every command is given in a channel"
        when = span(period, self.bot.clock.now_ms())
        shown = (
            await self.all_servers.page(when, asker=asker, page=page)
            if kind is BoardKind.GLOBAL
            else await queries.board(self.bot.ledger, kind, place, when, asker=asker, page=page)
        )
        if not shown.players:
            raise UserError(render.empty_board(kind, period))
        names: dict[int, str] = {}
        if kind is BoardKind.GLOBAL:  # most of them are strangers here, whom a mention names by id
            self.user_names.see(interaction.user)
            listed = [*shown.lines, *filter(None, [shown.own])]
            names = await self.user_names.of(line.user for line in listed)
        return render.board(shown, kind, period, names, asker)
