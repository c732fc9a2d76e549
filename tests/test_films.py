"""The film commands, as members use them."""

from __future__ import annotations

from bot.demo.world import World


async def test_show_answers_with_the_films_card(world: World) -> None:
    """`/film show` shows people, dates, figures, scores, and three ways on."""
    result = await world.chiyo.slash(world.film_night, "film show")

    assert result.response is not None
    text = str(result.response.components)
    for part in ("Leaving Las Vegas (1995)", "Mike Figgis", "27 October 1995", "$49.8 million"):
        assert part in text
    assert [label for label in ("A fact", "Reviews", "Trivia round") if label in text]


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


async def test_a_plain_question_finds_its_answer(world: World) -> None:
    """The distributor in Australia is the first result for a question about it."""
    result = await world.chiyo.slash(
        world.film_night, "film search", query="who distributed it in Australia?"
    )

    assert result.response is not None
    first = (result.response.embeds[0].description or "").splitlines()[0]
    assert "21st Century Film Corporation" in first
