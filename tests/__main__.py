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
    "types": ["basedpyright"],
    # Many tests wait for real time to pass, so there are more processes than cores; each takes the
    # next test when it is free.
    "tests": ["pytest", f"--numprocesses={(os.cpu_count() or 1) + 2}", "--maxschedchunk=1"],
}


def main() -> int:
    """Run every check; returns 0 when all passed."""
    failed: list[str] = []
    for name, command in CHECKS.items():
        print(f"== {name}: {' '.join(command)}", flush=True)
        if subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"== failed: {', '.join(failed)}" if failed else "== all checks passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
