"""``/trivia daily``: ask, decide, render, send."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import discord
from discord import app_commands

from bot.cog import MarqueeCog
from bot.errors import InputError, UserError
from bot.ui.reply import answering

from ..checks import guild_of, missing, moderated_guild
from . import queries, render
from .host import Dailies

if TYPE_CHECKING:
    from bot.client import Marquee

_CHOICES = 25  # Discord's limit
HOURS = range(24)
_NO_PLACES = {"localtime", "Factory"}  # this machine's own, and a placeholder


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """The names of all time zones. Looked up once: it takes a walk through the file system."""
    return frozenset(available_timezones() - _NO_PLACES)


async def zone_choices(
    interaction: discord.Interaction[Marquee], typed: str
) -> list[app_commands.Choice[str]]:
    """Time zones that hold what is typed, those of a place before others."""
    wanted = typed.strip().casefold().replace(" ", "_")
    found = [zone for zone in known_zones() if wanted in zone.casefold()]
    found.sort(key=lambda zone: (not zone.casefold().endswith(wanted), "/" not in zone, zone))
    return [app_commands.Choice(name=zone, value=zone) for zone in found[:_CHOICES]]


class DailyCommands(MarqueeCog):
    """The commands on the daily question, for the trivia cog to inherit."""

    dailies: Dailies
    daily = app_commands.Group(name="daily", description="One question a day in a channel")

    @daily.command(name="set")
    @app_commands.describe(
        channel="Where the question is asked",
        hour="At which hour of the day, 0 to 23",
        timezone="Whose hour, such as Europe/Berlin; the clocks' changes are followed",
    )
    @app_commands.autocomplete(timezone=zone_choices)
    async def daily_set(
        self,
        interaction: discord.Interaction[Marquee],
        channel: discord.TextChannel,
        hour: app_commands.Range[int, 0, 23],
        timezone: str,
    ) -> None:
        """Ask one question a day; for moderators."""
        async with answering(interaction, private=True) as answer:
            guild = moderated_guild(interaction)
            if hour not in HOURS:  # Discord checks it in its own clients only
                raise InputError("`hour` must be from 0 to 23.")
            zone = _chosen_zone(timezone)
            _check_channel(channel)
            chosen = queries.Setting(guild, channel.id, hour, zone.key, interaction.user.id)
            out = self.dailies.today(hour, zone)
            await queries.switch_on(self.bot.ledger, chosen, out)
            self.dailies.look_again(guild)
            due = await self.dailies.next_due(chosen)
            await answer.send(render.switched_on(chosen, due))

    @daily.command(name="off")
    async def daily_off(self, interaction: discord.Interaction[Marquee]) -> None:
        """Ask no more daily questions; for moderators."""
        async with answering(interaction, private=True) as answer:
            guild = moderated_guild(interaction)
            if not await queries.switch_off(self.bot.ledger, guild):
                raise UserError("This server has no daily question.")
            self.dailies.look_again(guild)
            await answer.send(render.switched_off())

    @daily.command(name="show")
    async def daily_show(self, interaction: discord.Interaction[Marquee]) -> None:
        """Where and when this server has its daily question."""
        async with answering(interaction, private=True) as answer:
            chosen = await queries.setting(self.bot.ledger, guild_of(interaction))
            due = await self.dailies.next_due(chosen) if chosen else None
            trouble = self._trouble(chosen) if chosen else ""
            await answer.send(render.shown(chosen, due, trouble))

    def _trouble(self, chosen: queries.Setting) -> str:
        """Why nothing can be asked in the chosen channel, if so."""
        channel = self.bot.get_channel(chosen.channel)
        if not isinstance(channel, discord.TextChannel):
            return render.CHANNEL_GONE
        lacking = _lacking(channel)
        return render.forbidden(lacking) if lacking else ""


def _chosen_zone(typed: str) -> ZoneInfo:
    """:raises InputError: for anything but the name of a time zone."""
    known = {zone.casefold(): zone for zone in known_zones()}
    name = known.get(typed.strip().casefold().replace(" ", "_"))
    if name is None:
        raise InputError(
            "I know no such time zone. Pick one that is offered while you type a city, for "
            "example `Europe/Berlin` or `America/New_York`."
        )
    return ZoneInfo(name)


def _check_channel(channel: discord.TextChannel) -> None:
    """What is posted there every day, the bot must be able to post."""
    if lacking := _lacking(channel):
        raise UserError(f"I cannot ask questions in {channel.mention}: I may not {lacking} there.")


def _lacking(channel: discord.TextChannel) -> str:
    """What the bot needs there and may not do, in words; empty when it may."""
    have = channel.permissions_for(channel.guild.me)
    needed = {
        "view the channel": have.view_channel,
        "send messages": have.send_messages,
        "embed links": have.embed_links,
    }
    return missing(needed)
