"""The part of the wiring that makes the partner's side: feeds, sandbox, intake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from core.cli.workshop import OpenFleet
from core.flow.handed import handed_picture
from core.flow.knowledge import Handing
from core.flow.published import Kept, published
from core.flow.sandbox import made_up
from core.ports.endpoint import Endpoint
from core.settings.fleet_settings import Settings

HANDED = "/handed"
"""Where the pictures stand that endpoints are handed as links."""


def partner_apps(fleet: OpenFleet) -> dict[str, Any]:
    """Applications by their path; empty where `partner:` switches nothing on."""
    section = fleet.settings.partner
    apps: dict[str, Any] = {}
    if section.feeds:
        apps["/feeds"] = _feeds(fleet, "/feeds", sandbox=False)
    if section.sandbox:
        apps["/sandbox"] = _feeds(fleet, "/sandbox", sandbox=True)
    if section.intake:
        apps["/api/partner"] = _intake(fleet)
    if fleet.know.handing.persons_to and fleet.know.handing.pictures_at:
        apps[HANDED] = _handed(fleet)
    return apps


def handing_of(settings: Settings, endpoints: Mapping[str, Endpoint]) -> Handing:
    """What endpoints are handed beside places, as lines.yaml says."""
    given = settings.partner.public_url
    return Handing(
        persons_to=frozenset(name for name, figures in settings.channels.items() if figures.persons == "proven"),
        proof_holds=settings.partner.proof_holds,
        pictures_at=f"{given.rstrip('/')}{HANDED}" if given else None,
        endpoints=endpoints,
    )


def public_base(settings: Settings) -> str:
    """Address at which others reach the pages, without a slash at its end."""
    given = settings.partner.public_url
    return given.rstrip("/") if given else f"http://{settings.pages.host}:{settings.pages.port}"


def _intake(fleet: OpenFleet) -> Any:
    from core.web.api.partner import PartnerDesk, partner_app

    section = fleet.settings.partner
    return partner_app(
        PartnerDesk(fleet.store, fleet.know, fleet.clock, section.keep, section.counts_for, fleet.wakeups.ring)
    )


def _handed(fleet: OpenFleet) -> Any:
    from core.web.feeds.handed import handed_app

    return handed_app(lambda name: handed_picture(fleet.store, fleet.know, name, fleet.clock.now()))


def _feeds(fleet: OpenFleet, prefix: str, *, sandbox: bool) -> Any:
    from core.adapters.feeds.alerts_protobuf import alerts_protobuf
    from core.web.feeds.app import feeds_app
    from core.web.feeds.desk import FeedDesk

    section, store, know, base = fleet.settings.partner, fleet.store, fleet.know, public_base(fleet.settings)
    kept: Kept = {}
    desk = FeedDesk(
        know=know,
        clock=fleet.clock,
        store=store,
        listed=(lambda now: made_up(know, now))
        if sandbox
        else (lambda now: published(store, know, now, section.keep, section.counts_for, kept)),
        encode=alerts_protobuf,
        base=base,
        prefix=prefix,
        sender=section.sender or urlsplit(base).hostname or "localhost",
        demonstration=sandbox,
        drill=section.drill,
        shows_cards=section.public_url is not None,
    )
    return feeds_app(desk)
