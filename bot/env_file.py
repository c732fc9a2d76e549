"""What ``.env`` says, or the line of it that says nothing.

A line that cannot be understood is an error: without it the bot would start as if the setting were
not there, so a forgotten quotation mark around the token would open the demo.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from .errors import SettingsError

# Only names are ever shown, and only those that are spelled as ours: the rest may be a secret.
_NAME = re.compile(r"""(?:export\s+)?['"]?((?:DISCORD|MARQUEE)_[A-Z_]{1,20})(?![A-Za-z0-9.-])""")


def read_env_file(path: Path) -> dict[str, str | None]:
    """The settings in the file at ``path``; none when there is no such file.

    :raises SettingsError: naming the first line that cannot be understood, never what it holds.
    """
    try:
        if not (path.is_file() or path.is_fifo()):
            return {}
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingsError(path.name, "is not UTF-8 text; save the file as UTF-8") from None
    except OSError as error:
        raise SettingsError(path.name, f"cannot be read: {error}") from None
    for binding in parse_stream(io.StringIO(text)):
        if _says_nothing(binding):
            raise _not_understood(path, binding)
    return dotenv_values(stream=io.StringIO(text), interpolate=False)


def _says_nothing(binding: Binding) -> bool:
    """Whether a line is neither a setting, nor the bare name of one, nor a comment."""
    bare = binding.key is not None and binding.value is None
    return binding.error or (bare and not re.fullmatch(r"[A-Za-z_]\w*", str(binding.key)))


def _not_understood(path: Path, binding: Binding) -> SettingsError:
    written = binding.original.string.lstrip()
    above = binding.original.string[: -len(written)]  # the parser counts empty lines to the next
    name = _NAME.match(written)
    line = f"line {binding.original.line + above.count(chr(10))}{f' ({name[1]})' if name else ''}"
    return SettingsError(
        path.name,
        f"{line} cannot be understood: it must be NAME=value, and a quotation mark that "
        "opens the value must also close it, at the end of the line",
    )
