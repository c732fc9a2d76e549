"""Reading and checking film packs: every problem, each with its place and what would be right.

Is it TOML? Then all else is reported at once: where it has not the shape of :mod:`.pack`, and where
its rows do not agree with one another (references, duplicates, questions that give themselves
away).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import tomli
from pydantic import ValidationError

from .complaints import humane, shown, shown_path
from .fingerprint import pack_files
from .pack import FILM_ID_LENGTH, SLUG, Pack
from .places import Location, Places
from .rules import Finding, disagreements
from .salvage import salvaged

MAX_BYTES = 5_000_000
QUOTE = '"'  # around ids and keys; values have single ones


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing to mend in a pack."""

    path: str
    line: int
    entry: str
    field: str
    message: str

    def __str__(self) -> str:
        where = ", ".join(
            part for part in (self.entry, self.field and f"field {self.field}") if part
        )
        return f"{self.path}:{self.line}: {where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of reading some packs. ``packs`` are complete only when ``problems`` is empty."""

    packs: list[Pack]
    problems: list[Problem]


def packs_at(paths: Iterable[Path]) -> list[Path]:
    """The packs that ``paths`` name, each once; a folder stands for the packs in it."""
    named = (file for path in paths for file in (pack_files(path) if _is_folder(path) else [path]))
    return list({_real(file): file for file in named}.values())


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long for any file
        return False


def _real(path: Path) -> Path:
    """Where links lead; the path itself when they lead nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link to itself is the latter, until Python 3.13
        return path.absolute()


def check_files(paths: Sequence[Path]) -> Checked:
    """Read and check every pack in ``paths``. Never raises for what is in the files."""
    packs: list[Pack] = []
    problems: list[Problem] = []
    named: dict[str, Path] = {}
    for path in paths:
        named.setdefault(path.stem, path)
    for path in paths:
        pack, found = check_file(path, named)
        problems += found
        if pack is not None:
            packs.append(pack)
    return Checked(packs, sorted(problems))


def check_file(
    path: Path, named: Mapping[str, Path] = MappingProxyType({})
) -> tuple[Pack | None, list[Problem]]:
    """Read one pack: the pack (``None`` when it has not even the shape) and its problems.

    ``named`` has the files of all packs by the films that they are named after.
    """
    try:
        text = _read(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return None, [_unreadable(path, str(reason))]
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        return None, [_syntax_problem(path, text, error)]
    except RecursionError:
        return None, [_unreadable(path, "its lists are nested too deeply")]
    except ValueError as error:  # a number of thousands of digits
        return None, [_unreadable(path, str(error))]
    try:
        pack = Pack.model_validate(data)
    except ValidationError as error:
        shape = [(tuple(detail["loc"]), humane(detail)) for detail in error.errors()]
        return None, _placed(path, text, data, [*shape, *_beside(shape, data, path, named)])
    findings = [*_misnamed(pack, path, named), *disagreements(pack)]
    return pack, _placed(path, text, data, findings)


def _misnamed(pack: Pack, path: Path, named: Mapping[str, Path]) -> Iterator[Finding]:
    """Whether a film's id is its file's name, and no other file is the film's pack already."""
    film = pack.film.id
    first = named.get(film, path)
    is_id = re.fullmatch(SLUG, path.stem) and len(path.stem) <= FILM_ID_LENGTH
    if film != path.stem and is_id:
        yield ("film", "id"), f"must be the file's name without .toml: {path.stem!r}"
    elif first != path:
        yield ("film", "id"), f"is already the film of {shown_path(first)}; every film has one pack"
    elif film != path.stem:
        yield ("film", "id"), f"must be the file's name; rename the file to {film}.toml"


def _beside(
    shape: list[Finding], data: dict[str, Any], path: Path, named: Mapping[str, Path]
) -> Iterator[Finding]:
    """The rules that are broken where the shape is not.

    In a quiz also where it is: what is said there is of what somebody wrote, never of a stand-in.
    """
    pack, unread = salvaged(data)
    told = {place for place, _ in shape}
    for place, message in [*_misnamed(pack, path, named), *disagreements(pack, unread)]:
        if "quiz" in place or not any(
            place[: len(other)] == other or other[: len(place)] == place for other in told
        ):
            yield place, message


def _read(path: Path) -> str:
    """The text of a pack. :raises ValueError: saying why it can be none."""
    if not path.is_file():
        link = " at the end of this link" if path.is_symlink() else ""
        raise ValueError("it is a folder" if path.is_dir() else f"there is no such file{link}")
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1_000_000} MB, the limit of a pack")
    try:
        # Some editors begin a file with a mark that TOML does not know.
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} is not UTF-8 text; save the file as UTF-8") from None


def _unreadable(path: Path, reason: str) -> Problem:
    return Problem(shown_path(path), 1, "file", "", f"cannot be read: {reason}")


def _syntax_problem(path: Path, text: str, error: tomli.TOMLDecodeError) -> Problem:
    reason, _, where = str(error).partition(" (at ")
    place = re.match(r"line (\d+)", where)
    line = int(place[1]) if place else text.rstrip().count("\n") + 1
    hint = next((hint for begin, hint in _SYNTAX_HINTS.items() if reason.startswith(begin)), "")
    if reason.startswith(_DATE_REASONS) and re.search(_BARE_DATE, text.split("\n")[line - 1]):
        hint = _DATE_HINT
    if re.search(_WRITTEN_OUT, text.split("\n")[line - 1]):
        hint = _FIGURE_HINT
    return Problem(shown_path(path), line, "file", "", f"is not valid TOML: {reason}{hint}")


# What a moderator most likely did when the parser says so.
_SYNTAX_HINTS = {
    "Cannot declare": "; each row of a table begins with double brackets, as in [[facts]]",
    "Cannot overwrite a value": (
        "; is that there twice? Each row of a table begins with double brackets, as in [[facts]]"
    ),
    "Illegal character": "; is a closing quotation mark missing on this line?",
    "Expected newline or end of document": (
        "; text needs straight quotation marks around it and none inside, and so do dates in words"
    ),
    "Unclosed array": "; is a comma or the closing bracket missing?",
    "Invalid value": '; text needs straight quotation marks (") around it',
}
# A figure as people write it: "470,000,000", "$470000000".
_WRITTEN_OUT = r"^[^#\"']*=\s*(?:\$\s*[0-9]|[0-9]{1,3},[0-9]{3}\b)"
_FIGURE_HINT = "; a number has digits alone, or in groups joined by _, such as 49_800_000"
# It stops in the middle of a date that it cannot read, and does not say that it is one.
_DATE_REASONS = ("Expected newline", "Invalid date")
_BARE_DATE = r"=\s*[0-9]{4}-[0-9]"
_DATE_HINT = (
    "; a date must be in the calendar and written as 1995-10-27, or between quotation marks where "
    'less is known: "1995-10"'
)


def _placed(
    path: Path, text: str, data: dict[str, Any], findings: Iterable[Finding]
) -> list[Problem]:
    found = list(findings)
    if not found:
        return []
    places = Places(text)
    return [
        Problem(shown_path(path), places.line(location), *_entry_and_field(data, location), message)
        for location, message in found
    ]


def _entry_and_field(data: dict[str, Any], location: Location) -> tuple[str, str]:
    """How a person would call the place: ``('facts "super-16"', 'people #2')``.

    The entry is the innermost table around the place, the field is the way from there.
    """
    entry = ""
    names: list[str] = []
    node: Any = data
    for position, key in enumerate(location, start=1):
        node = _child(node, key)
        row = cast("dict[str, object]", node) if isinstance(node, dict) else None
        names.append(_name(key, row))
        if row is not None and (isinstance(key, int) or position < len(location)):
            entry, names = " ".join(filter(None, (entry, *names))), []
    return entry or "file", " ".join(names)


def _name(key: str | int, row: dict[str, object] | None) -> str:
    """A key as it is written, quoted when it is not plain; a row by its id."""
    if isinstance(key, str):
        return key if re.fullmatch(r"[\w-]{1,60}", key) else shown(key, QUOTE)
    identity = row and row.get("id")
    return shown(identity, QUOTE) if isinstance(identity, str) else f"#{key + 1}"


def _child(node: Any, key: str | int) -> Any:
    try:
        return node[key]
    except (KeyError, IndexError, TypeError):
        return None
