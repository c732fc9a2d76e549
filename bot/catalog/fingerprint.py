"""Whether a catalog is of today's packs and today's code, without reading the packs as packs.

Kept apart from the build, so that a start with a good catalog never loads the pack parser.
"""

from __future__ import annotations

import hashlib
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
    "build.py",
)


def schema_sql() -> str:
    """The catalog's tables, as SQL."""
    return (_HERE / "schema.sql").read_text(encoding="utf-8")


def schema_mark() -> str:
    """A hash of the catalog's tables alone: whether this code can read a catalog."""
    return hashlib.sha256(schema_sql().encode()).hexdigest()


def fingerprint(seeds: Path) -> str:
    """A hash of the schema, of the code that fills it, and of every pack in ``seeds``."""
    digest = hashlib.sha256()
    for path in (*(_HERE / name for name in _MAKERS), *sorted(seeds.glob("*.toml"))):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
