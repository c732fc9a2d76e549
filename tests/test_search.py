"""Search and film names: whatever is typed is safe, and plain questions find their facts."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncGenerator
from itertools import chain
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.catalog import search
from bot.catalog.build import build
from bot.catalog.films import FilmRef, complete_film, find_film
from bot.catalog.names import fold, index_text, words
from bot.catalog.reader import Catalog, Reading, uri_of
from bot.catalog.vocabulary import Note
from bot.errors import FilmNotFound, FilmUnclear, InputError
from cogs.films.queries.searching import search_facts
from cogs.reviews.queries import search_reviews

from .small_pack import small_pack, write_pack

LLV = "leaving-las-vegas"
TITLES = [
    "WALL-E",
    "WALL·E",
    "Ocean's Eleven",
    "Ocean\u2019s Eleven",
    "Face/Off",
    "Airplane!",
    "Mission: Impossible",
    "千と千尋の神隠し",
    "M",
    "8½",
    "Amélie",
    "(500) Days of Summer",
    "Sex, Lies, and Videotape",
    "Three Colours: Blue",
    "Дневной дозор",
    "فروشنده",
    "$",
    "π",
    "1917",
    "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb",
    "…And Justice for All",
    "*batteries not included",
    "eXistenZ",
    "Léon",
    "Æon Flux",
    "Straße",
]
HOSTILE = [
    '"',
    '"""\'; DROP TABLE fact; --',
    "NEAR(a b, 3)",
    "a AND",
    "OR OR OR",
    "NOT a",
    "text:a",
    "{text keywords}: a",
    "a* ^b -c +d",
    "(((",
    "a\x00b",
    "🎬🍿",
    "👩‍👩‍👧 film",
    "\u202egnp.mlif",
    "a\u19b0b",
    "**bold** _it_ ||spoiler|| @everyone <@1>",
    "é" * 100,
    "ﷺ" * 40,
    "İstanbul ŉ ǰ ΐ",
    "क्षि स्त्री",
    "_ __ ___",
    "\ud800",
]


@pytest.fixture
async def read(one_film: Path) -> AsyncGenerator[Reading]:
    async with Catalog.open(one_film) as catalog, catalog.reading() as reading:
        yield reading


@pytest.fixture
async def two(two_films: Path) -> AsyncGenerator[Reading]:
    async with Catalog.open(two_films) as catalog, catalog.reading() as reading:
        yield reading


# ---------------------------------------------------------------- whatever is typed


def run_every_expression(db: sqlite3.Connection, typed: str) -> None:
    """Run all that is made of ``typed`` on every index of a real catalog."""
    try:
        found = search.tokens(typed)
    except InputError:
        return
    assert 1 <= len(found) <= search.MAX_TOKENS
    # What a page button carries: film and page beside the words.
    assert len(f"film:search:{LLV}:99:{'+'.join(found)}") <= 100
    assert "+" not in "".join(found)
    for index in ("fact_index", "review_index", "film_index"):
        for expression in (
            search.all_of(search.match_each(found)),
            search.any_of(search.match_each(found)),
            search.match_prefixes(found),
        ):
            db.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH ?", (expression,)).fetchall()
    for expression in chain.from_iterable(search.match_helping([*found, "who"])):
        db.execute(
            "SELECT rowid FROM fact_index WHERE fact_index MATCH ?", (expression,)
        ).fetchall()


@given(st.text(max_size=220))
@example("word " * 40)
@example("x" * 200)
def test_whatever_is_typed_makes_a_safe_expression(one_film: Path, typed: str) -> None:
    """Any text is refused in words, or becomes few tokens that every index understands."""
    with sqlite3.connect(one_film) as db:
        run_every_expression(db, typed)
    db.close()


@pytest.mark.parametrize("typed", [*HOSTILE, *TITLES])
async def test_hostile_text_and_real_titles_are_only_words(read: Reading, typed: str) -> None:
    """FTS syntax, SQL, emoji, other scripts and real titles are looked up like any words."""
    try:
        found = await search_facts(read, typed, None, 0, 0)
        better = await search.corrected(read, search.tokens(typed))
    except InputError:
        return
    assert len(found.facts) <= 5
    assert better
    await complete_film(read, typed)


@pytest.mark.parametrize(("typed", "told"), [("", "a few words"), ("?!", "letters or digits")])
def test_nothing_to_look_for_is_told(typed: str, told: str) -> None:
    """A query without a letter or digit is answered in plain words."""
    with pytest.raises(InputError, match=told):
        search.tokens(typed)


def test_a_long_query_is_told_how_long_it_may_be() -> None:
    """6,000 characters are refused with both numbers."""
    with pytest.raises(InputError, match=r"6,000 characters long.* at most 200"):
        search.tokens("a" * 6000)


@given(st.text(max_size=100))
def test_folding_is_stable(text: str) -> None:
    """A folded name folds to itself, and upper case makes no difference to plain text."""
    assert fold(fold(text)) in (fold(text), fold(fold(fold(text))))
    if text.isascii():
        assert fold(text) == fold(text.upper())


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("John O'Brien", "o'brien"),
        ("John O\u2019Brien", "OBrien"),
        ("John O'Brien", "o brien"),
        ("Figgis's script", "figgis"),
        ("the film of Figgis", "Figgis's"),
        ("Sera's landlady", "sera"),
        ("Café Müller", "cafe muller"),
        ("8½ weeks", "8½"),
    ],
)
def test_apostrophes_and_accents_do_not_hide_a_word(text: str, typed: str) -> None:
    """However a name with an apostrophe or an accent is typed, its text is met."""
    assert set(words(typed)) <= set(index_text(text).split())


# ---------------------------------------------------------------- plain questions

QUESTIONS = [
    ("who distributed it in Australia?", "distributor-australia"),
    ("Who was the distributor in North America?", "distributor-north-america"),
    ("who distributed the film in Europe?", "distributor-europe"),
    ("who directed the movie?", "director"),
    ("who wrote the novel?", "novel"),
    ("who composed the music?", "own-score"),
    ("how long did the shoot take?", "shoot-length"),
    ("how many days did they film?", "shoot-length"),
    ("when was it filmed?", "shoot-season"),
    ("what was the budget?", "budget"),
    ("how much money did it make?", "gross"),
    ("how much did it gross at the box office?", "gross"),
    ("what did it earn?", "gross"),
    ("how much was spent on marketing?", "marketing"),
    ("how many oscars was it nominated for?", "oscar-count"),
    ("did Nicolas Cage win an Oscar?", "oscar-actor"),
    ("golden globes", "globe-actor"),
    ("what did Roger Ebert think?", "ebert-1995"),
    ("what is the Rotten Tomatoes score?", "rotten-tomatoes"),
    ("metacritic", "metacritic"),
    ("when did it come out in cinemas?", "limited-release"),
    ("when was it released?", "limited-release"),
    ("when did the DVD come out?", "dvd-date"),
    ("who sings on the soundtrack?", "sting"),
    ("when was the soundtrack released?", "album-date"),
    ("what songs are on the soundtrack?", "sting"),
    ("why 16 mm film?", "gauge"),
    ("who plays Sera?", "shue"),
    ("who stars in it?", "cage"),
    ("how did Elisabeth Shue prepare?", "shue-interviews"),
    ("what happened to the author John O'Brien?", "author-death"),
    ("how long were the rehearsals?", "rehearsal"),
    ("which hotel is in the film?", "excalibur"),
    ("who is Yuri?", "yuri"),
    ("did anyone win an oscar?", "oscar-actor"),
    ("where was it filmed?", "location"),
    ("how does the film end?", "death"),
    ("does Ben die?", "death"),
    ("how did O'Brien die?", "author-death-date"),
    ("how much did it cost?", "budget"),
    ("was it a hit?", "success"),
    ("what camera was used?", "gauge"),
    ("what format was it shot on?", "gauge"),
    ("how long was Cage in Dublin?", "dublin"),
    ("how did Nicolas Cage prepare?", "dublin"),
    ("is there a blu-ray?", "other-formats"),
    ("what is the film about?", "love-story"),
    ("is it based on a true story?", "novel"),
    ("what car does Ben drive?", "bmw"),
    ("what is the rating?", "rotten-tomatoes"),
    ("what did critics say?", "praise-acting"),
    ("what is it about", "love-story"),
    ("how did Cage prepare for the role", "videotape"),
    ("how did Cage prepare for the role", "hospital"),
    ("what did critics think", "praise-craft"),
    ("how long is the movie", "shoot-length"),
    ("who is Sera?", "shue"),
    ("when did it premiere?", "limited-release"),
    ("what did audiences think?", "praise-acting"),
    ("when did it come out?", "limited-release"),
    ("what country is it from?", "film"),
    ("where does it take place?", "excalibur"),
]
# The best that is known comes first.
ANSWERS = [
    ("who wrote the book", "novel"),
    ("who did the music", "own-score"),
    ("who made the music", "own-score"),
    ("where was it shot", "location"),
    ("was it filmed in las vegas", "location"),
    ("when was it shot", "shoot-season"),
    ("where is it set", "excalibur"),
    ("which film stock", "gauge"),
    ("what kind of film", "gauge"),
    ("why 16mm", "budget-gauge"),
    ("why 16 mm", "budget-gauge"),
    ("super16", "gauge"),
    ("is there a bluray", "other-formats"),
    ("how did Cage prepare for the role", "dublin"),
    ("what did critics think", "praise-acting"),
    ("who distributed it", "distributor-north-america"),
    ("what is it about", "story"),
    ("what is the plot", "story"),
    ("how much did it cost", "budget"),
    ("did it win best picture", "oscar-count"),
    ("was it nominated for best picture", "oscar-count"),
    ("what other films did Figgis make", "mr-jones"),
    ("who is the director", "director"),
    ("who is in it", "shue"),
    ("who is Ben", "cage"),
    ("who is Sera", "shue"),
    ("who is Yuri Butsov", "yuri"),
    ("did it flop", "success"),
    ("what's it about", "story"),
    ("didn't it win best picture?", "oscar-count"),
    ("I'd like to know who directed it", "director"),
    ("who's Ben", "cage"),
    ("what genre is it", "film"),
    ("what year is it from", "film"),
    ("which year did it come out", "film"),
    ("when was it made", "film"),
    ("who portrays Ben", "cage"),
    ("was it expensive", "budget"),
    ("how was it received", "praise-acting"),
    ("which theatres showed it", "limited-release"),
    ("was the novel autobiographical?", "novel"),
    ("what is the book about?", "novel"),
    ("when was the novel published?", "novel"),
    ("who published Philosophy Through Film?", "litch-editions"),
    ("which book discusses the film?", "litch"),
    ("what other films are in the chapter?", "litch-films"),
    ("what does Ben do for a living?", "ben-job"),
    ("what job did Ben have?", "ben-job"),
    ("what does Sera do for a living?", "love-story"),
    ("why did Ben lose his job?", "before-the-story"),
    ("where did Ben live?", "early-morning"),
    ("where do the students meet Sera?", "students"),
    ("how did Ben and Sera meet?", "scolding"),
    ("where did Ben and Sera meet?", "crosswalk"),
    ("why does Yuri leave Sera?", "yuri-leaves"),
    ("why does Sera kick Ben out?", "thrown-out"),
    ("who throws Ben out?", "thrown-out"),
    ("who evicts Sera?", "eviction"),
    ("who calls Sera?", "last-call"),
    ("when does Ben find Sera again?", "second-day"),
    ("does Ben die?", "death"),
    ("how does the film end?", "death"),
    ("why did O'Brien kill himself?", "author-death-date"),
    ("when did the author die?", "author-death-date"),
    ("why did they shoot in 16mm?", "budget-gauge"),
    ("why did they shoot in one take?", "one-take"),
    ("why one take?", "one-take"),
    ("how did Shue research her role?", "shue-interviews"),
    ("did Nicolas Cage win an Oscar?", "oscar-actor"),
    ("did Shue win an Oscar?", "oscar-actress"),
    ("did Figgis win an Oscar?", "oscar-screenplay"),
    ("was Elisabeth Shue nominated for an Oscar?", "oscar-actress"),
    ("what awards was it nominated for?", "oscar-count"),
    ("when did Switzer write his review?", "switzer-outlet"),
    ("who filmed Cage?", "videotape"),
    ("did Cage enjoy his research?", "cage-enjoyed"),
    ("what did Cage say about big cameras?", "cage-tension"),
    ("what is the critics consensus?", "consensus"),
    ("how many critics reviewed it?", "rotten-tomatoes"),
    ("what film format was used?", "gauge"),
    ("what camera did they use?", "gauge"),
    ("what films are set in Las Vegas?", "las-vegas-films"),
    ("who composed the score?", "own-score"),
    ("what was the budget?", "budget"),
    ("what TV ads were there?", "marketing-where"),
]
# The same, though a word of the question is in no fact with the others.
NEARLY = [
    ("which newspaper did Groen write for?", "groen"),
    ("who wrote for Variety?", "klady-outlet"),
    ("Who handled distribution in the US?", "distributor-north-america"),
    ("when did filming start?", "shoot-season"),
]


@pytest.mark.parametrize(("question", "fact"), QUESTIONS)
async def test_a_plain_question_finds_its_fact(read: Reading, question: str, fact: str) -> None:
    """The fact that answers the question is among the first three."""
    found = await search_facts(read, question, LLV, 0, 0)
    ids = [
        (await read.rows("SELECT id FROM fact WHERE rowid = ?", shown.rowid))[0][0]
        for shown in found.facts
    ]
    assert fact in ids[:3]


@pytest.mark.parametrize(("question", "fact"), ANSWERS)
async def test_a_plain_question_has_its_answer_first(
    read: Reading, question: str, fact: str
) -> None:
    """The fact that answers the question is the first, and nobody is told that words are left."""
    found = await search_facts(read, question, LLV, 0, 0)
    shown = await read.rows("SELECT id FROM fact WHERE rowid = ?", found.facts[0].rowid)
    assert shown[0][0] == fact
    assert not found.partial


@pytest.mark.parametrize(("question", "fact"), NEARLY)
async def test_a_rare_name_outweighs_what_else_is_asked(
    read: Reading, question: str, fact: str
) -> None:
    """When no fact has all the words, one with the name comes before many with "wrote"."""
    found = await search_facts(read, question, LLV, 0, 0)
    shown = await read.rows("SELECT id FROM fact WHERE rowid = ?", found.facts[0].rowid)
    assert shown[0][0] == fact
    assert found.partial


@pytest.mark.parametrize("note", [Note.SUICIDE, Note.ADDICTION, Note.SEXUAL_VIOLENCE])
async def test_a_content_note_finds_the_facts_that_have_it(read: Reading, note: Note) -> None:
    """Also those that say it in other words."""
    noted = await read.one("SELECT count(*) FROM fact WHERE notes & ?", note.bit)
    assert noted
    assert (await search_facts(read, note.label, LLV, note.bit, 0)).held_back == noted[0]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("who is Vera?", "In town they say that Vera was an innkeeper all her life."),
        ("who are Vera and Ivo?", "In town they say that Vera was an innkeeper all her life."),
        ("who was the distributor?", "Nordlys brings films to all the cinemas of the north."),
        ("who distributed it in Norway?", "Nordlys brings films to all the cinemas of the north."),
        ("when was it released in Norway?", "It got to the fjords on 3 May 1999."),
    ],
)
async def test_a_fact_is_found_by_what_it_is_of(tmp_path: Path, asked: str, told: str) -> None:
    """By how it tells who somebody is, and by the rows that it covers, in a pack of any words."""
    pack = small_pack()
    section = {"section": "Town"}
    pack["companies"] = [
        {"id": "n", "name": "Nordlys", "trade": "distributor", "territory": "Norway", **section}
    ]
    pack["releases"] += [
        {"id": "n", "medium": "cinema", "territory": "Norway", "date": "1999-05-03", **section}
    ]
    covers = {3: ["companies.n"], 4: ["releases.n"]}
    pack["facts"] += [
        {"id": f"f{at}", "topic": "plot", "text": text, "covers": covers.get(at, []), **section}
        for at, text in enumerate(
            [
                "Vera waits.",
                "Ivo waits.",
                "In town they say that Vera was an innkeeper all her life.",
                "Nordlys brings films to all the cinemas of the north.",
                "It got to the fjords on 3 May 1999.",
            ]
        )
    ]
    write_pack(tmp_path, pack)
    build(tmp_path, tmp_path / "catalog.db")
    async with Catalog.open(tmp_path / "catalog.db") as catalog, catalog.reading() as read:
        assert (await search_facts(read, asked, None, 0, 0)).facts[0].text == told


@pytest.mark.parametrize(
    "question",
    [
        "what is the running time?",
        "what did Cage get paid",
        "how old was Cage",
        "best pizza in chicago",
        "meaning of life",
    ],
)
async def test_what_is_not_known_is_not_answered(read: Reading, question: str) -> None:
    """Facts with some of the words are shown as just that."""
    found = await search_facts(read, question, LLV, 0, 0)
    assert found.partial
    assert found.total


@pytest.mark.parametrize("typed", ["who directed it", "who is the director of the movie?"])
async def test_a_pack_of_tables_can_say_who_directed(tmp_path: Path, typed: str) -> None:
    """Its plain sentence is found by the role, too."""
    write_pack(tmp_path, small_pack())
    build(tmp_path, tmp_path / "catalog.db")
    async with Catalog.open(tmp_path / "catalog.db") as catalog, catalog.reading() as read:
        found = await search_facts(read, typed, None, 0, 0)
    assert found.facts[0].text == "Ada Lund directed The Kite."


@pytest.mark.parametrize("typed", ["where was it shot", "who is in it", "what is it", "why 16mm"])
async def test_the_words_of_a_button_are_those_of_the_question(read: Reading, typed: str) -> None:
    """The next page is of the same search: its tokens, typed again, are themselves."""
    found = search.tokens(typed)
    assert search.tokens("+".join(found)) == found
    assert await search_facts(read, "+".join(found), LLV, 0, 0) == await search_facts(
        read, typed, LLV, 0, 0
    )


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("shot on 16mm", "16 mm"),
        ("shot on 16 mm", "16mm"),
        ("a Blu-ray", "bluray"),
        ("a Blu-ray", "blu ray"),
        ("Super-16", "super16"),
        ("Se7en", "se7en"),
    ],
)
def test_words_are_met_written_together_or_apart(text: str, typed: str) -> None:
    """Where letters meet digits, and at a hyphen."""
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE texts USING fts5 (text)")
        db.execute("INSERT INTO texts VALUES (?)", (index_text(text),))
        match = search.all_of(search.match_each(search.tokens(typed)))
        assert db.execute("SELECT 1 FROM texts WHERE texts MATCH ?", (match,)).fetchall()
    db.close()


@pytest.mark.parametrize(
    ("typed", "critic"),
    [
        ("acting", "Roger Ebert"),
        ("what did they say about the performances?", "Roger Ebert"),
        ("independent cinema", "Charles Switzer"),
        ("best film of the year", "Roger Ebert"),
    ],
)
async def test_a_plain_question_finds_its_review(read: Reading, typed: str, critic: str) -> None:
    """The review that speaks of what is asked comes first."""
    found = await search_reviews(read, typed, 0)
    assert [review.critic for review in found.reviews][:1] == [critic]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("distribued", "distributed"),
        ("Figis", "figgis"),
        ("soundtrak", "soundtrack"),
        ("kledy", "klady"),  # the middle one of five letters: no three in a row are right
        ("ebret", "ebert"),
    ],
)
async def test_a_slip_is_corrected(read: Reading, typed: str, meant: str) -> None:
    """A misspelt word is taken for the catalog's own, and the answer says so."""
    assert await search.corrected(read, search.tokens(typed)) == (meant,)
    found = await search_facts(read, typed, None, 0, 0)
    assert found.total > 0
    assert found.read_as in (meant, None)  # None: the stem was enough


@pytest.mark.parametrize(
    ("typed", "read_as", "fact"),
    [
        ("rehersal time", "rehearsals time", "rehearsal"),
        ("how did Ebret rate it?", "ebert rate", "ebert-outlet"),
        ("who distributed it in Austrelia?", "distributed australia", "distributor-australia"),
    ],
)
async def test_a_slip_beside_a_word_that_is_found_is_corrected(
    read: Reading, typed: str, read_as: str, fact: str
) -> None:
    """Words that are somewhere stay; one that is nowhere is taken for the catalog's own."""
    found = await search_facts(read, typed, LLV, 0, 0)
    shown = await read.rows("SELECT id FROM fact WHERE rowid = ?", found.facts[0].rowid)
    assert (found.read_as, shown[0][0]) == (read_as, fact)


async def test_what_is_nowhere_is_not_found(read: Reading) -> None:
    """A word like none in the catalog finds nothing, instead of anything."""
    found = await search_facts(read, "zyxwvuts", None, 0, 0)
    assert (found.facts, found.total, found.read_as) == ((), 0, None)


@pytest.mark.parametrize(
    ("typed", "partial"),
    [
        ("distributor in Australia", False),
        ("distributor in Antarctica", True),
        ("best pizza in Chicago", True),
        ("pizza", False),  # nothing has any of it, which is said in other words
    ],
)
async def test_a_search_tells_whether_anything_has_all_the_words(
    read: Reading, typed: str, *, partial: bool
) -> None:
    """What has only some of the words is not passed off as an answer."""
    assert (await search_facts(read, typed, LLV, 0, 0)).partial is partial
    assert (await search_facts(read, typed, LLV, 0, 1)).partial is partial


async def test_the_index_is_asked_once_for_what_nobody_asked_before(
    read: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All new words together, and facts not shown yet; words and facts that are known never."""
    asked: list[str] = []
    fetch = aiosqlite.Connection.execute_fetchall

    def counted(db: aiosqlite.Connection, sql: str, *parameters: Any) -> Any:
        asked.append(sql)
        return fetch(db, sql, *parameters)

    await search_facts(read, "anything", None, 0, 0)  # how many facts there are is known from here
    monkeypatch.setattr(aiosqlite.Connection, "execute_fetchall", counted)
    found = await search_facts(read, "distributor in Australia zyxwvuts", None, 0, 0)
    assert found.total > 0
    assert len(asked) == 3  # the third is for what may be a slip
    assert (await search_facts(read, "Australia zyxwvuts distributor", None, 0, 0)).facts
    assert len(asked) == 3
    assert (await search_facts(read, "Australia 77777 distributor", None, 0, 0)).facts
    assert len(asked) == 4  # a figure is no slip


@given(st.lists(st.sampled_from(range(10_000)), min_size=1, max_size=5, unique=True))
def test_the_index_adds_up_the_words(one_film: Path, numbers: list[int]) -> None:
    """bm25 of a question is the sum of its words', which is what a ranking is made of."""
    sql = "SELECT rowid, bm25(fact_index, 2.0, 1.0) FROM fact_index WHERE fact_index MATCH ?"
    with contextlib.closing(sqlite3.connect(uri_of(one_film), uri=True)) as db:
        terms = [word for (word,) in db.execute("SELECT word FROM term ORDER BY word")]
        asked = [f'"{terms[number % len(terms)]}"' for number in numbers]
        sums: dict[int, float] = {}
        for word in asked:
            for fact, badness in db.execute(sql, (word,)):
                sums[fact] = sums.get(fact, 0.0) + badness
        assert dict(db.execute(sql, (search.any_of(asked),))) == pytest.approx(sums)


async def test_barred_facts_are_counted_and_not_shown(read: Reading) -> None:
    """What a channel may not see is held back, and the reader is told how much."""
    everything = await search_facts(read, "students", LLV, 0, 0)
    barred = await search_facts(read, "students", LLV, 0b1111111, 0)
    assert barred.total + barred.held_back == everything.total
    assert barred.held_back > 0


# ---------------------------------------------------------------- which film

PAPER = FilmRef("the-paper-lighthouse", "The Paper Lighthouse", 2011)
VEGAS = FilmRef(LLV, "Leaving Las Vegas", 1995)


@pytest.mark.parametrize(
    "typed",
    [
        "the-paper-lighthouse",
        "The Paper Lighthouse",
        "paper lighthouse",
        "THE PAPER LIGHTHOUSE!",
        "Pappfyren",
        "päppfyren",
        "The Paper Lighthouse (2011)",
        "  the paper   lighthouse ",
        "paper",
        "the pap",
        "light",
    ],
)
async def test_a_film_is_found_as_people_call_it(two: Reading, typed: str) -> None:
    """By id, title, alias, any case, without accents or "The", with the year, by a beginning."""
    assert await find_film(two, typed) == PAPER


@pytest.mark.parametrize("typed", ["Leaving Los Vegas", "leving las vegas"])
async def test_an_unknown_film_is_told_with_the_nearest(two: Reading, typed: str) -> None:
    """A slip in a title gets the title as a suggestion."""
    with pytest.raises(FilmNotFound) as caught:
        await find_film(two, typed)
    assert caught.value.suggestions == ["Leaving Las Vegas (1995)"]


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "\u2800"])
async def test_a_blank_film_is_asked_for(two: Reading, typed: str) -> None:
    """Nothing that anybody can see is no film's name, and is not quoted as one."""
    with pytest.raises(InputError, match="name a film"):
        await find_film(two, typed)


@pytest.mark.parametrize("typed", ["-1", "' OR 1=1 --", "199", "vegas 199"])
async def test_a_figure_is_no_beginning_of_a_year(two: Reading, typed: str) -> None:
    """What is no film's name means none by a figure in it; whole, it is the year."""
    with pytest.raises(FilmNotFound) as caught:
        await find_film(two, typed)
    assert "Leaving Las Vegas (1995)" in caught.value.suggestions
    assert await find_film(two, "vegas 1995") == VEGAS


@pytest.mark.parametrize("typed", ["🎬", "x" * 6000, "The Paper Lighthouse (1999)x", "zzz"])
async def test_nonsense_is_no_film(two: Reading, typed: str) -> None:
    """Whatever cannot be a film is told in a short answer."""
    with pytest.raises(FilmNotFound) as caught:
        await find_film(two, typed)
    assert len(str(caught.value)) < 250


async def test_the_channel_tells_which_film(two: Reading) -> None:
    """With no film named, one whose name stands in the channel's name is meant."""
    assert await find_film(two, None, "leaving-las-vegas-club") == VEGAS
    assert await find_film(two, None, "🎬-the-paper-lighthouse") == PAPER
    for channel in (None, "general", "vegas"):
        with pytest.raises(FilmUnclear):
            await find_film(two, None, channel)


async def test_the_only_film_need_not_be_named(read: Reading) -> None:
    """With one film in the catalog, that one is meant anywhere."""
    assert await find_film(read, None, "general") == VEGAS


async def test_films_of_one_title_are_told_apart_by_year(tmp_path: Path) -> None:
    """Two films of one title are both offered; with the year, or an id, there is one."""
    for name, year in (("kite-1998", 1998), ("kite-2012", 2012)):
        pack = small_pack()
        pack["film"] |= {"id": name, "title": "The Kite", "year": year}
        write_pack(tmp_path, pack)
    build(tmp_path, tmp_path / "catalog.db")
    async with Catalog.open(tmp_path / "catalog.db") as catalog, catalog.reading() as read:
        for typed in ("The Kite", "kite", "kit"):
            with pytest.raises(FilmUnclear) as caught:
                await find_film(read, typed)
            assert caught.value.choices == ["The Kite (1998)", "The Kite (2012)"]
        assert (await find_film(read, "The Kite (2012)")).id == "kite-2012"
        assert (await find_film(read, "kite-1998")).year == 1998
        assert [film.year for film in await complete_film(read, "ki")] == [1998, 2012]


async def test_a_title_is_completed_from_any_word(two: Reading) -> None:
    """Autocomplete knows every word of a title and its year, forgives a slip, never fails."""
    for typed in ("", "  "):
        assert await complete_film(two, typed) == [VEGAS, PAPER]
    for typed in ("veg", "las v", "1995", "vegs"):
        assert await complete_film(two, typed) == [VEGAS]
    assert await complete_film(two, "x" * 6000) == []
