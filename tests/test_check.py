"""`python -m bot check`: every problem of a pack, at its line, in words that help to mend it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, time
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from bot.catalog.build import PackProblems, build
from bot.catalog.check import MAX_BYTES, Problem, check_files
from bot.catalog.fingerprint import fingerprint

from .conftest import PACKS, ROOT, SEEDS
from .small_pack import Table, small_pack, toml_text, write_pack

SHIPPED = SEEDS / "leaving-las-vegas.toml"


def check(path: Path) -> list[Problem]:
    return check_files([path]).problems


def check_pack(folder: Path, data: Table, name: str = "kite") -> list[Problem]:
    return check(write_pack(folder, data, name))


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_reader_that_has_read_enough_is_no_failure() -> None:
    """As `head` is: no traceback, whether Python still holds the text back or not."""
    for command in (["check"], ["schema"]):
        child = subprocess.Popen(
            [sys.executable, "-m", "bot", *command],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdout is not None
        child.stdout.close()
        assert child.communicate()[1] == b""
        assert child.returncode == 1


# ---------------------------------------------------------------- one rule at a time

Change = Callable[[Table], object]


def put(*place: str | int, value: object) -> Change:
    """A change that sets the value at a place of the small pack."""

    def change(data: Any) -> None:
        for step in place[:-1]:
            data = data[step]
        data[place[-1]] = value

    return change


def drop(*place: str | int) -> Change:
    """A change that takes the value at a place of the small pack away."""

    def change(data: Any) -> None:
        for step in place[:-1]:
            data = data[step]
        del data[place[-1]]

    return change


def add(*place: str | int, row: Table) -> Change:
    """A change that appends a row to a table of the small pack."""

    def change(data: Any) -> None:
        for step in place[:-1]:
            data = data[step]
        data.setdefault(place[-1], []).append(row)

    return change


SECOND_SOURCE = add("sources", row={"id": "second", "title": "Another"})
FACT = 'facts "shoot"'
QUIZ = 'facts "shoot" quiz "place"'
ADA = 'people "ada"'
FIRST = 'releases "first"'
METER = 'scores "meter"'
REVIEW = {
    "id": "r",
    "critic": "C",
    "outlet": "O",
    "verdict": "mixed",
    "gist": "So so.",
    "section": "Press",
}

RATED = {
    "id": "meter",
    "aggregator": "A",
    "value": 91,
    "scale": 100,
    "average": 77,
    "average_scale": 10,
    "section": "Press",
}

RULES: list[tuple[Change, str, str, str, str]] = [
    # what is changed, then where the problem is: text of the line, entry, field, message
    (drop("format"), "", "file", "format", "is missing"),
    (put("format", value=2), "format = 2", "file", "format", "2 must be one of 1"),
    (put("film", value=3), "film = 3", "file", "film", "must be a table"),
    (put("film", value=[{}]), "[[film]]", "file", "film", "single brackets, [film]"),
    (put("film", "id", value="The Kite"), "id =", "film", "id", "'The Kite' must be small letters"),
    (put("film", "id", value="x" * 41), "id =", "film", "id", "is 41 characters long; at most 40"),
    (put("film", "id", value="other"), "id =", "film", "id", "file's name without .toml: 'kite'"),
    (put("film", "title", value=""), "title", "film", "title", "must not be empty"),
    (put("film", "title", value=" a"), "title", "film", "title", "begin or end with a space"),
    (put("film", "title", value="a\nb"), "title", "film", "title", "a line break"),
    (put("film", "title", value="a\u2028b"), "title", "film", "title", "U+2028"),
    (put("film", "title", value="a\u202eb"), "title", "film", "title", "U+202E"),
    (
        put("film", "title", value=7),
        "title",
        "film",
        "title",
        'text between quotation marks: "..."',
    ),
    (put("film", "year", value="1998"), "year", "film", "year", "whole number, without quotation"),
    (
        put("film", "year", value=1700),
        "year",
        "film",
        "year",
        "greater than or equal to 1880; it is",
    ),
    (put("film", "yaer", value=1700), "yaer", "film", "yaer", "no field that a pack knows"),
    (put("film", "genres", value="drama"), "genres", "film", "genres", "must be a list"),
    (
        put("film", "notes", value=["gore"]),
        "notes",
        "film",
        "notes #1",
        "must be one of addiction",
    ),
    (put("film", "summary", value="a" * 401), "summary", "film", "summary", "at most 400 fit"),
    (
        put("sources", 0, "section", value="Credits"),
        "section",
        'sources "programme"',
        "section",
        "no field that a pack knows here",
    ),
    (put("facts", 0, "value", value=9), "value", FACT, "value", "no field that a pack knows here"),
    (drop("sources"), "format", "file", "sources", "is missing"),
    (put("sources", value=[]), "sources", "file", "sources", "must not be empty"),
    (
        put("sources", 0, "url", value="http://x.y"),
        "url",
        'sources "programme"',
        "url",
        "must begin with https://",
    ),
    (SECOND_SOURCE, "[[people]]", ADA, "source", "this pack has several: programme, second"),
    (
        put("people", 0, "source", value="programm"),
        "source",
        ADA,
        "source",
        "'programm' is no id in sources; did you mean 'programme'?",
    ),
    (
        put("people", 0, "roles", value=["directer"]),
        "roles",
        ADA,
        "roles #1",
        "did you mean 'director'?",
    ),
    (put("people", 0, "roles", value=[]), "roles", ADA, "roles", "must not be empty"),
    (put("people", 1, "id", value="ada"), 'id = "ada"', ADA, "id", "the id of another entry of"),
    (drop("people", 0, "section"), "[[people]]", ADA, "section", "is missing"),
    (
        put("people", 0, "aliases", value=[1]),
        "aliases",
        ADA,
        "aliases #1",
        "must be text",
    ),
    (put("releases", 0, "date", value="May 1998"), "date", FIRST, "date", "must be a date such as"),
    (put("releases", 0, "date", value="1998-02-30"), "date", FIRST, "date", "not in the calendar"),
    (put("releases", 0, "date", value="0000-05"), "date", FIRST, "date", "not in the calendar"),
    (put("releases", 0, "date", value="١٩٩٨"), "date", FIRST, "date", "must be a date such as"),
    (put("releases", 0, "company", value="no"), "company", FIRST, "company", "no id in companies"),
    (put("scores", 0, "value", value=11), "value", METER, "value", "is above its scale of 10"),
    (put("scores", 0, "value", value=-1), "value", METER, "value", "greater than or equal to 0"),
    (put("scores", 0, "value", value="nan"), "value", METER, "value", "must be a number"),
    (put("scores", 0, "value", value=float("nan")), "value", METER, "value", "counted to"),
    (put("scores", 0, "value", value=float("inf")), "value", METER, "value", "counted to"),
    (put("scores", 0, "value", value=10**30), "value", METER, "value", "less than or equal to"),
    (put("scores", 0, "value", value=True), "value", METER, "value", "must be a number"),
    (put("scores", 0, "count", value=0), "count", METER, "count", "greater than 0; it is 0"),
    (put("scores", 0, "average", value=3), "[[scores]]", METER, "average_scale", "goes together"),
    (put("scores", 0, value=RATED), "average =", METER, "average", "above its scale of 10"),
    (
        add("reviews", row={**REVIEW, "quote": "one two three four five six seven"}),
        "quote",
        'reviews "r"',
        "quote",
        "has more than 6 words",
    ),
    (
        add(
            "awards",
            row={"id": "w", "award": "A", "category": "B", "result": "lost", "section": "S"},
        ),
        "result",
        'awards "w"',
        "result",
        "'lost' must be one of won, nominated",
    ),
    (
        add(
            "awards",
            row={
                "id": "w",
                "award": "A",
                "category": "B",
                "result": "won",
                "recipient": "adda",
                "section": "S",
            },
        ),
        "recipient",
        'awards "w"',
        "recipient",
        "'adda' is no id in people; did you mean 'ada'?",
    ),
    (
        add("figures", row={"id": "f", "label": "L", "value": "9", "unit": "days", "section": "S"}),
        "value",
        'figures "f"',
        "value",
        "must be a number, without quotation marks",
    ),
    (
        put("facts", 0, "topic", value="filmng"),
        "topic",
        FACT,
        "topic",
        "'filmng' must be one of overview, plot,",
    ),
    (
        put("facts", 0, "spoiler", value="mlid"),
        "spoiler",
        FACT,
        "spoiler",
        "'mlid' must be one of none, mild, ending; did you mean 'mild'?",
    ),
    (put("facts", 0, "text", value="a" * 301), "text", FACT, "text", "is 301 characters long"),
    (put("facts", 0, "people", value=["bo"]), "people", 'facts "shoot"', "people #1", "no id in"),
    (put("facts", 0, "covers", value=["first"]), "covers", FACT, "covers #1", "joined by a dot"),
    (
        put("facts", 0, "covers", value=["releases.furst"]),
        "covers",
        FACT,
        "covers #1",
        "did you mean 'first'?",
    ),
    (
        put("facts", 0, "covers", value=["film.id"]),
        "covers",
        FACT,
        "covers #1",
        "'film' is no table",
    ),
    (
        put("facts", 0, "covers", value=["release.first"]),
        "covers",
        FACT,
        "covers #1",
        "'release' is no table of such rows; did you mean 'releases'?",
    ),
    (put("facts", value=[]), "facts", "file", "facts", "must not be empty"),
    (put("facts", 0, "notes", value=["suicide"]), "[[facts.quiz]]", FACT, "quiz", "no trivia"),
    (
        put("facts", 0, "notes", value=["sexual-violence"]),
        "[[facts.quiz]]",
        FACT,
        "quiz",
        "a fact about sexual-violence",
    ),
    (put("facts", 0, "spoiler", value="ending"), "[[facts.quiz]]", FACT, "quiz", "the ending"),
    (
        put("facts", 0, "quiz", 0, "question", value="Where."),
        "question",
        QUIZ,
        "question",
        "must end with a question mark",
    ),
    (
        put("facts", 0, "quiz", 0, "question", value="Was it on a BEACH, or where?"),
        "question",
        QUIZ,
        "question",
        "gives the answer away: it holds 'On a beach'",
    ),
    (put("facts", 0, "quiz", 0, "answer", value="a" * 61), "answer", QUIZ, "answer", "at most 60"),
    (
        put("facts", 0, "quiz", 0, "answer", value="On a beach that is much longer than the rest"),
        "options",
        QUIZ,
        "options",
        "all much shorter than the answer",
    ),
    (drop("facts", 0, "quiz", 0, "options"), "[[facts.quiz]]", QUIZ, "options", "three wrong"),
    (
        put("facts", 0, "quiz", 0, "answer", value="1998"),
        "answer",
        QUIZ,
        "answer",
        "'1998' is told by the film's title or year, which players see; ask something else",
    ),
    (
        put("facts", 0, "quiz", 0, "accept", value=["Shore", "A kite"]),
        "accept",
        QUIZ,
        "accept #2",
        "'A kite' is told by the film's title or year",
    ),
    (
        put("facts", 0, "quiz", 0, "answer", value="On a kite hill"),
        "options",
        QUIZ,
        "options",
        "none has 'kite', which is in the answer and in the film's title or year",
    ),
    (
        put("facts", 0, "quiz", 0, "options", value=["In a barn", "On a roof"]),
        "options",
        QUIZ,
        "options",
        "at least three wrong options, not 2",
    ),
    (
        put("facts", 0, "quiz", 0, "options", value=[f"Place {n}" for n in range(7)]),
        "options",
        QUIZ,
        "options",
        "has 7 entries; at most 6 fit",
    ),
    (
        put("facts", 0, "quiz", 0, "options", value=["In a barn", "in a BARN!", "On a roof"]),
        "options",
        QUIZ,
        "options #2",
        "'in a BARN!' is there twice",
    ),
    (
        put("facts", 0, "quiz", 0, "options", value=["In a barn", "on a beach", "On a roof"]),
        "options",
        QUIZ,
        "options #2",
        "is the right answer in other words",
    ),
    (
        put("facts", 0, "quiz", 0, "accept", value=["In a barn"]),
        "options",
        QUIZ,
        "options #1",
        "'In a barn' is the right answer in other words",
    ),
]


@pytest.mark.parametrize(
    ("change", "line", "entry", "field", "message"), RULES, ids=[rule[4] for rule in RULES]
)
def test_every_rule_is_told_with_its_place(
    tmp_path: Path, change: Change, line: str, entry: str, field: str, message: str
) -> None:
    """A pack that breaks one rule gets that problem, with line, entry, field and what is right."""
    data = small_pack()
    change(data)
    problems = check_pack(tmp_path, data)
    lines = toml_text(data).splitlines()
    assert [problem.entry for problem in problems if problem.entry == entry], problems
    (problem,) = (p for p in problems if (p.entry, p.field) == (entry, field))
    assert message in problem.message
    assert line in lines[problem.line - 1]
    assert "\n" not in str(problem)
    assert str(problem).startswith(f"{tmp_path / 'kite.toml'}:{problem.line}: {entry}")


def test_the_small_pack_is_right(tmp_path: Path) -> None:
    """What the rules above are broken in is without a problem itself."""
    assert check_pack(tmp_path, small_pack()) == []


def test_an_alias_of_the_answer_is_no_wrong_option(tmp_path: Path) -> None:
    """Another name of the person who is the answer is noticed."""
    data = small_pack()
    data["facts"][0]["quiz"][0] |= {
        "question": "Who directed the film?",
        "answer": "Ada Lund",
        "kind": "person",
        "options": ["Ben Moor", "A. Lund", "Carl Ek"],
    }
    (problem,) = check_pack(tmp_path, data)
    assert (problem.entry, problem.field) == (QUIZ, "options #2")


def test_persons_and_numbers_need_no_options(tmp_path: Path) -> None:
    """For kinds whose wrong options the bot finds itself, they may be left out."""
    data = small_pack()
    quiz = data["facts"][0]["quiz"][0]
    del quiz["options"]
    quiz |= {"question": "In how many days of the 1990s was it shot?", "answer": "9"}
    for kind in ("person", "company", "year", "date", "money", "number"):
        quiz["kind"] = kind
        assert check_pack(tmp_path, data) == []


def test_a_question_asked_twice_is_noticed(tmp_path: Path) -> None:
    """The same question under two facts, and the same quiz id under one, are problems."""
    data = small_pack()
    fact = data["facts"][0]
    data["facts"].append({**fact, "id": "again", "quiz": [dict(fact["quiz"][0])]})
    fact["quiz"].append({**fact["quiz"][0], "question": "Where, then?"})
    assert [(p.entry, p.field) for p in check_pack(tmp_path, data)] == [
        (QUIZ, "id"),
        ('facts "again" quiz "place"', "question"),
    ]


def test_every_problem_is_reported(tmp_path: Path) -> None:
    """Several errors in one pack are all there, in the order of the file."""
    data = small_pack()
    for change in (
        put("film", "year", value=1),
        put("people", 0, "roles", value=["cook"]),
        put("facts", 0, "topic", value="food"),
        put("facts", 0, "quiz", 0, "kind", value="taste"),
    ):
        change(data)
    problems = check_pack(tmp_path, data)
    assert [problem.field for problem in problems] == ["year", "roles #1", "topic", "kind"]
    assert [problem.line for problem in problems] == sorted({problem.line for problem in problems})


def test_broken_shapes_do_not_hide_broken_rules(tmp_path: Path) -> None:
    """What the rules say of the rest is told at once, each at its own row."""
    data = small_pack()
    quiz = data["facts"][0]["quiz"][0]
    data["people"].insert(0, "nobody")
    data["film"]["year"] = "1995"
    data["facts"].insert(0, {**data["facts"][0], "id": "first", "txet": "-", "people": ["ida"]})
    data["facts"][0]["quiz"] = [
        {**quiz, "id": "a", "kind": "taste"},
        {**quiz, "id": "b", "question": "What?", "options": ["one", "two"]},
    ]
    data["facts"][1]["topic"] = "food"
    data["facts"][1]["covers"] = ["people.nobody"]
    problems = check_pack(tmp_path, data)

    assert {(problem.entry, problem.field.split()[0]) for problem in problems} == {
        ("file", "people"),
        ("film", "year"),
        ('facts "first"', "txet"),
        ('facts "first"', "people"),
        ('facts "first" quiz "a"', "kind"),
        ('facts "first" quiz "b"', "options"),
        ('facts "shoot"', "topic"),
        ('facts "shoot"', "covers"),
        ('facts "shoot" quiz "place"', "question"),  # which "a" asks as well
    }, [str(problem) for problem in problems]


IN_ANSWER = ("question", "gives the answer away")
TWICE = ("options #2", "'5' is there twice")
RIGHT = ("options #3", "'nine' is the right answer in other words")
FEW = ("options", "at least three wrong options")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, [IN_ANSWER, TWICE, RIGHT]),
        ({"id": "The Days"}, [("id", "small letters"), IN_ANSWER, TWICE, RIGHT]),
        ({"kind": "nubmer"}, [("kind", "did you mean 'number'?"), IN_ANSWER, TWICE, RIGHT]),
        ({"kind": None}, [("kind", "is missing"), IN_ANSWER, TWICE, RIGHT]),
        ({"kind": "?", "options": None}, [("kind", "must be one of"), IN_ANSWER]),
        ({"kind": "?", "options": ["5", "5"]}, [("kind", "one of"), IN_ANSWER, FEW, TWICE]),
        ({"question": "Was it 9 days"}, [("question", "a question mark"), IN_ANSWER, TWICE, RIGHT]),
        ({"question": " Was it 9 days?"}, [("question", "space"), IN_ANSWER, TWICE, RIGHT]),
        ({"question": None}, [("question", "is missing"), TWICE, RIGHT]),
        ({"question": ""}, [("question", "must not be empty"), TWICE, RIGHT]),
        ({"answer": 9}, [("answer", "must be text"), TWICE, RIGHT]),
        ({"answer": ""}, [("answer", "must not be empty"), TWICE, RIGHT]),
        ({"answer": "9" * 61}, [("answer", "at most 60 fit"), TWICE, RIGHT]),
        ({"answer": None, "question": None}, [("answer", ""), ("question", ""), TWICE, RIGHT]),
        ({"accept": "Nine"}, [("accept", "must be a list"), IN_ANSWER, TWICE]),
        ({"accept": [9, "Nine"]}, [("accept #1", "must be text"), IN_ANSWER, TWICE, RIGHT]),
        ({"options": "5"}, [("options", "must be a list"), IN_ANSWER]),
        ({"options": ["5", "5", 7]}, [("options #3", "must be text"), IN_ANSWER, TWICE]),
        ({"options": ["5", "5", ""]}, [("options #3", "not be empty"), IN_ANSWER, TWICE]),
        ({"options": [5, 7]}, [FEW, ("options #1", ""), ("options #2", ""), IN_ANSWER]),
        (
            {"options": ["5", "5", "nine", "1", "2", "3", "4"]},
            [("options", "at most 6 fit"), IN_ANSWER, TWICE, RIGHT],
        ),
        ({"knid": "number"}, [("knid", "is no field"), IN_ANSWER, TWICE, RIGHT]),
    ],
    ids=str,
)
def test_a_broken_field_of_a_question_hides_nothing_else(
    tmp_path: Path, changes: Table, told: list[tuple[str, str]]
) -> None:
    """All that is wrong with a quiz is told at once, and nothing that comes of a stand-in."""
    data = small_pack()
    quiz = {
        "id": "days",
        "question": "Was it shot in 9 days?",
        "answer": "9",
        "kind": "number",
        "accept": ["Nine"],
        "options": ["5", "5", "nine"],
    }
    changed = {key: value for key, value in (quiz | changes).items() if value is not None}
    data["facts"][0]["quiz"] = [changed]
    problems = check_pack(tmp_path, data)
    left = [(problem.field, problem.message) for problem in problems]
    for field, message in told:
        (found,) = (one for one in left if one[0] == field and message in one[1])
        left.remove(found)
    assert left == []
    assert {problem.entry.replace("The Days", "days") for problem in problems} == {
        'facts "shoot" quiz "days"'
    }


@pytest.mark.parametrize("broken", [{"kind": "taste"}, {"answer": 7}, {"options": "none"}])
def test_a_broken_question_is_asked_all_the_same(tmp_path: Path, broken: Table) -> None:
    """That a question or its id is there twice, or may not be there, is told beside its errors."""
    data = small_pack()
    (quiz,) = data["facts"][0]["quiz"]
    data["facts"][0] |= {"notes": ["suicide"], "quiz": [quiz | broken, quiz]}
    problems = check_pack(tmp_path, data)
    fields = sorted(problem.field for problem in problems)
    assert fields == sorted(["quiz", "id", "question", *broken])


def test_questions_without_a_text_are_not_the_same(tmp_path: Path) -> None:
    """Two that cannot be read are told as such, and not that one repeats the other."""
    data = small_pack()
    (quiz,) = data["facts"][0]["quiz"]
    data["facts"][0]["quiz"] = [{**quiz, "id": name, "question": 7} for name in ("a", "b")]
    assert [problem.field for problem in check_pack(tmp_path, data)] == ["question", "question"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        # A broken element hides nothing of the others, nor moves them.
        (
            [put("facts", 0, "people", value=["Ada!", "ida"])],
            {(FACT, "people #1"): "small letters", (FACT, "people #2"): "did you mean 'ada'?"},
        ),
        (
            [put("facts", 0, "covers", value=["first", 7, "people.adda"])],
            {(FACT, "covers #1"): "a dot", (FACT, "covers #2"): "text", (FACT, "covers #3"): "ada"},
        ),
        (
            [put("facts", 0, "notes", value=["gore", "suicide"])],
            {(FACT, "notes #1"): "must be one of", (FACT, "quiz"): "a fact about suicide"},
        ),
        (
            [
                put("people", 0, "aliases", value=["", "The director"]),
                put("facts", 0, "quiz", 0, "answer", value="Ada Lund"),
                put("facts", 0, "quiz", 0, "options", value=["the director", "Ben Moor", "Carl"]),
            ],
            {(ADA, "aliases #1"): "not be empty", (QUIZ, "options #1"): "in other words"},
        ),
        # Who refers to a row whose id cannot be read is right, for all that is known.
        ([put("people", 0, "id", value="Ada")], {('people "Ada"', "id"): "small letters"}),
        ([drop("people", 0, "id")], {("people #1", "id"): "is missing"}),
        ([put("people", 0, value="ada")], {("file", "people #1"): "must be a table"}),
        ([put("people", value="ada")], {("file", "people"): "must be a list"}),
        (
            [
                drop("people", 0, "id"),
                put("facts", 0, "covers", value=["people.ada", "people.eve"]),
            ],
            {
                ("people #1", "id"): "is missing",
                (FACT, "people #1"): "'ada' is no id in people",
                (FACT, "covers #1"): "'ada' is no id in people",
                (FACT, "covers #2"): "'eve' is no id in people",
            },
        ),
        (
            [drop("people", 0, "id"), put("facts", 0, "people", value=["Ada!", "ada"])],
            {("people #1", "id"): "is missing", (FACT, "people #1"): "small letters"},
        ),
        (
            [put("people", 0, "source", value="programme"), drop("sources")],
            {("file", "sources"): "is missing"},
        ),
        (
            [put("people", 0, "source", value="programme"), put("sources", value=[])],
            {("file", "sources"): "must not be empty"},
        ),
        (
            [put("sources", value=["programme", *small_pack()["sources"]])],
            {("file", "sources #1"): "must be a table"},
        ),
        # A number of which half cannot be read agrees with everything.
        (
            [put("scores", 0, "scale", value="10"), put("scores", 0, "value", value=10**9)],
            {(METER, "scale"): "must be a number"},
        ),
        (
            [put("scores", 0, "average", value="3"), put("scores", 0, "average_scale", value=5)],
            {(METER, "average"): "must be a number"},
        ),
        (
            [put("scores", 0, "average", value=3), put("scores", 0, "average_scale", value="5")],
            {(METER, "average_scale"): "must be a number"},
        ),
        (
            [put("scores", 0, "average", value="3")],
            {(METER, "average"): "must be a number", (METER, "average_scale"): "goes together"},
        ),
        # What cannot be read may have the word of the title that the answer has.
        (
            [
                put("facts", 0, "quiz", 0, "answer", value="On a kite hill"),
                put("facts", 0, "quiz", 0, "options", 1, value=7),
            ],
            {(QUIZ, "options #2"): "must be text"},
        ),
        # A year that cannot be read is no answer.
        (
            [put("film", "year", value="1998"), put("facts", 0, "quiz", 0, "answer", value="2000")],
            {("film", "year"): "whole number"},
        ),
        # Ids that cannot be read are not the same.
        (
            [put("people", 0, "id", value="A!"), put("people", 1, "id", value="A!"),
             drop("facts", 0, "people")],
            {('people "A!"', "id"): "small letters"},
        ),
        (
            [
                put("facts", 0, "quiz", 0, "id", value=7),
                add("facts", 0, "quiz", row={**small_pack()["facts"][0]["quiz"][0], "id": 7,
                                             "question": "Where else?"}),
            ],
            {(f"{FACT} quiz #1", "id"): "must be text", (f"{FACT} quiz #2", "id"): "must be text"},
        ),
    ],
)  # fmt: skip
def test_what_is_broken_neither_hides_a_problem_nor_makes_one(
    tmp_path: Path, changes: list[Change], told: dict[tuple[str, str], str]
) -> None:
    """Every error is told, each at its place, and none that only comes of another."""
    data = small_pack()
    for change in changes:
        change(data)
    problems = check_pack(tmp_path, data)
    assert {(problem.entry, problem.field) for problem in problems} == told.keys()
    for problem in problems:
        assert told[problem.entry, problem.field] in problem.message


def test_an_element_of_a_list_has_its_own_line(tmp_path: Path) -> None:
    """In a list over several lines the problem is at the element's line."""
    text = toml_text(small_pack())
    text = text.replace('["In a barn", ', '[\n  "In a barn",\n  "In a barn",\n  ')
    path = tmp_path / "kite.toml"
    path.write_text(text, encoding="utf-8")
    (problem,) = check(path)
    assert text.splitlines()[problem.line - 1] == '  "In a barn",'
    assert text.splitlines()[problem.line - 2] == '  "In a barn",'


def test_ids_and_keys_cannot_break_the_line(tmp_path: Path) -> None:
    """However wild what stands in the pack, a problem is one short line."""
    data = small_pack()
    data["people"][0]["id"] = "a\nb\x1b[31m" + "c" * 1000
    data["film"]["x\ny"] = 1
    data["facts"][0]["topic"] = "d" * 100_000
    problems = check_pack(tmp_path, data)
    assert len(problems) == 3  # and not that nobody has the id "ada" any more
    for problem in problems:
        assert str(problem).isprintable()
        assert len(str(problem)) - len(str(tmp_path)) < 400


# ---------------------------------------------------------------- files


def test_a_syntax_error_has_its_line(tmp_path: Path) -> None:
    """What is no TOML is told with the line where it stops being TOML."""
    path = tmp_path / "kite.toml"
    path.write_text('format = 1\n[film]\nid = "kite\n', encoding="utf-8")
    (problem,) = check(path)
    assert (problem.line, problem.entry) == (3, "file")
    assert "is not valid TOML" in problem.message
    path.write_text('format = 1\n[film]\n\nid = """kite\n\n\n', encoding="utf-8")
    (problem,) = check(path)
    assert problem.line == 4


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("[film]\nid = kite\n", 2, "straight quotation marks"),
        ('[film]\nid = "kite\n', 2, "closing quotation mark"),
        ('[film]\ntitle = "A "great" film"\n', 2, "none inside"),
        ('[film]\ngenres = ["drama"\n\n[[facts]]\n', 4, "closing bracket"),
        ("[film]\nyear = 1998\nyear = 1999\n", 3, "is that there twice?"),
        ('[facts]\nid = "a"\n\n[[facts]]\nid = "b"\n', 4, "double brackets, as in [[facts]]"),
        ('[facts]\nid = "a"\n\n[facts]\nid = "b"\n', 4, "double brackets, as in [[facts]]"),
        ("[[releases]]\ndate = 1995-13-01\n", 2, "in the calendar"),
        ("[[releases]]\ndate = 1995-02-30\n", 2, "in the calendar"),
        ("[[releases]]\ndate=1995-10\n", 2, 'less is known: "1995-10"'),
        ("[[figures]]\nvalue = 470,000,000\n", 2, "such as 49_800_000"),
        ("[[figures]]\nvalue = $470000000\n", 2, "such as 49_800_000"),
    ],
)
def test_a_usual_slip_of_the_pen_gets_a_hint(
    tmp_path: Path, text: str, line: int, hint: str
) -> None:
    """What the parser says is in a programmer's words."""
    path = tmp_path / "kite.toml"
    path.write_text(text, encoding="utf-8")
    (problem,) = check(path)
    assert hint in problem.message
    assert problem.line == line


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"format = 1\n\nfilm = '\xff\xfe'\n", "line 3 is not UTF-8 text"),
        (b"\x00\x01\x02" * 1000, "is not valid TOML"),
        (b"#" * (MAX_BYTES + 1), "larger than 5 MB"),
        (b"a = " + b"[" * 100_000, "nested too deeply"),
        (b"a = " + b"9" * 10_000, "cannot be read"),
        (b"facts = 0x" + b"f" * 10_000, "must be a list"),
        (b"", "is missing"),
    ],
)
def test_whatever_is_no_pack_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    """Binary, huge and strange files are problems, not crashes."""
    path = tmp_path / "kite.toml"
    path.write_bytes(content)
    problems = check(path)
    assert message in problems[0].message


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """A missing file, a folder and a dead link are problems of that path."""
    (tmp_path / "link.toml").symlink_to("nowhere.toml")
    (tmp_path / "folder.toml").mkdir()
    told = {"gone": "no such file", "link": "no such file", "folder": "is a folder"}
    for name, message in told.items():
        (problem,) = check(tmp_path / f"{name}.toml")
        assert message in problem.message


def test_no_name_of_a_file_hides_the_other_packs(tmp_path: Path) -> None:
    """Bytes that are no text, a line break, a link to itself, a name too long: a line for each."""
    data = small_pack()
    data["film"]["year"] = 1
    write_pack(tmp_path, data)
    text = toml_text(small_pack()).encode()
    (tmp_path / os.fsdecode(b"caf\xe9.toml")).write_bytes(text)
    (tmp_path / "two\nlines\x7f.toml").write_bytes(text)
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    done = run("check", str(tmp_path), "x" * 300)
    assert (done.returncode, done.stderr) == (1, "5 problems in 5 packs.\n")
    lines = done.stdout.splitlines()
    assert len(lines) == 5
    told = {
        f"{tmp_path}/caf\\xe9.toml:3: film, field id: ": "is already the film of",
        f"{tmp_path}/kite.toml:5: film, field year: ": "greater than or equal to 1880",
        f"{tmp_path}/loop.toml:1: file: ": "no such file at the end of this link",
        f"{tmp_path}/two\\nlines\\x7f.toml:3: film, field id: ": "is already the film of",
        f"{'x' * 300}:1: file: ": "File name too long",
    }
    for place, message in told.items():
        assert [line for line in lines if line.startswith(place) and message in line], place


def test_editors_of_every_system_are_welcome(tmp_path: Path) -> None:
    """A byte order mark and Windows' line ends are no problems, and lines count the same."""
    data = small_pack()
    data["film"]["year"] = 3000
    path = tmp_path / "kite.toml"
    path.write_text(toml_text(data), encoding="utf-8")
    (plain,) = check(path)
    path.write_bytes(b"\xef\xbb\xbf" + toml_text(data).replace("\n", "\r\n").encode())
    assert check(path) == [plain]


def test_a_film_has_one_pack(tmp_path: Path) -> None:
    """The second pack of a film is told where the first is, at the line of its id."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_pack(tmp_path / folder, small_pack())
    first, second = tmp_path / "a" / "kite.toml", tmp_path / "b" / "kite.toml"
    (problem,) = check_files([first, second]).problems
    assert problem.path == str(second)
    assert f"is already the film of {first}" in problem.message
    assert second.read_text(encoding="utf-8").splitlines()[problem.line - 1] == 'id = "kite"'


def test_a_misnamed_copy_is_blamed_and_not_the_pack_that_it_copies(tmp_path: Path) -> None:
    """Whichever is read first; and once, since a name of its own makes it another film."""
    right = write_pack(tmp_path, small_pack())
    for copy in ("a", "z"):
        wrong = write_pack(tmp_path, small_pack(), copy)
        for paths in ([wrong, right], [right, wrong]):
            (problem,) = check_files(paths).problems
            assert problem.path == str(wrong)
            assert problem.message == f"must be the file's name without .toml: '{copy}'"


@pytest.mark.parametrize("name", ["Kite copy", "k" * 41])
def test_a_name_that_no_film_can_have_is_the_files_fault(tmp_path: Path, name: str) -> None:
    """The file is to be renamed, unless there is one of that name."""
    wrong = write_pack(tmp_path, small_pack(), name)
    (problem,) = check(wrong)
    assert problem.message == "must be the file's name; rename the file to kite.toml"
    right = write_pack(tmp_path, small_pack())
    (problem,) = check_files([wrong, right]).problems
    assert problem.path == str(wrong)
    assert problem.message == f"is already the film of {right}; every film has one pack"


@pytest.mark.parametrize("film", [{"id": "The Kite"}, {"id": None}, None])
@pytest.mark.parametrize("name", ["The Kite", "É", " ", "k" * 41])
def test_neither_a_title_as_the_id_nor_such_a_file_hides_the_rest(
    tmp_path: Path, film: Table | None, name: str
) -> None:
    """Where neither the id nor the file's name can be one, the id is told, and all else beside."""
    data = small_pack()
    data["facts"][0]["people"] = ["ida"]
    changed = None if film is None else data["film"] | film
    path = write_pack(tmp_path, _without_none(data | {"film": changed}), name)
    told = [(problem.entry, problem.field) for problem in check(path)]
    assert sorted(told) == sorted(
        [(FACT, "people #1"), ("film", "id") if film else ("file", "film")]
    )


@given(st.binary(max_size=300))
def test_no_bytes_make_the_check_fail(content: bytes) -> None:
    """Whatever bytes a file holds, the check ends with problems."""
    assert _checked(content)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*small_pack(), "id", "quiz", "x y"]), inner, max_size=4
            )
        ),
    ).filter(lambda value: isinstance(value, dict)),
)
def test_no_document_makes_the_check_fail(data: Any) -> None:
    """Whatever TOML a file holds, the check ends with problems."""
    assert _checked(toml_text(_without_none(data)).encode(errors="ignore"))


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(child) for key, child in value.items() if child is not None}
    if isinstance(value, list):
        return [_without_none(child) for child in value if child is not None]
    return value


def _checked(content: bytes) -> list[Problem]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kite.toml"
        path.write_bytes(content)
        return check(path)


# ---------------------------------------------------------------- the shipped pack, harmed


def _places(value: Any, where: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in items:
        yield (*where, key)
        if isinstance(child, dict | list):
            yield from _places(child, (*where, key))


SHIPPED_TEXT = SHIPPED.read_text(encoding="utf-8")
SHIPPED_DATA = tomllib.loads(SHIPPED_TEXT)
SHIPPED_PLACES = list(_places(SHIPPED_DATA))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(SHIPPED_PLACES),
    st.sampled_from([None, 7, -1.5, "", "x", True, [], ["x"], "one?\ttwo", {"id": "x"}]),
)
def test_a_harmed_pack_is_told_where_it_was_harmed(
    place: tuple[str | int, ...], value: object
) -> None:
    """A value dropped from the shipped pack, or replaced, is harmless or reported where it was.

    What refers to it may be reported as well, and instead of it.
    """
    data = tomllib.loads(SHIPPED_TEXT)
    (drop(*place) if value is None else put(*place, value=value))(data)
    text = toml_text(_dates_as_text(data))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / SHIPPED.name
        path.write_text(text, encoding="utf-8")
        checked = check_files([path])
    lines = text.split("\n")
    for problem in checked.problems:
        assert problem.message
        assert 1 <= problem.line <= len(lines)
        # The line is that of the field, or of the row that should have it, or of its table.
        shown = lines[problem.line - 1]
        names = [*problem.entry.replace('"', " ").split(), *problem.field.split()]
        assert problem.line == 1 or any(name in shown for name in names), (problem, shown)
    assert checked.packs or checked.problems


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SHIPPED_PLACES), st.sampled_from([7, "", True, [], {"id": "x"}, [["x"]]]))
def test_no_broken_shape_hides_a_broken_rule(place: tuple[str | int, ...], value: object) -> None:
    """However the shipped pack is harmed, a date that is not in the calendar is told beside."""
    data = tomllib.loads(SHIPPED_TEXT)
    data["releases"].append(
        {"id": "never", "medium": "dvd", "date": "1995-02-30", "section": "Release"}
    )
    if place[0] != "releases" or len(place) > 1:
        put(*place, value=value)(data)
    problems = _checked(toml_text(_dates_as_text(data)).encode())
    assert [problem for problem in problems if "not in the calendar" in problem.message]


GOOD: Any = tomllib.loads(next(PACKS.glob("*.toml")).read_text(encoding="utf-8"))
FIELDS = sorted({step for place in _places(GOOD) for step in place if isinstance(step, str)})
NUMBERS = [True, -1, 1e308, 10**30, float("nan"), date(1995, 10, 27), time(19, 30)]
TEXTS = ["", "x", "Ü x", "a.b", "two\nlines", "one?", "l" * 500]
ODD = [None, *NUMBERS, *TEXTS, [], [[]], [""], [7, "x"], {}, [{}]]
FILE_NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), max_size=40
)


@given(st.data(), FILE_NAMES | st.sampled_from([GOOD["film"]["id"], "The Kite", "k" * 41]))
def test_no_mutation_of_a_pack_makes_the_check_fail(draws: st.DataObject, name: str) -> None:
    """Fields lost, misplaced and filled with anything, in a file of any name: lines of problems."""
    data = deepcopy(GOOD)
    for _ in range(draws.draw(st.integers(1, 5))):
        # A value's place, its field, and what is there instead: something odd or from elsewhere.
        *table, field = draws.draw(st.sampled_from(list(_places(data))))
        if isinstance(field, str):
            field = draws.draw(st.sampled_from([field, *FIELDS]))
        source = draws.draw(st.sampled_from(list(_places(GOOD))))
        elsewhere = reduce(lambda node, step: node[step], source, GOOD)
        value = draws.draw(st.sampled_from([*ODD, elsewhere]))
        put(*table, field, value=deepcopy(value))(data)
    text = toml_text(_without_none(data))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        checked = check_files([path])
    assert checked.packs or checked.problems
    for problem in checked.problems:
        assert 1 <= problem.line <= text.count("\n") + 1
        assert str(problem).isprintable()


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dates_as_text(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(child) for child in value]
    return value if isinstance(value, str | int | float) else value.isoformat()


# ---------------------------------------------------------------- the command


def test_the_command_checks_the_seeds_folder(tmp_path: Path) -> None:
    """Without a path it is the packs in the seeds folder; status 0 when there is no problem."""
    done = run("check")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "1 pack checked, no problem found.\n",
        "",
    )


def test_the_command_prints_every_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Problems of all packs go to standard output, their number to standard error; status 1."""
    data = small_pack()
    data["film"] |= {"year": 1, "title": ""}
    path = write_pack(tmp_path, data)
    assert main(["check", str(tmp_path), str(path), str(PACKS)]) == 1
    out, err = capsys.readouterr()
    assert out == "".join(f"{problem}\n" for problem in check(path))
    assert err == "2 problems in 2 packs.\n"


def test_an_odd_name_beside_the_packs_fails_the_build(tmp_path: Path) -> None:
    """A build tells of a file whose name is no text as it does of any problem."""
    write_pack(tmp_path, small_pack())
    built = fingerprint(tmp_path)
    odd = tmp_path / os.fsdecode(b"caf\xe9.toml")
    odd.write_text(toml_text(small_pack()), encoding="utf-8")
    assert fingerprint(tmp_path) != built
    with pytest.raises(PackProblems, match=r"caf\\xe9\.toml:3: film, field id: is already"):
        build(tmp_path, tmp_path / "catalog.db")


def test_an_odd_data_folder_is_printed(tmp_path: Path) -> None:
    """The path of a finished build is printed, though its bytes are no text."""
    done = run("build", MARQUEE_DATA_DIR=str(tmp_path / os.fsdecode(b"caf\xe9")))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Built {tmp_path}/caf")


def test_the_command_wants_a_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without packs is told, not passed."""
    assert main(["check", str(tmp_path)]) == 1
    assert f"There is no film pack (*.toml) in {tmp_path}" in capsys.readouterr().err
