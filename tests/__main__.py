"""``python -m tests``: every check that a change must pass, as continuous integration runs it.

All of them run even when one fails, and any that could not run counts as failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    # Many tests wait for real time to pass, so there are more processes than cores; each takes the
    # next test when it is free.
    "tests": ["pytest", f"--numprocesses={(os.cpu_count() or 1) + 2}", "--maxschedchunk=1"],
}
# The tests that begin first are those that wait most, so this costs hardly any time beside them.
TYPES = ["basedpyright"]


def main() -> int:
    """Run every check; returns 0 when all passed."""
    with subprocess.Popen(
        python(TYPES), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as types:
        failed = [name for name, command in CHECKS.items() if not passes(name, command)]
        announce("types", TYPES)
        sys.stdout.buffer.write(types.communicate()[0])
    if types.returncode:
        failed.append("types")
    print(f"== failed: {', '.join(failed)}" if failed else "== all checks passed", flush=True)
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    """Run a check, which prints what it finds."""
    announce(name, command)
    return subprocess.run(python(command), cwd=ROOT, check=False).returncode == 0


def announce(name: str, command: list[str]) -> None:
    print(f"== {name}: {' '.join(command)}", flush=True)


def python(command: list[str]) -> list[str]:
    return [sys.executable, "-m", *command]


if __name__ == "__main__":
    sys.exit(main())
