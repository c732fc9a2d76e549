"""Text that people wrote, as messages show it: nothing but what can be read in it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.catalog.vocabulary import Spoiler
from bot.errors import FilmNotFound
from bot.plain import is_unseen, plain, visible
from bot.ui.text import clip, escape, fitted, hidden

# A backslash before a sign shows that sign, and has no meaning before letters, digits and spaces.
ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
# What Discord makes more of than text, in what is not escaped.
MARKUP = re.compile(
    r"[*_~`|\\\[\]]"
    r"|https?://|steam://|discord\.gg/|<\S"
    r"|:\w+:"
    r"|@(?:everyone|here)|<[@#]"
    r"|^\s*(?:>|#|-|\+|\d+[.)])",
    re.MULTILINE,
)
# Bits of Discord's markup, to be put together at random; and any other text.
BITS = st.sampled_from(
    [
        *"\\*_~`|[]()<>:/@#-+.!&=\n\t 1aא",
        *"http:// https:// steam:// e.org/x discord.gg/x || ]( ``` <t:1:R> </a:1> <:a:1> "
        "<id:browse> <@12345678901234567> <@&12345678901234567> <#1> <mailto:a@e.org> "
        "@everyone :fire:".split(),
        "-# ", "# ", "> ", ">>> ", "- ", "1. ", "2) ",
        "\u202e", "\u200b", "\u2028", "\r\n", "\u2069", "\u200f",
    ]
)  # fmt: skip
TEXTS = st.lists(BITS | st.text(max_size=3), max_size=40).map("".join)
ISOLATES = re.compile("[\u2068\u2069]")


@given(TEXTS)
@example("http://e.org/||a||b")
@example("[a](http://e.org)")
@example("1) a\n  - b\n\t-# c\n2. d\n>>> e")
@example("@everyone <@12345678901234567> <t:1:R> </a:1> <:a:1> :fire: discord.gg/x")
def test_what_was_typed_is_shown_as_typed(text: str) -> None:
    """No markup, link, mention or emoji is left, and what is shown is the text itself."""
    shown = escape(text, 1_000)

    rest = ISOLATES.sub("", ESCAPED.sub("\ufffc", shown))
    assert MARKUP.search(rest) is None
    seen = ISOLATES.sub("", ESCAPED.sub(r"\1", shown)).replace("@\u200b", "@")
    assert seen == plain(text)


@given(TEXTS, st.integers(min_value=1, max_value=50))
def test_escaping_has_a_longest_text(text: str, length: int) -> None:
    """However hostile it is, a text takes at most twice its characters, and two."""
    assert len(escape(text, length)) <= 2 * length + 2
    assert len(clip(text, length)) <= length


@given(TEXTS)
def test_nothing_closes_a_spoiler_from_within(text: str) -> None:
    """Only the marks around it are left of all that could be some."""
    covered = hidden(escape(text), Spoiler.ENDING)
    assert ESCAPED.sub("", covered)[2:-2].count("|") == 0


@given(TEXTS)
def test_unseen_characters_are_gone(text: str) -> None:
    """Nothing turns the direction, breaks a line in another way, or hides in a text."""
    assert not any(is_unseen(sign) for sign in plain(text).replace("\n", ""))
    assert [sign for sign in plain(text) if sign.isalnum()] == [s for s in text if s.isalnum()]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb\u202c\u2066c\u2069\u200e\u200f\u061c", "abc"),
        ("a\u200bb\ufeffc\u00ad\x00\x1b\x7f", "abc"),
        ("a\r\nb\u2028c\u2029d\x85e\x0bf", "a\nb\nc\nd\ne\nf"),
        ("a\tb", "a b"),
        ("می\u200cشود", "می\u200cشود"),
        ("👩\u200d🚀 שלום", "👩\u200d🚀 שלום"),
    ],
)
def test_what_is_kept_of_a_text(text: str, shown: str) -> None:
    """Persian, emoji and Hebrew stay as they are; what cannot be seen goes."""
    assert plain(text) == shown
    assert ISOLATES.sub("", escape(text)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" \u200bNicolas\u200b Cage\n", "Nicolas Cage"),
        ("\u200b \u200b", ""),
        ("\u200d\u200c", ""),
        ("\u3164\u2800 \u115f\uffa0", ""),
        ("\u2003\ufe0f\u034f", ""),
        ("?", "?"),
        ("½", "½"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_what_can_be_seen_of_a_text(text: str, shown: str) -> None:
    """Blanks, joiners and marks with nothing to stand on are no text."""
    assert visible(text) == shown


@given(TEXTS)
def test_right_to_left_text_stands_apart(text: str) -> None:
    """It is closed off on each of its lines, so that it orders nothing that stands beside it."""
    for line in escape(text, 1_000).split("\n"):
        inside = line.removeprefix("\u2068").removesuffix("\u2069")
        is_isolated = inside != line
        assert is_isolated == any(unicodedata.bidirectional(s) in ("R", "AL", "AN") for s in inside)
        assert ISOLATES.search(inside) is None


def test_a_suggestion_in_a_code_span_has_no_unseen_characters() -> None:
    """What was typed for a film's name stays within its span, on one line."""
    told = str(FilmNotFound("a`b\u202ec\n\nd", []))
    assert "`a'bc d`" in told


@given(st.lists(TEXTS.map(escape), max_size=8), st.integers(60, 400), TEXTS.map(escape))
def test_what_does_not_fit_is_left_out_whole(blocks: list[str], room: int, last: str) -> None:
    """The first blocks that fit, each as it was, the number of the others, and the last one."""
    last = last[:20]
    text = fitted(blocks, room + len(last), last)

    assert len(text) <= room + len(last)
    assert text.endswith(last)
    if len(whole := "\n".join([*blocks, last] if last else blocks)) <= room + len(last):
        assert text == whole
        return
    left_out = int(text.removesuffix(last).split()[-8])
    shown = blocks[: len(blocks) - left_out]
    assert text.startswith("\n".join([*shown, "-# … and"]))
    assert len("\n".join([*blocks[: len(shown) + 1], last])) + 50 > room
