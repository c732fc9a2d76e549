"""All of Marquee's settings, read once from a mapping into one frozen object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from .errors import SettingsError

# A bot token is three base64url parts: user id, time, signature. Lengths vary over the
# years, so only the shape is checked; Discord has the last word.
_TOKEN = re.compile(r"[\w-]{10,}\.[\w-]{4,}\.[\w-]{20,}")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_PREFIX = "MARQUEE_"
_NAMES = (
    "DISCORD_TOKEN",
    "MARQUEE_DATA_DIR",
    "MARQUEE_SEEDS_DIR",
    "MARQUEE_ADMIN_IDS",
    "MARQUEE_DEV_GUILD",
    "MARQUEE_LOG_LEVEL",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner decided. ``token`` is ``None`` when there is none: then only the demo runs."""

    token: str | None = field(default=None, repr=False)
    data_dir: Path = Path("data")
    seeds_dir: Path = Path("seeds")
    admin_ids: frozenset[int] = frozenset()
    dev_guild: int | None = None
    log_level: str = "INFO"

    @classmethod
    def from_env(
        cls,
        env: Mapping[str, str | None],
        file: Mapping[str, str | None] = MappingProxyType({}),
    ) -> Settings:
        """Read the settings from ``env``, which wins, and from what ``file`` has beside.

        An empty value counts as not set, in ``env`` too: it hides nothing that ``file`` says.

        :raises SettingsError: naming the first setting that cannot be used, or is none of ours.
        """
        written = _filled(file)
        values = written | _filled(env)
        _refuse_misspelt(values, written)
        return cls(
            token=_token(values.get("DISCORD_TOKEN")),
            data_dir=_path("MARQUEE_DATA_DIR", values.get("MARQUEE_DATA_DIR", "data")),
            seeds_dir=_existing_dir("MARQUEE_SEEDS_DIR", values.get("MARQUEE_SEEDS_DIR", "seeds")),
            admin_ids=frozenset(
                _snowflake("MARQUEE_ADMIN_IDS", part)
                for part in re.split(r"[\s,]+", values.get("MARQUEE_ADMIN_IDS", ""))
                if part
            ),
            dev_guild=(
                _snowflake("MARQUEE_DEV_GUILD", values["MARQUEE_DEV_GUILD"])
                if "MARQUEE_DEV_GUILD" in values
                else None
            ),
            log_level=_log_level(values.get("MARQUEE_LOG_LEVEL", "INFO")),
        )

    @property
    def catalog_path(self) -> Path:
        return self.data_dir / "catalog.db"

    @property
    def ledger_path(self) -> Path:
        return self.data_dir / "ledger.db"


def unusable_data_dir(error: OSError) -> SettingsError:
    """What to tell when no file can be made in the data folder."""
    return SettingsError("MARQUEE_DATA_DIR", f"names a folder that cannot be used: {error}")


def _filled(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value.strip() for name, value in values.items() if value and value.strip()}


def _refuse_misspelt(values: Mapping[str, str], file: Mapping[str, str]) -> None:
    """Refuse a misspelt setting, without which the bot would start as if it were not there.

    A name that is no setting may be another program's: of those that share the file, or of
    Kubernetes, which makes names such as ``MARQUEE_PORT`` of a service's. So one with our prefix
    is told in the file, elsewhere if it looks like one of ours; any other in the file only, if it
    hardly differs from a setting that is missing.
    """
    for name in [name for name in values if name not in _NAMES]:
        near = _near(name)
        if name.upper().startswith(_PREFIX):
            misspelt = name in file or near
        else:
            misspelt = name in file and near and near not in values
        if misspelt:
            hint = f"; did you mean {near}?" if near else f"; those are {', '.join(_NAMES)}"
            raise SettingsError(_without_token(name), f"is no setting of Marquee{hint}")


def _near(name: str) -> str | None:
    """The setting that ``name`` looks like: by what follows our prefix, else as a whole."""
    written = name.upper()
    if written.startswith(_PREFIX):
        endings = {setting.partition("_")[2]: setting for setting in _NAMES}
        near = get_close_matches(written.removeprefix(_PREFIX), endings, n=1)
        return endings[near[0]] if near else None
    # DISCORD_BOT_TOKEN is near enough, DISCOURSE_TOKEN is not.
    return next(iter(get_close_matches(written, _NAMES, n=1, cutoff=0.86)), None)


def _token(value: str | None) -> str | None:
    if value is not None and not _TOKEN.fullmatch(value):
        # The value stays out of the message: a mistyped token is still a secret.
        raise SettingsError(
            "DISCORD_TOKEN",
            "is not a bot token (three parts joined by dots); copy it again from the Bot page "
            "of your application, or leave it empty for the demo",
        )
    return value


def _snowflake(setting: str, value: str) -> int:
    if not re.fullmatch(r"[0-9]{15,19}", value):
        raise SettingsError(
            setting, f"must hold Discord ids (15 to 19 digits), not {_shown(value)}"
        )
    return int(value)


def _path(setting: str, value: str) -> Path:
    """The path ``value``, in which ``~`` is the home folder though no shell reads ``.env``."""
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise SettingsError(setting, f"begins with no user's home: {_shown(value)}") from None


def _existing_dir(setting: str, value: str) -> Path:
    path = _path(setting, value)
    try:
        if path.is_dir():
            return path
        problem = "is a file" if path.exists() else "does not exist"
    except OSError as error:
        problem = f"cannot be used ({error.strerror})"
    raise SettingsError(setting, f"names a folder that {problem}: {_shown(value)}")


def _log_level(value: str) -> str:
    if value.upper() not in _LOG_LEVELS:
        raise SettingsError(
            "MARQUEE_LOG_LEVEL", f"must be one of {', '.join(_LOG_LEVELS)}, not {_shown(value)}"
        )
    return value.upper()


def _shown(value: str) -> str:
    """A value for an error's text; a token that was put into the wrong setting is kept out."""
    return repr(_without_token(value))


def _without_token(text: str) -> str:
    hidden = _TOKEN.sub("[token]", text)
    return hidden if len(hidden) <= 60 else hidden[:59] + "…"
