"""The packs that come with Marquee: complete, fair, and in step with the JSON Schema."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.__main__ import main
from bot.catalog.check import check_files
from bot.catalog.derive import derived_facts
from bot.catalog.names import fold
from bot.catalog.pack import Pack
from bot.catalog.pack_schema import schema_text
from bot.catalog.vocabulary import NOT_FOR_TRIVIA, Spoiler, Topic

from .conftest import PACKS, ROOT, SEEDS
from .small_pack import small_pack, write_pack

FILES = sorted([*SEEDS.glob("*.toml"), *PACKS.glob("*.toml")])
EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
SCHEMA = json.loads(schema_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def load(path: Path) -> Pack:
    return Pack.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def as_json(value: Any) -> Any:
    """What an editor's validator sees of a TOML document: dates as text."""
    if isinstance(value, dict):
        return {key: as_json(child) for key, child in value.items()}
    if isinstance(value, list):
        return [as_json(child) for child in value]
    return value.isoformat() if isinstance(value, date) else value


def test_every_pack_is_right() -> None:
    """No shipped pack has a problem, alone or beside the others."""
    assert check_files(FILES).problems == []


def test_the_shipped_film_is_complete() -> None:
    """The shipped film has 75 facts and 60 questions at the least, and facts on every topic."""
    pack = load(SEEDS / "leaving-las-vegas.toml")
    assert len(pack.facts) >= 75
    assert sum(len(fact.quiz) for fact in pack.facts) >= 60
    assert {fact.topic for fact in pack.facts} == set(Topic)
    for table in ("people", "companies", "releases", "figures", "scores", "reviews", "awards"):
        assert getattr(pack, table), table


@EVERY_FILE
def test_no_option_is_the_answer_under_another_name(path: Path) -> None:
    """No wrong option is, when folded as names are, the answer, an accepted one, or an alias."""
    pack = load(path)
    others = [{fold(name) for name in (row.name, *row.aliases)}
              for row in (*pack.people, *pack.companies)]  # fmt: skip
    for fact in pack.facts:
        for quiz in fact.quiz:
            right = {fold(text) for text in (quiz.answer, *quiz.accept)}
            right |= {name for names in others if names & right for name in names}
            options = [fold(option) for option in quiz.options]
            assert not right.intersection(options), (fact.id, quiz.id)
            assert len(set(options)) == len(options), (fact.id, quiz.id)


def test_length_does_not_tell_the_answer() -> None:
    """Over the shipped pack the answer is neither often the longest option nor the shortest."""
    longest = shortest = total = 0
    for fact in load(SEEDS / "leaving-las-vegas.toml").facts:
        for quiz in fact.quiz:
            if not quiz.options:
                continue
            lengths = [len(option) for option in quiz.options]
            total += 1
            longest += len(quiz.answer) > max(lengths)
            shortest += len(quiz.answer) < min(lengths)
    assert total >= 60
    assert longest <= 0.35 * total, f"the answer is the longest in {longest} of {total}"
    assert shortest <= 0.35 * total, f"the answer is the shortest in {shortest} of {total}"


def test_there_is_a_choice_of_wrong_options() -> None:
    """Two in three of the shipped film's questions leave the difficulty something to choose."""
    pack = load(SEEDS / "leaving-las-vegas.toml")
    counts = [len(quiz.options) for fact in pack.facts for quiz in fact.quiz]
    assert sum(count > 3 for count in counts) >= len(counts) * 2 / 3


@EVERY_FILE
def test_what_needs_care_is_not_asked(path: Path) -> None:
    """A fact about suicide or sexual violence, or that gives the ending away, has no quiz."""
    for fact in load(path).facts:
        if NOT_FOR_TRIVIA.intersection(fact.notes) or fact.spoiler is Spoiler.ENDING:
            assert not fact.quiz, fact.id


@EVERY_FILE
def test_everything_has_its_section(path: Path) -> None:
    """Every row that can be cited says which section of which source it is from."""
    pack = load(path)
    for table, _, row in pack.cited():
        assert row.section, (table, row.id)
        assert pack.source_of(row).title


# ---------------------------------------------------------------- the schema for editors


def test_the_schema_file_is_the_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """`seeds/pack.schema.json` is what `python -m bot schema` prints."""
    assert main(["schema"]) == 0
    printed = capsys.readouterr().out
    shipped = (SEEDS / "pack.schema.json").read_text(encoding="utf-8")
    assert printed == shipped, "run: python -m bot schema > seeds/pack.schema.json"


def test_the_schema_is_a_schema() -> None:
    """The schema is valid itself, and says what it is of."""
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"] == "Marquee film pack"
    assert set(SCHEMA["required"]) == {"format", "film", "sources", "facts"}


@EVERY_FILE
def test_every_pack_fits_the_schema(path: Path) -> None:
    """An editor underlines nothing in a shipped pack, which names the schema in its first line."""
    text = path.read_text(encoding="utf-8")
    assert list(VALIDATOR.iter_errors(as_json(tomllib.loads(text)))) == []
    named = re.match(r"#:schema (\S+)\n", text)
    assert named
    assert (path.parent / named[1]).resolve() == SEEDS / "pack.schema.json"


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("film", "year", "1998"),
        ("film", "yaer", 1998),
        ("film", "id", "The Kite"),
        ("facts", "topic", "filmng"),
        ("facts", "spoiler", "some"),
        ("facts", "spoiler", 1),
        ("facts", "text", "a" * 301),
        ("people", "roles", []),
        ("releases", "date", "May 1998"),
        ("scores", "scale", 0),
    ],
)
def test_a_broken_pack_does_not_fit_the_schema(table: str, key: str, value: object) -> None:
    """What the check finds wrong with the shape of a row, an editor underlines."""
    pack = small_pack()
    assert VALIDATOR.is_valid(pack)
    row = pack[table] if table == "film" else pack[table][0]
    row[key] = value
    assert not VALIDATOR.is_valid(pack)


FIELDS = [
    (table, key)
    for table, rows in small_pack().items()
    if table != "format"
    for key in (rows if isinstance(rows, dict) else rows[0])
]


@settings(deadline=None)
@given(
    st.sampled_from(FIELDS),
    st.none()
    | st.sampled_from([True, 5, 5.5, 10**20, "", "x", "X y", "1998-05", "none", [], ["x"], {}])
    | st.text(max_size=3),
)
def test_the_check_accepts_nothing_that_the_schema_refuses(
    tmp_path_factory: pytest.TempPathFactory, field: tuple[str, str], value: object
) -> None:
    """An editor does not underline what the check passes: the two never argue."""
    pack = small_pack()
    row = pack[field[0]] if field[0] == "film" else pack[field[0]][0]
    if value is None:
        del row[field[1]]
    else:
        row[field[1]] = value
    path = write_pack(tmp_path_factory.mktemp("pack"), pack, "kite")
    if not check_files([path]).problems:
        assert VALIDATOR.is_valid(pack), list(VALIDATOR.iter_errors(pack))


# ---------------------------------------------------------------- sentences for typed rows


def test_a_sentence_for_a_row_says_nothing_twice(tmp_path: Path) -> None:
    """Neither a unit that the label names, nor a label that is the medium's name."""
    pack = small_pack()
    pack["figures"] = [
        {"id": "n", "label": "nominations", "value": 4, "unit": "Nominations", "section": "Press"},
        {"id": "d", "label": "length of the shoot", "value": 9, "unit": "days", "section": "Press"},
    ]
    pack["releases"] = [
        {"id": "a", "medium": "album", "label": "soundtrack album", "section": "Press"},
        {"id": "b", "medium": "dvd", "label": "English DVD", "section": "Press"},
    ]
    told = {fact.text for fact in derived_facts(load(write_pack(tmp_path, pack)))}
    assert told >= {
        "Nominations of The Kite: 4.",
        "Length of the shoot of The Kite: 9 days.",
        "The Kite came out on a soundtrack album.",
        "The Kite came out on DVD (English DVD).",
    }


# ---------------------------------------------------------------- the page for people


def test_the_readme_of_the_packs_is_true(tmp_path: Path) -> None:
    """The example in `seeds/README.md` is right, and every word of a closed list is there."""
    readme = (ROOT / "seeds" / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", readme, re.DOTALL)
    assert example
    path = tmp_path / "the-green-kite.toml"
    path.write_text(example[1], encoding="utf-8")
    assert check_files([path]).problems == []
    told = {fact.text for fact in derived_facts(load(path))}
    assert "Ada Lund directed The Green Kite." in told  # else nobody could ask who did
    for name, definition in SCHEMA["$defs"].items():
        for word in definition.get("enum", ()):
            assert word in readme, (name, word)
        for field in definition.get("properties", ()):
            assert field in readme, (name, field)
