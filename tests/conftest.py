"""A bot in a simulated server, and the catalogs that the tests read."""

from __future__ import annotations

import logging
import shutil
from collections.abc import AsyncGenerator, Iterator
from itertools import zip_longest
from pathlib import Path

import pytest
import simcord
from hypothesis import settings

from bot.catalog.build import build
from bot.catalog.reader import Catalog
from bot.client import Marquee
from bot.demo.world import World, build_world
from bot.ledger import Ledger
from bot.settings import Settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("marquee", deadline=None)
settings.load_profile("marquee")

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
PACKS = Path(__file__).parent / "packs"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="fault tests as long as a night")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin first, while the others fill the rest of the time.

    A process is given two tests at once, so one that is not long comes after each of them: it can
    wait.
    """
    long = sorted(filter(seconds_of, items), key=seconds_of, reverse=True)
    others = [item for item in items if not seconds_of(item)]
    items[:] = [item for pair in zip_longest(long, others) for item in pair if item is not None]


def seconds_of(item: pytest.Item) -> int:
    """How long a test takes, where that is so long that it is marked."""
    mark = item.get_closest_marker("takes")
    return 0 if mark is None else mark.kwargs["seconds"]


@pytest.fixture
def times(request: pytest.FixtureRequest) -> int:
    """How many times as much a fault test does as in CI."""
    return 10 if request.config.getoption("--thorough") else 1


@pytest.fixture(scope="session")
def one_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of the shipped pack alone."""
    target = tmp_path_factory.mktemp("one-film") / "catalog.db"
    build(SEEDS, target)
    return target


@pytest.fixture(scope="session")
def two_films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of the shipped pack and the invented film."""
    folder = tmp_path_factory.mktemp("two-films")
    for pack in (*SEEDS.glob("*.toml"), *PACKS.glob("*.toml")):
        shutil.copy(pack, folder)
    build(folder, folder / "catalog.db")
    return folder / "catalog.db"


@pytest.fixture
def catalog_path(request: pytest.FixtureRequest) -> Path:
    """The catalog that ``env`` has; a test, or its module, may have that of another fixture."""
    return request.getfixturevalue(getattr(request, "param", "one_film"))


@pytest.fixture(autouse=True)
def _no_logged_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An error in the log fails the test, unless the test looked at the log itself."""
    yield
    errors = [
        record
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR and not getattr(record, "expected", False)
    ]
    assert not errors, [record.getMessage() for record in errors]


def expect_errors(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """The errors logged so far, which the test has thereby seen."""
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    for record in errors:
        record.expected = True
    return errors


@pytest.fixture
async def bot(catalog_path: Path, tmp_path: Path) -> AsyncGenerator[Marquee]:
    """The real bot, with a catalog and an empty ledger; not connected."""
    chosen = Settings(data_dir=tmp_path, seeds_dir=SEEDS)
    async with Catalog.open(catalog_path) as catalog, Ledger.open(chosen.ledger_path) as ledger:
        yield Marquee(chosen, catalog, ledger)


@pytest.fixture
def simcord_bot(bot: Marquee) -> Marquee:
    """The bot that SimCord's own ``simcord_env`` fixture connects."""
    return bot


@pytest.fixture
def env(simcord_env: simcord.Env) -> simcord.Env:
    """The bot, connected to a simulated Discord."""
    # For how long the bot may be busy in real time, which says more of the machine than of it.
    simcord_env.settle_timeout = 60.0
    return simcord_env


@pytest.fixture
def world(env: simcord.Env, bot: Marquee) -> World:
    """A server with channels and members; ``ada`` may use ``/admin``."""
    world = build_world(env)
    bot.settings = Settings(
        data_dir=bot.settings.data_dir,
        seeds_dir=bot.settings.seeds_dir,
        admin_ids=frozenset({world.ada.id}),
    )
    return world
