"""Where something happened: what the record says, and which lines it is tied to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.domain.lines import Frozen, LineId


class Place(Frozen):
    """The place as a record names it; nothing here is resolved yet."""

    lines: tuple[str, ...] = ()
    """Lines the record names by itself, as written."""
    train: str | None = None
    """The train it happened on, as written (`A`, `6X`)."""
    station: str | None = None
    direction: str | None = None
    area: str | None = None
    """Borough, municipality or whatever the agency divides its map into."""
    district: str | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    on_network: bool | None = None
    """False when the mapping knows that the place is not of this network; None = not said."""


class Station(Frozen):
    """A station of the gazetteer: one platform group."""

    id: str
    name: str
    lines: tuple[LineId, ...]
    complex_id: str
    area: str | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)


class OtherName(Frozen):
    """Another name that a station is known by, and who says so."""

    name: str
    station_ids: tuple[str, ...] = Field(min_length=1)
    source: str


class Candidate(Frozen):
    """One thinkable answer for an ambiguous place."""

    station_id: str
    name: str
    lines: tuple[LineId, ...]
    why: str


class AtStation(Frozen):
    """The place is one station (or the record names its line or train itself)."""

    kind: Literal["station"] = "station"
    lines: tuple[LineId, ...] = Field(min_length=1)
    station_id: str | None = None
    station_name: str | None = None
    area: str | None = None
    explicit: LineId | None = None
    """The line of the train that the record names; it leads."""
    why: str


class AtComplex(Frozen):
    """The place is several stations joined underground."""

    kind: Literal["complex"] = "complex"
    lines: tuple[LineId, ...] = Field(min_length=1)
    complex_id: str
    station_name: str
    area: str | None = None
    why: str


class Ambiguous(Frozen):
    """The place can't be tied to lines: an officer decides."""

    kind: Literal["ambiguous"] = "ambiguous"
    candidates: tuple[Candidate, ...] = ()
    why: str


class OffNetwork(Frozen):
    """The place is not of this network."""

    kind: Literal["off-network"] = "off-network"
    why: str


Placement = Annotated[AtStation | AtComplex | Ambiguous | OffNetwork, Field(discriminator="kind")]
"""Which line: the resolver's answer, always with its reason."""


def placed_lines(placement: AtStation | AtComplex | Ambiguous | OffNetwork) -> tuple[LineId, ...]:
    """Lines that a placement is tied to; empty when it is tied to none."""
    match placement:
        case AtStation() | AtComplex():
            return placement.lines
        case Ambiguous() | OffNetwork():
            return ()
