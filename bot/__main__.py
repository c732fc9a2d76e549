"""Marquee's command line, and the one place where its parts are put together.

    python -m bot            the bot when there is a token, else the demo
    python -m bot run        the bot on Discord
    python -m bot demo       the bot in a simulated Discord, in the browser
    python -m bot build      build the catalog from the film packs
    python -m bot check      check film packs and print every problem
    python -m bot backup F   copy the ledger to the new file F, also while the bot runs
    python -m bot schema     print the JSON Schema of film packs, for editors

Exit status: 0 done, 1 failed, 2 a setting or an argument cannot be used.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from . import __version__, logs
from .env_file import read_env_file
from .errors import MarqueeError, SettingsError
from .settings import Settings, unusable_data_dir

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    _print_any_name()
    options = _parser().parse_args(arguments)
    try:
        # The environment wins over the file, which is read here and nowhere else.
        settings = Settings.from_env(os.environ, read_env_file(Path(".env")))
        logs.set_up(settings.log_level, settings.token)
        status = _run(options, settings)
        sys.stdout.flush()  # here, where a reader that is gone is no failure
        return status
    except SettingsError as error:
        print(f"marquee: {error}", file=sys.stderr)
        return USAGE_ERROR
    except MarqueeError as error:
        print(f"marquee: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `head`, or a pager that was closed, has read enough
        # Python writes out the rest when it exits, which must not fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _print_any_name() -> None:
    """The name of a file may be no text, or none that the terminal can show."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        cast("io.TextIOWrapper", sys.stdout).reconfigure(errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Marquee, a Discord bot for film communities."
    )
    parser.add_argument("--version", action="version", version=f"Marquee {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="run the bot on Discord (needs DISCORD_TOKEN)")
    demo = commands.add_parser("demo", help="try the bot in your browser; needs no token")
    demo.add_argument("--port", type=int, default=None, help="default: a free one")
    demo.add_argument("--channel", default="film-night", help="film-night or after-dark")
    demo.add_argument("--no-browser", action="store_true", help="only print the address")
    commands.add_parser("build", help="build the catalog from the film packs")
    check = commands.add_parser("check", help="check film packs; prints every problem")
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="packs or folders")
    backup = commands.add_parser("backup", help="copy the ledger, also while the bot runs")
    backup.add_argument("file", type=Path, metavar="FILE", help="a new file")
    commands.add_parser("schema", help="print the JSON Schema of film packs, for editors")
    return parser


def _run(options: argparse.Namespace, settings: Settings) -> int:
    command = options.command or ("run" if settings.token else "demo")
    if command == "check":
        return _check(options.paths or [settings.seeds_dir])
    if command == "schema":
        return _schema()
    if command == "build":
        return _build(settings)
    if command == "backup":
        return _back_up(settings.ledger_path, options.file)
    if command == "demo":
        from .demo import run_demo  # an extra: only those who try the demo install it

        return asyncio.run(
            run_demo(
                settings,
                channel=options.channel if options.command else "film-night",
                port=options.port if options.command else None,
                open_browser=not (options.command and options.no_browser),
            )
        )
    from .live import run_live  # discord.py takes a while to import, and `check` needs none of it

    if sys.platform == "win32":
        return asyncio.run(run_live(settings))
    import uvloop

    return uvloop.run(run_live(settings))


def _check(paths: Sequence[Path]) -> int:
    """Print every problem of the packs, then how many there are."""
    from .catalog.check import check_files, packs_at
    from .catalog.complaints import shown_path

    files = packs_at(paths)
    if not files:
        folders = ", ".join(map(shown_path, paths))
        raise MarqueeError(f"There is no film pack (*.toml) in {folders}.")
    problems = check_files(files).problems
    for problem in problems:
        print(problem)
    packs = f"{len(files)} pack{'s' if len(files) != 1 else ''}"
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        print(f"{count} in {packs}.", file=sys.stderr)
        return 1
    print(f"{packs} checked, no problem found.")
    return 0


def _schema() -> int:
    from .catalog.pack_schema import schema_text

    print(schema_text(), end="")
    return 0


def _build(settings: Settings) -> int:
    from .catalog.build import build

    _try_out(settings.data_dir)
    built = build(settings.seeds_dir, settings.catalog_path, _show_progress)
    print(
        f"Built {settings.catalog_path}: {built.films:,} films, {built.facts:,} facts, "
        f"{built.questions:,} questions."
    )
    return 0


def _back_up(ledger: Path, target: Path) -> int:
    from .ledger.backup import back_up

    back_up(ledger, target, _show_copied)
    print(f"Copied {ledger} to {target}.")
    return 0


def _try_out(data_dir: Path) -> None:
    """Find out before the packs are read whether files can be made in the data folder.

    :raises SettingsError: when they cannot.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        raise unusable_data_dir(error) from None


def _show_progress(done: int, total: int) -> None:
    """A line of progress, rewritten in place; on a terminal only."""
    if sys.stderr.isatty() and (done == total or done % 100 == 0):
        print(f"\r{done:,} of {total:,} films", end="\n" if done == total else "", file=sys.stderr)


def _show_copied(done: int, total: int) -> None:
    """Likewise; what is printed at the end takes its place."""
    if sys.stderr.isatty():
        print(f"\r{done / 1e6:,.0f} of about {total / 1e6:,.0f} MB", end="\r", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
