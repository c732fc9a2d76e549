"""Settings: what is read, what is refused, and that the token never shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot.env_file import read_env_file
from bot.errors import SettingsError
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.sixteen-and-more-characters-of-it"
NAMES = (
    "DISCORD_TOKEN",
    "MARQUEE_DATA_DIR",
    "MARQUEE_SEEDS_DIR",
    "MARQUEE_ADMIN_IDS",
    "MARQUEE_DEV_GUILD",
    "MARQUEE_LOG_LEVEL",
)
SEEDS = str(ROOT / "seeds")


def read(**values: str | None) -> Settings:
    return Settings.from_env({"MARQUEE_SEEDS_DIR": SEEDS, **values})


def test_every_setting_is_read(tmp_path: Path) -> None:
    """Each of the six settings ends up in its own field, typed."""
    settings = Settings.from_env(
        {
            "DISCORD_TOKEN": TOKEN,
            "MARQUEE_DATA_DIR": "somewhere",
            "MARQUEE_SEEDS_DIR": str(tmp_path),
            "MARQUEE_ADMIN_IDS": "123456789012345678, 223456789012345678 323456789012345678",
            "MARQUEE_DEV_GUILD": "423456789012345678",
            "MARQUEE_LOG_LEVEL": "warning",
        }
    )
    assert settings == Settings(
        token=TOKEN,
        data_dir=Path("somewhere"),
        seeds_dir=tmp_path,
        admin_ids=frozenset({123456789012345678, 223456789012345678, 323456789012345678}),
        dev_guild=423456789012345678,
        log_level="WARNING",
    )
    assert settings.catalog_path == Path("somewhere/catalog.db")
    assert settings.ledger_path == Path("somewhere/ledger.db")


@pytest.mark.parametrize("empty", ["", "  ", None])
def test_an_empty_value_counts_as_not_set(empty: str | None, monkeypatch: pytest.MonkeyPatch):
    """A line of `.env` that was left empty gives the default, as a missing one does."""
    monkeypatch.chdir(ROOT)
    assert Settings.from_env(dict.fromkeys(NAMES, empty)) == Settings.from_env({}) == Settings()


def test_an_empty_variable_does_not_hide_what_the_file_says() -> None:
    """As `docker -e DISCORD_TOKEN=` makes them: it would open the demo, on an empty ledger."""
    file = {"DISCORD_TOKEN": TOKEN, "MARQUEE_DATA_DIR": "kept", "MARQUEE_SEEDS_DIR": SEEDS}
    settings = Settings.from_env({"DISCORD_TOKEN": "", "MARQUEE_DATA_DIR": " "}, file)
    assert settings == read(DISCORD_TOKEN=TOKEN, MARQUEE_DATA_DIR="kept")


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In `.env` too, which no shell reads."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "packs").mkdir()
    settings = read(MARQUEE_SEEDS_DIR="~/packs", MARQUEE_DATA_DIR="~/data")
    assert (settings.seeds_dir, settings.data_dir) == (tmp_path / "packs", tmp_path / "data")


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("DISCORD_TOKEN", "not-a-token", "three parts"),
        ("DISCORD_TOKEN", TOKEN.replace(".", " "), "three parts"),
        ("MARQUEE_SEEDS_DIR", "/nowhere/at/all", "does not exist"),
        ("MARQUEE_SEEDS_DIR", "x" * 5000, "cannot be used"),
        ("MARQUEE_SEEDS_DIR", __file__, "is a file"),
        ("MARQUEE_SEEDS_DIR", "~nobody-of-that-name/seeds", "home"),
        ("MARQUEE_ADMIN_IDS", "ada", "not 'ada'"),
        ("MARQUEE_ADMIN_IDS", "123456789012345678;223456789012345678", "15 to 19 digits"),
        ("MARQUEE_ADMIN_IDS", "99999999999999999999", "15 to 19 digits"),
        ("MARQUEE_DEV_GUILD", "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨", "15 to 19 digits"),
        ("MARQUEE_DEV_GUILD", "-123456789012345678", "15 to 19 digits"),
        ("MARQUEE_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING, ERROR"),
    ],
)
def test_a_bad_setting_is_named_with_what_would_be_right(setting: str, value: str, told: str):
    """The error names the setting, says what is wrong, and stays on one line."""
    with pytest.raises(SettingsError) as caught:
        read(**{setting: value})
    assert caught.value.setting == setting
    assert str(caught.value).startswith(f"{setting} ")
    assert told in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("MARQUEE_LOGLEVEL", "MARQUEE_LOG_LEVEL"),
        ("MARQUEE_ADMIN_ID", "MARQUEE_ADMIN_IDS"),
        ("MARQUEE_DATA", "MARQUEE_DATA_DIR"),
        ("marquee_seeds_dir", "MARQUEE_SEEDS_DIR"),
        ("MARQUEE_TOKEN", "DISCORD_TOKEN"),
        ("MARQUEE_COLOUR", "DISCORD_TOKEN, MARQUEE_DATA_DIR, "),
        ("discord_token", "DISCORD_TOKEN"),
        ("DISCORD_TOKN", "DISCORD_TOKEN"),
        ("MARQUE_ADMIN_IDS", "MARQUEE_ADMIN_IDS"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
        (f"MARQUEE_DEV_GUILD:{TOKEN}", ""),
    ],
)
def test_a_misspelt_setting_in_the_file_is_named_with_what_was_meant(name: str, meant: str) -> None:
    """Or the bot would start as if it were not there: with the demo, though it has a token."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"DISCORD_TOKEN": ""}, {name: TOKEN})
    told = str(caught.value)
    assert told.startswith(f"{name.replace(TOKEN, '[token]')} is no setting of Marquee")
    assert meant in told
    assert TOKEN not in told


@pytest.mark.parametrize("name", ["MARQUEE_LOGLEVEL", "MARQUEE_TOKEN", "MARQUEE_SEED_DIR"])
def test_a_misspelt_setting_in_the_environment_is_named(name: str) -> None:
    """There, what has our prefix has to look like one of ours."""
    with pytest.raises(SettingsError, match=f"^{name} is no setting of Marquee; did you mean"):
        read(**{name: "x"})


def test_what_other_programs_have_is_left_alone() -> None:
    """In a `.env` that is shared; and in an environment, where Kubernetes puts names with ours."""
    around = {
        "DISCORD_TOKN": "x",  # of a file it would be told
        "MARQUEE_PORT": "tcp://10.0.0.1:80",
        "MARQUEE_PORT_80_TCP_ADDR": "10.0.0.1",
        "MARQUEE_SERVICE_HOST": "10.0.0.1",
        "MARQUEE_CHROMIUM": "/usr/bin/chromium",
        "MARQUEE_REQUIRE_BROWSER": "1",
    }
    shared = {
        "PATH": "/bin",
        "COMPOSE_PROJECT_NAME": "marquee",
        "DISCORD_CLIENT_ID": "1",
        "DISCORD_KEY": "x",
        "DISCOURSE_TOKEN": "x",
        "LOG_LEVEL": "loud",
        "TOKEN": "x",
        "MARQUEE_COLOUR": "",
    }
    assert read(**around) == read()
    assert Settings.from_env({"MARQUEE_SEEDS_DIR": SEEDS}, shared) == read()
    both = {"DISCORD_TOKEN_OLD": "x", "DISCORD_TOKEN": TOKEN, "MARQUEE_SEEDS_DIR": SEEDS}
    assert Settings.from_env({}, both) == read(DISCORD_TOKEN=TOKEN)


def test_the_token_does_not_show() -> None:
    """Neither the settings' text nor a refusal of a mistyped token holds the token."""
    assert TOKEN not in f"{read(DISCORD_TOKEN=TOKEN)!r} {read(DISCORD_TOKEN=TOKEN)}"
    with pytest.raises(SettingsError) as caught:
        read(DISCORD_TOKEN=f"Bot {TOKEN}")
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("setting", NAMES[2:])
def test_a_token_in_the_wrong_setting_does_not_show(setting: str) -> None:
    """Who pastes the token one line too low does not find it in the log."""
    with pytest.raises(SettingsError) as caught:
        read(**{setting: TOKEN})
    assert not [part for part in TOKEN.split(".") if part in str(caught.value)]


@given(
    setting=st.sampled_from(["MARQUEE_ADMIN_IDS", "MARQUEE_DEV_GUILD"]),
    value=st.text() | st.from_regex(r"[0-9, ]{0,45}", fullmatch=True),
)
def test_any_text_gives_ids_or_an_error_that_names_the_setting(setting: str, value: str) -> None:
    """Whatever is typed into a numeric setting, it is understood or refused by name."""
    try:
        settings = read(**{setting: value})
    except SettingsError as error:
        named = error.setting
    else:
        named = setting
        ids = settings.admin_ids if setting == "MARQUEE_ADMIN_IDS" else {settings.dev_guild or 0}
        assert {str(number) for number in ids - {0}} == {
            str(int(part)) for part in re.split(r"[\s,]+", value) if part
        }
        assert max(ids, default=0) < 2**64
    assert named == setting


def test_the_example_lists_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """`.env.example` names exactly the settings there are; uncommented, it changes nothing."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    source = (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")
    names = re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)
    assert sorted(names) == sorted(NAMES)
    assert set(re.findall(r'"((?:DISCORD|MARQUEE)_[A-Z_]+)"', source)) == set(NAMES)

    monkeypatch.chdir(ROOT)
    uncommented = re.sub(r"^#(?=[A-Z_]+=)", "", text, flags=re.MULTILINE)
    values = [line.partition("=") for line in uncommented.splitlines() if re.match("[A-Z]", line)]
    assert Settings.from_env({name: value for name, _, value in values}) == Settings()
    for default in ("data", "seeds", "INFO"):
        assert f"Default: {default}\n" in text


def test_the_example_can_be_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of `.env.example` with nothing filled in opens the demo."""
    monkeypatch.chdir(ROOT)
    assert Settings.from_env(dotenv_values(ROOT / ".env.example")).token is None


def test_the_env_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Comments, quotes, `export` and a bare name are understood; no file gives no settings."""
    path = tmp_path / ".env"
    assert read_env_file(path) == {}
    path.write_text("# a\n\nexport A='x # y'\nB=\"z\" # note\nC = $A\nD=\nE\n", encoding="utf-8")
    assert read_env_file(path) == {"A": "x # y", "B": "z", "C": "$A", "D": "", "E": None}


def test_the_readme_lists_every_setting() -> None:
    """README.md has a table row for each setting."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = "\n".join(line for line in readme.splitlines() if line.startswith("|"))
    assert [name for name in NAMES if name not in rows] == []
