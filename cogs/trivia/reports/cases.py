"""A reported question as moderators look at it before they decide. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..models import Place, Question
from .elsewhere import Spot, effects, players
from .models import VOIDING, Choice, Day, Report
from .regrading import Played
from .wordings import Wording, is_accepted

# So many wordings are offered: what most typed, and besides it what members typed who reported.
_OFFERED, _REPORTED = 5, 3


@dataclass(frozen=True, slots=True)
class LostCase:
    """One that other code has written so that nobody can read it, with its open reports."""

    place: Place
    reports: tuple[Report, ...]
    page: int
    of: int

    def would_change(self) -> dict[Choice, int]:
        """No verdict can be passed on it."""
        return {}


@dataclass(frozen=True, slots=True)
class DayCase:
    """A daily question with open reports, the oldest first, and its place in the queue."""

    day: Day
    others: tuple[Spot, ...]  # the same question in rounds of the server
    reports: tuple[Report, ...]
    page: int
    of: int

    @property
    def place(self) -> Place:
        return Place(self.day.id)

    @property
    def asked(self) -> Question:
        return self.day.question

    @property
    def is_pending_elsewhere(self) -> bool:
        """Whether a round has to be over first."""
        return any(other.is_pending for other in self.others)

    def would_change(self) -> dict[Choice, int]:
        """How many players' scores each verdict would change; see :meth:`Case.would_change`."""
        return {VOIDING: len(players(effects(None, self.others, VOIDING)))}


@dataclass(frozen=True, slots=True)
class Case:
    """A question with open reports, the oldest first, and its place in the queue."""

    spot: Spot
    others: tuple[Spot, ...]  # the same question in other rounds of the server
    reports: tuple[Report, ...]
    page: int
    of: int

    @property
    def place(self) -> Place:
        return self.spot.place

    @property
    def step(self) -> int:
        return self.spot.step

    @property
    def played(self) -> Played:
        return self.spot.played

    @property
    def asked(self) -> Question:
        return self.played.questions[self.step]

    @property
    def is_pending_elsewhere(self) -> bool:
        """Whether another round has to be over first."""
        return any(other.is_pending for other in self.others)

    def chosen(self) -> Counter[int]:
        """How many chose each slot."""
        return Counter(answer.slot for answer in self.played.steps[self.step].answers)

    def choices(self) -> list[Choice]:
        """Every verdict that could be passed on it."""
        slots = map(Choice, self.played.also_right(self.step))
        return [VOIDING, *slots, *(Choice(typist=one.typist) for one in self.offered())]

    def would_change(self) -> dict[Choice, int]:
        """How many players' scores each verdict would change, over all rounds.

        With hundreds of rounds this takes a while: not for the event loop.
        """
        return {
            choice: len(players(effects(self.spot, self.others, choice)))
            for choice in self.choices()
        }

    def accepted(self) -> list[Wording]:
        """What was typed and not accepted, but is by a verdict of since."""
        ruling = self.played.ruling(self.step)
        found = self.played.wordings(self.step)
        return [one for one in found if is_accepted(self.asked, ruling, one.text)]

    def offered(self) -> list[Wording]:
        """What could be accepted: what most typed, and what they typed who reported it."""
        accepted = self.accepted()
        left = [one for one in self.played.wordings(self.step) if one not in accepted]
        reporters = {one.user for one in self.reports}
        theirs = [one for one in left[_OFFERED:] if one.players & reporters]
        return [*left[:_OFFERED], *theirs[:_REPORTED]]
