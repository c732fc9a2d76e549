from __future__ import annotations

from ..settings import Settings


async def run_demo(
    settings: Settings, *, channel: str, port: int | None, open_browser: bool
) -> int:
    raise NotImplementedError
