"""Invented film packs by the thousand, each different, in the shape of real ones."""

from __future__ import annotations

import random
from pathlib import Path

_STEMS = (
    "amber arcade autumn bridge canyon carnival cedar circus copper dawn desert drift echo ember "
    "fable falcon garden glass harbour hollow island ivory jasper juniper kettle lantern ledger "
    "linden marble meadow midnight mirror north oboe orchard paper pepper quarry quiet raven river "
    "saffron salt shadow silver station tempest thistle tower twilight umber valley velvet violet "
    "walnut willow winter yellow zephyr"
).split()
_ENDINGS = [
    "",
    *"s ed ing er ly ness ful less ish ward wise like fold ton ham field stone wood".split(),
]
VOCABULARY = [stem + ending for ending in _ENDINGS for stem in _STEMS]
# As in any language, the n-th most common word comes about 1/n times as often as the first.
_WEIGHTS = [1 / (rank + 10) for rank in range(len(VOCABULARY))]
_TOPICS = ("overview", "development", "casting", "filming", "release", "box-office", "reception")


def write_packs(folder: Path, count: int) -> None:
    """``count`` packs of 7 facts, 5 questions, 4 people, 2 reviews and 2 dates each."""
    folder.mkdir(parents=True)
    chance = random.Random(1995)
    for number in range(count):
        film = f"film-{number:05d}"
        (folder / f"{film}.toml").write_text(_pack(film, number, chance), encoding="utf-8")


def _pack(film: str, number: int, chance: random.Random) -> str:
    title = phrase(chance, 3).title()
    people = [f"{phrase(chance, 2).title()} {number}" for _ in range(4)]
    facts = "".join(
        _fact(topic, title, people, chance, quiz=index < 5) for index, topic in enumerate(_TOPICS)
    )
    roles = ("director", "screenwriter", "actor", "actor")
    persons = "".join(
        f'[[people]]\nid = "p{index}"\nname = "{name}"\nroles = ["{role}"]\nsection = "Cast"\n'
        for index, (name, role) in enumerate(zip(people, roles, strict=True))
    )
    reviews = "".join(
        f'[[reviews]]\nid = "r{index}"\ncritic = "{phrase(chance, 2).title()}"\n'
        f'outlet = "{phrase(chance, 2).title()}"\nverdict = "{verdict}"\n'
        f'gist = "Finds it a {phrase(chance, 6)}."\nsection = "Reviews"\n'
        for index, verdict in enumerate(("positive", "mixed"))
    )
    return (
        f'format = 1\n[film]\nid = "{film}"\ntitle = "{title}"\nyear = {1920 + number % 100}\n'
        f'summary = "A {phrase(chance, 5)}."\n[[sources]]\nid = "book"\ntitle = "A guide"\n'
        f"{persons}{_releases(chance)}{reviews}{facts}"
    )


def _releases(chance: random.Random) -> str:
    return "".join(
        f'[[releases]]\nid = "d{index}"\nmedium = "{medium}"\n'
        f"date = {1980 + chance.randrange(40)}-0{chance.randrange(1, 10)}-1{index}\n"
        'section = "Release"\n'
        for index, medium in enumerate(("cinema", "dvd"))
    )


def _fact(topic: str, title: str, people: list[str], chance: random.Random, *, quiz: bool) -> str:
    subject = title.lower()
    while subject in title.lower():  # no pack may ask for what its film's title tells
        subject = phrase(chance, 2)
    text = f"{chance.choice(people)} gave {title} its {subject} after {phrase(chance, 5)}."
    fact = f'[[facts]]\nid = "{topic}"\ntopic = "{topic}"\ntext = "{text}"\nsection = "Notes"\n'
    if not quiz:
        return fact
    wrong = [f"{phrase(chance, 2)} {slot}" for slot in range(3)]
    wrong[0] = f"{subject} 0"  # else a word of the title may be in the answer alone
    options = ", ".join(f'"{option}"' for option in wrong)
    return fact + (
        f'[[facts.quiz]]\nid = "q"\nquestion = "What was given to the film ({topic}) at last?"\n'
        f'answer = "{subject}"\nkind = "term"\noptions = [{options}]\n'
    )


def phrase(chance: random.Random, length: int) -> str:
    """Words as common as they are in a text."""
    return " ".join(chance.choices(VOCABULARY, _WEIGHTS, k=length))
