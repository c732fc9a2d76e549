"""What a channel may be shown: the notes that are held back, and the marks on what is not."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import discord
import pytest
import simcord
from simcord.builders import ChannelHandle

from bot.catalog.vocabulary import Note
from bot.client import Marquee
from bot.demo.world import World
from bot.ui.text import escape

from .answers import answer, private, public
from .conftest import SEEDS

PACK = tomllib.loads((SEEDS / "leaving-las-vegas.toml").read_text(encoding="utf-8"))
HELD_BACK = {"sexual-violence", "suicide-detail"}
BARRED = [fact for fact in PACK["facts"] if HELD_BACK & set(fact.get("notes", []))]
OPEN = [fact for fact in PACK["facts"] if fact not in BARRED]
MARKED = [fact for fact in PACK["facts"] if fact.get("notes") or fact.get("spoiler")]
ONLY_BARRED = "students hotel room great violence"

RESTRICTED = pytest.mark.parametrize("where", ["#after-dark", "thread of #after-dark"])
ELSEWHERE = pytest.mark.parametrize("where", ["#film-night", "direct message"])


@dataclass(frozen=True)
class Seat:
    """Somebody in some channel."""

    slash: Callable[..., Awaitable[Any]]
    click: Callable[..., Awaitable[Any]]
    channel: ChannelHandle

    async def pages(self, command: str, label: str, **options: str) -> list[str]:
        """What a command shows, and then each press of the button, until it is not there."""
        public(await self.slash(command, **options))
        seen: list[str] = []
        while True:
            message = self.channel.last_message
            assert message is not None
            seen.append(message.embeds[0].description or "")
            if label not in labels(message):
                return seen
            await self.click(message, label=label)


async def seat(where: str, world: World, env: simcord.Env, bot: Marquee) -> Seat:
    if where == "direct message":
        user = env.create_user("erin")
        return Seat(user.slash, user.click, user.dm_channel)
    if where == "thread of #after-dark":
        parent = bot.get_channel(world.after_dark.id)
        assert isinstance(parent, discord.TextChannel)
        await parent.create_thread(name="Late", type=discord.ChannelType.public_thread)
        (channel,) = world.after_dark.threads
    else:
        channel = world.channel(where.removeprefix("#"))
    return Seat(partial(world.chiyo.slash, channel), world.chiyo.click, channel)


def labels(message: discord.Message) -> list[str | None]:
    return [
        item.label
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for item in row.children
        if isinstance(item, discord.Button)
    ]


def shown_as(fact: dict[str, Any], lead: str = "") -> str:
    """A fact as it must be shown: its notes first, and what tells of the story covered up."""
    text = escape(fact["text"], 300)
    if fact.get("spoiler", "none") != "none":
        text = f"||{text}||"
    named = [note.label for note in Note if note in fact.get("notes", [])]
    return (f"-# Content notes: {', '.join(named)}\n" if named else "") + lead + text


def tells(text: str, fact: dict[str, Any]) -> bool:
    return escape(fact["text"], 300) in text


def test_the_pack_has_what_these_tests_are_about() -> None:
    """There are facts of every sort: held back, mild, giving away the ending, with notes."""
    assert BARRED
    assert {fact.get("spoiler", "none") for fact in MARKED} == {"none", "mild", "ending"}


@ELSEWHERE
async def test_another_never_leads_to_what_is_held_back(
    where: str, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Outside age-restricted channels every other fact comes, and each says what is missing."""
    here = await seat(where, world, env, bot)
    seen = await here.pages("film fact", "Another", topic="plot")

    plot = [fact for fact in OPEN if fact["topic"] == "plot"]
    note = f"\n-# {len(BARRED)} facts held back: shown in age-restricted channels only"
    assert [text for text in seen if note not in text] == []
    assert [fact["id"] for fact in BARRED for text in seen if tells(text, fact)] == []
    told = {text.split("\n-# ")[0] for text in seen}
    assert {shown_as(fact) for fact in plot} == told


@RESTRICTED
async def test_an_age_restricted_channel_is_shown_every_fact(
    where: str, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Nothing is held back there, and every mark is on it: notes first, spoilers covered."""
    here = await seat(where, world, env, bot)
    seen = await here.pages("film fact", "Another")

    assert {shown_as(fact) for fact in PACK["facts"]} <= set(seen)
    assert [text for text in seen if "held back" in text] == []


@ELSEWHERE
async def test_every_other_topic_comes_whole(
    where: str, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Of all the facts of the film, those held back are the only ones that never come."""
    here = await seat(where, world, env, bot)
    seen = await here.pages("film fact", "Another")

    missing = [
        fact["id"]
        for fact in PACK["facts"]
        if not any(text.startswith(shown_as(fact)) for text in seen)
    ]
    assert missing == [fact["id"] for fact in BARRED]


@ELSEWHERE
async def test_a_search_for_what_is_held_back_says_so_privately(
    where: str, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """When every hit is held back, only the asker learns that there was something."""
    here = await seat(where, world, env, bot)
    told = private(await here.slash("film search", query=ONLY_BARRED))

    assert "shown only in age-restricted channels" in told
    assert not any(tells(told, fact) for fact in BARRED)


@RESTRICTED
async def test_a_search_there_finds_it_with_its_marks(
    where: str, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """In an age-restricted channel the same search shows the fact, warned of and covered up."""
    here = await seat(where, world, env, bot)
    embed = answer(await here.slash("film search", query=ONLY_BARRED)).embeds[0]

    text = embed.description or ""
    assert "held back" not in text
    (fact,) = (fact for fact in BARRED if "great violence" in fact["text"])
    assert text.startswith(shown_as(fact, "**1.** "))


@ELSEWHERE
async def test_no_page_of_a_search_shows_what_is_held_back(
    where: str, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """Page after page: none of it is there, and each page says how much is missing."""
    here = await seat(where, world, env, bot)
    seen = await here.pages("film search", "More ▶", query="Sera")

    assert len(seen) > 1
    assert [fact["id"] for fact in BARRED for text in seen if tells(text, fact)] == []
    assert [text for text in seen if "held back" not in text] == []
    check_marks(seen)


@RESTRICTED
async def test_the_pages_of_a_search_there_show_all_of_it(
    where: str, world: World, env: simcord.Env, bot: Marquee
) -> None:
    """In an age-restricted channel the pages have what other channels miss, with its marks."""
    here = await seat(where, world, env, bot)
    seen = await here.pages("film search", "More ▶", query="Sera")

    assert {fact["id"] for fact in BARRED if "Sera" in fact["text"]} <= {
        fact["id"] for fact in BARRED for text in seen if tells(text, fact)
    }
    assert [text for text in seen if "held back" in text] == []
    check_marks(seen)


def check_marks(pages: list[str]) -> None:
    """Every fact on the pages that needs a mark has all of its marks."""
    found = [(fact, page) for page in pages for fact in MARKED if tells(page, fact)]
    assert found
    for fact, page in found:
        number = page.split(escape(fact["text"], 300))[0].rsplit("**", 2)[1]
        assert shown_as(fact, f"**{number}** ") in page
