"""A partner's endpoint that may be handed what is said of persons, and what the tests do with it."""

from __future__ import annotations

from dataclasses import replace

from fastapi.testclient import TestClient

from core.adapters.channels.webhook import KEY
from core.domain.incidents import Incident, State
from core.domain.lines import AccountId
from core.flow.endpoint_proof import prove_endpoint
from core.flow.pictures import prepare_picture
from core.flow.status import look_at
from core.flow.workers import work_once
from core.render.pictures import Box
from core.web.public.app import build_app
from core.wiring_partner import partner_apps
from tests.fakes.endpoint import Endpoint, Held
from tests.flow.reviewing import ANN, BOB, waiting, yes
from tests.flow.stage import GREEN, OFFICER, Stage
from tests.flow.test_prepared_pictures import DOT, WANTED, still

HUB = AccountId(f"webhook:{GREEN}")
PUBLIC = "https://police.example.org"
PROVEN = ", persons: proven"
LINKED = f"public_url: '{PUBLIC}'"
NAME = "Pat Example"
ANYONE = "looking for"
"""What stands in every text about somebody wanted, and in none about a place."""


def prove(stage: Stage, seconds: float = 1.0) -> None:
    """The endpoint takes a test back within so many seconds."""
    ticks = iter([0.0, seconds])
    account, channel = stage.house.know.accounts[HUB], stage.fleet.channels["webhook"]
    prove_endpoint(OFFICER, stage.fleet.store, stage.house.know, stage.clock, channel, account, lambda: next(ticks))


def wanted(stage: Stage, number: str = "1", **changes: object) -> Incident:
    return stage.incident(number, **{"state": State.WANTED, "person": WANTED, **changes})


def asked(stage: Stage, number: str = "1", picture: bool = True) -> None:
    """Somebody is wanted: the place is said, and what is about the person waits for two people."""
    stage.go(wanted(stage, number))
    if picture:
        key = stage.house.know.identity.incident("Example Transit Police", number).key
        whole, rest = Box(0, 0, 200, 200), [Box(0, 0, 9, 9)]
        prepare_picture(DOT, stage.fleet.store, stage.house.know, stage.clock, key, still(), whole, rest)
        stage.think()


def approve(stage: Stage) -> str:
    """Two people say yes; the reference."""
    proposal = waiting(stage)
    yes(stage, ANN, proposal)
    return yes(stage, BOB, waiting(stage)).reference


def hand_over(stage: Stage, number: str = "1") -> str:
    """Said on the handles and handed to the endpoint, as far as it may be; the reference."""
    asked(stage, number)
    reference = approve(stage)
    stage.work()
    return reference


def at_once(stage: Stage) -> None:
    """Deliver what is due now, without letting time pass."""
    while work_once(stage.office, "worker"):
        pass


def handed(endpoint: Endpoint) -> list[Held]:
    """What is about a person and lies with the endpoint now, by its own record."""
    return [one for one in endpoint.held.values() if ANYONE in one.text or NAME in one.text or one.picture]


def ever_handed(endpoint: Endpoint) -> list[Held]:
    return [one for one in endpoint.ever if ANYONE in one.text or NAME in one.text or one.picture]


def on_the_handle(stage: Stage) -> list[str]:
    return [text for text in stage.texts(GREEN) if ANYONE in text]


def pages(stage: Stage) -> TestClient:
    """Whatever this fleet serves beside its pages."""
    fleet = replace(stage.fleet, know=stage.house.know, clock=stage.clock)
    return TestClient(build_app(fleet.timeline, fleet.know, demonstration=False, beside=partner_apps(fleet)))


def picture_of(endpoint: Endpoint) -> str:
    """The path of the link that it was handed."""
    [url] = [one.picture["url"] for one in ever_handed(endpoint) if one.picture]
    assert url.startswith(f"{PUBLIC}/handed/")
    return str(url.removeprefix(PUBLIC))


def rotate(stage: Stage, endpoint: Endpoint) -> None:
    """Both sides keep another key from now on."""
    endpoint.key = "another made-up key"
    stage.fleet.secrets.put(KEY, endpoint.key)


def told(stage: Stage) -> list[str]:
    """Why endpoints are handed places alone, as whoever runs the fleet reads it."""
    return [
        one for one in look_at(stage.fleet.store, stage.clock, [], know=stage.house.know).troubles if "alone" in one
    ]


def kept_from(stage: Stage) -> list[str]:
    return [row.detail for row in stage.audit() if row.act == "person kept from an endpoint"]
