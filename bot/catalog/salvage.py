"""A pack whose shape is broken in places, made whole enough for the rules to look at the rest.

So a moderator sees every problem at once, not those of the rules only after those of the shape.
What is broken gets a stand-in that breaks no rule, so that every row keeps its number. Nothing of
this is ever stored: a pack with any problem is not built.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from .pack import (
    ANSWER_LENGTH,
    Award,
    Company,
    Fact,
    Figure,
    Film,
    Pack,
    Person,
    Quiz,
    Release,
    Review,
    Score,
    Source,
)
from .vocabulary import Kind

_RowT = TypeVar("_RowT", bound=BaseModel)
Row = dict[str, Any]

_MODELS: Mapping[str, type[BaseModel]] = {
    "sources": Source,
    "people": Person,
    "companies": Company,
    "releases": Release,
    "figures": Figure,
    "scores": Score,
    "reviews": Review,
    "awards": Award,
    "facts": Fact,
}
# For fields that a row must have, and that no rule looks at closely; and for one that must stand
# beside another.
_STAND_INS: Row = {
    "aggregator": "-",
    "average": 0,
    "award": "-",
    "category": "-",
    "critic": "-",
    "gist": "-",
    "id": "unnamed",
    "label": "-",
    "medium": "cinema",
    "name": "-",
    "outlet": "-",
    "result": "won",
    "roles": ["actor"],
    "scale": 1,
    "section": "-",
    "summary": "-",
    "text": "-",
    "title": "-",
    "topic": "overview",
    "trade": "studio",
    "unit": "-",
    "value": 0,
    "verdict": "mixed",
    "year": 2000,
}


def salvaged(data: Row) -> tuple[Pack, dict[str, float]]:
    """What the rules can look at instead of ``data``; and of each table, how many ids are unknown.

    A row whose id cannot be read may be the one that another refers to.
    """
    tables = {name: list(_rows(data.get(name), model)) for name, model in _MODELS.items()}
    pack = Pack.model_construct(
        format=1, film=_mended(Film, data.get("film")), **cast("Any", tables)
    )
    unread: dict[str, float] = {
        name: sum(not row.id for row in getattr(pack, name))
        if isinstance(data.get(name, []), list)
        else math.inf
        for name in _MODELS
    }
    if not pack.sources:
        unread["sources"] = math.inf
    return pack, unread


def _rows(data: object, model: type[BaseModel]) -> Iterator[BaseModel]:
    """The rows of a table, each as whole as it can be; one that is no table is all stand-ins."""
    for row in _list(data):
        fields = cast("Row", row) if isinstance(row, dict) else {}
        rest = {key: value for key, value in fields.items() if model is not Fact or key != "quiz"}
        whole = _mended(model, rest)
        if model is Fact:
            quiz = [_quiz(cast("Row", one)) for one in _list(fields.get("quiz"))]
            whole = whole.model_copy(update={"quiz": quiz})
        if model is Source and not fields:
            whole = whole.model_copy(update={"title": ""})  # hardly a second source
        yield whole


def _quiz(row: object) -> Quiz:
    """``row`` as a question; a text of it that cannot be read is empty."""
    if not isinstance(row, dict):
        return _unread_quiz({}, {"id", "kind"})
    try:
        return Quiz.model_validate(row)
    except ValidationError as error:
        broken = {str(detail["loc"][0]) for detail in error.errors()}
    return _unread_quiz(cast("Row", row), broken)


def _unread_quiz(row: Row, broken: set[str]) -> Quiz:
    options = [_answer(text) for text in _list(row.get("options", []))]
    known = isinstance(row.get("options", []), list)
    # A number needs no options, so nothing is said of them for a kind that nobody knows.
    return Quiz.model_construct(
        id="" if "id" in broken else row["id"],
        question=_text(row.get("question")),
        answer=_answer(row.get("answer")),
        kind=Kind.NUMBER if "kind" in broken else Kind(row["kind"]),
        accept=[_answer(text) for text in _list(row.get("accept"))],
        options=options if known else [""] * 3,
    )


def _answer(value: object) -> str:
    # What is too long has to be worded anew, and its length would tell of an answer.
    text = _text(value)
    return text if len(text) <= ANSWER_LENGTH else ""


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _mended(model: type[_RowT], data: object) -> _RowT:
    """``data`` as a row, with stand-ins for its broken fields; an optional one is left out.

    So is a field that such rows do not have. Of a list, only the broken elements are: each is
    empty. So are an id and a year, and a scale has no end.
    """
    fields = cast("Row", data) if isinstance(data, dict) else {}
    row = {name: value for name, value in fields.items() if name in model.model_fields}
    try:
        return model.model_validate(row)
    except ValidationError as error:
        places = [detail["loc"] for detail in error.errors()]
    broken = {str(place[0]) for place in places if len(place) == 1}
    unread: Row = dict.fromkeys(broken & {"id", "year"}, "")
    unread |= dict.fromkeys(broken & {"scale"}, math.inf)
    for field in {str(place[0]) for place in places} - broken:
        bad = {place[1] for place in places if place[0] == field}
        unread[field] = ["" if number in bad else one for number, one in enumerate(row[field])]
    for field in broken | unread.keys():
        row.pop(field, None)
        if field in _STAND_INS:
            row[field] = _STAND_INS[field]
    return model.model_validate(row).model_copy(update=unread)


def _list(data: object) -> list[object]:
    return cast("list[object]", data) if isinstance(data, list) else []
