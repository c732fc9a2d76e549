"""A pack whose shape is broken in places, made whole enough for the rules to look at the rest.

So a moderator sees every problem at once, not those of the rules only after those of the shape.
What is broken gets a stand-in that breaks no rule; a row for which there is none is left out.
Nothing of this is ever stored: a pack with any problem is not built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from .pack import (
    ANSWER_LENGTH,
    CITED_TABLES,
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
from .places import Location
from .vocabulary import Kind

_RowT = TypeVar("_RowT", bound=BaseModel)
Row = dict[str, Any]
# Where the rows of what was salvaged stood in the pack: table, or fact and "quiz", to numbers.
_Origins = dict[Location, list[int]]

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
# For fields that a row must have, and that no rule looks at closely.
_STAND_INS: Row = {
    "aggregator": "-",
    "award": "-",
    "category": "-",
    "critic": "-",
    "gist": "-",
    "label": "-",
    "medium": "cinema",
    "name": "-",
    "outlet": "-",
    "result": "won",
    "roles": ["actor"],
    "scale": 10**6,
    "section": "-",
    "text": "-",
    "title": "-",
    "topic": "overview",
    "trade": "studio",
    "unit": "-",
    "value": 0,
    "verdict": "mixed",
}


def salvaged(data: Row, stem: str) -> tuple[Pack, Callable[[Location], Location]]:
    """What of ``data`` the rules can look at, and where a place of it is in ``data``."""
    origins: _Origins = {}
    tables = {
        name: list(_rows(data.get(name), model, (name,), origins))
        for name, model in _MODELS.items()
    }
    film = _film(data.get("film"), stem)
    pack = Pack.model_construct(format=1, film=film, **cast("Any", tables))

    def original(place: Location) -> Location:
        table, *rest = place
        if table not in ("sources", *CITED_TABLES):
            return place
        row = int(rest[0])
        if rest[1:2] == ["quiz"] and len(rest) > 2:
            rest[2] = origins[(table, row, "quiz")][int(rest[2])]
        rest[0] = origins[(table,)][row]
        return (table, *rest)

    return pack, original


def _film(data: object, stem: str) -> Film:
    stand_in = {"id": stem, "title": "-", "year": 2000, "summary": "-"}
    film = _mended(Film, cast("Row", data), stand_in) if isinstance(data, dict) else None
    return film or Film.model_construct(**cast("Any", stand_in))


def _rows(
    data: object, model: type[BaseModel], table: Location, origins: _Origins
) -> Iterator[BaseModel]:
    """The rows of a table that could be made whole, each at its number among them."""
    numbers = origins.setdefault(table, [])
    for number, row in enumerate(_list(data)):
        if not isinstance(row, dict):
            continue
        fields = cast("Row", row)
        stand_ins = {**_STAND_INS, "id": f"unnamed-{number}"}
        quiz: list[Quiz] | None = None
        if model is Fact:
            place = (*table, len(numbers), "quiz")
            quiz = list(_quizzes(fields.get("quiz"), place, origins))
            fields = {key: value for key, value in fields.items() if key != "quiz"}
        whole = _mended(model, fields, stand_ins)
        if whole is not None:
            numbers.append(number)
            yield whole if quiz is None else whole.model_copy(update={"quiz": quiz})


def _quizzes(data: object, place: Location, origins: _Origins) -> Iterator[Quiz]:
    """The questions of a fact, each with all that can be read of it."""
    numbers = origins[place] = []
    for number, row in enumerate(_list(data)):
        if isinstance(row, dict):
            numbers.append(number)
            yield _quiz(cast("Row", row), f"unnamed-{number}")


def _quiz(row: Row, unnamed: str) -> Quiz:
    """``row`` as a question; a text of it that cannot be read is empty."""
    try:
        return Quiz.model_validate(row)
    except ValidationError as error:
        broken = {str(detail["loc"][0]) for detail in error.errors()}
    options = [_answer(text) for text in _list(row.get("options", []))]
    known = isinstance(row.get("options", []), list)
    # A number needs no options, so nothing is said of them for a kind that nobody knows.
    return Quiz.model_construct(
        id=unnamed if "id" in broken else row["id"],
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


def _mended(
    model: type[_RowT],
    data: Row,
    stand_ins: Mapping[str, Any],
) -> _RowT | None:
    """``data`` as a row, with stand-ins for its broken fields; ``None`` when there are none.

    An optional field that is broken is left out.
    """
    row = dict(data)
    try:
        return model.model_validate(row)
    except ValidationError as error:
        broken = {str(detail["loc"][0]) for detail in error.errors() if detail["loc"]}
    for field in broken:
        row.pop(field, None)
        info = model.model_fields.get(field)
        if info and info.is_required() and field not in stand_ins:
            return None
        if info and info.is_required():
            row[field] = stand_ins[field]
    return model.model_validate(row)


def _list(data: object) -> list[object]:
    return cast("list[object]", data) if isinstance(data, list) else []
