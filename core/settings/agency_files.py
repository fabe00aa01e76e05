"""Reads an agency's plain facts and its offence catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field

from core.domain.agency import Agency
from core.domain.alert_map import AlertMap
from core.domain.alerts import AlertTypes
from core.domain.lines import Frozen
from core.domain.offences import Offence, OffenceCatalogue
from core.settings.explain import read_as
from core.settings.mistakes import Mistakes, near, shown
from core.settings.yaml_file import YamlFile, read_yaml


class OffencesFile(Frozen):
    """What `offences.yaml` of an agency holds."""

    offences: tuple[Offence, ...] = Field(description="The entries, one code each.")
    aliases: dict[str, str] = Field(default_factory=dict, description="Words as records write them → code.")


def read_agency(file: Path, mistakes: Mistakes) -> Agency | None:
    """`agency.yaml`, or None; faults are noted with their place."""
    read = read_yaml(file, mistakes)
    agency = read_as(Agency, read, mistakes) if read else None
    if read is None or agency is None:
        return None
    _check_zone(read, agency.zone, mistakes)
    for section, keys in (("directions", agency.directions), ("areas", agency.areas)):
        for key in keys:
            if key != key.upper():
                instead = f"Write {shown(key.upper())}: records are compared in capitals"
                mistakes.add(file, read.at(section, key), f"{shown(key)} is not in capitals", instead)
    return agency


def read_offences(file: Path, languages: Iterable[str], mistakes: Mistakes) -> OffenceCatalogue | None:
    """`offences.yaml`, or None; each entry must have words in every one of the languages."""
    read = read_yaml(file, mistakes)
    content = read_as(OffencesFile, read, mistakes) if read else None
    if read is None or content is None:
        return None
    before = len(mistakes.found)
    first: dict[str, int] = {}
    for index, entry in enumerate(content.offences):
        _check_entry(read, index, entry, languages, mistakes)
        if entry.code in first:
            earlier = read.at("offences", first[entry.code], "code")[0]
            what = f"code {shown(entry.code)} stands twice (first on line {earlier})"
            mistakes.add(file, read.at("offences", index, "code"), what, "Give each entry its own code")
        first.setdefault(entry.code, index)
    for words, code in content.aliases.items():
        if code not in first:
            what = f"{shown(words)} stands for code {shown(code)}, which no entry has"
            mistakes.add(file, read.at("aliases", words), what, near(code, first))
    return OffenceCatalogue(content.offences, content.aliases) if len(mistakes.found) == before else None


def read_alert_types(file: Path, mistakes: Mistakes) -> AlertTypes:
    """`alert_types.yaml`; an agency without one has every alert said."""
    if not file.exists():
        return AlertTypes()
    read = read_yaml(file, mistakes)
    return (read_as(AlertTypes, read, mistakes) if read else None) or AlertTypes()


def read_alert_map(file: Path, mistakes: Mistakes) -> AlertMap | None:
    """`alert_maps/NAME.yaml`, or None; faults are noted with their place."""
    read = read_yaml(file, mistakes)
    by = read_as(AlertMap, read, mistakes) if read else None
    if read is not None and by is not None and by.zone is not None:
        _check_zone(read, by.zone, mistakes)
    return by


def _check_zone(read: YamlFile, zone: str, mistakes: Mistakes) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        instead = "Write an IANA name, like Europe/Lisbon"
        mistakes.add(read.file, read.at("zone"), f"{shown(zone)} is no time zone that is known", instead)


def _check_entry(read: YamlFile, index: int, entry: Offence, languages: Iterable[str], mistakes: Mistakes) -> None:
    if not 0 <= entry.weight <= 100:
        at = read.at("offences", index, "weight")
        mistakes.add(read.file, at, f"weight {entry.weight} is out of range", "Write 0 (paper) to 100 (gravest)")
    for language in languages:
        if not entry.words.get(language, "").strip():
            what = f"{shown(entry.code)} has no words in {shown(language)}, which the fleet speaks"
            at = read.at("offences", index, "words")
            mistakes.add(read.file, at, what, f"Add {language}: … to its words")
