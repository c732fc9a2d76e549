"""The review commands: ask, decide, render, send."""

from __future__ import annotations

import itertools

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalog import search
from bot.catalog.films import MAX_CHOICES, find_film
from bot.catalog.names import fold
from bot.catalog.reader import Reading
from bot.client import Marquee
from bot.cog import MarqueeCog
from bot.errors import UserError
from bot.ui.film_option import chosen_film, film_choices, offered
from bot.ui.message import Message
from bot.ui.pages import title_of_page
from bot.ui.reply import answering
from bot.ui.topic_option import typed_film

from . import critics, queries, render
from .models import Listing
from .views import MAX_KEY, ReviewPage

_Interaction = discord.Interaction[Marquee]
_CHANGED = "The catalog has changed; please ask again."


async def critic_choices(interaction: _Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Critics, of the chosen film or of any, who have a word in their name that begins as typed."""

    async def load() -> list[app_commands.Choice[str]]:
        async with interaction.client.catalog.reading() as read:
            known = await queries.critics(read, await _film_so_far(read, interaction))
        found = itertools.islice(critics.beginning(fold(typed), known), MAX_CHOICES)
        return [app_commands.Choice(name=critic.name, value=critic.name) for critic in found]

    return await offered(load)


async def _film_so_far(read: Reading, interaction: _Interaction) -> str | None:
    """The film that another option names, if it names one."""
    typed = typed_film(interaction)
    if typed is None:
        return None
    try:
        return (await find_film(read, typed)).id
    except UserError:
        return None


@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Reviews(
    MarqueeCog, commands.GroupCog, group_name="review", group_description="Cited reviews"
):
    """Scores and critics' verdicts, with the source behind each."""

    async def enter(self) -> None:
        self.register_press(ReviewPage, self.turn_page)
        self.register_shortcut("reviews", self.overview_shortcut)

    @app_commands.command()
    @app_commands.describe(film="Which film; may be left out while it is plain")
    @app_commands.autocomplete(film=film_choices)
    async def scores(self, interaction: _Interaction, film: str | None = None) -> None:
        """What the aggregators made of a film's reviews, with their counts."""
        async with answering(interaction) as answer, self.bot.catalog.reading() as read:
            ref = await chosen_film(read, interaction, film)
            found = await queries.scores(read, ref.id)
            if not found:
                raise UserError(render.no_scores(ref))
            await answer.send(render.scores(ref, found))

    @app_commands.command()
    @app_commands.describe(name="Whose review: a critic, or an outlet", film="Of one film only")
    @app_commands.autocomplete(name=critic_choices, film=film_choices)
    async def critic(self, interaction: _Interaction, name: str, film: str | None = None) -> None:
        """One critic's verdict, with its gist in our words and its source."""
        async with answering(interaction) as answer, self.bot.catalog.reading() as read:
            ref = await chosen_film(read, interaction, film) if film else None
            identity = ref.id if ref else None
            match = critics.find(name, await queries.critics(read, identity))
            if match.critic is None:
                raise UserError(render.no_critic(name, match, ref))
            found = await queries.critic_reviews(read, match.critic, identity, 0)
            await answer.send(render.critic(match.critic, found, 0))

    @app_commands.command()
    @app_commands.describe(query="A few words of what was said, or a name")
    async def search(self, interaction: _Interaction, query: str) -> None:
        """The reviews that say it best, with their sources."""
        async with answering(interaction) as answer, self.bot.catalog.reading() as read:
            found = await queries.search_reviews(read, query, 0)
            if not found.reviews:
                raise UserError(render.nothing_found(query))
            tokens = "+".join(search.tokens(found.read_as or query))
            title = render.search_title(query)
            await answer.send(render.search_page(title, found, 0, tokens))

    async def overview_shortcut(self, interaction: _Interaction, film: str) -> None:
        """What was made of a film, asked for by a button under its card."""
        async with answering(interaction) as answer, self.bot.catalog.reading() as read:
            await answer.send(await self._film_page(read, film, 0))

    async def turn_page(self, interaction: _Interaction, button: ReviewPage) -> None:
        """Show another page of reviews in place of the one shown."""
        async with answering(interaction, private=True) as answer:
            async with self.bot.catalog.reading() as read:
                match button.listing:
                    case Listing.FILM:
                        message = await self._film_page(read, button.key, button.page)
                    case Listing.CRITIC:
                        message = await self._critic_page(read, button.key, button.page)
                    case Listing.SEARCH:
                        title = title_of_page(interaction)
                        message = await self._search_page(read, title, button.key, button.page)
            await answer.edit(message)

    async def _film_page(self, read: Reading, film: str, page: int) -> Message:
        ref = await queries.film_by_id(read, film)
        if ref is None:
            raise UserError("That film is no longer in the catalog.")
        overview = await queries.overview(read, ref, page)
        if not overview.scores and not overview.found.total:
            raise UserError(render.no_reviews(ref))
        if page and not overview.found.reviews:
            raise UserError(_CHANGED)
        return render.overview(overview, page)

    async def _critic_page(self, read: Reading, key: str, page: int) -> Message:
        for critic in await queries.critics(read, None):
            if critic.folded[:MAX_KEY] == key:
                found = await queries.critic_reviews(read, critic, None, page)
                if found.reviews:
                    return render.critic(critic, found, page)
        raise UserError(_CHANGED)

    async def _search_page(
        self, read: Reading, title: str | None, tokens: str, page: int
    ) -> Message:
        query = tokens.replace("+", " ")
        found = await queries.search_reviews(read, query, page)
        if not found.reviews:
            raise UserError(_CHANGED)
        return render.search_page(title or render.search_title(query), found, page, tokens)
