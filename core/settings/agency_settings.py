"""Reads all of an agency's folder that a fleet uses, and checks that its parts fit each other and the fleet."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.domain.agency import Agency
from core.domain.alert_map import AlertMap
from core.domain.alerts import AlertTypes
from core.domain.columns import ColumnMap
from core.domain.gazetteer import Gazetteer
from core.domain.lines import Line
from core.domain.offences import OffenceCatalogue
from core.domain.persons import Description
from core.render.catalogue import Catalogue
from core.settings.agency_files import read_agency, read_alert_map, read_alert_types, read_offences
from core.settings.catalogue_files import languages_in, read_catalogues
from core.settings.columns_file import read_columns
from core.settings.gazetteer_file import read_gazetteer
from core.settings.mistakes import Mistakes, near, shown
from core.settings.shapes import FleetFile
from core.settings.source_shapes import GtfsRealtimeSource
from core.settings.yaml_file import Steps, YamlFile


@dataclass(frozen=True, slots=True)
class AgencyParts:
    """What an agency's folder holds, as far as it could be read."""

    agency: Agency | None
    offences: OffenceCatalogue | None
    catalogues: Mapping[str, Catalogue]
    columns: Mapping[str, ColumnMap]
    gazetteer: Gazetteer | None
    alert_types: AlertTypes
    alert_maps: Mapping[str, AlertMap]


def read_parts(
    folder: Path, fleet: FleetFile, lines: Sequence[Line], read: YamlFile, mistakes: Mistakes
) -> AgencyParts:
    """Everything of the folder that this fleet uses; every fault in it is noted."""
    agency = read_agency(folder / "agency.yaml", mistakes)
    languages = _languages(folder, fleet, read, mistakes)
    offences = read_offences(folder / "offences.yaml", languages, mistakes)
    catalogues = read_catalogues(folder, languages, offences or OffenceCatalogue((), {}), mistakes)
    if agency is not None:
        _check_directions(folder / "agency.yaml", agency, catalogues, mistakes)
        _check_description(folder / "agency.yaml", agency, catalogues, mistakes)
    columns = _columns(folder, fleet, read, mistakes)
    alert_types = read_alert_types(folder / "alert_types.yaml", mistakes)
    _check_also(fleet, read, alert_types, mistakes)
    gazetteer, maps = _gazetteer(folder, lines, mistakes), _alert_maps(folder, fleet, read, mistakes)
    return AgencyParts(agency, offences, catalogues, columns, gazetteer, alert_types, maps)


def _languages(folder: Path, fleet: FleetFile, read: YamlFile, mistakes: Mistakes) -> list[str]:
    """Languages that the fleet speaks and the agency has messages in; the others are noted where they stand."""
    lists: list[tuple[Steps, Sequence[str] | None]] = [(("defaults", "languages"), fleet.defaults.languages)]
    for channel, shared in fleet.defaults.accounts.items():
        lists.append((("defaults", "accounts", channel, "languages"), shared.languages))
    for line_id, line in fleet.lines.items():
        lists.append((("lines", line_id, "languages"), line.languages))
        for channel, own in line.accounts.items():
            lists.append((("lines", line_id, "accounts", channel, "languages"), own.languages))
    known = languages_in(folder)
    spoken: dict[str, None] = {}
    for steps, languages in lists:
        for index, language in enumerate(languages or ()):
            if languages and language in languages[:index]:
                at = read.at(*steps, index)
                mistakes.add(read.file, at, f"{shown(language)} stands twice", "Write each language once")
            elif language in known:
                spoken[language] = None
            else:
                what = f"no messages in {shown(language)}: {folder.name}/messages/{language}.ftl is not there"
                mistakes.add(read.file, read.at(*steps, index), what, near(language, known))
    return list(spoken)


def _check_directions(file: Path, agency: Agency, catalogues: Mapping[str, Catalogue], mistakes: Mistakes) -> None:
    for code in sorted(set(agency.directions.values())):
        lacking = [language for language, words in catalogues.items() if not words.has(f"direction-{code}")]
        if lacking:
            what = f"direction {shown(code)} has no words in {', '.join(lacking)}"
            mistakes.add(file, (0, 0), what, f"Add the message direction-{code} there, or take the code out")


def _check_description(file: Path, agency: Agency, catalogues: Mapping[str, Catalogue], mistakes: Mistakes) -> None:
    """Every trait has words wherever a person may be spoken about, and each field is one of a description."""
    known = {*Description.model_fields, "tint"} - {"top_tint", "bottom_tint"}
    for field, codes in agency.description.items():
        if field not in known:
            mistakes.add(file, (0, 0), f"{shown(field)} is no field of a description", near(field, known))
        for code in sorted(set(codes.values())):
            message = f"trait-{field}-{code}"
            lacking = [name for name, words in catalogues.items() if words.carries_persons and not words.has(message)]
            if lacking:
                what = f"the trait {shown(code)} of {field} has no words in {', '.join(lacking)}"
                mistakes.add(file, (0, 0), what, f"Add the message {message} there, or take the code out")


def _columns(folder: Path, fleet: FleetFile, read: YamlFile, mistakes: Mistakes) -> dict[str, ColumnMap]:
    known = [file.stem for file in (folder / "columns").glob("*.yaml")]
    found: dict[str, ColumnMap] = {}
    for source in fleet.sources:
        if isinstance(source, GtfsRealtimeSource) or source.columns in found:
            continue
        if source.columns not in known:
            what = f"no column map {shown(source.columns)}: {folder.name}/columns/{source.columns}.yaml is not there"
            mistakes.add(read.file, source_place(read, source.name, "columns"), what, near(source.columns, known))
            continue
        columns = read_columns(folder / "columns" / f"{source.columns}.yaml", mistakes)
        if columns is not None:
            found[source.columns] = columns
    return found


def _alert_maps(folder: Path, fleet: FleetFile, read: YamlFile, mistakes: Mistakes) -> dict[str, AlertMap]:
    known = [file.stem for file in (folder / "alert_maps").glob("*.yaml")]
    found: dict[str, AlertMap] = {}
    for source in fleet.sources:
        if not isinstance(source, GtfsRealtimeSource) or source.map is None:
            continue
        if source.map not in known:
            what = f"no alert map {shown(source.map)}: {folder.name}/alert_maps/{source.map}.yaml is not there"
            mistakes.add(read.file, source_place(read, source.name, "map"), what, near(source.map, known))
            continue
        by = read_alert_map(folder / "alert_maps" / f"{source.map}.yaml", mistakes)
        if by is not None:
            found[source.map] = by
    return found


def source_place(read: YamlFile, name: str, *steps: str | int) -> tuple[int, int]:
    """Where a part of a source stands (the last one of that name); sources that could not be read are counted too."""
    listed = read.tree.get("sources") if isinstance(read.tree, dict) else None
    for index, source in reversed(list(enumerate(listed if isinstance(listed, list) else ()))):
        if isinstance(source, dict) and source.get("name") == name:
            return read.at("sources", index, *steps)
    return read.at("sources")


def _check_also(fleet: FleetFile, read: YamlFile, types: AlertTypes, mistakes: Mistakes) -> None:
    """What a line asks for must be something that the agency's table gives to those who ask."""
    places: list[tuple[Steps, Sequence[str]]] = [(("defaults", "also"), fleet.defaults.also)]
    places += [(("lines", name, "also"), line.also or ()) for name, line in fleet.lines.items()]
    for steps, kinds in places:
        for index, kind in enumerate(kinds):
            if kind not in types.asked_for:
                what = f"{shown(kind)} is no kind of alert that lines may ask for (`asked` in alert_types.yaml)"
                mistakes.add(read.file, read.at(*steps, index), what, near(kind, sorted(types.asked_for)))


def _gazetteer(folder: Path, lines: Sequence[Line], mistakes: Mistakes) -> Gazetteer | None:
    try:
        return read_gazetteer(folder / "gazetteer", lines)
    except (ValueError, OSError, csv.Error) as error:
        why = " ".join(str(error).split())
        mistakes.add(folder / "gazetteer", (0, 0), why, "Mend the table, or import it again")
        return None
