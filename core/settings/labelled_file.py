"""Reads a file of records labelled by hand: the labels, and the places where they stand beside them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.domain.places import Place
from core.rules.which_line_report import Label

LABEL_COLUMNS = ("number", "answer", "station_ids", "why")
PLACE_COLUMNS = ("station", "area", "lines", "train", "district", "latitude", "longitude")
_NEEDED = ("number", "answer", "station_ids")


def read_labelled(path: Path) -> tuple[tuple[Label, ...], dict[str, Place] | None]:
    """The labels, and number → place when the file has a column `station`; else None: the records are in files of
    their own. Raises ValueError with file and line, OSError."""
    labels: list[Label] = []
    places: dict[str, Place] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        head = reader.fieldnames or ()
        _check_head(path, head)
        for row in reader:
            try:
                label = Label.model_validate(_cells(row, LABEL_COLUMNS, "station_ids"))
                place = Place.model_validate(_cells(row, PLACE_COLUMNS, "lines"))
            except ValidationError as error:
                fault = error.errors()[0]
                raise ValueError(
                    f"{path.name}:{reader.line_num}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}"
                ) from error
            if label.number in places:
                raise ValueError(f"{path.name}:{reader.line_num}: record {label.number} is labelled twice")
            labels.append(label)
            places[label.number] = place
    if not labels:
        raise ValueError(f"{path.name} labels no record")
    return tuple(labels), places if "station" in head else None


def _check_head(path: Path, head: Any) -> None:
    missing = [name for name in _NEEDED if name not in head]
    unknown = [name for name in head if name not in (*LABEL_COLUMNS, *PLACE_COLUMNS)]
    if missing:
        raise ValueError(f"{path.name} is without the column {', '.join(missing)}")
    if unknown:
        raise ValueError(
            f"{path.name}: the column {unknown[0]!r} is none of {', '.join((*LABEL_COLUMNS, *PLACE_COLUMNS))}"
        )


def _cells(row: dict[str, Any], columns: tuple[str, ...], listed: str) -> dict[str, Any]:
    found = {name: (row.get(name) or "").strip() for name in columns}
    return {name: tuple(text.split()) if name == listed else text for name, text in found.items() if text}
