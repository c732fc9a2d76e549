"""Writing to a ledger whose disk is full or locked for a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..errors import LedgerError

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0)


async def durably(write: Callable[[], Awaitable[_T]]) -> _T:
    """What ``write`` gives, tried again for some seconds while the ledger fails.

    For what nobody waits for; a member is told at once instead.

    :raises LedgerError: when it goes on failing.
    """
    for delay in _RETRY_SECONDS:
        try:
            return await write()
        except LedgerError as error:
            log.warning("Waiting for the ledger: %s", error)
            await asyncio.sleep(delay)
    return await write()
