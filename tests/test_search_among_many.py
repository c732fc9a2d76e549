"""Search among more facts than are all ranked: telling words are never lost among common ones."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.catalog.build import build
from bot.catalog.reader import Catalog, Reading
from cogs.films.models import Found
from cogs.films.queries.searching import FEW_FACTS, MANY_HITS, search_facts

from .small_pack import Table, small_pack, write_pack

PAIRS = (("butler", "harbour"), ("lantern", "winter"), ("meadow", "butler"), ("harbour", "lantern"))
FACTS = FEW_FACTS + 200
SHORT = "Butler, harbour!"
SCORE = "A band played in Zanzibar."
BUTLER = "A butler slept in Zanzibar, at long last and for much longer than anybody had hoped."
HEALING = "A doctor left Zanzibar ill."


@pytest.fixture(scope="module")
def catalog_of_many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Over a thousand facts of five common words, two and two; the telling ones come last."""
    folder = tmp_path_factory.mktemp("many")
    pack = small_pack()
    statements = [
        f"The {one} and the {other} meet in scene {number}."
        for number in range(FACTS)
        for one, other in [PAIRS[number % len(PAIRS)]]
    ]
    statements[60] = SHORT
    facts: list[Table] = [
        {"id": f"f{number}", "topic": "plot", "text": text, "section": "Plot"}
        for number, text in enumerate([*statements, SCORE, BUTLER, HEALING])
    ]
    facts[-1]["notes"] = ["suicide"]
    pack["facts"] = facts
    write_pack(folder, pack)
    build(folder, folder / "catalog.db")
    return folder / "catalog.db"


@pytest.fixture
async def read(catalog_of_many: Path) -> AsyncGenerator[Reading]:
    async with Catalog.open(catalog_of_many) as catalog, catalog.reading() as reading:
        yield reading


async def search(read: Reading, query: str, page: int = 0) -> Found:
    return await search_facts(read, query, None, 0, page)


async def texts(read: Reading, query: str) -> list[str]:
    return [fact.text for fact in (await search(read, query)).facts]


async def test_a_telling_word_is_found_behind_a_thousand_hits_of_a_common_one(
    read: Reading,
) -> None:
    """What has all the words comes first, and is all there is, wherever it is stored."""
    assert await texts(read, "Which butler went to Zanzibar?") == [BUTLER]


async def test_a_common_word_helps_among_the_hits_of_a_telling_one(read: Reading) -> None:
    """When no fact has all the words, all that have the telling one are found."""
    assert (await texts(read, "butler Zanzibar winter"))[0] == BUTLER
    assert set(await texts(read, "butler Zanzibar winter")) == {SCORE, BUTLER, HEALING}
    assert (await texts(read, "Zanzibar"))[0] != BUTLER  # by itself it is the longest, so the last


async def test_of_facts_with_the_same_common_words_short_ones_come_first(read: Reading) -> None:
    """There is nothing else to rank them by; so many are enough."""
    found = await search(read, "butler harbour")
    assert found.facts[0].text == SHORT
    assert all("butler" in fact.text and "harbour" in fact.text for fact in found.facts[1:])
    assert found.total == MANY_HITS
    pages = [
        fact.rowid for page in range(3) for fact in (await search(read, "harbour", page)).facts
    ]
    assert len(set(pages)) == 15


async def test_of_common_words_that_are_nowhere_together_all_but_one_will_do(
    read: Reading,
) -> None:
    """Three words, of which facts have two at most."""
    found = await texts(read, "lantern meadow harbour")
    assert found
    assert all("lantern" in text and "harbour" in text for text in found)


async def test_common_words_that_are_apart_are_still_found(read: Reading) -> None:
    """Five words, of which facts have two at most: then the best of the facts with any."""
    found = await search(read, "butler harbour lantern winter meadow")
    assert found.total == MANY_HITS


async def test_a_word_that_no_fact_has_narrows_nothing(read: Reading) -> None:
    """The other words find what they find without it, and only those that no fact has are slips."""
    assert await texts(read, "qqqqq butler Zanzibar") == [BUTLER]
    assert await texts(read, "qqqqq butler harbour") == await texts(read, "butler harbour")
    assert (await search(read, "qqqqq")).total == 0
    assert (await search(read, "Zanzibarr")).read_as == "zanzibar"


@pytest.mark.parametrize(
    ("query", "partial"),
    [
        ("butler Zanzibar", False),
        ("butler Zanzibar winter", True),
        ("qqqqq butler Zanzibar", True),
        ("butler harbour", False),
        ("lantern meadow harbour", True),
        ("qqqqq butler harbour", True),
        ("butler harbour lantern winter meadow", True),
    ],
)
async def test_whether_anything_has_all_the_words_is_told(
    read: Reading, query: str, *, partial: bool
) -> None:
    """Telling or common, a word that is left out is not passed over in silence."""
    assert (await search(read, query)).partial is partial


async def test_what_is_barred_is_held_back_among_many_too(read: Reading) -> None:
    """Hits with barred notes are counted and not shown."""
    found = await search_facts(read, "Zanzibar", None, 0b1111111, 0)
    assert (found.total, found.held_back) == (2, 1)
