"""What an amount is of: currencies, units, and words that only name what was counted. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .figures import is_figure

SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_CURRENCIES = {
    "usd": "dollar", "buck": "dollar", "bucks": "dollar", "eur": "euro", "gbp": "pound",
    "quid": "pound",
} | {name + ending: name for name in SIGNS.values() for ending in ("", "s")}  # fmt: skip
_SHORT = {
    "hr": "hour", "hrs": "hours", "min": "minute", "mins": "minutes", "sec": "second",
    "secs": "seconds", "wk": "week", "wks": "weeks", "yr": "year", "yrs": "years",
}  # fmt: skip
# A gauge is called by its figure alone, which of no other unit is enough.
_GAUGE = "millimeters"
_LENGTHS = {
    written: f"{long}meters"
    for long, short in (("milli", "mm"), ("centi", "cm"), ("kilo", "km"))
    for written in (
        short, f"{long}meter", f"{long}meters", f"{long}metre", f"{long}metres"
    )
}  # fmt: skip
_UNITS = frozenset(
    "day week month year decade century hour minute second night weekend fortnight "
    "meter metre mile foot inch yard gram kilogram kilo pound ounce ton tonne liter litre gallon "
    "degree percent percentage cent penny franc mark peso rouble ruble rupee krona lira".split()
)
_IRREGULAR = frozenset("centuries feet inches pennies pence".split())
# Behind these the figure before them is not the number that is meant.
_CHANGING = frozenset(
    "half halves quarter quarters dozen dozens score scores couple pair pairs point plus minus "
    "more less fewer over under times fold or and no not mil mill mio mn mln bn hundreds thousands "
    "trillion trillions".split()
)


def without_currency(tokens: list[str]) -> tuple[list[str], str]:
    """An amount and what it is of: ``32000000``, ``dollar``."""
    if len(tokens) > 1 and any(map(is_figure, tokens)):
        if tokens[0] in _CURRENCIES:
            return tokens[1:], _CURRENCIES[tokens[0]]
        if tokens[-1] in _CURRENCIES:
            return tokens[:-1], _CURRENCIES[tokens[-1]]
    return tokens, ""


def with_units(tokens: Sequence[str]) -> list[str]:
    """The units behind figures written out: ``1 hr`` is one hour, 35 mm is millimeters."""
    known = _SHORT | _LENGTHS
    return [
        known.get(token, token) if place and is_figure(tokens[place - 1]) else token
        for place, token in enumerate(tokens)
    ]


def counted(tokens: Sequence[str], asked: Collection[str] = ()) -> str | None:
    """The number of ``4 nominations``, which answers "how many" as 4 does.

    :param asked: the words of the question; a unit that it does not name is another one.
    """
    number, *words = tokens or ("",)
    if not words or not number.isdecimal() or any(map(is_figure, words)):
        return None
    if any(len(word) == 1 or word in _CHANGING for word in words):
        return None
    known = {word.removesuffix("s") for word in asked}
    others = (word for word in words if word.removesuffix("s") not in known)
    return None if any(map(_is_unit, others)) else number


def gauge(tokens: Sequence[str]) -> str | None:
    """The figure of ``35 mm``, which is name enough."""
    return tokens[0] if len(tokens) == 2 and tokens[1] == _GAUGE else None


def _is_unit(word: str) -> bool:
    known = _UNITS.union(_IRREGULAR, _CURRENCIES, _SHORT, _SHORT.values(), _LENGTHS)
    return word in known or word.removesuffix("s") in known
