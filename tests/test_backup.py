"""`python -m bot backup`: a copy of the ledger that can take its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.ledger import Ledger, backup

from .conftest import ROOT, SEEDS
from .test_ledger import add, names


def back_up(data: Path, target: Path) -> tuple[int, str]:
    """Exit status, and what was printed."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "backup", str(target)],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DISCORD_TOKEN": "",
            "MARQUEE_DATA_DIR": str(data),
            "MARQUEE_SEEDS_DIR": str(SEEDS),
        },
        cwd=data.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


async def test_a_copy_made_while_the_bot_writes_has_all_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    """And takes the place of the ledger."""
    data, copy = tmp_path / "data", tmp_path / "copy.db"
    path = data / "ledger.db"
    async with Ledger.open(path) as ledger:
        await ledger.write(add("before"))
        assert back_up(data, copy) == (0, f"Copied {path} to {copy}.\n")
        await ledger.write(add("after"))
    shutil.copy(copy, path)
    async with Ledger.open(path) as ledger:
        assert await names(ledger) == ["before"]
        await ledger.write(add("since"))


async def test_what_a_killed_bot_left_in_the_log_is_copied(tmp_path: Path) -> None:
    """The last answers are in the file beside the ledger then."""
    left, copy = tmp_path / "left", tmp_path / "copy.db"
    async with Ledger.open(tmp_path / "data" / "ledger.db") as ledger:
        await ledger.write(add("a"))
        shutil.copytree(tmp_path / "data", left)  # as kill -9 leaves it
    assert back_up(left, copy)[0] == 0
    async with Ledger.open(copy) as ledger:
        assert await names(ledger) == ["a"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("data/ledger.db", "exists already; nothing was changed."),
        ("nowhere/copy.db", "unable to open database"),
    ],
)
async def test_a_copy_that_cannot_be_made_gets_one_line(
    tmp_path: Path, target: str, said: str
) -> None:
    """And no file is changed, the ledger least of all."""
    async with Ledger.open(tmp_path / "data" / "ledger.db") as ledger:
        await ledger.write(add("a"))
    code, line = back_up(tmp_path / "data", tmp_path / target)
    assert (code, line.count("\n")) == (1, 1)
    assert line.startswith("marquee: ")
    assert said in line
    async with Ledger.open(tmp_path / "data" / "ledger.db") as ledger:
        assert await names(ledger) == ["a"]


def test_without_a_ledger_none_is_made(tmp_path: Path) -> None:
    """As with a data folder of another name."""
    data = tmp_path / "data"
    data.mkdir()
    code, line = back_up(data, tmp_path / "copy.db")
    assert (code, line) == (1, f"marquee: There is no ledger at {data / 'ledger.db'} yet.\n")
    assert list(tmp_path.iterdir()) == [data]
    assert list(data.iterdir()) == []


async def test_a_long_copy_shows_progress(tmp_path: Path) -> None:
    """Bytes that are copied, of those that there are; never fewer than before."""
    path, copy = tmp_path / "data" / "ledger.db", tmp_path / "copy.db"
    seen: list[tuple[int, int]] = []
    async with Ledger.open(path) as ledger:
        await ledger.write(fill)
        backup.back_up(path, copy, lambda done, total: seen.append((done, total)))
        assert seen
        assert seen == sorted(seen)
        assert seen[-1][0] <= copy.stat().st_size


def fill(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE filling (text TEXT)")
    db.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
        "INSERT INTO filling SELECT hex(i) FROM n"
    )
