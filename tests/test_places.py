"""Finding the line of a value in TOML, which the TOML parser does not tell."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.places import Location, Places

KEYS = st.sampled_from(["id", "title", "a-b", "_x", "1995"]) | st.text(min_size=1, max_size=6)
BARE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@dataclass
class Document:
    """A TOML text under construction, and the line of everything in it."""

    lines: list[str] = field(default_factory=list[str])
    places: dict[Location, int] = field(default_factory=dict[Location, int])

    def add(self, text: str) -> int:
        """Append text of one or more lines; the number of its first line."""
        number = len(self.lines) + 1
        self.lines += text.split("\n")
        return number

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def spelled(key: str, draw: st.DrawFn) -> str:
    """The key as TOML has it: bare where that is possible."""
    if set(key) <= BARE and draw(st.booleans()):
        return key
    return quoted(key)


def quoted(text: str) -> str:
    """A basic string: JSON's, but for one character that TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def string(draw: st.DrawFn) -> str:
    """A string in one of TOML's four notations, some over several lines."""
    text = draw(TEXT)
    plain = "".join(c for c in text if c.isprintable() and c not in "\"'\\")
    return draw(
        st.sampled_from(
            [
                quoted(text),
                f"'{plain}[#'",
                f'"""\n[not.a.table]\n{plain} = "x" # [\n\\"""\n"""',
                f"'''\n[[nor.this]]\n{plain}\n'''",
                f'"""{plain}""""',
            ]
        )
    )


def assign(draw: st.DrawFn, document: Document, table: Location, key: str) -> None:
    """One ``key = value``, the value simple or an array over several lines."""
    name = spelled(key, draw)
    comment = draw(st.sampled_from(["", "  # [comment] = \"'", "\t"]))
    kind = draw(st.sampled_from(["string", "number", "inline", "array", "nested"]))
    where = (*table, key)
    if kind == "array":
        document.places[where] = document.add(f"{name} = [{comment}")
        for position in range(draw(st.integers(0, 3))):
            document.places[(*where, position)] = document.add(f"  {string(draw)},{comment}")
        document.add(f"]{comment}")
        return
    value = {
        "string": string(draw),
        "number": "-1_000.5e3",
        "inline": '{ x = "]", "y z" = [1, { k = 2 }], w.v = 1979-05-27T07:32:00Z }',
        "nested": "[[1, 2], [3]]",
    }[kind]
    document.places[where] = document.add(f"{name} = {value}{comment}")


def body(draw: st.DrawFn, document: Document, table: Location, taken: set[str]) -> None:
    for key in draw(st.lists(KEYS.filter(lambda key: key not in taken), unique=True, max_size=3)):
        assign(draw, document, table, key)
        document.add(draw(st.sampled_from(["", "# [[comment]]", "   "])))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Keys, tables, arrays of tables and arrays of tables within these."""
    document = Document()
    names = ["film", "people", "facts", "quiz"]
    body(draw, document, (), set(names))
    if draw(st.booleans()):
        document.places["film",] = document.add("[ film ] # [comment]")
        body(draw, document, ("film",), set())
    for table in ("people", "facts"):
        for row in range(draw(st.integers(0, 2))):
            document.places[table, row] = document.add(f"[[{spelled(table, draw)}]]")
            body(draw, document, (table, row), {"quiz", "meta"})
            if draw(st.booleans()):
                document.places[table, row, "meta"] = document.add(f"[{table} . 'meta']")
                body(draw, document, (table, row, "meta"), set())
            for number in range(draw(st.integers(0, 2))):
                place: Location = (table, row, "quiz", number)
                document.places[place] = document.add(f"  [[{table}.quiz]]")
                body(draw, document, place, set())
    return document


@given(documents())
def test_every_table_key_and_element_has_its_line(document: Document) -> None:
    """The finder knows the line of all that was written, in whatever notation TOML has."""
    tomllib.loads(document.text)  # the generator writes TOML
    places = Places(document.text)
    assert {where: places.line(where) for where in document.places} == document.places


def test_lines_are_counted_as_editors_count_them() -> None:
    """Unicode's own line separators inside a string begin no new line."""
    places = Places('a = "one\u2028\u0085\x0c two"\nb = 1\n[c]\nd.e = 2\n')
    assert [places.line(at) for at in [("a",), ("b",), ("c",), ("c", "d", "e")]] == [1, 2, 3, 4]


def test_a_missing_value_is_reported_at_what_should_hold_it() -> None:
    """A field that is not there has the line of its table."""
    places = Places("x = 1\n[[facts]]\nid = 'a'\n[[facts]]\nid = 'b'\n")
    assert places.line(("facts", 1, "text")) == 4
    assert places.line(("nothing", 3, "at", "all")) == 1
