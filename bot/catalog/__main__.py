"""``python -m bot.catalog SEEDS TARGET``: the child process of :mod:`.keeper`."""

from __future__ import annotations

import sys
from pathlib import Path

from ..errors import CatalogError
from .build import build


def main() -> int:
    seeds, target = map(Path, sys.argv[1:])
    try:
        build(seeds, target)
    except CatalogError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
