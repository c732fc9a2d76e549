"""Reloads of code that does not load: the round goes on with the code before."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from bot.catalog.reader import Catalog
from bot.client import Marquee
from bot.demo.world import World
from bot.errors import ExtensionError
from bot.ledger import Ledger
from bot.settings import Settings
from tests.conftest import ROOT, SEEDS

from .table import Table, told


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "rooms"
    # Other processes may be compiling it just now.
    compiled = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "cogs" / "trivia", folder / "trivia", ignore=compiled)
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "rooms"]:
        del sys.modules[name]


@pytest.fixture
async def bot(rooms: Path, one_film: Path, tmp_path: Path) -> AsyncGenerator[Marquee]:
    settings = Settings(data_dir=tmp_path, seeds_dir=SEEDS)
    async with Catalog.open(one_film) as catalog, Ledger.open(tmp_path / "ledger.db") as ledger:
        yield Marquee(settings, catalog, ledger, cogs=rooms.name)


async def test_code_that_cannot_be_imported_never_reaches_the_round(
    table: Table, world: World, rooms: Path
) -> None:
    """The question stays open, and its buttons go on working."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    (rooms / "trivia" / "round.py").write_text("def broken(:\n")
    with table.env._bot_scope(), pytest.raises(ExtensionError, match="broken"):
        await table.bot.packages.reload("trivia")
    assert told(await table.press_right(world.dana)).startswith("Locked in: ")
    await table.close()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]


@pytest.mark.parametrize(
    ("module", "name", "error"),
    [
        ("scoring", "def points(", "no attribute 'points'"),
        ("render", "def result(", "no attribute 'result'"),
        ("queries/rounds", "UPDATE asked SET state = 'closed'", "no such table: asked_"),
    ],
    ids=["scoring", "telling", "SQL"],
)
async def test_code_that_would_break_at_the_close_never_reaches_the_round(
    table: Table, world: World, rooms: Path, module: str, name: str, error: str
) -> None:
    """It imports, and nothing of it fails before the first question closes."""
    await table.start(world.chiyo, questions=1)
    await table.first_question()
    await table.press_right(world.dana)
    code = rooms / "trivia" / f"{module}.py"
    broken = name.replace("(", "_(").replace("asked ", "asked_ ")
    assert name in code.read_text()
    code.write_text(code.read_text().replace(name, broken))
    with table.env._bot_scope(), pytest.raises(ExtensionError, match=error):
        await table.bot.packages.reload("trivia")
    await table.close()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Final"]
    assert await table.bot.ledger.rows("SELECT user_id, correct FROM award") == [(world.dana.id, 1)]


async def test_a_setup_that_fails_here_gives_the_round_back_to_the_old_code(
    table: Table, world: World, rooms: Path
) -> None:
    """It failed late, with the round taken up already; the open question stays open."""
    await table.start(world.chiyo, questions=2, seconds=30)
    await table.first_question()
    await table.press_right(world.dana)
    await table.close()
    await table.next_question()
    code = rooms / "trivia" / "__init__.py"
    fails_when_connected = "    await bot.add_cog(Trivia(bot))\n    assert bot.user is None\n"
    code.write_text(code.read_text().replace(
        "    await bot.add_cog(Trivia(bot))\n", fails_when_connected
    ))  # fmt: skip
    with table.env._bot_scope(), pytest.raises(ExtensionError, match=r"bot\.user is None"):
        await table.bot.packages.reload("trivia")
    await table.env.settle()
    assert told(await table.press_right(world.dana)).startswith("Locked in: ")
    await table.close()
    assert table.kinds() == ["Trivia:", "Question", "Answer", "Question", "Answer", "Final"]
    rows = await table.bot.ledger.rows("SELECT step, streak FROM award ORDER BY step")
    assert rows == [(0, 1), (1, 2)]
