"""Where in a TOML file a value stands, which no TOML parser tells once the file is parsed.

Only looked up to word an error, so it favours being simple: tables, arrays of tables, keys, and
strings or arrays that run over several lines. A value inside an inline table or an array is
reported at the line of its key.
"""

from __future__ import annotations

import re

Location = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"' + r"|'[^']*'")


class Places:
    """The line of every table and key of one TOML text."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Location, int] = {(): 1}
        self._counts: dict[Location, int] = {}
        self._table: Location = ()
        self._fence: str | None = None  # the quotes that end a multi-line string
        self._depth = 0  # open brackets of a multi-line array
        for number, line in enumerate(text.splitlines(), start=1):
            self._read(number, line)

    def line(self, location: Location) -> int:
        """The line of ``location``, or of the nearest thing around it that has one."""
        while location not in self._lines:
            location = location[:-1]
        return self._lines[location]

    def _read(self, number: int, line: str) -> None:
        if self._fence is not None:
            self._fence = None if self._fence in line else self._fence
            return
        if self._depth == 0:
            if header := _HEADER.match(line):
                self._open(number, header[2], repeated=header[1] == "[[")
                return
            if key := _KEY.match(line):
                self._lines.setdefault((*self._table, key[1].strip("\"'")), number)
                line = line[key.end() :]
        self._skip_value(line)

    def _open(self, number: int, name: str, *, repeated: bool) -> None:
        location: Location = ()
        parts = [part.strip().strip("\"'") for part in name.split(".")]
        for depth, part in enumerate(parts):
            location = (*location, part)
            if repeated and depth == len(parts) - 1:
                self._counts[location] = self._counts.get(location, -1) + 1
            if location in self._counts:
                self._lines.setdefault(location, number)
                location = (*location, self._counts[location])
        self._table = location
        self._lines.setdefault(location, number)

    def _skip_value(self, line: str) -> None:
        for fence in ('"""', "'''"):
            if line.count(fence) % 2:
                self._fence = fence
                return
        bare = _STRING.sub("", line).split("#", 1)[0]
        self._depth = max(0, self._depth + bare.count("[") - bare.count("]"))
