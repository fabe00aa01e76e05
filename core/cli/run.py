"""`run` and `once`: the fleet at work on its own store."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

import click

from core.cli.progress import Progress
from core.cli.said import Teller
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import Seconds, say, some
from core.cli.troubles import Trouble
from core.domain.staff import FLEET_ACTOR
from core.flow.passes import Passed, one_pass, think
from core.flow.pull import Start
from core.flow.queue_left import Left, left_in_queue
from core.flow.workers import Workers, drain


class Beginning(click.ParamType[Start]):
    """`start`, `now`, a day or a moment."""

    name = "time"

    def convert(self, value: str | Start, param: click.Parameter | None, ctx: click.Context | None) -> Start:
        """A day counts from its first moment in UTC."""
        if isinstance(value, Start):
            return value
        if value in ("now", "start"):
            return Start(from_start=value == "start")
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time: write start, now, 2026-11-21 or 2026-11-21T18:00", param, ctx)
        return Start(from_start=True, since=moment if moment.tzinfo else moment.replace(tzinfo=UTC))


from_option = click.option(
    "--from",
    "start",
    type=Beginning(),
    default=None,
    help="Where a source that was never read begins: start, now, or a day like 2026-11-21. Default: as lines.yaml "
    "says, else now (older records are counted, not said).",
)


@click.command()
@from_option
@click.option(
    "--patience",
    type=Seconds(0, 86400),
    default=120.0,
    show_default=True,
    help="Seconds to wait for posts that a platform holds up or whose outcome is being looked up.",
)
@click.option("--quiet", is_flag=True, help="Print only the summary.")
@json_option
@pass_session
def once(session: Session, start: Start | None, patience: float, quiet: bool, as_json: bool) -> int:
    """One pass over every source and bot, then deliver what is due. What is left in the queue is named, with why.

    Exit codes: 0 all sources could be read and nothing is left in the queue; 1 something is left, or a source is down.
    What is owed to an account that is off does not count: it ends by itself.
    """
    with session.fleet() as fleet:
        if not (quiet or as_json):
            teller = Teller(practised=True)
            fleet.office.said = teller.told
        with Progress("records") as progress:
            passed = one_pass(
                FLEET_ACTOR,
                fleet.house,
                start,
                progress=lambda stage, rows: progress.add(rows if stage == "read" else 0),
            )
        if drain(
            fleet.office, patience
        ):  # a lead that was refused and a backlog that was sorted leave something to say
            passed.prepared += think(FLEET_ACTOR, fleet.house)[0]
            drain(fleet.office, patience)
        left = left_in_queue(fleet.store, fleet.know, fleet.clock)
    return _report(passed, left, as_json)


def _report(passed: Passed, left: Sequence[Left], as_json: bool) -> int:
    down = [pulled for pulled in passed.pulled if pulled.down is not None]
    well = not down and all(one.expires for one in left)
    if as_json:
        print_json(
            {
                "sources": [
                    {"name": p.source, "rows": dict(p.counts), "left_older": p.left_older, "down": p.down}
                    for p in passed.pulled
                ],
                "prepared": passed.prepared,
                "digests": passed.digests,
                "queue_empty": not left,
                "left": [one.model_dump(mode="json") for one in left],
            }
        )
        return 0 if well else 1
    for pulled in passed.pulled:
        say(_source_line(pulled.source, pulled.counts, pulled.left_older, pulled.down))
    if not passed.pulled:
        say("No sources in lines.yaml: nothing was read.")
    queue = f"{sum(one.count for one in left)} left in the queue" if left else "queue empty"
    say(f"{passed.prepared} entries ruled, {passed.digests} digests; {queue}.")
    for one in left:
        say(f"  {one.count} on {one.account}: {one.why}", err=True)
    return 0 if well else 1


def _source_line(name: str, counts: dict[str, int], left_older: int, down: str | None) -> str:
    said = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "nothing new"
    if left_older:
        said = f"begins now; {left_older} older records are left (post them with --from start)"
    return f"source {name}: {said}" + (f"; DOWN: {down}" if down else "")


@click.command(name="run")
@from_option
@click.option("--no-pages", is_flag=True, help="Do not serve the public pages.")
@click.option("--host", default=None, help="Address for the pages. Default: as lines.yaml says.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port for the pages; 0 takes a free one.")
@click.option("--quiet", is_flag=True, help="Do not print what the handles say.")
@pass_session
def run_fleet(
    session: Session, start: Start | None, no_pages: bool, host: str | None, port: int | None, quiet: bool
) -> int:
    """Run the fleet until SIGTERM or Ctrl-C: read sources, let bots speak, deliver, serve the public pages.

    Stopping settles what is in flight. Several may run on one store: each delivery is taken by one of them.
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with ExitStack() as stack:
        fleet = stack.enter_context(session.fleet())
        if not quiet:
            teller = Teller(practised=True)
            fleet.office.said = teller.told
        if not no_pages:
            pages = fleet.settings.pages
            server = session.workshop.serve(
                fleet, host or pages.host, pages.port if port is None else port, demonstration=False
            )
            stack.callback(server.stop)
            say(f"Timelines: {server.url}")
        workers = Workers(fleet.office, fleet.wakeups, fleet.settings.delivery.workers, stopping.set)
        ticker = session.workshop.ticker(fleet, workers.ring, start)
        workers.start()
        stack.callback(workers.stop)
        ticker.start()
        stack.callback(ticker.stop)
        bots, sources = some(len(fleet.house.bots), "bot"), some(len(fleet.house.sources), "source")
        say(f"The fleet runs: {bots}, {sources}. Ctrl-C stops it.")
        stopping.wait()
        say("Stopping: settling what is in flight.", err=True)
    if workers.trouble is not None:
        raise Trouble(workers.trouble)
    return 0
