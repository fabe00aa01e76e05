"""A demonstration for a new fleet: made-up incidents at its own stations, one for each fate that a record may meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.domain.gazetteer import Gazetteer
from core.domain.lines import LineId
from core.domain.places import Place, Station, placed_lines
from core.rules.which_line import resolve
from core.settings.new_lines import NewLine, NewNetwork

NO_SUCH_PLACE = "Made-Up Yard Nobody Knows"
_NOBODY = {"name": "Nobody Inparticular", "age": 99, "case_reference": "MADE-UP-1"}
_SERVICE = {
    "en": "[{symbol}] trains are running with delays while a made-up train is moved.",
    "es": "Los trenes [{symbol}] circulan con retraso mientras se retira un tren inventado.",
}


def new_demo(network: NewNetwork, gazetteer: Gazetteer, languages: Sequence[str]) -> list[dict[str, Any]]:
    """The records of demo.yaml. Each place but the doubtful one is a station whose name alone is clear."""
    places = _Places(network, gazetteer)
    first, second = network.lines[0], network.lines[-1]
    happened: list[tuple[int, str, dict[str, Any], dict[str, Any]]] = [
        (14, "ROB", places.busiest(first), {}),
        (26, "ASL", places.on(second), {}),
        (40, "THF.P", places.on(first), {}),
        (52, "VND", places.on(second), {}),
        (18, "ROB", places.doubtful(), {}),
        (55, "ROB", places.on(first), {"state": "wanted", "person": _NOBODY}),
        (35, "SEX", places.on(second), {}),
        (6000, "ASL", places.on(first), {}),
        (12, "FAR", places.on(second), {}),
    ]
    incidents = [
        {"number": f"DEMO-{number}", "minutes_ago": minutes, "offence": offence, "place": place, **more}
        for number, (minutes, offence, place, more) in enumerate(happened, start=1)
    ]
    return [incidents[0], _alert(first, languages), *incidents[1:]]


def _alert(line: NewLine, languages: Sequence[str]) -> dict[str, Any]:
    header = {language: _SERVICE[language].format(symbol=line.symbol) for language in languages if language in _SERVICE}
    return {"id": "demo-delays", "lines": [str(line.id)], "header": header}


class _Places:
    """Stations to tell of, each once while there are enough."""

    def __init__(self, network: NewNetwork, gazetteer: Gazetteer) -> None:
        self._network = network
        self._gazetteer = gazetteer
        self._lines: dict[str, tuple[LineId, ...]] = {}
        for station in network.stations:
            lines = placed_lines(resolve(Place(station=station.name), gazetteer))
            if set(station.lines) <= set(lines):
                self._lines.setdefault(station.name, lines)

    def busiest(self, line: NewLine) -> dict[str, Any]:
        """The station where most lines meet."""
        name = max(self._lines, key=lambda one: len(self._lines[one]), default=None)
        return {"lines": [str(line.id)]} if name is None else self._take(name)

    def on(self, line: NewLine) -> dict[str, Any]:
        """A station that is this line's alone, and the train it happened on."""
        name = next((one for one, lines in self._lines.items() if lines == (line.id,)), None)
        return {"lines": [str(line.id)]} if name is None else self._take(name) | {"train": str(line.id)}

    def doubtful(self) -> dict[str, Any]:
        """A name that several stations bear, else one that nobody knows."""
        name = next((station.name for station in self._network.stations if self._several(station)), NO_SUCH_PLACE)
        return {"station": name}

    def _several(self, station: Station) -> bool:
        alike = self._gazetteer.official.as_meant(station.name)
        return len({self._gazetteer.station(one).complex_id for one in alike}) > 1

    def _take(self, name: str) -> dict[str, Any]:
        if len(self._lines) > 1:
            del self._lines[name]
        return {"station": name}
