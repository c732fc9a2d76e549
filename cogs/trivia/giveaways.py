"""Questions that give each other away: the text or the fact of one has the answer of the other.

A round asks the one that is given away first. Where each gives the other away, or several do in a
circle, no order helps, and not all of them are asked when there are others. The label of its film,
the title and the year, is shown with a question or above the round; that it does not tell the
answer is checked with the pack, but it must not single it out among the options either. Pure:
randomness is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from random import Random

from bot.catalog.label import singled_out_by
from bot.catalog.names import fold, words

from .models import Entry, Question

# Either has what is told here: the text, the fact, the answer and what is accepted for it.
Told = Entry | Question


def gives_away(teller: Told, asked: Told) -> bool:
    """Whether what is shown with one question has the answer of another, which does not say it.

    As whole words; the ending of "Sera's" does not count.
    """
    said, own = _spaced(teller.text, teller.fact, teller.film_label), _spaced(asked.text)
    return any(form in said and form not in own for form in _forms(asked.answer, asked.accept))


def is_singled_out(asked: Question) -> bool:
    """Whether the right option alone has a word, or the year, of the label of its film.

    Whoever knows nothing would take that one; unless the question says the word itself.
    """
    wrong = [option for slot, option in enumerate(asked.options) if slot != asked.right]
    return bool(singled_out_by(asked.film_label, asked.answer, (asked.text, *wrong)))


def telling_nothing_of(asked: Sequence[Told], entries: Iterable[Entry]) -> list[Entry]:
    """The entries whose reveal leaves questions open that are asked elsewhere meanwhile.

    Those are neither the questions themselves, nor others on their facts.
    """
    ids, facts = {one.id for one in asked}, {one.fact for one in asked}
    return [entry for entry in entries if entry.id not in ids and entry.fact not in facts]


def no_order_helps(entry: Told, chosen: Sequence[Told]) -> bool:
    """Whether with this one more there is a circle of questions that give each other away."""
    before = [one for one in chosen if gives_away(entry, one)]
    after = [one for one in chosen if gives_away(one, entry)]
    reached: list[Told] = list(before) if after else []
    left = [one for one in chosen if one not in reached]
    for one in reached:  # which grows: whatever has to be asked before what is in it
        more = [other for other in left if gives_away(one, other)]
        reached += more
        left = [other for other in left if other not in more]
    return any(one in reached for one in after)


def in_safe_order(questions: Iterable[Question], random: Random) -> list[Question]:
    """By chance, but what is given away comes before what gives it away, as far as that can be."""
    left = list(questions)
    random.shuffle(left)
    return list(_safe_first(left))


def _safe_first(left: list[Question]) -> Iterator[Question]:
    spoilt = [[one for one in left if one is not teller and gives_away(teller, one)]
              for teller in left]  # fmt: skip
    waits = {
        id(teller): {id(one) for one in ones} for teller, ones in zip(left, spoilt, strict=True)
    }
    while left:
        # In a circle none is free; then the one that gives the fewest away.
        one = min(left, key=lambda teller: len(waits[id(teller)]))
        left.remove(one)
        for others in waits.values():
            others.discard(id(one))
        yield one


@lru_cache(maxsize=1_024)
def _spaced(*texts: str) -> str:
    return "".join(f" {' '.join(words(text))} " for text in texts)


@lru_cache(maxsize=1_024)
def _forms(answer: str, accept: tuple[str, ...]) -> tuple[str, ...]:
    texts = (answer, *accept)
    return tuple({f" {form} " for text in texts if (form := " ".join(words(text)) or fold(text))})
