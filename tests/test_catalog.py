"""The catalog: built whole or not at all, always the same, and read while it is replaced."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.catalog import keeper, reader
from bot.catalog.build import PackProblems, build
from bot.catalog.fingerprint import fingerprint
from bot.catalog.reader import QUERY_SECONDS, Catalog, Reading
from bot.errors import CatalogError
from bot.live import open_bot
from bot.settings import Settings

from .conftest import PACKS, ROOT, SEEDS
from .small_pack import small_pack, write_pack

RUNAWAY = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n
"""


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A folder with one small pack."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    write_pack(folder, small_pack())
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / "catalog.db"


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def retitle(seeds: Path, title: str) -> None:
    """Edit the small pack, in a way that makes another catalog."""
    pack = small_pack()
    pack["film"]["title"] = title
    write_pack(seeds, pack)


@pytest.fixture
def _all_closed() -> Iterator[None]:
    """Every connection has a thread of its own; after the test, those it opened are over."""
    before = set(threading.enumerate())
    yield
    opened = [thread for thread in threading.enumerate() if thread not in before]
    connections = [thread for thread in opened if not thread.name.startswith("asyncio")]
    for thread in connections:
        thread.join(timeout=2)
    assert not [thread.name for thread in connections if thread.is_alive()]


# ---------------------------------------------------------------- building


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    """The same packs give the same file, wherever they lie and in whatever order they came."""
    catalogs: list[bytes] = []
    for number, order in enumerate((1, -1)):
        folder = tmp_path / f"seeds-{number}"
        folder.mkdir()
        for pack in sorted([*SEEDS.glob("*.toml"), *PACKS.glob("*.toml")])[::order]:
            shutil.copyfile(pack, folder / pack.name)
        build(folder, tmp_path / f"{number}.db")
        catalogs.append((tmp_path / f"{number}.db").read_bytes())
    assert catalogs[0] == catalogs[1]


def test_the_fingerprint_changes_with_the_packs_and_with_nothing_else(seeds: Path) -> None:
    """An edited, added or renamed pack makes another fingerprint; a touched or stray file not."""
    first = fingerprint(seeds)
    pack = seeds / "kite.toml"
    os.utime(pack, (0, 0))
    for stray in ("README.md", "pack.schema.json", "kite.toml~", ".kite.toml", "sub/other.toml"):
        (seeds / stray).parent.mkdir(exist_ok=True)
        (seeds / stray).write_text("format = 1", encoding="utf-8")
    (seeds / ".#kite.toml").symlink_to("somebody@somewhere:1")  # what an editor leaves
    assert fingerprint(seeds) == first

    text = pack.read_text(encoding="utf-8")
    pack.write_text(text + "# a note\n", encoding="utf-8")
    assert fingerprint(seeds) != first
    pack.write_text(text, encoding="utf-8")
    assert fingerprint(seeds) == first
    pack.rename(seeds / "other.toml")
    assert fingerprint(seeds) != first


def test_the_counts_are_told(seeds: Path, target: Path) -> None:
    """A build tells how many films, facts and questions the file holds."""
    built = build(seeds, target)
    counts = rows(
        target,
        "SELECT (SELECT count(*) FROM fact), (SELECT count(*) FROM question), facts FROM film",
    )
    assert (built.films, counts) == (1, [(built.facts, built.questions, built.facts)])
    assert keeper.is_current(seeds, target)


def test_progress_is_reported(tmp_path: Path) -> None:
    """Who builds many films sees how far it is."""
    seen: list[tuple[int, int]] = []
    for name in ("a", "b"):
        pack = small_pack()
        pack["film"]["id"] = name
        write_pack(tmp_path, pack)
    build(tmp_path, tmp_path / "catalog.db", lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def _break_a_pack(seeds: Path, _target: Path) -> None:
    (seeds / "kite.toml").write_text("format = 1\nfilm = 3\n", encoding="utf-8")


def _remove_the_packs(seeds: Path, _target: Path) -> None:
    (seeds / "kite.toml").unlink()


def _make_a_pack_unreadable(seeds: Path, _target: Path) -> None:
    (seeds / "folder.toml").mkdir()


def _lose_a_pack(seeds: Path, _target: Path) -> None:
    (seeds / "gone.toml").symlink_to("nowhere.toml")


@pytest.mark.parametrize(
    "harm", [_break_a_pack, _remove_the_packs, _make_a_pack_unreadable, _lose_a_pack]
)
def test_a_broken_pack_never_replaces_a_good_catalog(
    seeds: Path, target: Path, harm: Callable[[Path, Path], None]
) -> None:
    """When packs are broken, the catalog stays byte for byte, and nothing lies beside it."""
    build(seeds, target)
    before = target.read_bytes()
    harm(seeds, target)
    with pytest.raises(CatalogError):
        build(seeds, target)
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]


def test_a_build_that_fails_halfway_leaves_nothing(seeds: Path, target: Path) -> None:
    """An error after the file was begun takes the unfinished file away."""
    build(seeds, target)
    before = target.read_bytes()

    def give_up(_done: int, _total: int) -> None:
        raise OSError("no space left")

    with pytest.raises(CatalogError, match="could not be written"):
        build(seeds, target, give_up)
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]


def test_a_target_that_cannot_be_written_is_named(seeds: Path, tmp_path: Path) -> None:
    """Where the catalog cannot go, the error says so."""
    (tmp_path / "file").touch()
    with pytest.raises(CatalogError, match="could not be written"):
        build(seeds, tmp_path / "file" / "catalog.db")


@pytest.mark.parametrize("leftover", ["-wal", "-journal"])
def test_an_old_log_does_not_bring_old_content_back(
    seeds: Path, target: Path, leftover: str
) -> None:
    """A log that a crashed process left beside the catalog does not undo the new one."""
    build(seeds, target)
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL" if leftover == "-wal" else "PRAGMA cache_size = 1")
        db.execute("BEGIN")
        db.execute("UPDATE film SET title = 'from the log'")
        db.execute("INSERT INTO meta VALUES ('padding', hex(zeroblob(200000)))")
        log = target.with_name(target.name + leftover)
        if leftover == "-wal":
            db.execute("COMMIT")
        assert log.stat().st_size > 0
        kept = log.read_bytes()
    log.write_bytes(kept)
    retitle(seeds, "The New Kite")
    build(seeds, target)
    assert rows(target, "SELECT title FROM film") == [("The New Kite",)]
    assert rows(target, "PRAGMA integrity_check") == [("ok",)]


def test_kill_9_during_a_build_leaves_the_old_catalog(seeds: Path, target: Path) -> None:
    """A build that dies at its end, with the new file all but ready, changed nothing."""
    build(seeds, target)
    before = target.read_bytes()
    retitle(seeds, "The Lost Kite")
    assert killed_build(seeds, target) == (-9, b"")
    assert target.read_bytes() == before
    build(seeds, target)
    assert rows(target, "SELECT title FROM film") == [("The Lost Kite",)]


def test_kill_9_ends_the_helpers_of_a_build_as_well(seeds: Path, target: Path) -> None:
    """Who waits for the output of a build of many packs would wait for as long as they live."""
    for number in range(100):
        pack = small_pack()
        pack["film"] |= {"id": f"kite-{number}", "title": f"Kite {number}"}
        write_pack(seeds, pack)
    assert killed_build(seeds, target) == (-9, b"")


async def test_a_start_sweeps_up_what_killed_builds_left(seeds: Path, target: Path) -> None:
    """Each leaves a file of the catalog's size; nothing else in the data folder is touched."""
    killed_build(seeds, target)
    kept = target.with_name("notes.building")
    kept.touch()
    assert len(list(target.parent.glob("*.building"))) == 2
    async with open_bot(Settings(data_dir=target.parent, seeds_dir=seeds)):
        assert list(target.parent.glob("*.building")) == [kept]


def killed_build(seeds: Path, target: Path) -> tuple[int, bytes]:
    """Build in a process that is killed as it has stored a pack; its status and its complaints."""
    script = (
        "import os, signal, sys; from pathlib import Path; from bot.catalog.build import build\n"
        "die = lambda done, total: os.kill(os.getpid(), signal.SIGKILL)\n"
        "build(Path(sys.argv[1]), Path(sys.argv[2]), die)"
    )
    command = [sys.executable, "-c", script, str(seeds), str(target)]
    child = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=60)
    return child.returncode, child.stderr


def test_only_rows_that_no_fact_tells_get_a_sentence(seeds: Path, target: Path) -> None:
    """A row in a fact's covers is not told a second time; a person in its people is told.

    That a fact is about somebody does not mean that it tells what they did for the film.
    """
    pack = small_pack()
    build(seeds, target)
    facts = "SELECT id FROM fact ORDER BY rowid"
    assert [row[0] for row in rows(target, facts)] == [
        "shoot",
        "people.ada",
        "people.ben",
        "releases.first",
        "scores.meter",
    ]
    pack["facts"][0]["covers"] = ["people.ada", "people.ben", "scores.meter"]
    write_pack(seeds, pack)
    build(seeds, target)
    assert [row[0] for row in rows(target, facts)] == ["shoot", "releases.first"]


def test_question_ids_survive_an_edit_of_any_wording(seeds: Path, target: Path) -> None:
    """Whoever improves a text keeps the statistics; the ids in the pack alone make the id."""
    build(seeds, target)
    ids = rows(target, "SELECT id FROM question")
    pack = small_pack()
    pack["film"]["title"] = "Kite"
    fact = pack["facts"][0]
    fact |= {"text": "Nine days were enough.", "topic": "development"}
    fact["quiz"][0] |= {"question": "Where did the cast go?", "answer": "To the sea"}
    write_pack(seeds, pack)
    build(seeds, target)
    assert rows(target, "SELECT id FROM question") == ids
    fact["quiz"][0]["id"] = "beach"
    write_pack(seeds, pack)
    build(seeds, target)
    assert rows(target, "SELECT id FROM question") != ids


# ---------------------------------------------------------------- keeping in step


async def test_a_current_catalog_is_left_alone(seeds: Path, target: Path) -> None:
    """A start with a catalog of today's packs builds nothing."""
    assert await keeper.ensure(seeds, target) is None
    stamp = target.stat().st_mtime_ns  # noqa: ASYNC240
    inode = target.stat().st_ino  # noqa: ASYNC240
    assert await keeper.ensure(seeds, target) is None
    assert (target.stat().st_mtime_ns, target.stat().st_ino) == (stamp, inode)  # noqa: ASYNC240


async def test_a_changed_pack_is_built_at_start(seeds: Path, target: Path) -> None:
    """A start after an edit serves the edit."""
    await keeper.ensure(seeds, target)
    retitle(seeds, "The Edited Kite")
    assert await keeper.ensure(seeds, target) is None
    assert rows(target, "SELECT title FROM film") == [("The Edited Kite",)]


async def test_broken_packs_are_told_while_an_older_catalog_serves(
    seeds: Path, target: Path
) -> None:
    """The problems come back as text when there is something to serve, else as an error."""
    await keeper.ensure(seeds, target)
    _break_a_pack(seeds, target)
    problem = await keeper.ensure(seeds, target)
    assert problem is not None
    assert f"{seeds / 'kite.toml'}:2: file, field film: must be a table" in problem
    assert "Traceback" not in problem

    with closing(sqlite3.connect(target)) as db, db:
        db.execute("UPDATE meta SET value = 'of another schema' WHERE key = 'schema'")
    with pytest.raises(CatalogError, match="in the film packs"):
        await keeper.ensure(seeds, target)
    target.unlink()  # noqa: ASYNC240
    with pytest.raises(CatalogError, match="in the film packs"):
        await keeper.ensure(seeds, target)


async def test_a_file_that_is_no_catalog_is_built_anew(seeds: Path, target: Path) -> None:
    """A catalog can be deleted or damaged at any time and comes back."""
    target.parent.mkdir()
    target.write_bytes(b"not a database" * 1000)  # noqa: ASYNC240
    assert await keeper.ensure(seeds, target) is None
    assert keeper.is_current(seeds, target)


async def test_a_cancelled_rebuild_ends_its_process(seeds: Path, target: Path) -> None:
    """Whoever stops waiting for a rebuild stops the rebuild."""
    task = asyncio.create_task(keeper.rebuild(seeds, target))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not target.exists()  # noqa: ASYNC240


# ---------------------------------------------------------------- reading


@pytest.mark.usefixtures("_all_closed")
async def test_reading_goes_on_while_the_catalog_is_replaced(
    seeds: Path, target: Path, tmp_path: Path
) -> None:
    """Over 20 replacements no reading fails or sees two catalogs, and old ones are closed."""
    other = tmp_path / "other"
    other.mkdir()
    retitle(other, "The Other Kite")
    titles = {fingerprint(seeds): "The Kite", fingerprint(other): "The Other Kite"}
    build(seeds, target)
    seen: set[str] = set()
    over = False

    async def read_on(catalog: Catalog) -> int:
        times = 0
        while not over:
            async with catalog.reading() as read:
                mark = (await read.rows("SELECT value FROM meta WHERE key = 'fingerprint'"))[0][0]
                for _ in range(3):
                    assert await _title(read) == titles[mark]
                seen.add(await read.memo("title", functools.partial(_title, read)))
                assert await read.memo("title", _unexpected) == titles[mark]
            times += 1
        return times

    async with Catalog.open(target) as catalog:
        readers = [asyncio.create_task(read_on(catalog)) for _ in range(8)]
        for number in range(20):
            await asyncio.to_thread(build, (other, seeds)[number % 2], target)
            await asyncio.gather(catalog.refresh(), catalog.refresh())
            assert not [reader for reader in readers if reader.done()]
        over = True
        assert min(await asyncio.gather(*readers)) > 0
        assert seen == set(titles.values())


async def _title(read: Reading) -> str:
    return (await read.rows("SELECT title FROM film"))[0][0]


async def test_a_runaway_query_is_given_up(one_film: Path) -> None:
    """A query that would run for ever ends in time, others go on, the connections serve on."""
    async with Catalog.open(one_film) as catalog, catalog.reading() as read:
        began = time.perf_counter()
        runaway = asyncio.create_task(read.rows(RUNAWAY))
        # Those that queue behind it must not give it more time.
        others = [asyncio.create_task(_title_after(read, runaway, n)) for n in range(8)]
        with pytest.raises(CatalogError, match="interrupted"):
            await runaway
        assert time.perf_counter() - began < QUERY_SECONDS + 0.5
        assert set(await asyncio.gather(*others)) == {"Leaving Las Vegas"}
        for _ in range(4):
            assert await _title(read) == "Leaving Las Vegas"


async def _title_after(read: Reading, runaway: asyncio.Task[object], turn: int) -> str:
    """Read the title a while into the runaway query."""
    await asyncio.wait({runaway}, timeout=turn * QUERY_SECONDS / 10)
    return await _title(read)


async def test_a_cancelled_query_frees_its_connection(one_film: Path) -> None:
    """When nobody waits for a long query any more, the next does not wait for it either."""
    async with Catalog.open(one_film) as catalog, catalog.reading() as read:
        runaways = [asyncio.create_task(read.rows(RUNAWAY)) for _ in range(2)]
        await asyncio.wait(runaways, timeout=0.1)
        began = time.perf_counter()
        for runaway in runaways:
            runaway.cancel()
        await asyncio.wait(runaways)
        assert await _title(read) == "Leaving Las Vegas"
        assert time.perf_counter() - began < QUERY_SECONDS / 2


async def test_the_catalog_cannot_be_written_through_a_reading(one_film: Path) -> None:
    """SQLite itself keeps the cogs from writing."""
    async with Catalog.open(one_film) as catalog, catalog.reading() as read:
        with pytest.raises(CatalogError, match="readonly"):
            await read.rows("DELETE FROM film")


@pytest.mark.usefixtures("_all_closed")
async def test_what_is_no_catalog_is_refused(seeds: Path, target: Path, tmp_path: Path) -> None:
    """A missing or foreign file is no catalog; a refresh to one leaves the old one serving."""
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as db, db:
        db.execute("CREATE TABLE meta (key, value)")
    for path in (tmp_path / "missing.db", foreign, seeds / "kite.toml"):
        with pytest.raises(CatalogError):
            async with Catalog.open(path):
                pass
    build(seeds, target)
    async with Catalog.open(target) as catalog:
        shutil.copy(foreign, target.with_name("next"))
        target.with_name("next").replace(target)
        with pytest.raises(CatalogError):
            await catalog.refresh()
        async with catalog.reading() as read:
            assert await _title(read) == "The Kite"


async def test_what_was_looked_up_is_forgotten_with_its_catalog(seeds: Path, target: Path) -> None:
    """A memo answers without a query, and never over a replacement."""

    async def looked_up() -> str:
        async with catalog.reading() as read:
            return await read.memo("title", lambda: _title(read))

    build(seeds, target)
    async with Catalog.open(target) as catalog:
        assert await looked_up() == "The Kite"
        async with catalog.reading() as read:
            assert await read.memo("title", _unexpected) == "The Kite"
        retitle(seeds, "The Next Kite")
        build(seeds, target)
        assert await looked_up() == "The Kite"
        await catalog.refresh()
        assert await looked_up() == "The Next Kite"


async def test_what_is_known_of_many_is_not_looked_up_again(
    seeds: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the others are, all at once and each once, also while others fill the memo."""
    monkeypatch.setattr(reader, "_MEMO_SIZE", 3)
    looked_up: list[Sequence[str]] = []

    async def lengths(words: Sequence[str]) -> list[int]:
        looked_up.append(words)
        for other in range(3):
            await read.memo(other, functools.partial(_title, read))
        return [len(word) for word in words]

    build(seeds, target)
    async with Catalog.open(target) as catalog, catalog.reading() as read:
        assert await read.memo_each("length", ["kite"], lengths) == [4]
        assert await read.memo_each("length", ["a", "kite", "an", "a"], lengths) == [1, 4, 2, 1]
        assert await read.memo_each("length", [], lengths) == []
        assert await read.memo_each("size", ["an"], lengths) == [2]
    assert looked_up == [["kite"], ["a", "an"], ["an"]]


async def _unexpected() -> str:
    raise AssertionError("looked up again")


def test_problems_are_listed_in_the_error(seeds: Path, target: Path) -> None:
    """The error of a build holds every problem, for the log and for `/admin`."""
    _break_a_pack(seeds, target)
    with pytest.raises(PackProblems) as caught:
        build(seeds, target)
    assert len(caught.value.problems) > 1
    assert all(str(problem) in str(caught.value) for problem in caught.value.problems)
