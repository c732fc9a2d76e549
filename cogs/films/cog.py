"""The film commands: ask, decide, render, send."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalog import search
from bot.catalog.reader import Reading
from bot.catalog.vocabulary import Topic
from bot.client import Marquee
from bot.cog import MarqueeCog
from bot.errors import UserError
from bot.ui.ceiling import barred_notes
from bot.ui.film_option import chosen_film, film_choices, offered, plain_film
from bot.ui.message import Message
from bot.ui.pages import title_of_page
from bot.ui.reply import answering
from bot.ui.topic_option import chosen_topic, topic_choices, typed_film

from . import render
from .models import FactChoice
from .order import scattered
from .queries import facts, films
from .queries.searching import search_facts
from .views import AnotherFact, FactSearch, FilmPage

_Interaction = discord.Interaction[Marquee]


async def fact_topics(interaction: _Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Topics that the chosen film, or any, has facts on."""

    async def load() -> list[app_commands.Choice[str]]:
        async with interaction.client.catalog.reading() as read:
            return topic_choices(await facts.topics(read, typed_film(interaction)), typed)

    return await offered(load)


@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Films(MarqueeCog, commands.GroupCog, group_name="film", group_description="Cited facts"):
    """What the catalog knows of a film, with the source behind every answer."""

    async def enter(self) -> None:
        self.register_press(AnotherFact, self.next_fact)
        self.register_press(FactSearch, self.turn_search)
        self.register_press(FilmPage, self.turn_list)
        self.register_shortcut("fact", self.fact_shortcut)

    @app_commands.command()
    @app_commands.describe(film="Which film; may be left out while it is plain")
    @app_commands.autocomplete(film=film_choices)
    async def show(self, interaction: _Interaction, film: str | None = None) -> None:
        """A film's card: people, dates, figures, scores."""
        async with answering(interaction) as answer, self.bot.catalog.reading() as read:
            card = await films.card(read, await chosen_film(read, interaction, film))
            await answer.send(render.card(card))

    @app_commands.command()
    @app_commands.describe(film="Which film", topic="What about it")
    @app_commands.autocomplete(film=film_choices, topic=fact_topics)
    async def fact(
        self, interaction: _Interaction, film: str | None = None, topic: str | None = None
    ) -> None:
        """One fact about a film, with its source."""
        async with answering(interaction) as answer, self.bot.catalog.reading() as read:
            await answer.send(await self._first_fact(read, interaction, film, topic))

    @app_commands.command()
    @app_commands.describe(
        query="A plain question, or a few words",
        film="Which film; all, unless the channel is one's",
    )
    @app_commands.autocomplete(film=film_choices)
    async def search(self, interaction: _Interaction, query: str, film: str | None = None) -> None:
        """The facts that answer a question best, with their sources."""
        async with answering(interaction) as answer, self.bot.catalog.reading() as read:
            ref = await (
                chosen_film(read, interaction, film) if film else plain_film(read, interaction)
            )
            barred = barred_notes(interaction)
            found = await search_facts(read, query, ref.id if ref else None, barred, 0)
            if not film and ref and not found.total and not found.held_back:
                ref, found = None, await search_facts(read, query, None, barred, 0)
            if not found.facts:
                raise UserError(render.nothing_found(query, found.held_back))
            tokens = "+".join(search.tokens(found.read_as or query))
            await answer.send(render.search_page(query, found, ref, 0, tokens))

    @app_commands.command(name="list")
    async def list_films(self, interaction: _Interaction) -> None:
        """The films in the catalog."""
        async with answering(interaction) as answer:
            await answer.send(await self._film_page(0))

    async def next_fact(self, interaction: _Interaction, button: AnotherFact) -> None:
        """Show the fact that ``button`` leads to in place of the one it is under."""
        async with answering(interaction, private=True) as answer:
            async with self.bot.catalog.reading() as read:
                barred = barred_notes(interaction)
                choice = await facts.choice(read, button.film, button.topic, barred)
                if not choice.rowids:
                    raise UserError("That film is no longer in the catalog.")
                at = button.at % len(choice.rowids)
                message = await self._fact_at(
                    read, choice, button.film, button.topic, button.seed, at
                )
            await answer.edit(message)

    async def turn_search(self, interaction: _Interaction, button: FactSearch) -> None:
        """Show another page of a search in place of the one shown."""
        async with answering(interaction, private=True) as answer:
            async with self.bot.catalog.reading() as read:
                ref = await films.by_id(read, button.film) if button.film else None
                query = button.tokens.replace("+", " ")
                found = await search_facts(
                    read, query, button.film, barred_notes(interaction), button.page
                )
            if not found.facts:
                raise UserError("The catalog has changed; please search again.")
            page = render.search_page(query, found, ref, button.page, button.tokens)
            if page.embed is not None and (title := title_of_page(interaction)):
                page.embed.title = title
            await answer.edit(page)

    async def turn_list(self, interaction: _Interaction, button: FilmPage) -> None:
        """Show another page of the list of films."""
        async with answering(interaction, private=True) as answer:
            await answer.edit(await self._film_page(button.page))

    async def fact_shortcut(self, interaction: _Interaction, film: str) -> None:
        """A fact, asked for by a button under a card."""
        async with answering(interaction) as answer, self.bot.catalog.reading() as read:
            await answer.send(await self._first_fact(read, interaction, film, None))

    async def _first_fact(
        self, read: Reading, interaction: _Interaction, film: str | None, topic: str | None
    ) -> Message:
        ref = await chosen_film(read, interaction, film)
        about = chosen_topic(topic)
        choice = await facts.choice(read, ref.id, about, barred_notes(interaction))
        if not choice.rowids:
            raise UserError(render.no_fact(ref, about, choice.held_back))
        seed = interaction.id % 1_000_000_007
        return await self._fact_at(read, choice, ref.id, about, seed, 0)

    async def _fact_at(
        self, read: Reading, choice: FactChoice, film: str, topic: Topic | None, seed: int, at: int
    ) -> Message:
        rowid = choice.rowids[scattered(at, len(choice.rowids), seed)]
        fact = await facts.by_rowid(read, rowid)
        message = render.fact(fact, film, topic, seed, at, len(choice.rowids))
        if message.embed is not None and (note := render.held_back_note(choice.held_back)):
            message.embed.description = f"{message.embed.description}\n{note}"
        return message

    async def _film_page(self, page: int) -> Message:
        async with self.bot.catalog.reading() as read:
            lines, total = await films.page(read, page, render.LIST_SIZE)
        if not lines:
            raise UserError("The catalog has changed; `/film list` shows it anew.")
        return render.film_list(lines, total, page)
