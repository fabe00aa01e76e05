"""Recorded alerts of five agencies: what waits because it may name somebody, and how much of that names nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.adapters.sources.gtfs_realtime.reading import AlertReader, by_route
from core.adapters.sources.gtfs_realtime.source import read_feed
from core.domain.alerts import AlertTypes, ServiceAlert
from core.rules.named_in_alerts import names_a_person
from core.settings.load import load_settings
from tests.recorded.test_service_alerts import FEEDS, ROOT, at, mapped, reader_of

MAPPED = {
    "mta/mta_all_alerts_2026-03-02.norm.json": ROOT / "agencies/nyc/alert_maps/rekeyed.yaml",
    "other_agencies/mbta_v3_api_alerts_a.json": Path(__file__).parent / "agencies/mbta_v3.yaml",
}


def alerts(recorded: Path) -> Iterator[tuple[str, ServiceAlert]]:
    """Every alert of every recorded feed, also those that no line's rider would be told."""
    for name, feed in FEEDS.items():
        read = read_feed((recorded / "alerts" / feed).read_bytes(), reader_of(name), at)
        yield from ((name, told.alert) for told in read.told.values())
    for feed, by in MAPPED.items():
        reader = AlertReader(
            source="alerts",
            agency="recorded",
            routes=by_route(load_settings(ROOT / "lines.yaml", {}).lines),
            agency_ids=frozenset(),
            types=AlertTypes(),
            language="en",
            show_before=timedelta(hours=1),
            by=mapped(by),
        )
        read = read_feed(
            (recorded / "alerts" / feed).read_bytes(), reader, lambda moment: datetime(2026, 6, 11, 17, 0, tzinfo=UTC)
        )
        yield from ((feed, told.alert) for told in read.told.values())


def test_no_recorded_alert_waits_for_a_person_because_of_its_streets_and_stations(recorded: Path) -> None:
    """None of them names anybody, so each that waits would wait for nothing. Four of the five agencies have no names of
    stations here: the words around a name must do."""
    settings = load_settings(ROOT / "lines.yaml", {})
    known = (*(one.name for one in settings.gazetteer.stations), *settings.agency.areas.values())
    read, waits = Counter[str](), Counter[str]()
    for feed, alert in alerts(recorded):
        read[feed] += 1
        waits[feed] += names_a_person([*alert.header.values(), *alert.description.values()], known)
    print(f"{waits.total()} of {read.total()} recorded alerts would wait: {dict(read)}")
    assert read.total() > 1_100
    assert waits.total() == 0


def test_each_recorded_alert_with_a_name_put_into_it_waits(recorded: Path) -> None:
    missed = [
        alert.header
        for _, alert in alerts(recorded)
        if not names_a_person([f"{alert.header.get('en', '')}\nPolice seek Pat Example, 24."], ())
    ]
    assert missed == []
