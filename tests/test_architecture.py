"""The house: which way the arrows point, what lies in which room, and what the papers say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

import bot.__main__
from bot.catalog.reader import Catalog
from bot.client import Marquee
from bot.ledger import Ledger
from bot.settings import Settings

from .conftest import ROOT, SEEDS

CODE = sorted(
    path for room in ("bot", "cogs") for path in (ROOT / room).rglob("*.py") if path.is_file()
)
COGS = sorted(path.parent for path in (ROOT / "cogs").glob("*/__init__.py"))
# What is pure though its first words do not say so.
PURE_TOO = [
    *(ROOT / "cogs").rglob("models.py"),
    *(
        ROOT / "bot" / "catalog" / f"{name}.py"
        for name in (
            "check",
            "complaints",
            "derive",
            "fingerprint",
            "names",
            "pack",
            "pack_schema",
            "places",
            "rules",
            "vocabulary",
            "wording",
        )
    ),
]
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s"
    r"|CREATE\s+(TABLE|INDEX|VIRTUAL)|PRAGMA\s)",
    re.DOTALL,
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


EVERY_MODULE = pytest.mark.parametrize("path", CODE, ids=map(name_of, CODE))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def package_of(path: Path) -> list[str]:
    """The package that relative imports of a module start from."""
    return list(path.relative_to(ROOT).parent.parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a module imports, by its full name, wherever in it."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = package_of(path)
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def says_pure(path: Path) -> bool:
    """Whether a module calls itself pure, which is a promise."""
    return bool(re.search(r"\bpure\b", ast.get_docstring(tree_of(path)) or "", re.IGNORECASE))


RULES = sorted({*PURE_TOO, *filter(says_pure, CODE)})


# ---------------------------------------------------------------- arrows


@pytest.mark.parametrize(
    "path", [path for path in CODE if "bot" in package_of(path)[:1]], ids=name_of
)
def test_the_core_does_not_know_the_cogs(path: Path) -> None:
    """`bot/` imports nothing of `cogs/`."""
    assert [module for module in imports(path) if within(module, "cogs")] == []


@pytest.mark.parametrize("cog", COGS, ids=name_of)
def test_a_feature_does_not_know_another(cog: Path) -> None:
    """A cog imports the core and itself, so that it can be reloaded alone."""
    own = f"cogs.{cog.name}"
    others = [
        (name_of(path), module)
        for path in cog.rglob("*.py")
        for module in imports(path)
        if within(module, "cogs") and not within(module, own)
    ]
    assert others == []


@pytest.mark.parametrize("path", RULES, ids=name_of)
def test_rules_know_neither_discord_nor_a_loop(path: Path) -> None:
    """Rules are pure: no Discord, no asyncio, no clock and no chance of their own."""
    impure = ("discord", "asyncio", "aiosqlite", "time", "simcord")
    found = {module for module in imports(path) if any(within(module, name) for name in impure)}
    assert found == set()
    chance = {module for module in imports(path) if within(module, "random")}
    assert chance <= {"random", "random.Random"}  # the type of what is handed in
    calls = {
        ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)
    }
    assert {call for call in calls if re.fullmatch(r"(datetime|date)\.(now|today)", call)} == set()


@pytest.mark.parametrize(
    "path",
    [path for path in CODE if package_of(path)[:2] in (["bot", "catalog"], ["bot", "ledger"])],
    ids=name_of,
)
def test_the_databases_do_not_know_discord(path: Path) -> None:
    """Catalog and ledger could serve any other chat."""
    assert [module for module in imports(path) if within(module, "discord")] == []


@EVERY_MODULE
def test_sql_stays_in_its_rooms(path: Path) -> None:
    """SQL is in the catalog, the ledger, the command sync and each feature's queries."""
    parts = path.relative_to(ROOT).parts
    if parts[:2] in (("bot", "catalog"), ("bot", "ledger")) or parts == ("bot", "sync.py"):
        return
    if parts[0] == "cogs" and ("queries" in parts or parts[-1] == "queries.py"):
        return
    statements = [
        node.value
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    ]
    assert statements == []


@EVERY_MODULE
def test_placeholders_have_no_numbers(path: Path) -> None:
    """Values go in as a sequence, for which Python 3.14 refuses `?1`; it takes plain `?` only."""
    numbered = [
        node.value
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\?\d", node.value)
    ]
    assert numbered == []


@pytest.mark.parametrize("cog", COGS, ids=name_of)
def test_a_package_imports_its_cog_at_the_top(cog: Path) -> None:
    """So that discord.py's rollback of a broken reload finds the old cog whole."""
    tree = tree_of(cog / "__init__.py")
    top = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }
    (setup,) = (node for node in tree.body if getattr(node, "name", None) == "setup")
    assert not [node for node in ast.walk(setup) if isinstance(node, ast.Import | ast.ImportFrom)]
    made = {
        node.func.id
        for node in ast.walk(setup)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert made & top, "setup() makes a Cog that the package imports at its top"


@pytest.mark.parametrize("cog", COGS, ids=name_of)
def test_features_share_their_words(cog: Path) -> None:
    """Every feature has the same rooms under the same names."""
    assert {"cog.py", "render.py"} <= {path.name for path in cog.iterdir()}


# ---------------------------------------------------------------- size


@EVERY_MODULE
def test_modules_and_functions_stay_small(path: Path) -> None:
    """A module can be read in one go, a function seen at once."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    long = {
        node.name: length
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


@EVERY_MODULE
def test_every_module_says_what_it_is(path: Path) -> None:
    """The first line of a module tells a stranger what is in it."""
    assert ast.get_docstring(tree_of(path))


def test_the_installed_packages_are_all_of_them() -> None:
    """pyproject.toml installs every package of the core and every cog: a wheel has them, too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["packages"]["find"]["include"]
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for folder in (ROOT / "bot", ROOT / "cogs")
        for path in folder.rglob("__init__.py")
    }
    found = {name for name in packages if any(fnmatchcase(name, one) for one in patterns)}
    assert found == packages
    assert not any(fnmatchcase(name, one) for name in ("tests", "benchmarks") for one in patterns)


# ---------------------------------------------------------------- papers


def test_help_lists_the_commands_of_the_docstring() -> None:
    """`python -m bot --help` and the page at the top of `bot/__main__.py` name the same."""
    documented = re.findall(r"python -m bot (\w+) ", bot.__main__.__doc__ or "")
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    assert documented
    assert sorted(re.findall(r"^ {4}(\w+) ", shown, re.MULTILINE)) == sorted(documented)


async def test_the_readme_lists_the_commands_that_there_are(one_film: Path, tmp_path: Path) -> None:
    """README.md has one row for each command, with its options; optional ones in brackets."""
    settings = Settings(data_dir=tmp_path, seeds_dir=SEEDS)
    async with (
        Catalog.open(one_film) as catalog,
        Ledger.open(settings.ledger_path) as ledger,
        Marquee(settings, catalog, ledger) as marquee,
    ):
        await marquee.packages.load_all()
        live = {
            signature(command)
            for command in marquee.tree.walk_commands(type=discord.AppCommandType.chat_input)
            if isinstance(command, app_commands.Command)
        }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in readme.splitlines() if line.startswith("| `/")]
    assert sorted(row for cell in rows for row in re.findall(r"`(/[^`]+)`", cell)) == sorted(live)


def signature(command: app_commands.Command[Any, ..., Any]) -> str:
    """``/film search query [film]``"""
    options = (
        option.display_name if option.required else f"[{option.display_name}]"
        for option in command.parameters
    )
    return " ".join([f"/{command.qualified_name}", *options])
