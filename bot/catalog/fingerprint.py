"""Whether a catalog is of today's packs and today's code, without reading the packs as packs.

Kept apart from the build, so that a start with a good catalog never loads the pack parser.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_HERE = Path(__file__).parent
# Whatever decides the catalog's content: a change in any of them rebuilds it.
_MAKERS = (
    "schema.sql",
    "vocabulary.py",
    "pack.py",
    "derive.py",
    "wording.py",
    "names.py",
    "rows.py",
    "build.py",
)


def schema_sql() -> str:
    """The catalog's tables, as SQL."""
    return (_HERE / "schema.sql").read_text(encoding="utf-8")


def schema_mark() -> str:
    """A hash of the catalog's tables alone: whether this code can read a catalog."""
    return hashlib.sha256(schema_sql().encode()).hexdigest()


def pack_files(seeds: Path) -> list[Path]:
    """The packs in a seeds folder, in the order in which they are built.

    Hidden files are none: editors keep locks and copies under such names.
    """
    return sorted(path for path in seeds.glob("*.toml") if not path.name.startswith("."))


def fingerprint(seeds: Path) -> str:
    """A hash of the schema, of the code that fills it, and of every pack in ``seeds``."""
    digest = hashlib.sha256()
    for path in (*(_HERE / name for name in _MAKERS), *pack_files(seeds)):
        try:
            content = path.read_bytes()
        except OSError as error:  # the check tells of it; until then it is no catalog's pack
            content = f"unreadable: {error.errno}".encode()
        # Some systems have names of bytes that are no text.
        digest.update(os.fsencode(path.name) + f"\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
