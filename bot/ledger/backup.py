"""A copy of the ledger for its owner."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from ..errors import LedgerError
from .ledger import uri_of
from .migrate import copy

# About a tenth of a second's work of SQLite.
_STEPS_BETWEEN_SIGNS = 500_000


def back_up(
    ledger: Path, target: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Copy a ledger, as it is at one moment, to a new file; a bot may be writing to it.

    :param progress: called now and then with how many bytes are copied, and of about how many.
    :raises LedgerError: when there is no ledger, the file exists, or it cannot be written.
    """
    if not ledger.is_file():
        raise LedgerError(f"There is no ledger at {ledger} yet.")
    if target.exists():
        raise LedgerError(f"{target} exists already; nothing was changed.")
    try:
        with contextlib.closing(
            sqlite3.connect(uri_of(ledger), uri=True, isolation_level=None)
        ) as db:

            def show() -> None:
                if target.exists():
                    progress(target.stat().st_size, ledger.stat().st_size)

            db.set_progress_handler(show, _STEPS_BETWEEN_SIGNS)
            copy(db, target)
    except sqlite3.Error as error:
        raise LedgerError(f"{ledger} could not be copied to {target}: {error}") from error
