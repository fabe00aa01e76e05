"""`demo`: the fleet on a throw-away store, with made-up incidents and service notices."""

from __future__ import annotations

import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from core.cli.said import Teller
from core.cli.session import Session, pass_session
from core.cli.troubles import Trouble
from core.cli.workshop import OpenFleet, Server
from core.domain.alerts import ServiceAlert
from core.domain.incidents import Incident
from core.domain.log import Fate
from core.domain.policy import MayAssert
from core.domain.staff import FLEET_ACTOR
from core.flow.intake import take_in
from core.flow.passes import think
from core.flow.workers import drain
from core.ports.source import GoodRow
from core.settings.demo_file import DemoMissing, read_demo

BANNER = "Demonstration. Not the police."
EVERYTHING = MayAssert(states=frozenset({"reported", "wanted", "arrested"}), persons=True, pictures=True)


@click.command()
@click.option("--once", is_flag=True, help="Say everything at once and end, without serving the pages.")
@click.option("--host", default=None, help="Address for the pages. Default: as lines.yaml says.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port for the pages; 0 takes a free one.")
@click.option("--pace", type=click.FloatRange(0, 60), default=1.0, show_default=True, help="Seconds between records.")
@pass_session
def demo(session: Session, once: bool, host: str | None, port: int | None, pace: float) -> int:
    """Show the fleet at work. Everything in it is made up, and nothing leaves this machine.

    Records come in one by one; what each handle says is printed as it says it, and the handles' timelines are
    served in the browser until Ctrl-C. The store lies in a temporary folder that is removed at the end.
    """
    settings = session.settings
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="subway-fleet-demo-")))
        teller = Teller()
        fleet = stack.enter_context(session.workshop.scratch(settings, folder, record_clock=False, said=teller.told))
        teller.knows(fleet.know)
        try:
            records = read_demo(settings.agency_folder, fleet.know.agency.name, fleet.clock.now())
        except DemoMissing as missing:
            raise Trouble(str(missing)) from missing
        server = None if once else _serve(session, fleet, host, port)
        click.secho(f"{BANNER} Every incident, person and service notice here is made up.", bold=True)
        if server is not None:
            stack.callback(server.stop)
            click.echo(f"Timelines of all handles: {server.url}   (Ctrl-C ends the demonstration)")
        click.echo()
        stopped = threading.Event()
        try:
            _play(fleet, teller, list(records), 0.0 if once else pace, stopped)
            if server is not None:
                click.echo(f"\nThat was all of it. The timelines stay up at {server.url}; Ctrl-C ends.")
                stopped.wait()
        except KeyboardInterrupt:
            click.echo("\nThe demonstration is over; nothing of it is kept.")
    return 0


def _serve(session: Session, fleet: OpenFleet, host: str | None, port: int | None) -> Server:
    pages = fleet.settings.pages
    return session.workshop.serve(fleet, host or pages.host, pages.port if port is None else port, demonstration=True)


def _play(
    fleet: OpenFleet,
    teller: Teller,
    records: list[Incident | ServiceAlert],
    pace: float,
    stopped: threading.Event,
) -> None:
    """Each record on its own, so that a reader can follow."""
    for number, record in enumerate(records, start=1):
        row = GoodRow(position=f"demo:{number}", record=record, raw=record.model_dump_json().encode())
        with fleet.store.begin() as tx:
            take_in(FLEET_ACTOR, tx, fleet.know, "demo", EVERYTHING, [row], fleet.clock.now())
        think(FLEET_ACTOR, fleet.house)
        drain(fleet.office, patience_seconds=5.0)
        _say_fate(fleet, teller)
        if pace and number < len(records):
            stopped.wait(pace)


def _say_fate(fleet: OpenFleet, teller: Teller) -> None:
    """What became of a record that made no post, and why."""
    with fleet.store.begin() as tx:
        entry = tx.log.entry(tx.log.last_seq())
    if entry.fate not in (Fate.POSTED, Fate.PENDING):
        teller.kept_back(entry)
