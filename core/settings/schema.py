"""The JSON Schema of lines.yaml, made from the shapes: `python -m core.settings.schema` writes lines.schema.json."""

from __future__ import annotations

import json
from pathlib import Path

from core.settings.shapes import FleetFile

SCHEMA_FILE = Path(__file__).resolve().parents[2] / "lines.schema.json"


def schema_json() -> str:
    """The schema as it stands in lines.schema.json, with a line's end."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **FleetFile.model_json_schema(by_alias=True)}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_json(), encoding="utf-8")
