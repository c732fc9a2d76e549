"""Whatever members type into the film and review commands: a clear answer, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands

from bot.client import Marquee
from bot.demo.world import World
from bot.ui.buttons import Shortcut, button_row
from cogs.films.views import AnotherFact, FactSearch, FilmPage
from cogs.reviews.models import Listing
from cogs.reviews.views import ReviewPage

from .answers import answer, private, text

HOSTILE = {
    "empty": "",
    "spaces": "   \t ",
    "long": "x y " * 1_500,
    "long word": "a" * 6_000,
    "long markdown": "[a](" * 1_500,
    "fts": '" OR * NEAR( ) ^ - AND NOT "',
    "fts words": 'NEAR(cage shue, 5) OR fact_index : "a" *',
    "fts columns": "{text keywords} : cage*",
    "nul": "cage\0shue\0",
    "control": "\x1b[2J\r\n\x07\ud7ff",
    "emoji": "🎬🍿👨\u200d👩\u200d👧",
    "right to left": "\u202egnivaeL\u202c مرحبا שלום",
    "isolates": "\u2066\u2067cage\u2069\u200f\u200b",
    "zalgo": "c\u0301\u0302\u0303" * 60,
    "wide": "ﷺ" * 200,
    "markdown": "# **a** _b_ ~~c~~ ||d|| `e` ```f``` [g](https://example.org) > h\n- i",
    "everyone": "@everyone @here",
    "mentions": "<@1> <@!123456789012345678> <@&1> <#1> </film:1> <t:1:R> <:a:1>",
    "sql": "'; DROP TABLE film; -- \" OR 1=1 UNION SELECT * FROM fact",
    "path": "../../../etc/passwd\\..\\..",
    "format": "%s %(x)s {0.__class__} ${jndi:ldap://x} {{7*7}}",
    "custom id": "go:reviews:leaving-las-vegas",
    "page": "find:leaving-las-vegas:0:cage+shue",
    "numbers": "0 -1 1e309 NaN 99999999999999999999",
    "likeness": "%_%",
    "found, then doubled by escaping": "Cage " + "*" * 190,
}
VALID = {"query": "Cage", "name": "Roger Ebert"}


def _options(bot: Marquee) -> Iterator[tuple[str, app_commands.Parameter, dict[str, str]]]:
    """Every text option of the two features: command, option, and what else must be given."""
    for group in ("film", "review"):
        tree = bot.tree.get_command(group)
        assert isinstance(tree, app_commands.Group)
        for command in tree.walk_commands():
            assert isinstance(command, app_commands.Command)
            for option in command.parameters:
                if option.type is discord.AppCommandOptionType.string:
                    others = [
                        other.name
                        for other in command.parameters
                        if other.required and other.name != option.name
                    ]
                    given = {other: VALID[other] for other in others}
                    yield command.qualified_name, option, given


async def test_every_text_option_is_tried(bot: Marquee) -> None:
    """The options that the tests here go through are those of the commands as loaded."""
    await bot.packages.load_all()
    tried = {(command, option.name) for command, option, _ in _options(bot)}
    assert {("film fact", "topic"), ("film search", "query"), ("review critic", "name")} <= tried


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_text_gets_one_harmless_answer(
    world: World, env: simcord.Env, bot: Marquee, kind: str
) -> None:
    """In every text option: one answer in words, private when it is a refusal, pinging nobody."""
    for command, option, given in _options(bot):
        before = len(env.http_requests)
        result = await world.dana.slash(
            world.film_night, command, **given, **{option.name: HOSTILE[kind]}
        )

        told = answer(result)
        assert 10 <= len(text(told)) <= 6_000, command
        # An answer is an embed or a layout; a refusal is plain words, for one member only.
        assert told.ephemeral == bool(told.content), command
        assert len(told.content) <= 2_000
        sent = [entry.json for entry in env.http_requests[before:] if entry.method == "POST"]
        assert [_pings(payload) for payload in sent] == [[]], command


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_text_in_an_autocomplete_offers_or_not(
    world: World, bot: Marquee, kind: str
) -> None:
    """Every autocomplete answers hostile text, with choices that Discord takes."""
    for command, option, given in _options(bot):
        if option.autocomplete:
            choices = await world.dana.autocomplete(
                world.film_night, command, option.name, HOSTILE[kind], **given
            )
            assert len(choices) <= 25
            assert all(1 <= len(choice["name"]) <= 100 for choice in choices)


def _pings(payload: Any) -> object:
    """Whom a message may ping; as a test says it, nobody."""
    allowed = payload["data"]["allowed_mentions"]
    assert not allowed.get("users")
    assert not allowed.get("roles")
    return allowed["parse"]


FORGED = {
    "fact of no film": AnotherFact("gone-with-the-pack", None, 1, 0),
    "search for nothing": FactSearch(None, 0, "++"),
    "search past the end": FactSearch("leaving-las-vegas", 999, "cage"),
    "search of no film": FactSearch("gone-with-the-pack", 0, "cage"),
    "films past the end": FilmPage(999_999),
    "facts of no film": Shortcut("fact", "gone-with-the-pack"),
    "reviews of no film": Shortcut("reviews", "gone-with-the-pack"),
    "no such feature": Shortcut("popcorn", "leaving-las-vegas"),
    "critic of spaces": ReviewPage(Listing.CRITIC, 0, "   "),
    "reviews for nothing": ReviewPage(Listing.SEARCH, 0, "+-+"),
}


@pytest.mark.parametrize("kind", FORGED)
async def test_a_forged_or_stale_button_is_answered_privately(
    world: World, bot: Marquee, kind: str
) -> None:
    """A button that leads nowhere says so to whoever pressed it, and leaves the message alone."""
    button = FORGED[kind]
    channel = bot.get_partial_messageable(world.film_night.id)
    message = await channel.send("An old message", view=button_row(button))
    result = await world.dana.click(message, custom_id=button.custom_id)

    assert len(private(result)) > 10
    last = [old for old in world.film_night.history() if old.id == message.id]
    assert [old.content for old in last] == ["An old message"]
