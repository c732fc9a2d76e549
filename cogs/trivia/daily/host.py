"""Asking every server's daily question when it is due, and telling the answer the day after.

One task sees to all servers. What it does is in the ledger before it is posted, and whatever it
posts twice has the same nonce, and is looked for in the channel when that may be too old to help:
it may be cancelled or killed at any moment, and the next one goes on from the ledger.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import discord

from bot.clock import snowflake_ms
from bot.errors import CatalogError, LedgerError, UserError
from bot.ledger.patience import durably
from bot.network import CUT_OFF
from bot.ui.ceiling import barred_in
from bot.ui.reply import answering

from ..draw import posed_questions
from ..models import Question
from ..poster import Poster
from ..queries import catalog, rounds, streaks, verdicts
from ..verdicts import not_voided
from . import queries, render
from .days import DAY, missed, next_open, question_day
from .queries import Daily, Setting

if TYPE_CHECKING:
    from bot.client import Marquee

    from .views import DailyButton

log = logging.getLogger(__name__)

# A click that Discord stamped before the hour may reach us so much later and still counts.
GRACE = timedelta(seconds=1)
_SOON = timedelta(minutes=1)  # after an outage of Discord or a database
_LATER = timedelta(hours=1)  # after an error of ours
# After so long the time is read anew: the loop's own clock stands still while a machine sleeps.
_LONGEST_SECONDS = 3 * 3_600.0
_AT_ONCE = 8  # servers seen to at a time
_FILMS_TRIED = 20
_CLOSED = "That question is closed."
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Dailies:
    """The daily questions of all servers."""

    def __init__(self, bot: Marquee) -> None:
        self._bot = bot
        self._ledger = bot.ledger
        # When to see to each server again; one that is missing is seen to at once.
        self._due: dict[int, datetime] = {}
        self._again: set[int] = set()

    async def run(self) -> None:
        """See to all servers until cancelled."""
        await self._bot.connected.wait()
        # Behind every write of the code before us, which may be under way still.
        with contextlib.suppress(LedgerError):
            await self._ledger.write(lambda _: None)
        while True:
            await self._bot.connected.wait()
            await self._pause(await self._see_to_all())

    def look_again(self, guild: int) -> None:
        """See to a server now: its setting has changed."""
        self._again.add(guild)
        self._bot.dispatch("daily_changed")

    async def answer(self, interaction: discord.Interaction[Marquee], button: DailyButton) -> None:
        """Take a press on an option; the reply is private and tells nothing of what is right."""
        async with answering(interaction, private=True) as answer:
            asked = await queries.by_id(self._ledger, button.daily_id)
            if asked is None or asked.guild != interaction.guild_id:
                raise UserError(_CLOSED)
            user = interaction.user.id
            given = await queries.lock_in(self._ledger, asked.id, user, button.slot, interaction.id)
            if given is None:
                raise UserError(_CLOSED)
            if asked.message is None and interaction.message is not None:
                # Whoever posted it was ended before it could write that down.
                message = interaction.message.id
                await queries.open_question(self._ledger, asked, message, snowflake_ms(message))
            streak = await streaks.of_member(self._ledger, asked, user)
            await answer.send(render.locked_in(given, asked.closes, streak))

    async def next_due(self, chosen: Setting) -> datetime:
        """When a server's next question comes."""
        last = await queries.last_day(self._ledger, chosen.guild)
        due = next_open(chosen.hour, chosen.clock, self._now())
        while missed(last, chosen.hour, chosen.clock, due) is None:
            due = next_open(chosen.hour, chosen.clock, due)
        return due

    def today(self, hour: int, zone: ZoneInfo) -> date:
        """The day whose question should be out by now."""
        return question_day(hour, zone, self._now())

    async def _see_to_all(self) -> datetime | None:
        """See to every server that is due; when the next one is."""
        again, self._again = self._again, set()  # what changes from here on is for the next time
        try:
            chosen = {one.guild: one for one in await queries.settings(self._ledger)}
            guilds = chosen.keys() | await queries.guilds_with_unfinished(self._ledger)
        except LedgerError as error:
            log.warning("The daily questions wait for the ledger: %s", error)
            self._due = {guild: self._due[guild] for guild in self._due.keys() - again}
            return self._now() + _SOON
        now = self._now()
        self._due = {guild: self._due[guild] for guild in self._due.keys() & guilds - again}
        at_once = asyncio.Semaphore(_AT_ONCE)

        async def see_to(guild: int) -> None:
            async with at_once:
                self._due[guild] = await self._guarded(guild, chosen.get(guild), now)

        due = [guild for guild in guilds if self._due.get(guild, _LONG_AGO) <= now]
        await asyncio.gather(*map(see_to, due))
        return min((self._due[guild] for guild in guilds), default=None)

    async def _guarded(self, guild: int, chosen: Setting | None, now: datetime) -> datetime:
        """See to one server; when to do so again. Whatever befalls it befalls no other."""
        try:
            if self._bot.get_guild(guild) is not None:
                await self._see_to(guild, chosen, now)
            closing = [asked.closes for asked in await queries.unfinished(self._ledger, guild)]
            opening = next_open(chosen.hour, chosen.clock, now) if chosen else now + DAY
            return min([opening, *(at for at in closing if at > now - GRACE)]) + GRACE
        except (*CUT_OFF, LedgerError, CatalogError) as error:
            log.warning("The daily question of server %d has to wait: %r", guild, error)
            return now + _SOON
        except Exception:
            log.exception("The daily question of server %d broke down", guild)
            return now + _LATER

    async def _see_to(self, guild: int, chosen: Setting | None, now: datetime) -> None:
        """Tell what is overdue, then ask what is due."""
        for asked in await queries.unfinished(self._ledger, guild):
            if asked.closes + GRACE <= now:
                await self._conclude(asked, chosen)
        if chosen is None:
            return
        last = await queries.last_day(self._ledger, guild)
        if (day := missed(last, chosen.hour, chosen.clock, now)) is not None:
            await self._plan(chosen, day, next_open(chosen.hour, chosen.clock, now))
        for asked in await queries.unfinished(self._ledger, guild):
            if asked.state == "planned":
                await self._ask(asked, is_new=asked.day == day)

    async def _plan(self, chosen: Setting, day: date, closes: datetime) -> None:
        posed = await self._draw(chosen, day)
        if posed is None:
            log.warning("There is no question for the channel %d today", chosen.channel)
        else:
            await durably(lambda: queries.plan(self._ledger, chosen, day, closes, posed))

    async def _draw(self, chosen: Setting, day: date) -> Question | None:
        """A question on a film met by chance: one the server never saw, or saw longest ago."""
        chance = random.Random(f"{chosen.guild}:{day}")  # noqa: S311
        now = self._bot.clock.now_ms()
        seen = await rounds.seen_at(self._ledger, chosen.guild, now)
        decided = await verdicts.in_force(self._ledger, chosen.guild)
        barred = barred_in(self._bot.get_channel(chosen.channel))
        found: list[Question] = []
        async with self._bot.catalog.reading() as read:
            films = await catalog.films(read)
            for film in chance.sample(films, min(len(films), _FILMS_TRIED)):
                entries, _ = await catalog.entries(read, film, None, barred)
                left = not_voided(entries, decided)
                found += await posed_questions(read, left, 1, seen, chance)
                if found and found[-1].id not in seen:
                    return found[-1]
        return min(found, key=lambda posed: seen.get(posed.id, 0), default=None)

    async def _ask(self, asked: Daily, *, is_new: bool) -> None:
        poster, shown = self._poster(asked), render.question(asked)
        since = None if is_new else _ms(asked.closes - 2 * DAY)  # it was planned after that
        try:
            message = await poster.say(shown, f"d{asked.id}q", look_since=since)
        except (discord.NotFound, discord.Forbidden) as error:
            log.warning("No daily question in the channel %d today: %s", asked.channel, error.text)
            return
        at = snowflake_ms(message)
        await durably(lambda: queries.open_question(self._ledger, asked, message, at))

    async def _conclude(self, asked: Daily, chosen: Setting | None) -> None:
        """Close a question and tell what was right; one that nobody saw is forgotten."""
        if asked.state == "planned" and not asked.answers:
            await durably(lambda: queries.drop(self._ledger, asked.id))
            return
        await durably(lambda: queries.close(self._ledger, asked.id))
        shares = await queries.shares(self._ledger, asked.id)
        found = await streaks.of_all(self._ledger, asked)
        days = {user: streak.days for user, streak in found.items()}
        poster, shown = self._poster(asked), render.reveal(asked, shares, days)
        since = _ms(asked.closes) if asked.state == "closed" else None
        try:
            message = await poster.say(shown, f"d{asked.id}r", look_since=since)
        except (discord.NotFound, discord.Forbidden) as error:
            log.warning("No answer told in the channel %d: %s", asked.channel, error.text)
            # The right to write may come back, but not the channel; nor does it matter any more
            # once the question is asked elsewhere.
            is_moved = chosen is None or chosen.channel != asked.channel
            if not is_moved and isinstance(error, discord.Forbidden):
                return
            message = 0
        await durably(lambda: queries.told(self._ledger, asked.id, message))
        if asked.message is not None and message:
            shown = render.closed_question(asked)
            await poster.change(asked.message, shown)

    def _poster(self, asked: Daily) -> Poster:
        return Poster(self._bot, asked.guild, asked.channel)

    async def _pause(self, due: datetime | None) -> None:
        """Wait, for good when nothing is due, unless or until a setting changes.

        :mod:`..wishes` says why through the client's events.
        """
        while not self._again and (due is None or due > self._now()):
            # discord.py keeps a waiter that was cancelled or timed out until the next such event.
            self._bot.dispatch("daily_changed")
            left = None if due is None else (due - self._now()).total_seconds()
            with contextlib.suppress(TimeoutError):
                # See Wishes.pause for why wait_for is not given the time.
                async with asyncio.timeout(left and min(left, _LONGEST_SECONDS)):
                    await self._bot.wait_for("daily_changed")

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._bot.clock.now_ms() / 1000, UTC)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
