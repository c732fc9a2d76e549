"""rapidfuzz, imported when it is first needed.

It takes 2.5 MB, which a bot at rest, whose members make no slips and play no round, can do without.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapidfuzz import fuzz, process
    from rapidfuzz.distance import OSA

__all__ = ["OSA", "fuzz", "process"]

_HOME = {"OSA": "rapidfuzz.distance", "fuzz": "rapidfuzz", "process": "rapidfuzz"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    found = globals()[name] = getattr(importlib.import_module(_HOME[name]), name)
    return found
