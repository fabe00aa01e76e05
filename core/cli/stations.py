"""`stations`: the gazetteer, shown, searched, compared and refreshed from the agency's own publications."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from core.cli.records import coordinates
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.stations_changes import say_changes
from core.cli.stations_names import forget, names
from core.cli.stations_report import report
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.domain.gazetteer import Gazetteer
from core.domain.imported import ImportedNetwork
from core.domain.places import Ambiguous, Place, Station, placed_lines
from core.rules.station_changes import Changes, changes
from core.rules.station_import import dangling, fitted
from core.rules.which_line import explain
from core.settings.gazetteer_file import read_about, write_stations


@click.group()
def stations() -> None:
    """The stations, their lines and names: the table by which every record is tied to its line."""


@stations.command(short_help="The stations of a LINE, or how many each line has.")
@click.argument("line", required=False)
@json_option
@pass_session
def show(session: Session, line: str | None, as_json: bool) -> int:
    """The stations of LINE as the table has them; without LINE, where the table is from and what it holds."""
    known = session.settings.gazetteer
    if line is None:
        return _show_all(session, known, as_json)
    wanted = known.lines_of(line)
    if not wanted:
        raise Trouble(f"there is no line {line!r}: see `stations show`", WRONG)
    found = [station for station in known.stations if set(wanted) & set(station.lines)]
    if as_json:
        print_json([station.model_dump() for station in found])
        return 0
    rows = [[one.id, one.name, " ".join(one.lines), one.complex_id, one.area or "-", _where(one)] for one in found]
    say_table(["id", "name", "lines", "complex", "area", "coordinates"], rows, f"No train of {line} stops anywhere.")
    return 0


def _where(station: Station) -> str:
    return "-" if station.latitude is None else f"{station.latitude},{station.longitude}"


def _show_all(session: Session, known: Gazetteer, as_json: bool) -> int:
    about = read_about(session.settings.agency_folder / "gazetteer")
    complexes = Counter(station.complex_id for station in known.stations)
    stops = Counter(line for station in known.stations for line in station.lines)
    fields: dict[str, Any] = {
        "agency": about.agency,
        "source": about.source,
        "date": about.date,
        "stations": len(known.stations),
        "complexes": sum(count > 1 for count in complexes.values()),
        "areas": sorted({station.area for station in known.stations if station.area}),
        "other_names": len(known.other_names),
        "lines": dict(sorted(stops.items())),
        "without_a_handle": sorted(set(stops) - {line.id for line in session.settings.lines}),
    }
    if as_json:
        print_json(fields)
        return 0
    say(f"{about.agency}: {about.source}, {about.date}")
    areas = f"in {', '.join(fields['areas'])}" if fields["areas"] else "no areas"
    say(f"{fields['stations']} stations, {fields['complexes']} complexes, {areas}")
    say(f"{fields['other_names']} other names (`stations names` has those that officers taught)")
    say_table(["line", "stations"], [[line, str(count)] for line, count in fields["lines"].items()], "No line.")
    if fields["without_a_handle"]:
        say(f"No handle of this fleet speaks for {', '.join(fields['without_a_handle'])}.")
    return 0


@stations.command(short_help="Which stations a text may name, and why.")
@click.argument("text")
@click.option("--area", help="Area that the record names beside it.")
@click.option("--near", metavar="LAT,LON", help="Coordinates of the record.")
@click.option("--line", multiple=True, help="Line that the record names; may be given again.")
@click.option("--district", help="The bureau's district.")
@json_option
@pass_session
def find(
    session: Session,
    text: str,
    area: str | None,
    near: str | None,
    line: tuple[str, ...],
    district: str | None,
    as_json: bool,
) -> int:
    """Which stations TEXT may name, as a record writes it, and by which steps that is found.

    \b
    Example:
      run_fleet.py stations find "kiln st" --near 10.011,-29.9855

    Exit codes: 0 it means one place; 1 it is ambiguous or not of this network.
    """
    latitude, longitude = coordinates(near)
    known = session.settings.gazetteer
    place = Place(station=text, area=area, lines=line, district=district, latitude=latitude, longitude=longitude)
    found = explain(place, known)
    placement = found.placement
    candidates = placement.candidates if isinstance(placement, Ambiguous) else ()
    if as_json:
        steps = [step.model_dump() for step in found.steps]
        print_json(placement.model_dump() | {"lines": list(placed_lines(placement)), "steps": steps})
        return 0 if placed_lines(placement) else 1
    lines = placed_lines(placement)
    named = getattr(placement, "station_name", None) or "no station"
    say(f"{placement.kind}: {named}, {' '.join(lines)}" if lines else placement.kind, bold=True)
    for number, step in enumerate(found.steps, start=1):
        say(f"  {number}. {step.step}: {step.says}")
    for one in candidates:
        say(f"  perhaps {one.station_id} {one.name} ({' '.join(one.lines)}): {one.why}")
    return 0 if lines else 1


def _read(session: Session, file: Path) -> tuple[ImportedNetwork, tuple[Station, ...], Changes]:
    """The publication, its stations as this fleet would keep them, and what differs. Raises Trouble."""
    known = session.settings.gazetteer
    try:
        network = session.workshop.publication(str(file))
    except ValueError as refused:
        raise Trouble(f"{refused}", WRONG) from refused
    after = fitted(network, known)
    return network, after, changes(known.stations, after)


@stations.command(short_help="What a new publication would change.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@json_option
@pass_session
def diff(session: Session, file: Path, as_json: bool) -> int:
    """What FILE (a table of stations in a layout that is known, or a static GTFS zip) would change. Writes nothing."""
    _, after, found = _read(session, file)
    if as_json:
        print_json(found.model_dump())
    else:
        say_changes(found, session.settings.gazetteer, after)
    return 0


@stations.command(name="import", short_help="Refresh the table from the agency's own publication.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--write", is_flag=True, help="Write it. Without this flag nothing is written.")
@click.option("--source", help="Who published it. Default: the agency and the file's name.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its date, like 2026-11-21. Default: the file's own."
)
@json_option
@pass_session
def import_file(
    session: Session, file: Path, write: bool, source: str | None, day: datetime | None, as_json: bool
) -> int:
    """Refresh the agency's table of stations from FILE: a table of stations in a layout that is known, or a static
    GTFS zip. First shows what changes; writes it, with source and date, only with --write.

    Other names and notes that people wrote beside the table stay; one that would point at no station any more is
    refused.
    """
    network, after, found = _read(session, file)
    folder = session.settings.agency_folder / "gazetteer"
    lost = dangling(after, session.settings.gazetteer)
    if not as_json:
        say_changes(found, session.settings.gazetteer, after)
    if lost:
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        raise Trouble(f"stations are gone that this still names: {'; '.join(lost[:3])}{more}: mend it first", WRONG)
    if write:
        before = read_about(folder)
        published = day.date() if day else network.published or before.date
        said = source or f"{network.agency}: {file.name}"
        write_stations(folder, before.model_copy(update={"source": said, "date": published}), after)
    if as_json:
        print_json({"written": write, **found.model_dump()})
    elif write:
        say(f"Written to {folder}. The fleet that runs takes it when it is started again.")
    else:
        say("Nothing was written: --write does it.")
    return 0


for command in (report, names, forget):
    stations.add_command(command)
