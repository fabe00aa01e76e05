"""The part of the wiring that makes the staff's API."""

from __future__ import annotations

from typing import Any

from core.cli.workshop import OpenFleet
from core.domain.staff import FLEET_ACTOR
from core.flow.passes import think

PATH = "/api/v1"


def api_apps(fleet: OpenFleet) -> dict[str, Any]:
    """The application by its path; empty where `api: {serve: true}` is not written."""
    if not fleet.settings.api.serve:
        return {}
    from core.web.api.app import api_app
    from core.web.api.desk import ApiDesk

    def go_on() -> None:
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()

    return {PATH: api_app(ApiDesk(fleet.store, fleet.know, fleet.clock, go_on))}
