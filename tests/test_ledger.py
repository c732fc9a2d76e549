"""The ledger: what was acknowledged is there, what failed is not, and nothing else was touched."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import LedgerError
from bot.ledger import Ledger
from bot.ledger.migrate import MIGRATIONS, Migration, migrate, read_migrations
from bot.ledger.writer import _prepare

from .conftest import expect_errors

ROOT = Path(__file__).parents[1]
ADD = "INSERT INTO seen (guild_id, question_id, seen_at) VALUES (1, ?, 0)"
ALL = "SELECT question_id FROM seen ORDER BY question_id"
# Goes on for longer than any test; not for ever, so that one that fails ends too.
ENDLESS = """
WITH RECURSIVE number (one) AS (SELECT 1 UNION ALL SELECT one + 1 FROM number LIMIT 50000000)
SELECT count(*) FROM number
"""


class WriteFailed(Exception):
    """Raised by a write of a test."""


def add(name: str) -> Callable[[sqlite3.Connection], str]:
    """A write that stores ``name`` and returns it."""

    def write(db: sqlite3.Connection) -> str:
        db.execute(ADD, (name,))
        return name

    return write


def add_and_fail(name: str) -> Callable[[sqlite3.Connection], str]:
    def write(db: sqlite3.Connection) -> str:
        db.execute(ADD, (name,))
        raise WriteFailed(name)

    return write


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncGenerator[Ledger]:
    async with Ledger.open(tmp_path / "data" / "ledger.db") as opened:
        yield opened


async def names(ledger: Ledger) -> list[str]:
    return [row[0] for row in await ledger.rows(ALL)]


# ---------------------------------------------------------------- writing


async def test_a_write_returns_what_it_returned_and_is_seen_by_readers(ledger: Ledger) -> None:
    """Who has waited for a write reads it."""
    assert await ledger.write(add("a")) == "a"
    assert await names(ledger) == ["a"]


async def test_a_write_that_raises_is_undone_alone(ledger: Ledger) -> None:
    """Of writes that share a commit only the failing one is undone, and only its caller told."""
    outcomes = await asyncio.gather(
        ledger.write(add("a")),
        *(ledger.write(write) for write in (add("b"), add_and_fail("c"), add("d"))),
        return_exceptions=True,
    )
    assert [str(outcome) for outcome in outcomes] == ["a", "b", "c", "d"]
    assert isinstance(outcomes[2], WriteFailed)
    assert await names(ledger) == ["a", "b", "d"]


async def test_a_constraint_is_the_writes_own_error(ledger: Ledger) -> None:
    """A write that breaks a rule of the tables hears of it as sqlite3 says it."""
    await ledger.write(add("a"))
    with pytest.raises(sqlite3.IntegrityError):
        await ledger.write(add("a"))


@pytest.mark.parametrize("error", [StopIteration, asyncio.CancelledError, SystemExit])
async def test_no_error_stops_the_writer(ledger: Ledger, error: type[BaseException]) -> None:
    """Whatever a write raises, the caller hears of it and the next write goes through."""

    def write(db: sqlite3.Connection) -> None:
        db.execute(ADD, ("a",))
        raise error

    async with asyncio.timeout(5):
        (outcome, name) = await asyncio.gather(
            ledger.write(write), ledger.write(add("b")), return_exceptions=True
        )
    assert isinstance(outcome, RuntimeError)
    assert name == "b"
    assert await names(ledger) == ["b"]


async def test_a_cancelled_caller_does_not_undo_its_write(ledger: Ledger) -> None:
    """A command that is cancelled while it waits for the disk has still written."""
    blocker, holds, begun = _holding("first")
    first = asyncio.create_task(ledger.write(blocker))
    await asyncio.wrap_future(begun)
    second, third = [asyncio.create_task(ledger.write(add(name))) for name in ("second", "third")]
    await asyncio.sleep(0)
    second.cancel()
    holds.set_result(None)
    async with asyncio.timeout(5):
        assert await first == "first"
        assert await third == "third"
    assert second.cancelled()
    assert await names(ledger) == ["first", "second", "third"]


def _holding(
    name: str,
) -> tuple[Callable[[sqlite3.Connection], str], Future[None], Future[None]]:
    """A write that waits in the writer's thread until the first future is set.

    The second is set when it has begun.
    """
    hold: Future[None] = Future()
    begun: Future[None] = Future()

    def write(db: sqlite3.Connection) -> str:
        begun.set_result(None)
        hold.result(timeout=10)
        return add(name)(db)

    return write, hold, begun


async def test_writes_keep_their_order(ledger: Ledger) -> None:
    """Writes happen in the order in which they were asked for."""
    order: list[int] = []

    def note(number: int) -> Callable[[sqlite3.Connection], None]:
        return lambda _db: order.append(number)

    await asyncio.gather(*(ledger.write(note(number)) for number in range(600)))
    assert order == list(range(600))


async def test_of_a_thousand_writes_just_the_acknowledged_are_there(ledger: Ledger) -> None:
    """1,000 writes at once, one in ten failing: what was acknowledged is there, and no more."""
    chance = random.Random(7)
    failing = {number for number in range(1000) if chance.random() < 0.1}
    outcomes = await asyncio.gather(
        *(
            ledger.write((add_and_fail if number in failing else add)(f"{number:04d}"))
            for number in range(1000)
        ),
        return_exceptions=True,
    )
    acknowledged = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(acknowledged) == 1000 - len(failing)
    assert await names(ledger) == acknowledged


async def test_closing_waits_for_writes_under_way(tmp_path: Path) -> None:
    """Writes that were asked for before the close are on the disk after it; later ones refused."""
    path = tmp_path / "ledger.db"
    async with Ledger.open(path) as ledger:
        tasks = [asyncio.create_task(ledger.write(add(f"{number:03d}"))) for number in range(600)]
        await asyncio.sleep(0)
    assert all([await task for task in tasks])
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM seen").fetchone() == (600,)
    with pytest.raises(LedgerError, match="closed"):
        await ledger.write(add("late"))


async def test_a_full_disk_is_told_and_got_over(ledger: Ledger) -> None:
    """When there is no room, the write fails as a whole; when there is again, writes go on."""

    def limit(pages: int) -> Callable[[sqlite3.Connection], None]:
        return lambda db: db.execute(f"PRAGMA max_page_count = {pages}").close()

    await ledger.write(add("before"))
    await ledger.write(limit(1))  # no more pages than there are
    with pytest.raises(LedgerError, match="full"):
        await ledger.write(add("x" * 100_000))
    await ledger.write(limit(1_000_000))
    await ledger.write(add("before"[::-1]))
    assert await names(ledger) == ["before", "erofeb"]


async def test_a_full_disk_is_told_to_all_who_share_a_commit(ledger: Ledger) -> None:
    """SQLite takes back what they wrote, all of it; each hears of the disk, and none is kept."""
    await ledger.write(lambda db: db.execute("PRAGMA max_page_count = 1").close())
    blocker, hold, begun = _holding("a")
    before = asyncio.create_task(ledger.write(blocker))
    await asyncio.wrap_future(begun)
    group = [asyncio.create_task(ledger.write(add(name))) for name in ("b", "c" * 100_000)]
    await asyncio.sleep(0)
    hold.set_result(None)
    outcomes = await asyncio.gather(before, *group, return_exceptions=True)
    assert outcomes[0] == "a"
    assert ["full" in str(outcome) for outcome in outcomes[1:]] == [True, True]
    assert await names(ledger) == ["a"]


async def test_a_failed_commit_keeps_nothing(ledger: Ledger) -> None:
    """When the commit itself fails, every write of the group is told and none is kept."""

    def end_badly(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA defer_foreign_keys = ON")
        db.execute(
            "INSERT INTO asked (round_id, step, question_id, question, topic)"
            " VALUES (99, 0, 'q', '{}', 'plot')"
        )

    blocker, hold, begun = _holding("a")
    before = asyncio.create_task(ledger.write(blocker))
    await asyncio.wrap_future(begun)  # so that the next two share a commit of their own
    group = [asyncio.create_task(ledger.write(write)) for write in (end_badly, add("b"))]
    await asyncio.sleep(0)
    hold.set_result(None)
    outcomes = await asyncio.gather(before, *group, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [str, LedgerError, LedgerError]
    await ledger.write(add("c"))
    assert await names(ledger) == ["a", "c"]


async def test_the_ledger_is_durable_and_keeps_references(ledger: Ledger) -> None:
    """Every commit is flushed to the disk, and references hold."""

    def pragmas(db: sqlite3.Connection) -> list[object]:
        asked = ("synchronous", "foreign_keys", "journal_mode")
        return [db.execute(f"PRAGMA {name}").fetchone()[0] for name in asked]

    assert await ledger.write(pragmas) == [2, 1, "wal"]


def test_what_is_deleted_is_gone_from_the_file(tmp_path: Path) -> None:
    """Also with an SQLite that was not built to see to it, as not all are."""
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = OFF")
        _prepare(db, path)
        db.execute(ADD, ("a member's own words",))
        db.execute("DELETE FROM seen")
    assert b"own words" not in path.read_bytes()


async def test_the_readers_cannot_write(ledger: Ledger) -> None:
    """SQLite itself keeps every other connection from writing."""
    both = [ledger.rows("DELETE FROM seen") for _ in range(2)]
    for outcome in await asyncio.gather(*both, return_exceptions=True):
        assert isinstance(outcome, LedgerError)
        assert "readonly" in str(outcome)


async def test_a_long_reading_holds_up_no_other(ledger: Ledger) -> None:
    """While one goes on, others are answered, one after another, and see what was just written."""
    long = asyncio.create_task(ledger.rows(ENDLESS))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        for known in (["a"], ["a", "b"], ["a", "b", "c"]):
            await ledger.write(add(known[-1]))
            assert await names(ledger) == known
    assert not long.done()
    long.cancel()


async def test_a_reading_that_nobody_waits_for_ends(ledger: Ledger) -> None:
    """And gives its place to the next, however many are given up."""
    for _ in range(3):
        given_up = asyncio.create_task(ledger.rows(ENDLESS))
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await ledger.write(add("a"))
            assert await names(ledger) == ["a"]
            await ledger.write(lambda db: db.execute("DELETE FROM seen").rowcount)
            given_up.cancel()
            await asyncio.wait([given_up])
        assert given_up.cancelled()


async def test_readings_wait_for_their_turn(ledger: Ledger) -> None:
    """Many at once are all answered, also after one of them was refused."""
    await ledger.write(add("a"))
    refused = [ledger.rows("SELECT nothing FROM nowhere") for _ in range(5)]
    outcomes = await asyncio.gather(*refused, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [LedgerError] * 5
    async with asyncio.timeout(5):
        assert await asyncio.gather(*(names(ledger) for _ in range(50))) == [["a"]] * 50


async def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    """What cannot be opened is named, and left as it was."""
    path = tmp_path / "ledger.db"
    path.write_bytes(b"this is a diary, not a database" * 100)
    with pytest.raises(LedgerError, match="cannot be used as the ledger"):
        async with Ledger.open(path):
            pass
    assert path.read_bytes().startswith(b"this is a diary")


async def test_an_error_of_the_caller_stays_the_callers(tmp_path: Path) -> None:
    """What is raised while the ledger is open comes out as it was, and the ledger is closed."""
    with pytest.raises(sqlite3.ProgrammingError):
        async with Ledger.open(tmp_path / "ledger.db"):
            raise sqlite3.ProgrammingError
    async with Ledger.open(tmp_path / "ledger.db") as again:
        assert await names(again) == []


# ---------------------------------------------------------------- what nobody foresaw


async def test_an_unforeseen_failure_to_open_is_told(tmp_path: Path) -> None:
    """Whatever keeps the ledger from opening, nobody waits for ever."""
    async with asyncio.timeout(5):
        with pytest.raises(LedgerError, match="cannot be used as the ledger"):
            async with Ledger.open(tmp_path / "nul\0" / "ledger.db"):
                pass


async def test_a_failing_rollback_does_not_stop_the_writer(tmp_path: Path) -> None:
    """A write after which nothing can be undone is told of, as is the next; closing works."""
    async with asyncio.timeout(5), Ledger.open(tmp_path / "ledger.db") as ledger:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            await ledger.write(lambda db: db.close())
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            await ledger.write(add("a"))


class Unspeakable(sqlite3.OperationalError):
    """An error that cannot even be told of."""

    def __str__(self) -> str:
        raise ValueError


async def test_when_the_writer_breaks_down_everyone_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The write in hand, those that wait and those to come fail; closing works."""
    hold: Future[None] = Future()

    def break_down(db: sqlite3.Connection) -> None:
        hold.result(5)
        raise Unspeakable

    async with asyncio.timeout(5), Ledger.open(tmp_path / "ledger.db") as ledger:
        writes = [asyncio.create_task(ledger.write(write)) for write in (break_down, add("a"))]
        await asyncio.sleep(0)
        hold.set_result(None)
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [LedgerError, LedgerError]
        with pytest.raises(LedgerError):
            await ledger.write(add("b"))
    (logged,) = expect_errors(caplog)
    assert "broken down" in logged.getMessage()


async def test_a_damaged_file_is_the_ledgers_error(ledger: Ledger) -> None:
    """A write that meets a file which is damaged hears of the ledger, not of SQLite."""

    def damage(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = 'nonsense' WHERE name = 'seen'")
        db.execute("PRAGMA writable_schema = RESET")
        db.execute(ADD, ("a",))

    with pytest.raises(LedgerError, match="malformed"):
        await ledger.write(damage)
    await ledger.write(add("b"))


# ---------------------------------------------------------------- kill -9

_ACKNOWLEDGER = """
import asyncio, sys
from pathlib import Path
from bot.ledger import Ledger

async def acknowledge(ledger, worker):
    for number in range(10**9):
        name = f"{worker}-{number}"
        await ledger.write(lambda db: db.execute(
            "INSERT INTO seen (guild_id, question_id, seen_at) VALUES (1, ?, 0)", (name,)).close())
        print(name, flush=True)

async def main():
    async with Ledger.open(Path(sys.argv[1])) as ledger:
        await asyncio.gather(*(acknowledge(ledger, f"{sys.argv[2]}-{n}") for n in range(8)))

asyncio.run(main())
"""


def test_every_acknowledged_write_survives_kill_9(tmp_path: Path) -> None:
    """A process that acknowledges writes is killed at random moments: none of them is lost."""
    path = tmp_path / "ledger.db"
    chance = random.Random(9)
    acknowledged: list[str] = []

    def until_killed(run: int) -> list[str]:
        with subprocess.Popen(
            [sys.executable, "-c", _ACKNOWLEDGER, str(path), str(run)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as child:
            assert child.stdout is not None
            seen = [child.stdout.readline() for _ in range(chance.randrange(1, 60))]
            child.kill()
            seen += child.stdout.readlines()
        return [line.decode().strip() for line in seen if line.endswith(b"\n")]

    for run in range(20):
        acknowledged += until_killed(run)
    with closing(sqlite3.connect(path)) as db:
        stored = {row[0] for row in db.execute("SELECT question_id FROM seen")}
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(acknowledged) > 20
    assert set(acknowledged) <= stored


# ---------------------------------------------------------------- migrations

FIRST = Migration(1, "0001_first", "CREATE TABLE one (a INTEGER);")
SECOND = Migration(2, "0002_second", "CREATE TABLE two (b INTEGER); INSERT INTO two VALUES (2);")
BROKEN = Migration(
    2, "0002_broken", "CREATE TABLE two (b INTEGER); INSERT INTO nowhere VALUES (1);"
)
LOOSE = Migration(
    2,
    "0002_loose",
    "CREATE TABLE two (b INTEGER PRIMARY KEY REFERENCES one (a)); INSERT INTO two VALUES (5);",
)


def tables(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT name FROM sqlite_master ORDER BY name")]


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("PRAGMA user_version").fetchone()[0]


def run_migrations(path: Path, *migrations: Migration) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, path, migrations)


def test_a_fresh_ledger_gets_every_migration_and_no_backup(tmp_path: Path) -> None:
    """There is nothing to copy of a ledger that holds nothing."""
    path = tmp_path / "ledger.db"
    run_migrations(path, FIRST, SECOND)
    assert (tables(path), version(path)) == (["one", "two"], 2)
    assert list(tmp_path.iterdir()) == [path]
    run_migrations(path, FIRST, SECOND)
    assert list(tmp_path.iterdir()) == [path]


def test_data_is_backed_up_before_a_migration(tmp_path: Path) -> None:
    """A ledger with data is copied as it was before anything is changed."""
    path = tmp_path / "ledger.db"
    run_migrations(path, FIRST)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO one VALUES (41)")
    run_migrations(path, FIRST, SECOND)
    copy = tmp_path / "ledger-before-0002.db"
    assert (tables(copy), version(copy)) == (["one"], 1)
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT a FROM one").fetchall() == [(41,)]


def test_without_room_for_the_copy_nothing_is_migrated(tmp_path: Path) -> None:
    """It is said in plain words, and half a copy does not stay to fill the disk."""
    path = tmp_path / "ledger.db"
    run_migrations(path, FIRST)
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany("INSERT INTO one VALUES (?)", [(number,) for number in range(9_000)])
    resource = pytest.importorskip("resource")
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size // 2, most[1]))
    try:
        with pytest.raises(LedgerError, match="could not be copied to ledger-before-0002"):
            run_migrations(path, FIRST, SECOND)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert (tables(path), version(path)) == (["one"], 1)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failing", [BROKEN, LOOSE])
def test_a_failing_migration_leaves_the_version_before_it(
    tmp_path: Path, failing: Migration
) -> None:
    """A migration and its record are one transaction: half of one is never there."""
    path = tmp_path / "ledger.db"
    with pytest.raises(LedgerError, match=failing.name):
        run_migrations(path, FIRST, failing)
    assert (tables(path), version(path)) == (["one"], 1)
    run_migrations(path, FIRST, SECOND)
    assert version(path) == 2


def test_a_newer_ledger_is_refused_untouched(tmp_path: Path) -> None:
    """An older Marquee does not write into a ledger it does not know."""
    path = tmp_path / "ledger.db"
    run_migrations(path, FIRST, SECOND)
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=r"newer Marquee \(version 2, this one knows 1\)"):
        run_migrations(path, FIRST)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "files",
    [
        ["0001_a.sql", "0003_c.sql"],
        ["0002_b.sql"],
        ["0001_a.sql", "0001_b.sql"],
        ["0001_a.sql", "2_b.sql"],
    ],
)
def test_a_gap_in_the_numbering_is_refused(tmp_path: Path, files: list[str]) -> None:
    """A migration that was forgotten, doubled or misnamed is noticed before any is applied."""
    for name in files:
        (tmp_path / name).touch()
    with pytest.raises(LedgerError, match="without gap"):
        read_migrations(tmp_path)


async def test_the_shipped_migrations_make_a_sound_ledger(ledger: Ledger) -> None:
    """The migrations apply in order, to the version of the last of them."""
    assert await ledger.rows("PRAGMA user_version") == [(len(list(MIGRATIONS.glob("*.sql"))),)]
    assert await ledger.rows("PRAGMA foreign_key_check") == []


async def test_one_live_round_a_channel_holds_whoever_writes(ledger: Ledger) -> None:
    """The table itself refuses a second live round in a channel."""
    start = (
        "INSERT INTO round (guild_id, channel_id, starter_id, film_id, seconds, started_at)"
        " VALUES (1, 2, 3, 'f', 20, 0)"
    )
    await ledger.write(lambda db: db.execute(start).close())
    with pytest.raises(sqlite3.IntegrityError):
        await ledger.write(lambda db: db.execute(start).close())
    await ledger.write(lambda db: db.execute("UPDATE round SET state = 'done'").close())
    await ledger.write(lambda db: db.execute(start).close())
