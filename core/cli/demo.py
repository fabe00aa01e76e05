"""`demo`: the fleet on a throw-away store, with made-up incidents and service notices."""

from __future__ import annotations

import signal
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from core.cli.said import Teller, heading
from core.cli.session import Session, pass_session
from core.cli.speech import Seconds, say
from core.cli.troubles import Trouble
from core.cli.workshop import CannotServe, OpenFleet, Server
from core.domain.alerts import ServiceAlert
from core.domain.incidents import Incident, State
from core.domain.log import DigestEntry, Fate
from core.domain.policy import MayAssert
from core.domain.staff import FLEET_ACTOR
from core.flow.digest import say_digests
from core.flow.explain import person_of
from core.flow.intake import take_in
from core.flow.passes import think
from core.flow.workers import drain
from core.ports.source import GoodRow
from core.settings.demo_file import DemoMissing, read_demo

BANNER = "Demonstration. Not the police."
EVERYTHING = MayAssert(states=frozenset(state.value for state in State), persons=True, pictures=True)


@click.command()
@click.option("--once", is_flag=True, help="Say everything at once and end, without serving the pages.")
@click.option("--host", default=None, help="Address for the pages. Default: as lines.yaml says.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    help="Port for the pages; 0 takes a free one. Default: as lines.yaml says, or a free one where that is taken.",
)
@click.option("--pace", type=Seconds(0, 60), default=1.0, show_default=True, help="Seconds between records.")
@pass_session
def demo(session: Session, once: bool, host: str | None, port: int | None, pace: float) -> int:
    """Show the fleet at work. Everything in it is made up, and nothing leaves this machine.

    Records come in one by one. What each handle says is printed as it says it; what is kept back, with the rule
    that kept it. The evening's digests come last. The handles' timelines are served in the browser until Ctrl-C.
    The store lies in a temporary folder that is removed at the end.

    \b
    Examples:
      run_fleet.py demo
      run_fleet.py demo --once
      run_fleet.py -c agencies/example/lines.yaml demo --port 0
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="subway-fleet-demo-")))
        teller = Teller(gather=True)
        scratch = session.workshop.scratch(session.settings, folder, record_clock=False, said=teller.told)
        fleet = stack.enter_context(scratch)
        try:
            records = read_demo(session.settings.agency_folder, fleet.know.agency.name, fleet.clock.now())
        except DemoMissing as missing:
            raise Trouble(str(missing)) from missing
        server = None if once else _serve(session, fleet, host, port)
        if server is not None:
            stack.callback(server.stop)
            teller.pages = server.url
        _greet(fleet, server)
        with _ends_by_signal():
            _play(fleet, teller, records, 0.0 if once else pace)
            _end(fleet, server)
    return 0


def _serve(session: Session, fleet: OpenFleet, host: str | None, port: int | None) -> Server:
    """At the port that was asked for; without one, a taken port is no reason to show nothing. Raises CannotServe."""
    pages = fleet.settings.pages
    where = host or pages.host
    try:
        return session.workshop.serve(fleet, where, pages.port if port is None else port, demonstration=True)
    except CannotServe:
        if port is not None:
            raise
        server = session.workshop.serve(fleet, where, 0, demonstration=True)
        say(f"Port {pages.port} is taken: the pages are on a free one instead.", err=True)
        return server


def _greet(fleet: OpenFleet, server: Server | None) -> None:
    say(BANNER, bold=True)
    say("Every incident, person and service notice here is made up, and nothing leaves this machine.")
    say(f"{len(fleet.settings.lines)} lines of {fleet.know.agency.name}, each with its own handle.", nl=False)
    say("" if server is None else f" Their timelines: {server.url}   (Ctrl-C ends)")


@contextmanager
def _ends_by_signal() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the demonstration the same way: cleanly."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        say("\nThe demonstration is over; nothing of it is kept.")
    finally:
        signal.signal(signal.SIGTERM, before)


def _play(fleet: OpenFleet, teller: Teller, records: Sequence[Incident | ServiceAlert], pace: float) -> None:
    """Each record on its own, so that a reader can follow; the digests at the end, as if it were evening."""
    pause = threading.Event()
    for number, record in enumerate(records, start=1):
        seen = _last_entry(fleet)
        row = GoodRow(position=f"demo:{number}", record=record, raw=record.model_dump_json().encode())
        with fleet.store.begin() as tx:
            take_in(FLEET_ACTOR, tx, fleet.know, "demo", EVERYTHING, [row], fleet.clock.now())
        _tell(fleet, teller, seen)
        if pace:
            pause.wait(pace)
    seen = _last_entry(fleet)
    say_digests(FLEET_ACTOR, fleet.store, fleet.know, fleet.clock, all_days=True)
    if _last_entry(fleet) > seen:
        say("\nThe evening comes: what was not said alone is said once, in each line's digest.", bold=True)
        _tell(fleet, teller, seen)


def _last_entry(fleet: OpenFleet) -> int:
    with fleet.store.begin() as tx:
        return tx.log.last_seq()


def _tell(fleet: OpenFleet, teller: Teller, seen: int) -> None:
    """What came in since `seen`, what was said about it, and why the rest was kept back."""
    with fleet.store.begin() as tx:
        for entry in tx.log.after(seen, 100):
            if not isinstance(entry.body, DigestEntry):
                say(f"\n> {heading(entry, fleet.know)}", bold=True)
    think(FLEET_ACTOR, fleet.house)
    drain(fleet.office, patience_seconds=5.0)
    teller.flush()
    with fleet.store.begin() as tx:
        entries = tx.log.after(seen, 100)
    for entry in entries:
        if entry.fate not in (Fate.POSTED, Fate.PENDING):
            teller.kept_back(entry)
        if (person := person_of(fleet.know, entry)) is not None:
            teller.person_kept_back(person)


def _end(fleet: OpenFleet, server: Server | None) -> None:
    """What became of it all; then the pages stay up until somebody ends them."""
    with fleet.store.begin() as tx:
        fates = Counter(e.fate.value for e in tx.log.after(0, 1000) if not isinstance(e.body, DigestEntry))
    counted = ", ".join(f"{count} {fate}" for fate, count in fates.most_common())
    say(f"\nThat was all: {fates.total()} records; {counted}.", bold=True)
    if server is None:
        say("See the timelines in a browser: run_fleet.py demo")
        return
    say(f"The timelines stay up at {server.url}; Ctrl-C ends.")
    threading.Event().wait()
