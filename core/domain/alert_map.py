"""How alerts of another form than GTFS-realtime are read: which of its fields is which, as data."""

from __future__ import annotations

from pydantic import Field

from core.domain.lines import Frozen

Paths = tuple[str, ...]


class AlertMap(Frozen):
    """What `alert_maps/NAME.yaml` of an agency says. A path is dotted (`attributes.header`); of several, the first that
    holds something counts. Words may be a text, a list of translations or a TranslatedString; times may be seconds or
    ISO 8601."""

    alerts: str = Field(default="", description="Path to the list of alerts; empty: the document is the list.")
    id: str = Field(default="id", description="Path to an alert's id.")
    header: Paths = Field(min_length=1, description="Paths to its header.")
    description: Paths = Field(default=(), description="Paths to its description.")
    periods: Paths = Field(min_length=1, description="Paths to its list of periods, each with `start` and `end`.")
    informed: Paths = Field(min_length=1, description="Paths to the list of what it informs.")
    agency: str = Field(default="agency_id", description="Field of that: the agency.")
    route: str = Field(default="route_id", description="Field of that: the route.")
    stop: str = Field(default="stop_id", description="Field of that: the stop.")
    effect: str = Field(default="effect", description="Path to the effect.")
    mercury: str | None = Field(default=None, description="Path to Mercury's part, if it has one.")
    zone: str | None = Field(
        default=None, description="Time zone (IANA) of times that name none; left out: such times are refused."
    )
