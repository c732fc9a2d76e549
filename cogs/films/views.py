"""The buttons of the film commands; all they need is in their ``custom_id``."""

from __future__ import annotations

import re

from bot.catalog.vocabulary import Topic
from bot.ui.buttons import Pressable

_NO_TOPIC = "all"


class AnotherFact(
    Pressable,
    template=r"fact:(?P<film>[a-z0-9-]{1,40}):(?P<topic>[a-z-]{3,12})"
    r":(?P<seed>[0-9]{1,10}):(?P<at>[0-9]{1,6})",
):
    """The next fact in the order that ``seed`` gives."""

    def __init__(
        self, film: str, topic: Topic | None, seed: int, at: int, label: str = "Another"
    ) -> None:
        super().__init__(f"fact:{film}:{topic or _NO_TOPIC}:{seed}:{at}", label)
        self.film = film
        self.topic = topic
        self.seed = seed
        self.at = at

    @classmethod
    def from_match(cls, match: re.Match[str]) -> AnotherFact:
        topic = Topic(match["topic"]) if match["topic"] in list(Topic) else None
        return cls(match["film"], topic, int(match["seed"]), int(match["at"]))


class FactSearch(
    Pressable,
    template=r"find:(?P<film>[a-z0-9-]{0,40}):(?P<page>[0-9]{1,3}):(?P<tokens>[\w+]{1,48})",
):
    """Another page of a search. ``tokens`` are folded words, joined by plus signs."""

    def __init__(self, film: str | None, page: int, tokens: str, label: str = "…") -> None:
        super().__init__(f"find:{film or ''}:{page}:{tokens}", label)
        self.film = film
        self.page = page
        self.tokens = tokens

    @classmethod
    def from_match(cls, match: re.Match[str]) -> FactSearch:
        return cls(match["film"] or None, int(match["page"]), match["tokens"])


class FilmPage(Pressable, template=r"films:(?P<page>[0-9]{1,6})"):
    """Another page of the list of films."""

    def __init__(self, page: int, label: str = "…") -> None:
        super().__init__(f"films:{page}", label)
        self.page = page

    @classmethod
    def from_match(cls, match: re.Match[str]) -> FilmPage:
        return cls(int(match["page"]))
