"""The trivia commands: ask, decide, render, send. The rounds themselves are run by hosts."""

from __future__ import annotations

import random
from functools import partial

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalog.films import FilmRef
from bot.catalog.vocabulary import Topic
from bot.client import Marquee
from bot.cog import MarqueeCog
from bot.errors import UserError
from bot.ui.ceiling import barred_notes
from bot.ui.film_option import offered
from bot.ui.reply import answering
from bot.ui.topic_option import chosen_topic, topic_choices, typed_film
from bot.ui.words import Words

from . import render
from .boards.commands import BoardCommands
from .boards.queries import AllServers
from .boards.views import BoardPage
from .checks import check_permissions, check_ranges, check_teams, guild_of
from .daily import queries as daily
from .daily.commands import DailyCommands
from .daily.host import Dailies
from .daily.views import DailyButton
from .display_names import UserNames
from .draw import Drawn, Wanted, drawn_of_all, drawn_of_film
from .mixed.option import chosen_for_round, means_all, round_choices
from .mixed.render import label_of
from .models import ALL_FILMS, Mode, RoundRecord, Rules, Wish
from .pictures.files import Studio
from .play import Play
from .queries import catalog, kept, ratings, rounds, verdicts
from .rating import Difficulty
from .recap.views import ThemeButton
from .rehearsal import rehearse
from .reports.commands import ReportCommands, Reports
from .skipping import may_decide, skip
from .starting import render as opening
from .teams.views import JoinButton
from .threads import check_thread, parent_of, thread_to_begin
from .views import AnswerButton, HintButton, SkipButton, TypeButton, TypedAnswer

_Interaction = discord.Interaction[Marquee]

DEFAULT_QUESTIONS, DEFAULT_SECONDS = 7, 20


async def quiz_topics(interaction: _Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Topics that the chosen film, or any, has questions on."""

    async def load() -> list[app_commands.Choice[str]]:
        async with interaction.client.catalog.reading() as read:
            film = typed_film(interaction)
            if film is not None and await means_all(read, film):
                film = None
            return topic_choices(await catalog.topics(read, film), typed)

    return await offered(load)


@app_commands.guild_only()
class Trivia(
    ReportCommands,
    BoardCommands,
    DailyCommands,
    MarqueeCog,
    commands.GroupCog,
    group_name="trivia",
    group_description="Rounds in a channel",
):
    """Trivia rounds in channels, their board and their figures."""

    def __init__(self, bot: Marquee) -> None:
        super().__init__(bot)
        self.studio = Studio()
        self.all_servers = AllServers(bot.ledger)
        self.user_names = UserNames(bot)
        self._play = Play(self, self.studio)
        self.dailies = Dailies(bot)
        self.reports_desk = Reports(self)

    async def enter(self) -> None:
        self.register_press(AnswerButton, self._play.lock_in)
        self.register_press(TypeButton, self._play.ask_to_type)
        self.register_press(TypedAnswer, self._play.lock_in_typed)
        self.register_press(HintButton, self._play.give_hint)
        self.register_press(SkipButton, self._play.vote_to_skip)
        self.register_press(JoinButton, self._play.join_team)
        self.register_press(ThemeButton, self._play.boards.recolour)
        self.register_press(BoardPage, self.turn_board)
        self.reports_desk.enter()
        self.register_shortcut("trivia", self.round_shortcut)
        self.register_press(DailyButton, self.dailies.answer)
        self.start_task(self.dailies.run(), "daily questions")
        await self._play.take_up()

    async def rehearse(self) -> None:
        await rehearse(self.bot.catalog, self.bot.ledger)

    async def leave(self) -> None:
        # Every round is in the ledger as it stands; the next cog goes on from there.
        self._play.leave()

    async def cog_unload(self) -> None:
        await super().cog_unload()
        self.studio.close()

    @app_commands.command()
    @app_commands.describe(
        film="Which film, or all; may be left out while there is one, or the channel has its name",
        topic="Questions on one topic only",
        questions="How many, 1 to 25 (7 unless you say)",
        seconds="To answer each, 5 to 120 (20 unless you say)",
        mode="Classic: all answer. Race: the first right answer wins. Survival: wrong is out",
        difficulty="As players have found the questions so far",
        typed="Type the answers instead of choosing one of four",
        relaxed="Twice the time, and speed counts for nothing",
        thread="In a thread of its own, archived when the round is over",
        teams="How many teams play against each other, 2 to 4; players join by button",
    )
    @app_commands.autocomplete(film=round_choices, topic=quiz_topics)
    async def start(
        self,
        interaction: _Interaction,
        film: str | None = None,
        topic: str | None = None,
        questions: app_commands.Range[int, 1, 25] = DEFAULT_QUESTIONS,
        seconds: app_commands.Range[int, 5, 120] = DEFAULT_SECONDS,
        mode: app_commands.Transform[Mode, Words(Mode)] = Mode.CLASSIC,
        difficulty: app_commands.Transform[Difficulty, Words(Difficulty)] | None = None,
        typed: bool = False,
        relaxed: bool = False,
        thread: bool = False,
        teams: app_commands.Range[int, 2, 4] | None = None,
    ) -> None:
        """Start a trivia round in this channel."""
        rules = Rules(mode, relaxed, typed, thread, teams or 0)
        await self._start(interaction, film, topic, questions, seconds, rules, difficulty)

    @app_commands.command()
    async def stop(self, interaction: _Interaction) -> None:
        """Stop the round in this channel; points stay."""
        async with answering(interaction, private=True) as answer:
            host = self._play.in_channel(interaction.channel_id)
            if not may_decide(interaction, host):
                raise UserError(
                    f"Only <@{host.record.starter}>, who started it, or a moderator can stop "
                    "this round."
                )
            dropped = " The open question does not count." if host.open_message else ""
            host.wish(Wish.STOP)
            await answer.send(render.noted(f"Stopping the round. Points stay.{dropped}"))

    @app_commands.command()
    async def skip(self, interaction: _Interaction) -> None:
        """Skip the open question, or vote for that; it does not count then."""
        async with answering(interaction, private=True) as answer:
            host = self._play.in_channel(interaction.channel_id)
            await answer.send(render.noted(await skip(self.bot.ledger, interaction, host)))

    async def round_shortcut(self, interaction: _Interaction, film: str) -> None:
        """A round, asked for by a button under a film's card."""
        if interaction.guild_id is None:
            raise UserError("Rounds are played in a server's channel, not in direct messages.")
        await self._start(
            interaction, film, None, DEFAULT_QUESTIONS, DEFAULT_SECONDS, Rules(), None
        )

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._play.lost(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        await self._play.lost(thread.guild_id, thread.thread_id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._play.lost(guild.id)

    async def _start(
        self,
        interaction: _Interaction,
        film: str | None,
        topic: str | None,
        count: int,
        seconds: int,
        rules: Rules,
        difficulty: Difficulty | None,
    ) -> None:
        async with answering(interaction) as answer:
            check_ranges(count, seconds)
            check_teams(rules)
            place = check_thread(interaction) if rules.thread else None
            if place is None:
                check_permissions(interaction)
            ref, about, drawn = await self._draw(interaction, film, topic, count, difficulty)
            self._play.must_not_leave()  # before a thread is made in vain
            try:
                async with thread_to_begin(self.bot, place, label_of(ref)) as thread:
                    record = RoundRecord(
                        id=0,
                        guild=guild_of(interaction),
                        channel=thread.id if thread else _channel(interaction),
                        starter=interaction.user.id,
                        film=ref.id if ref else ALL_FILMS,
                        topic=about,
                        seconds=seconds,
                        rules=rules,
                        last_sign=self.bot.clock.now_ms(),
                        parent=place.id if place else parent_of(interaction),
                    )
                    host = await self._play.start(record, drawn.posed)
            except rounds.AlreadyRunning:
                raise UserError(await self._where_running(interaction)) from None
            try:
                await answer.send(opening.starting(ref, record, drawn, count, difficulty))
            finally:
                # The channel is taken now: whatever became of the reply, the round must run.
                self._play.begin(host)

    async def _draw(
        self,
        interaction: _Interaction,
        film: str | None,
        topic: str | None,
        count: int,
        difficulty: Difficulty | None,
    ) -> tuple[FilmRef | None, Topic | None, Drawn]:
        """The round's questions, and what they are about: a film, or all of them."""
        ledger, guild = self.bot.ledger, guild_of(interaction)
        seen = await rounds.seen_at(ledger, guild, self.bot.clock.now_ms())
        decided = await verdicts.in_force(ledger, guild)
        awaited = await daily.awaited(ledger, guild)
        async with self.bot.catalog.reading() as read:
            ref = await chosen_for_round(read, interaction, film)
            about = chosen_topic(topic)
            wanted = Wanted(
                count,
                about,
                barred_notes(interaction),
                seen,
                decided,
                awaited,
                difficulty or Difficulty.MEDIUM,
                partial(ratings.of_questions, ledger) if difficulty else None,
            )
            chance = random.Random(interaction.id)  # noqa: S311
            drawn = (
                await drawn_of_film(read, ref.id, wanted, chance)
                if ref
                else await drawn_of_all(read, wanted, chance)
            )
            if not drawn.posed:
                topics = [topic for topic, _ in await catalog.topics(read, ref.id if ref else None)]
                raise UserError(opening.no_questions(ref, about, topics, drawn))
        return ref, about, drawn

    async def _where_running(self, interaction: _Interaction) -> str:
        # One that broke down while the ledger could not be written goes on now.
        await self._play.take_up(_channel(interaction))
        running = await kept.running_round(self.bot.ledger, _channel(interaction))
        if running is None:
            return "A round has just ended here; try again."
        starter, message = running
        link = f"https://discord.com/channels/{guild_of(interaction)}/{_channel(interaction)}/{message}"
        return opening.already_running(link if message else None, starter)


def _channel(interaction: _Interaction) -> int:
    assert interaction.channel_id is not None, "every command is given in a channel"
    return interaction.channel_id
