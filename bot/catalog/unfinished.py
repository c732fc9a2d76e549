"""The file beside the catalog in which a new one is built, and what killed builds left of such."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

_SUFFIX = ".building"


def new_file(target: Path) -> Path:
    """An empty file for a build of the catalog at ``target``."""
    handle, name = tempfile.mkstemp(prefix=f"{target.stem}-", suffix=_SUFFIX, dir=target.parent)
    os.close(handle)
    return Path(name)


def sweep(target: Path) -> None:
    """Delete what killed builds have left beside ``target``.

    For who has the folder to itself: a build that is under way after all fails, and changes
    nothing.
    """
    for left in target.parent.glob(f"{target.stem}-*{_SUFFIX}"):
        with contextlib.suppress(OSError):  # on Windows, of a build that is under way
            left.unlink()
