"""The film commands, as members use them."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from discord import app_commands

from bot.catalog.build import build
from bot.client import Marquee
from bot.demo.world import World
from bot.ui import film_option
from bot.ui.buttons import button_row
from cogs.films.order import scattered
from cogs.films.views import FactSearch

from .answers import answer, private, public, text
from .small_pack import Table, small_pack, write_pack


async def test_show_answers_with_the_films_card(world: World) -> None:
    """`/film show` shows people, dates, figures, scores, and three ways on."""
    result = await world.chiyo.slash(world.film_night, "film show")

    assert result.response is not None
    shown = str(result.response.components)
    for part in ("Leaving Las Vegas (1995)", "Mike Figgis", "27 October 1995", "$49.8 million"):
        assert part in shown
    for label in ("A fact", "Reviews", "Trivia round"):
        assert f"'{label}'" in shown


async def test_a_card_says_nothing_twice_and_cites_its_sections(world: World) -> None:
    """Neither a unit that its label names, nor a label that says the medium, nor a later book."""
    shown = await card_texts(world)

    assert "Academy Award nominations: 4\n" in shown
    assert "Soundtrack album: 7 November 1995\n" in shown
    assert "Book: 1990 (novel by John O'Brien)" in shown
    assert "Philosophy Through Film" not in shown
    assert "-# Source: Leaving Las Vegas (film article), “Introduction”, “" in shown
    assert "“Box office”" in shown
    assert "“Plot”" not in shown  # of which the card tells nothing


async def card_texts(world: World) -> str:
    (container,) = answer(await world.chiyo.slash(world.film_night, "film show")).components
    return "\n".join(part["content"] for part in container["components"] if "content" in part)


async def test_fact_is_cited_and_another_never_repeats(world: World) -> None:
    """Pressing "Another" shows every fact of the topic once before any again."""
    result = await world.chiyo.slash(world.film_night, "film fact", topic="filming")

    assert result.response is not None
    message = result.response.message
    of = int((message.embeds[0].footer.text or "").rsplit("of ", 1)[1])
    seen = {message.embeds[0].description}
    for _ in range(of - 1):
        await world.chiyo.click(message, label="Another")
        last = world.film_night.last_message
        assert last is not None
        message = last
        assert "Source: " in (message.embeds[0].footer.text or "")
        seen.add(message.embeds[0].description)
    assert len(seen) == of


@pytest.mark.parametrize("count", [1, 2, 7, 135, 1_000])
def test_every_order_of_facts_has_each_once(count: int) -> None:
    """Whatever the seed, no fact comes twice before all were shown."""
    for seed in (0, 1, 999_999_937, 1_000_000_006):
        assert {scattered(at, count, seed) for at in range(count)} == set(range(count))


def test_members_who_ask_at_the_same_time_see_different_facts() -> None:
    """Seeds that follow one another, as Discord's ids do in one millisecond, begin apart."""
    assert len({scattered(0, 135, seed) for seed in range(1_000, 1_020)}) == 20


async def test_what_has_only_some_of_the_words_is_said_to(world: World) -> None:
    """One small line above the results; there is none when a fact has all the words."""
    told = text(answer(await world.chiyo.slash(world.film_night, "film search",
                                               query="best pizza in Chicago")))  # fmt: skip
    assert "-# No fact has all of those words; here is what has some.\n**1.**" in told
    told = text(answer(await world.chiyo.slash(world.film_night, "film search", query="Dublin")))
    assert "No fact" not in told


async def test_a_plain_question_finds_its_answer(world: World) -> None:
    """The distributor in Australia is the first result for a question about it."""
    result = await world.chiyo.slash(
        world.film_night, "film search", query="who distributed it in Australia?"
    )

    assert result.response is not None
    first = (result.response.embeds[0].description or "").splitlines()[0]
    assert "21st Century Film Corporation" in first


async def serve(bot: Marquee, catalog: Path) -> None:
    """Let the running bot go over to another catalog."""
    bot.catalog.path = catalog
    await bot.catalog.refresh()


async def serve_packs(bot: Marquee, folder: Path, *packs: Table) -> None:
    """Let the running bot go over to a catalog of ``packs``."""
    for pack in packs:
        write_pack(folder, pack)
    build(folder, folder / "packs.db")
    await serve(bot, folder / "packs.db")


def kite(number: int) -> Table:
    """One of many small films, each with a title of its own."""
    pack = small_pack()
    pack["film"] |= {"id": f"kite-{number:02}", "title": f"The Kite {number:02}"}
    return pack


async def test_the_list_has_every_film_on_one_page_or_another(
    world: World, bot: Marquee, tmp_path: Path
) -> None:
    """Forward through `/film list` comes every film once, in order; back leads to the start."""
    await serve_packs(bot, tmp_path, *map(kite, range(33)))
    result = await world.chiyo.slash(world.film_night, "film list")

    first = public(result)
    message = world.film_night.last_message
    assert message is not None
    titles = listed(message.embeds[0].description)
    for page in (2, 3):
        await world.chiyo.click(message, label="More ▶")
        message = world.film_night.last_message
        assert message is not None
        assert message.embeds[0].footer.text == f"33 films · Page {page} of 3"
        titles += listed(message.embeds[0].description)
    assert titles == [f"The Kite {number:02} (1998)" for number in range(33)]
    for _ in range(2):
        await world.chiyo.click(message, label="◀ Back")
    message = world.film_night.last_message
    assert message is not None
    assert str(message.embeds[0].description) in first


def listed(description: str | None) -> list[str]:
    return [line.split("**")[1] for line in (description or "").splitlines()]


async def test_a_search_goes_on_from_page_to_page(world: World) -> None:
    """The pages of a search have the same title and number the hits through; back is the same."""
    await world.chiyo.slash(world.film_night, "film search", query="Nicolas *Cage*")

    message = world.film_night.last_message
    assert message is not None
    first = message.embeds[0]
    assert (first.description or "").count("**1.**") == 1
    await world.chiyo.click(message, label="More ▶")
    second = world.film_night.last_message
    assert second is not None
    assert second.embeds[0].title == first.title
    assert "**6.**" in (second.embeds[0].description or "")
    assert "Page 2 of" in (second.embeds[0].footer.text or "")
    await world.chiyo.click(second, label="◀ Back")
    again = world.film_night.last_message
    assert again is not None
    assert again.embeds[0] == first


async def test_a_page_past_the_end_is_no_page_of_another_search(world: World, bot: Marquee) -> None:
    """A page that "every word" no longer has is refused; hits of "any word" are not shown there."""
    button = FactSearch(None, 1, "cage+dublin")
    channel = bot.get_partial_messageable(world.film_night.id)
    message = await channel.send("An old page", view=button_row(button))
    result = await world.chiyo.click(message, custom_id=button.custom_id)

    assert "search again" in private(result)


async def test_a_card_of_very_long_rows_fits_and_says_what_is_left_out(
    world: World, bot: Marquee, tmp_path: Path
) -> None:
    """No card is longer than Discord takes; a section too long for it leaves room for the next."""
    pack = small_pack()
    pack["film"] |= {"title": "K" * 100, "summary": "k " * 190 + "kite"}
    pack["people"] += [
        {"id": f"p{number}", "name": f"{number:02} " + "P" * 95, "roles": ["producer"],
         "section": "Credits"}
        for number in range(40)
    ]  # fmt: skip
    pack["releases"] += [
        {"id": f"r{number}", "medium": "dvd", "label": "L" * 100, "territory": "T" * 90,
         "date": f"2001-01-{number + 1:02}", "section": "Release"}
        for number in range(12)
    ]  # fmt: skip
    pack["figures"] = [
        {"id": f"f{number}", "label": f"{number:02} " + "F" * 95, "value": 1.0, "unit": "USD",
         "section": "Money"}
        for number in range(12)
    ]  # fmt: skip
    await serve_packs(bot, tmp_path, pack)
    result = await world.chiyo.slash(world.film_night, "film show")

    (container,) = answer(result).components
    texts = [part["content"] for part in container["components"] if "content" in part]
    assert sum(map(len, texts)) <= 4_000
    shown = [part.splitlines()[0].removeprefix("### ") for part in texts[1:-1]]
    assert shown == ["Dates", "Scores"]
    assert texts[-1].startswith("-# Too long for this card: people, figures.")


async def test_the_dates_on_a_card_are_in_order(world: World, bot: Marquee, tmp_path: Path) -> None:
    """Whatever the order of the pack."""
    pack = small_pack()
    pack["releases"] = [
        {"id": when, "medium": "cinema", "date": when, "section": "Release"}
        for when in ("1996-02-09", "1995-11", "1996", "1995-11-24")
    ]
    await serve_packs(bot, tmp_path, pack)
    (container,) = answer(await world.chiyo.slash(world.film_night, "film show")).components
    texts = [part["content"] for part in container["components"] if "content" in part]
    (dates,) = [text for text in texts if text.startswith("### Dates")]
    shown = [line.removeprefix("Cinemas: ") for line in dates.splitlines()[1:]]
    assert shown == ["November 1995", "24 November 1995", "1996", "9 February 1996"]


async def test_hits_of_very_long_rows_are_shown_whole_or_not_at_all(
    world: World, bot: Marquee, tmp_path: Path
) -> None:
    """However long they get by escaping, hits fit; no spoiler is left open, and some are counted.

    So it is with reviews.
    """
    pack = small_pack()
    pack["film"]["title"] = "[" * 100
    pack["sources"][0]["title"] = "|" * 100
    long = {"section": "*" * 100, "source": "programme"}
    pack["facts"] += [
        {"id": f"f{number}", "topic": "plot", "spoiler": "ending",
         "text": f"Zebra {number} " + "|" * 290, **long}
        for number in range(5)
    ]  # fmt: skip
    pack["reviews"] = [
        {"id": f"r{number}", "critic": f"Zebra {number} " + "*" * 90, "outlet": "_" * 100,
         "verdict": "mixed", "gist": "~" * 300, "quote": "`" * 100, **long}
        for number in range(16)
    ]  # fmt: skip
    await serve_packs(bot, tmp_path, pack)

    found = answer(await world.chiyo.slash(world.film_night, "film search", query="zebra"))
    shown = re.sub(r"\\.", "", found.embeds[0].description or "")
    assert shown.count("||") == shown.count("**") == 6
    assert shown.endswith("\n-# … and 2 more, too long to be shown here.")
    reviews = answer(await world.chiyo.slash(world.film_night, "review search", query="zebra"))
    assert (reviews.embeds[0].description or "").endswith("too long to be shown here.")
    card = answer(await world.chiyo.slash(world.film_night, "film show"))
    critics = answer(await world.chiyo.click(card, label="Reviews"))
    *_, more, sources = (critics.embeds[0].description or "").splitlines()
    assert more.endswith("too long to be shown here.")
    assert sources.startswith(r"-# \|\|")


@pytest.mark.parametrize(
    ("command", "option", "given"),
    [
        ("film show", "film", {}),
        ("film fact", "topic", {}),
        ("film fact", "topic", {"film": "kite"}),
        ("review critic", "name", {}),
        ("review critic", "name", {"film": "Leaving"}),
    ],
)
@pytest.mark.parametrize("how", ["missing", "endless"])
async def test_an_autocomplete_that_cannot_be_read_offers_nothing(
    world: World,
    bot: Marquee,
    one_film: Path,
    tmp_path: Path,
    command: str,
    option: str,
    given: dict[str, str],
    how: str,
) -> None:
    """A broken or a slow catalog: the box is answered all the same, empty, and in time."""
    broken = tmp_path / "broken.db"
    shutil.copy(one_film, broken)
    with sqlite3.connect(broken) as db:
        for table in ("film_label", "fact", "review", "film"):
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            db.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
            if how == "endless":
                rows = ", ".join(f"n AS {column}" for column in columns)
                db.execute(
                    f"CREATE VIEW {table} AS WITH RECURSIVE n(n) AS "
                    f"(SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT {rows} FROM n"
                )
    db.close()
    await serve(bot, broken)

    choices = await world.dana.autocomplete(world.film_night, command, option, "L", **given)
    assert choices == []


async def test_an_offer_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is held up, an autocomplete ends within the time that it has."""
    monkeypatch.setattr(film_option, "AUTOCOMPLETE_SECONDS", 0.01)

    async def never() -> list[app_commands.Choice[str]]:
        await asyncio.Event().wait()
        return []

    assert await film_option.offered(never) == []


@pytest.mark.parametrize("words", ["Cage", "xyzzy"])
async def test_what_was_searched_is_echoed_as_text(world: World, words: str) -> None:
    """Found or not: no address, link, time or emoji of a query comes to life in the answer."""
    query = f"{words} http://a.b/||c|| [d](https://a.b) <t:1:R> <:e:1>\u202ef"
    shown = text(answer(await world.chiyo.slash(world.film_night, "film search", query=query)))

    echoed = r"http\://a\.b/\|\|c\|\| \[d\](https\://a.b) \<t\:1\:R> \<\:e\:1>f"
    assert f"{words} {echoed}" in shown
    assert "\u202e" not in shown


async def test_suggested_titles_are_shown_as_they_are(
    world: World, bot: Marquee, tmp_path: Path
) -> None:
    """A title with markdown in it is suggested letter by letter, in a code span."""
    starred, plain = kite(1), kite(2)
    starred["film"]["title"] = "Kite *and* __Sea__"
    plain["film"]["title"] = "Kite *and* __Sky__"
    await serve_packs(bot, tmp_path, starred, plain)

    unclear = private(await world.chiyo.slash(world.film_night, "film show", film="kite"))
    assert "`Kite *and* __Sea__ (1998)`, `Kite *and* __Sky__ (1998)`" in unclear
    unknown = private(await world.chiyo.slash(world.film_night, "film show", film="Kitee"))
    assert "Did you mean `Kite *and* __S" in unknown


@pytest.mark.parametrize("catalog_path", ["two_films"], indirect=True)
async def test_a_search_is_of_the_film_that_the_channel_makes_plain(world: World) -> None:
    """Of all films elsewhere, and when that film has nothing."""
    elsewhere = await world.chiyo.slash(world.film_night, "film search", query="who directed it")
    assert "Mike Figgis" in public(elsewhere)
    room = world.guild.create_text_channel("the-paper-lighthouse")

    here = public(await world.chiyo.slash(room, "film search", query="who directed it"))
    assert "Zoë O'Dálaigh" in here
    assert "Figgis" not in here
    assert "Ebert" in public(await world.chiyo.slash(room, "film search", query="Ebert"))
