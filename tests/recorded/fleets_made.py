"""A small fleet for each recorded feed of another agency: its lines, its table of alert types, nothing else of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from core.settings.load import SHIPPED

ENTRIES: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "agencies/alert_feeds.yaml").read_text("utf-8"))


def made_fleet(folder: Path, name: str, of_lines: Mapping[str, list[str]] | None = None, **source: Any) -> Path:
    """Write the fleet of this entry, or of other lines; the path of its lines.yaml. One made-up station a line; local
    timelines alone."""
    entry = ENTRIES[name]
    listed: Mapping[str, list[str]] = of_lines or entry["lines"]
    agency = folder / "agencies" / name
    shutil.copytree(SHIPPED / "example", agency)
    facts = yaml.safe_load((agency / "agency.yaml").read_text("utf-8")) | {"name": name, "transit_agency": name.upper()}
    _write(agency / "agency.yaml", facts)
    _write(agency / "alert_types.yaml", entry["types"])
    ids = {line: line.replace(" ", "") for line in listed}
    rows = [f"S{n},Made Up {n},{line},s{n},,{n}.0,{n}.0" for n, line in enumerate(ids.values(), start=1)]
    stations = agency / "gazetteer" / "stations.csv"
    heading = stations.read_text("utf-8").splitlines()[0]
    stations.write_text("\n".join((heading, *rows)) + "\n", encoding="utf-8")
    names = agency / "gazetteer" / "other_names.csv"
    names.write_text(names.read_text("utf-8").splitlines()[0] + "\n", encoding="utf-8")
    lines = {
        ids[line]: {"name": line, "routes": routes, "colour": "#000000", "symbol": line[0], "handle": f"Test{n}"}
        for n, (line, routes) in enumerate(listed.items())
    }
    feed = {"name": "alerts", "kind": "gtfs_realtime", "path": "feed", "agency_ids": entry["agency_ids"], **source}
    written = {
        "version": 1,
        "agency": name,
        "policy": {"pack": "strict"},
        "defaults": {"languages": ["en"], "accounts": {"local": {"mode": "live"}}},
        "sources": [feed],
        "lines": lines,
    }
    _write(folder / "lines.yaml", written)
    return folder / "lines.yaml"


def _write(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
