"""Reads and writes an agency's gazetteer: a folder of small tables in our own format, with source and date."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.domain.gazetteer import CountedIn, Extras, Gazetteer, InDistrict, NotAPlace, NotAStation
from core.domain.lines import Line, LineId
from core.domain.places import OtherName, Station
from core.rules.which_line_report import Label

STATIONS = ("id", "name", "lines", "complex_id", "area", "latitude", "longitude")
OTHER_NAMES = ("name", "station_ids", "source")
NOT_STATIONS = ("name", "answer", "why", "source")
NOT_PLACES = ("latitude", "longitude", "name", "source")
COUNTED_IN = ("station_id", "area", "source")
DISTRICTS = ("station_id", "district", "source")
LABELS = ("number", "answer", "station_ids", "why")
_LISTS = frozenset({"lines", "station_ids"})

Row = dict[str, Any]
_Noun = TypeVar("_Noun", bound=BaseModel)


class About(BaseModel):
    """What `gazetteer.yaml` says of the tables beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    agency: str = Field(min_length=1)
    source: str = Field(min_length=1)
    date: date
    notes: str = ""
    line_words: dict[str, tuple[LineId, ...]] = Field(default_factory=dict)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        head = tuple(next(reader, ()))
        if head != columns:
            raise ValueError(f"{path.name}:1: the columns must be {','.join(columns)}, but are {','.join(head)}")
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(columns):
                raise ValueError(f"{path.name}:{reader.line_num}: {len(columns)} cells expected, {len(cells)} found")
            yield reader.line_num, {name: _cell(name, cell) for name, cell in zip(columns, cells, strict=True)}


def _cell(column: str, cell: str) -> str | tuple[str, ...] | None:
    text = cell.strip()
    if column in _LISTS:
        return tuple(text.split())
    return text or None


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    return f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}"


def _read(path: Path, columns: tuple[str, ...], noun: type[_Noun], needed: bool = False) -> tuple[_Noun, ...]:
    if not path.is_file():
        if needed:
            raise ValueError(f"{path}: no such file")
        return ()
    found = []
    for line, row in _rows(path, columns):
        try:
            found.append(noun.model_validate(row))
        except ValidationError as error:
            raise ValueError(f"{path.name}:{line}: {_first_fault(error)}") from error
    return tuple(found)


def read_about(folder: Path) -> About:
    """`gazetteer.yaml` of a folder. Raises ValueError with the file, and the field or line that is wrong."""
    path = folder / "gazetteer.yaml"
    try:
        return About.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ValueError(f"{path.name}: {_first_fault(error)}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {error}") from error
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error


def read_gazetteer(folder: Path, lines: Sequence[Line]) -> Gazetteer:
    """The gazetteer of an agency's folder, with the routes of the fleet's lines.

    Raises ValueError with file and line. A line that the fleet has no bot for stays a fact of its stations.
    """
    about = read_about(folder)
    stations = _read(folder / "stations.csv", STATIONS, Station, needed=True)
    extras = Extras(
        not_stations=_read(folder / "not_stations.csv", NOT_STATIONS, NotAStation),
        not_places=_read(folder / "not_places.csv", NOT_PLACES, NotAPlace),
        counted_in=_read(folder / "counted_in.csv", COUNTED_IN, CountedIn),
        districts=_read(folder / "districts.csv", DISTRICTS, InDistrict),
        line_words=_line_words(about, lines),
    )
    others = _read(folder / "other_names.csv", OTHER_NAMES, OtherName)
    try:
        return Gazetteer(stations, others, {line.id: line.routes for line in lines}, extras)
    except ValueError as error:
        raise ValueError(f"{folder}: {error}") from error


def read_labels(path: Path) -> tuple[Label, ...]:
    """A table of records labelled by hand. Raises ValueError with file and line."""
    return _read(path, LABELS, Label, needed=True)


def _line_words(about: About, lines: Sequence[Line]) -> dict[str, tuple[LineId, ...]]:
    """Names and symbols by which lines are written; a symbol that several lines wear means any of them."""
    meant: dict[str, dict[LineId, None]] = {word: dict.fromkeys(found) for word, found in about.line_words.items()}
    for line in lines:
        for word in (line.name, line.symbol):
            meant.setdefault(word, {})[line.id] = None
    return {word: tuple(found) for word, found in meant.items()}


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(_text(row[column]) for column in columns)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(str(part) for part in value)
    return str(value)


def write_stations(folder: Path, about: About, stations: Sequence[Station]) -> None:
    """Write what an importer read: `gazetteer.yaml` and `stations.csv`. What people wrote beside them stays."""
    folder.mkdir(parents=True, exist_ok=True)
    said = about.model_dump(mode="json", exclude_defaults=True)
    (folder / "gazetteer.yaml").write_text(yaml.safe_dump(said, sort_keys=False, allow_unicode=True), encoding="utf-8")
    _write(folder / "stations.csv", STATIONS, (station.model_dump() for station in stations))


def write_other_names(folder: Path, names: Sequence[OtherName]) -> None:
    """Write the table of other names, in the order given."""
    _write(folder / "other_names.csv", OTHER_NAMES, (name.model_dump() for name in names))
