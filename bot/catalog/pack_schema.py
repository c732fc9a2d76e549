"""The JSON Schema of film packs, for editors; ``seeds/pack.schema.json`` is a copy of it."""

from __future__ import annotations

import json

from .pack import Pack


def schema_text() -> str:
    """The schema as the file has it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Pack.model_json_schema(),
        "description": "One film for Marquee; the page for people is README.md beside this file.",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
