"""What a round over all films is called."""

from __future__ import annotations

from bot.catalog.films import FilmRef

ALL = "All films"
# Added to what is said where no film is named and none is plain.
OR_ALL = f"For a round over all of them choose `{ALL}`."


def label_of(film: FilmRef | None) -> str:
    """What a round is about: a film, or all of them."""
    return film.label if film else ALL
