"""Where in a TOML file a value stands, which no TOML parser tells once the file is parsed.

For a text that a TOML parser has accepted: tables, arrays of tables, keys, and the elements of
arrays have a line each. A value inside an inline table is reported at the line of its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import tomli

Location = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
    (?P<string>
        \"{3} (?:\\.|[^\\])*? \"{3,5} | '{3} .*? '{3,5}
      | \" (?:\\.|[^"\\\n])* \" | ' [^'\n]* '
    )
  | (?P<newline> \n )
  | (?P<blank> [ \t\r]+ | \#[^\n]* )
  | (?P<mark> [\[\]{}=,.] )
  | (?P<bare> [^\s\[\]{}=,.\#"']+ )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


class Places:
    """The line of every table, key and array element of one TOML text."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Location, int] = {(): 1}
        self._counts: dict[Location, int] = {}
        self._table: Location = ()
        for statement in _statements(text):
            if statement[0].text == "[":
                self._open(statement)
            else:
                self._assign(statement)

    def line(self, location: Location) -> int:
        """The line of ``location``, or of the nearest thing around it that has one."""
        while location not in self._lines:
            location = location[:-1]
        return self._lines[location]

    def _open(self, statement: list[_Token]) -> None:
        line = statement[0].line
        repeated = statement[1].text == "["
        parts = [_key(token) for token in statement if token.kind != "mark"]
        location: Location = ()
        for depth, part in enumerate(parts, start=1):
            location = (*location, part)
            if repeated and depth == len(parts):
                self._counts[location] = self._counts.get(location, -1) + 1
            if location in self._counts:
                self._lines.setdefault(location, line)
                location = (*location, self._counts[location])
            self._lines.setdefault(location, line)
        self._lines[location] = line
        self._table = location

    def _assign(self, statement: list[_Token]) -> None:
        equals = next(at for at, token in enumerate(statement) if token.text == "=")
        location = self._table
        for token in statement[:equals]:
            if token.kind != "mark":
                location = (*location, _key(token))
                self._lines.setdefault(location, token.line)
        self._number_elements(location, statement[equals + 1 :])

    def _number_elements(self, location: Location, value: list[_Token]) -> None:
        """Give each element of an array its line; arrays in arrays go without."""
        if value[0].text != "[":
            return
        depth = position = 0
        for token in value:
            if depth == 1 and token.text not in (",", "]"):
                self._lines.setdefault((*location, position), token.line)
            if token.kind == "mark":
                depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token.text, 0)
                position += token.text == "," and depth == 1


def _key(token: _Token) -> str:
    if token.kind == "bare":
        return token.text
    return str(tomli.loads(f"key = {token.text}")["key"])


def _statements(text: str) -> Iterator[list[_Token]]:
    """The headers and assignments of a text, each as its tokens without blanks."""
    statement: list[_Token] = []
    depth, line = 0, 1
    for match in _TOKEN.finditer(text + "\n"):
        token = _Token(match.lastgroup or "", match[0], line)
        line += match[0].count("\n")
        if token.kind == "newline" and depth == 0 and statement:
            yield statement
            statement = []
        elif token.kind not in ("newline", "blank"):
            statement.append(token)
            if token.kind == "mark":
                depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token.text, 0)
