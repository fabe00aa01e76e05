"""A whole fleet of the example agency whose webhook leads to a partner's endpoint on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bots.fleet import fleet as make_bots
from core.adapters.channels.webhook import KEY
from core.flow.connect import connect
from core.wiring import Wiring
from tests.contract.webhook_stage import MADE_UP_KEY
from tests.fakes.clocks import SteppedClock
from tests.fakes.endpoint import Endpoint
from tests.fakes.example_fleet import write_fleet
from tests.fakes.odd_platform import OddPlatform
from tests.flow.stage import OFFICER, Stage


@contextmanager
def handing_over(folder: Path, channel: str = "", partner: str = "", **how: str) -> Iterator[tuple[Stage, Endpoint]]:
    """The fleet open, its accounts connected. `channel` and `partner` are added to those sections of lines.yaml."""
    with Endpoint(MADE_UP_KEY) as endpoint:
        path = write_fleet(folder, **how)  # type: ignore[arg-type]
        webhook = f"  webhook: {{base_url: '{endpoint.url}'{channel}}}\npartner: {{{partner}}}"
        said = path.read_text("utf-8").replace("  x: {limit: 280}", webhook)
        path.write_text(said.replace("    x: {mode: live}", "    webhook: {mode: live}"), "utf-8")
        with opened(path, SteppedClock()) as stage:
            stage.fleet.secrets.put(KEY, MADE_UP_KEY)
            for account in stage.fleet.know.accounts.values():
                if account.channel == "webhook":
                    connect(OFFICER, stage.fleet.store, stage.clock, stage.fleet.channels["webhook"], account)
            yield stage, endpoint


@contextmanager
def opened(path: Path, clock: SteppedClock) -> Iterator[Stage]:
    """The fleet of this lines.yaml, as a process opens it."""
    wiring = Wiring(make_bots, {})
    with wiring.open(wiring.settings(path)) as found:
        fleet = replace(found, clock=clock)
        house, office = replace(fleet.house, clock=clock), replace(fleet.office, clock=clock)
        yield Stage(fleet, clock, house, office, OddPlatform(clock.now))
