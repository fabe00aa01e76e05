"""Holds that every recorded complaint and arrest row is read or set aside with its reason: none is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from core.adapters.sources.files import rows_of_file
from core.adapters.sources.folder import FolderSource
from core.domain.columns import ColumnMap
from core.domain.incidents import Incident, State
from core.ports.source import BadRow, GoodRow
from core.settings.columns_file import load_columns

COLUMNS = Path(__file__).parents[2] / "agencies/nyc/columns"
COMPLAINTS = load_columns(COLUMNS / "nypd_complaints.yaml")
ARRESTS = load_columns(COLUMNS / "nypd_arrests.yaml")


def outcome(row: GoodRow | BadRow) -> str:
    if isinstance(row, BadRow):
        return f"set aside: {row.reason}"
    assert isinstance(row.record, Incident)
    return {True: "on the network", False: "elsewhere", None: "not said"}[row.record.place.on_network]


def rows_of(folder: Path, pattern: str, columns: ColumnMap) -> list[GoodRow | BadRow]:
    return [row for path in sorted(folder.glob(pattern)) for row in rows_of_file(path, columns, "recorded", "UTC")]


@pytest.mark.parametrize(
    ("pattern", "columns", "expected"),
    [
        ("complaints_transit_*.csv", COMPLAINTS, {"on the network": 245, "not said": 3, "elsewhere": 1}),
        ("complaints_not_subway_*.csv", COMPLAINTS, {"on the network": 2, "elsewhere": 213}),
        ("arrests_*.csv", ARRESTS, {"not said": 47, "elsewhere": 100}),
    ],
)
def test_every_row_has_one_outcome(recorded, pattern, columns, expected):
    counts = Counter(outcome(row) for row in rows_of(recorded / "nypd", pattern, columns))
    print(f"{pattern}: {sum(counts.values())} rows: {dict(counts)}")
    assert counts == expected


def incidents(folder: Path, pattern: str, columns: ColumnMap) -> list[Incident]:
    records = [row.record for row in rows_of(folder, pattern, columns) if isinstance(row, GoodRow)]
    return [record for record in records if isinstance(record, Incident)]


def test_transit_complaints_name_station_offence_and_a_minute(recorded):
    found = incidents(recorded / "nypd", "complaints_transit_*.csv", COMPLAINTS)
    assert len({incident.number for incident in found}) == 249
    assert all(incident.place.station and incident.offence_code for incident in found)
    assert sum(incident.offence_words is None for incident in found) == 3
    assert not any(incident.occurred_about for incident in found)
    assert all(incident.known_at >= incident.occurred_from for incident in found)
    assert {incident.place.district for incident in found} <= {None, *(str(number) for number in range(1, 35))}
    assert not any("," in incident.unknown_fields.get("ADDR_PCT_CD", "") for incident in found)


def test_complaints_from_elsewhere_name_no_station(recorded):
    found = incidents(recorded / "nypd", "complaints_not_subway_*.csv", COMPLAINTS)
    assert not any(incident.place.station or incident.place.lines or incident.place.train for incident in found)


def test_arrests_name_no_place_and_no_person(recorded):
    found = incidents(recorded / "nypd", "arrests_*.csv", ARRESTS)
    assert {incident.state for incident in found} == {State.ARRESTED}
    assert all(incident.person is None and incident.occurred_about for incident in found)
    assert not any(incident.place.station or incident.place.latitude for incident in found)
    assert all("AGE_GROUP" in incident.unknown_fields for incident in found)


def test_the_folder_source_gives_the_same_rows(recorded):
    source = FolderSource("recorded", recorded / "nypd", COMPLAINTS, "UTC", pattern="complaints_*.csv")
    batches = list(source.pull(None))
    assert sum(len(batch.rows) for batch in batches) == 249 + 215
    assert [len(batch.rows) for batch in source.pull(batches[-1].cursor)] == [0]
    assert source.count_only(None)[0] == 249 + 215
