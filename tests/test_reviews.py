"""The review commands, as members use them."""

from __future__ import annotations

from pathlib import Path
from string import Template

import pytest
from simcord.results import InteractionResult

from bot.catalog.build import build
from bot.client import Marquee
from bot.demo.world import World
from bot.ui.buttons import button_row
from cogs.reviews import critics
from cogs.reviews.models import Critic, Listing
from cogs.reviews.views import ReviewPage

from .answers import answer, private, public, text

TWO_FILMS = pytest.mark.parametrize("catalog_path", ["two_films"], indirect=True)
MANY_REVIEWS = pytest.mark.parametrize("catalog_path", ["many_reviews"], indirect=True)

_PACK = Template("""
format = 1
[film]
id = "$id"
title = "$title"
year = 2001
summary = "A film that was reviewed."
[[sources]]
id = "press"
title = "The press"
[[facts]]
id = "fact"
topic = "overview"
text = "It was reviewed."
section = "Press"
""")
_REVIEW = Template("""
[[reviews]]
id = "$id"
critic = "$critic"
outlet = "*The* Daily @everyone"
year = 2001
verdict = "$verdict"
gist = "Number $id is all _teapots_ and <@123456789012345678>, ~~no~~ doubt."
section = "Press"
""")


@pytest.fixture(scope="session")
def many_reviews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of one film with forty reviews, and of seven by one critic."""
    folder = tmp_path_factory.mktemp("many-reviews")
    crowd = _PACK.substitute(id="crowd", title="The Crowd") + "".join(
        _REVIEW.substitute(id=f"r{number}", critic=f"Critic {number:02}", verdict="mixed")
        for number in range(40)
    )
    (folder / "crowd.toml").write_text(crowd)
    for number in range(7):
        review = _REVIEW.substitute(id="one", critic="Renée Busy", verdict="negative")
        pack = _PACK.substitute(id=f"film-{number}", title=f"Film {number}") + review
        (folder / f"film-{number}.toml").write_text(pack)
    build(folder, folder / "catalog.db")
    return folder / "catalog.db"


async def test_scores_come_with_count_scale_average_and_source(world: World) -> None:
    """`/review scores` tells each aggregator's score, of how many reviews, and where from."""
    told = public(await world.chiyo.slash(world.film_night, "review scores"))

    assert "Leaving Las Vegas (1995)" in told
    assert "91 / 100, from 53 reviews, average 7.7 / 10" in told
    assert "82 / 100, from 23 reviews" in told
    assert told.count("Leaving Las Vegas (film article), “Critical reception”") == 2


@TWO_FILMS
async def test_scores_ask_which_film_when_it_is_not_plain(world: World) -> None:
    """With several films and none named, the private answer says what to do."""
    asked = await world.chiyo.slash(world.film_night, "review scores")
    assert "Which film?" in private(asked)

    named = await world.chiyo.slash(world.film_night, "review scores", film="päppfyren")
    assert "Screen Ledger**: 58 / 100, from 12 reviews, average 3.1 / 5" in public(named)


@MANY_REVIEWS
async def test_a_film_without_scores_is_told_privately(world: World) -> None:
    """A film that no aggregator has scored gets a plain private answer."""
    result = await world.chiyo.slash(world.film_night, "review scores", film="film-1")

    assert "I know no score of Film 1 (2001)" in private(result)


@TWO_FILMS
async def test_a_critics_review_has_all_its_parts(world: World) -> None:
    """`/review critic` tells verdict in words, outlet, year, gist, quote and source."""
    told = public(
        await world.chiyo.slash(world.film_night, "review critic", name="Piet Vandermolen")
    )

    for part in (
        "The Paper Lighthouse (2011)",
        "negative",
        "The Evening Lantern, 2011",
        "keeps its audience waiting too long",
        "“a foghorn without fog”",
        "The Paper Lighthouse: festival programme, “Press”",
    ):
        assert part in told


@pytest.mark.parametrize("typed", ["Roger Ebert", "ROGER EBERT!", "  ébert ", "rog", "roger e"])
async def test_a_critic_is_found_however_the_name_is_typed(world: World, typed: str) -> None:
    """Case, diacritics, punctuation and a cut name do not matter while one critic is meant."""
    told = public(await world.chiyo.slash(world.film_night, "review critic", name=typed))

    assert told.startswith("Roger Ebert")
    assert "Chicago Sun-Times" in told


@pytest.mark.parametrize("typed", ["Rojer Ebert", "ebrt", "Eberts"])
async def test_an_unknown_critic_gets_near_names(world: World, typed: str) -> None:
    """A slip is answered privately, with whom it may have meant."""
    result = await world.chiyo.slash(world.film_night, "review critic", name=typed)

    assert "Did you mean Roger Ebert?" in private(result)


@TWO_FILMS
@pytest.mark.parametrize(
    ("typed", "critic"),
    [("variety", "Leonard Klady"), ("The Globe and Mail", "Rick Groen"), ("lantern", "Piet")],
)
async def test_a_critic_is_known_by_the_outlet(world: World, typed: str, critic: str) -> None:
    """Who names a paper means its critic, when no critic is called that."""
    result = await world.chiyo.slash(world.film_night, "review critic", name=typed)

    assert public(result).startswith(critic)


async def test_a_blank_name_is_asked_for(world: World) -> None:
    """Nothing that anybody can see is not quoted as a name."""
    result = await world.chiyo.slash(world.film_night, "review critic", name=" \u200b\u2800")

    assert private(result).startswith("Please name a critic")


async def test_a_beginning_of_several_names_is_not_guessed(world: World) -> None:
    """When two critics' names begin as typed, the private answer names both."""
    result = await world.chiyo.slash(world.film_night, "review critic", name="r")

    assert "“r” could be Rick Groen or Roger Ebert" in private(result)


@TWO_FILMS
async def test_a_critic_of_another_film_is_not_shown_for_this_one(world: World) -> None:
    """With a film chosen only its critics count."""
    result = await world.chiyo.slash(
        world.film_night, "review critic", name="Roger Ebert", film="The Paper Lighthouse"
    )

    assert "no critic of The Paper Lighthouse (2011) called “Roger Ebert”" in private(result)


@MANY_REVIEWS
async def test_a_critic_of_several_films_is_shown_over_all_of_them(world: World) -> None:
    """Without a film all of a critic's reviews are shown, in pages; with one only that."""
    result = await world.chiyo.slash(world.film_night, "review critic", name="renee busy")
    shown = public(result)
    await world.chiyo.click(answer(result), label="More ▶")
    shown += text(answer(result))

    assert [shown.count(f"Film {number} (2001)") for number in range(7)] == [1] * 7
    one = await world.chiyo.slash(world.film_night, "review critic", name="busy", film="film-3")
    assert public(one).count("(2001)") == 1


async def test_search_finds_by_other_forms_of_a_word(world: World) -> None:
    """`/review search` finds a gist by the stem of its words, and cites it."""
    told = public(await world.chiyo.slash(world.film_night, "review search", query="softening"))

    assert "Charles Switzer on Leaving Las Vegas (1995)" in told
    assert "“Critical reception”" in told
    assert "1 review" in told


async def test_search_finds_by_the_year(world: World) -> None:
    """What stands beside an opinion is looked through, too."""
    result = await world.chiyo.slash(world.film_night, "review search", query="2025")

    assert "**Charles Switzer" in public(result)


async def test_search_prefers_all_words_to_any_and_forgives_slips(world: World) -> None:
    """All the words first, then any of them, then the words nearest to them."""
    both = await world.chiyo.slash(world.film_night, "review search", query="independent daring")
    assert "1 review" in public(both)
    assert "No review" not in public(both)

    either = await world.chiyo.slash(world.film_night, "review search", query="daring unicorn")
    assert "Charles Switzer" in public(either)
    assert "-# No review has all of those words; here is what has some." in public(either)

    slip = await world.chiyo.slash(world.film_night, "review search", query="conventoin")
    assert "here is “convention”" in public(slip)

    nothing = await world.chiyo.slash(world.film_night, "review search", query="xylophone")
    assert "I found no review with “xylophone”" in private(nothing)


@MANY_REVIEWS
async def test_pages_of_a_search_show_every_review_once(world: World) -> None:
    """Turning to the end and back shows each of the reviews once, under the same title."""
    result = await world.chiyo.slash(world.film_night, "review search", query="_teapots_")
    title = answer(result).embeds[0].title
    pages = [public(result)]
    while "More ▶" in pages[-1]:
        await world.chiyo.click(answer(result), label="More ▶")
        pages.append(text(answer(result)))
    await world.chiyo.click(answer(result), label="◀ Back")

    assert title == "\\_teapots\\_"
    assert answer(result).embeds[0].title == title
    assert text(answer(result)) == pages[-2]
    shown = "".join(pages)
    assert [shown.count(f"**Critic {number:02} on") for number in range(40)] == [1] * 40
    assert "47 reviews · Page 10 of 10" in pages[-1]


@MANY_REVIEWS
async def test_what_packs_say_is_shown_as_it_is(world: World) -> None:
    """Markdown and mentions in a pack are shown as text."""
    told = public(await world.chiyo.slash(world.film_night, "review critic", name="Critic 07"))

    assert "\\*The\\* Daily @\u200beveryone" in told
    assert "\\_teapots\\_" in told
    assert "\\~\\~no\\~\\~" in told
    assert told.count("<@") == told.count("\\<@") == 1


async def test_the_cards_button_leads_to_an_overview(world: World) -> None:
    """The button under a film's card shows its scores and every critic's verdict in words."""
    card = await world.chiyo.slash(world.film_night, "film show")
    told = public(await world.dana.click(answer(card), label="Reviews"))

    assert "91 / 100" in told
    for critic in ("Roger Ebert", "Rick Groen", "Leonard Klady", "Charles Switzer"):
        assert f"**{critic}**" in told
    assert told.count(": positive\n") == 4
    assert "4 reviews: 4 positive" in told
    assert "“Critical reception”" in told


@MANY_REVIEWS
async def test_an_overview_of_many_critics_has_pages(world: World) -> None:
    """Every critic of a film can be turned to."""
    card = await world.chiyo.slash(world.film_night, "film show", film="crowd")
    result = await world.chiyo.click(answer(card), label="Reviews")
    shown = public(result)
    while "More ▶" in text(answer(result)):
        await world.chiyo.click(answer(result), label="More ▶")
        shown += text(answer(result))

    assert [shown.count(f"**Critic {number:02}**") for number in range(40)] == [1] * 40
    assert "40 reviews: 40 mixed · Page 3 of 3" in shown


async def test_a_page_that_is_gone_says_so(world: World, bot: Marquee) -> None:
    """A button that leads past the end, or to a film that left the catalog, answers privately."""
    result = await _press(world, bot, ReviewPage(Listing.FILM, 99, "leaving-las-vegas"))
    assert "The catalog has changed" in private(result)
    result = await _press(world, bot, ReviewPage(Listing.FILM, 0, "gone-with-the-pack"))
    assert "no longer in the catalog" in private(result)
    result = await _press(world, bot, ReviewPage(Listing.CRITIC, 0, "nobody at all"))
    assert "The catalog has changed" in private(result)
    result = await _press(world, bot, ReviewPage(Listing.SEARCH, 7, "unforgettable"))
    assert "The catalog has changed" in private(result)


async def _press(world: World, bot: Marquee, button: ReviewPage) -> InteractionResult:
    """Press a button that an older message still has."""
    channel = bot.get_partial_messageable(world.film_night.id)
    message = await channel.send("An old page", view=button_row(button))
    return await world.chiyo.click(message, custom_id=button.custom_id)


@TWO_FILMS
async def test_critics_are_offered_by_the_beginning_of_any_word(world: World) -> None:
    """The `name` option offers critics, of the chosen film when there is one."""

    async def offered(typed: str, **filled: str) -> list[str]:
        choices = await world.chiyo.autocomplete(
            world.film_night, "review critic", "name", typed, **filled
        )
        return [choice["name"] for choice in choices]

    assert await offered("ÉB") == ["Roger Ebert"]
    assert await offered("r") == ["Rick Groen", "Roger Ebert"]
    assert await offered("bert") == []
    assert await offered("", film="the-paper-lighthouse") == ["Oona Brask", "Piet Vandermolen"]
    assert await offered("", film="Leaving Las V") == [
        "Charles Switzer", "Leonard Klady", "Rick Groen", "Roger Ebert",
    ]  # fmt: skip
    assert len(await offered("", film="no such film")) == 6


async def test_reviews_work_in_direct_messages(world: World) -> None:
    """All three commands answer in a direct message too."""
    user = world.dana.user
    assert "91 / 100" in public(await user.slash("review scores"))
    assert "Roger Ebert" in public(await user.slash("review critic", name="ebert"))
    assert "Leonard Klady" in public(await user.slash("review search", query="unflinching"))


def test_the_longest_button_fits_into_discords_limit() -> None:
    """No page's button can outgrow the hundred characters of a custom_id."""
    for listing in Listing:
        button = ReviewPage(listing, 999, "x" * 80)
        assert len(button.custom_id or "") <= 100


def test_a_name_is_never_found_by_nothing() -> None:
    """Text without a letter or digit means no critic, however few there are."""
    assert critics.find("🎬", [Critic("roger ebert", "Roger Ebert")]).critic is None
