"""`replay`: recorded records on a simulated clock; what each handle would have posted, and what kept the rest."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from core.cli.lengths_of_time import LengthOfTime
from core.cli.progress import Progress
from core.cli.records import no_json
from core.cli.replay_policy import Play, compare_policies, of_log
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.cli.workshop import OpenFleet
from core.flow.replay import Replayed, replay_rows
from core.flow.workers import drain
from core.ports.timeline import StandingPost, Timeline


@click.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path, dir_okay=False), nargs=-1)
@click.option(
    "--columns", metavar="NAME", help="Column map of the agency. Default: the one that fits each file's header."
)
@click.option("--posts", "show_posts", is_flag=True, help="Print every post that would have stood.")
@click.option(
    "--policy",
    type=click.Path(exists=True, path_type=Path, dir_okay=False),
    help="Another policy, a pack or a policy section: say what it would have done otherwise, line by line.",
)
@click.option(
    "--since",
    type=LengthOfTime(),
    metavar="LENGTH",
    help="With --policy and no FILES: so much of the fleet's own log, such as 7d. Needs a login.",
)
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep the store and timelines here.")
@json_option
@pass_session
def replay(
    session: Session,
    files: tuple[Path, ...],
    columns: str | None,
    show_posts: bool,
    policy: Path | None,
    since: timedelta | None,
    keep: Path | None,
    as_json: bool,
) -> int:
    """Play recorded records back, each judged at the time at which it was known. Nothing leaves this machine.

    FILES are CSV, JSON or JSON Lines. Every row meets exactly one fate, and the sum is the number of rows. The
    store is a throw-away one; every account but the local timeline practises.

    \b
    Example:
      run_fleet.py replay complaints_2014.csv complaints_2015.csv --json
      run_fleet.py replay --since 7d --policy stricter.yaml
    """
    if policy is not None:
        return compare_policies(session, policy, _window(session, files, columns, since), as_json)
    if not files or since is not None:
        raise click.UsageError("name FILES, or give --since with --policy")
    settings = session.settings
    with throw_away(session, keep) as fleet:
        size = sum(file.stat().st_size for file in files)
        with Progress("replaying", size) as progress:
            done = Replayed()
            for file in files:
                try:
                    rows = session.workshop.rows(settings, file, columns, progress.add)
                    replay_rows(fleet.house, rows, done, lambda: drain(fleet.office, patience_seconds=60.0))
                except ValueError as wrong:
                    raise Trouble(f"{file}: {no_json(file) or wrong}", WRONG) from wrong
        done.finish(fleet.house)
        drain(fleet.office, patience_seconds=60.0)
        report = _report(fleet, done)
        if show_posts:
            report["posts"] = posts_said(fleet)
    if as_json:
        print_json(report)
    else:
        _say(report)
    return 0


@contextmanager
def throw_away(session: Session, keep: Path | None = None) -> Iterator[OpenFleet]:
    """The fleet on a store that is thrown away, or on a new one in `keep`. Raises Trouble."""
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="subway-fleet-replay-")))
        if keep is not None and (keep / "fleet.db").exists():
            raise Trouble(f"{keep} holds a store already: name a new folder", WRONG)
        yield stack.enter_context(session.workshop.scratch(session.settings, folder, record_clock=True))


def _window(session: Session, files: tuple[Path, ...], columns: str | None, since: timedelta | None) -> Play:
    """What to judge under both policies: the files' rows, or the log since then."""
    if bool(files) == (since is not None):
        raise click.UsageError("with --policy, give either FILES or --since")
    if since is not None:
        return of_log(session, since)

    def play(fleet: OpenFleet) -> None:
        done = Replayed()
        for file in files:
            try:
                replay_rows(fleet.house, session.workshop.rows(session.settings, file, columns, lambda _: None), done)
            except ValueError as wrong:
                raise Trouble(f"{file}: {no_json(file) or wrong}", WRONG) from wrong
        done.finish(fleet.house)

    return play


def _report(fleet: OpenFleet, done: Replayed) -> dict[str, Any]:
    said = said_per_handle(fleet)
    return {
        "rows": done.rows,
        "fates": dict(sorted(done.fates.items())),
        "sum": sum(done.fates.values()),
        "set_aside": dict(done.reasons.most_common()),
        "handles": said,
        "lines": done.per_line,
    }


def said_per_handle(fleet: OpenFleet) -> dict[str, dict[str, Any]]:
    """Handle → notices said in full, notices reposted, and the busiest day. A notice in two languages is one."""
    table: dict[str, dict[str, Any]] = {}
    for line in fleet.settings.lines:
        said: dict[str, date] = {}
        reposted: set[str] = set()
        for thread in _all_threads(fleet.timeline, line.handle):
            first = thread[0]
            if first.reposted_from:
                reposted.add(first.reference)
            else:
                said.setdefault(first.reference, fleet.know.day(first.said_at))
        days = Counter(said.values())
        if said or reposted:
            busiest, most = days.most_common(1)[0] if days else (None, 0)
            table[line.handle] = {
                "said": len(said),
                "reposted": len(reposted),
                "days": len(days),
                "most_on_one_day": most,
                "busiest_day": busiest.isoformat() if busiest else None,
            }
    return table


def _all_threads(timeline: Timeline, handle: str) -> list[Sequence[StandingPost]]:
    found: list[Sequence[StandingPost]] = []
    before = None
    while True:
        page = timeline.threads(handle, 200, before)
        found += page
        if len(page) < 200:
            return found
        before = page[-1][0].id


def posts_said(fleet: OpenFleet) -> list[dict[str, Any]]:
    """Every post that stands on a handle's timeline, as plain fields."""
    return [
        {
            "handle": post.handle,
            "said_at": post.said_at,
            "language": post.language,
            "text": post.text,
            "reposted_from": post.reposted_from,
        }
        for line in fleet.settings.lines
        for thread in _all_threads(fleet.timeline, line.handle)
        for post in thread
    ]


def _say(report: dict[str, Any]) -> None:
    say(f"{report['rows']} rows, each with one fate:", bold=True)
    for fate, count in report["fates"].items():
        say(f"  {count:7} {fate}")
    say(f"  {report['sum']:7} together")
    for reason, count in report["set_aside"].items():
        say(f"          set aside: {reason} ({count})")
    say_handles(report["handles"])
    say("\nPer line, by what its bot heard:", bold=True)
    for line, fates in report["lines"].items():
        said = ", ".join(f"{count} {fate}" for fate, count in sorted(fates.items()))
        say(f"  {line:<5} {said}")
    say_posts(report.get("posts", []))


def say_handles(said: dict[str, dict[str, Any]]) -> None:
    """What each handle said, as a table."""
    say("\nPer handle:", bold=True)
    rows = [
        [
            f"@{handle}",
            str(row["said"]),
            str(row["reposted"]),
            str(row["days"]),
            str(row["most_on_one_day"]),
            row["busiest_day"] or "",
        ]
        for handle, row in said.items()
    ]
    headings = ["handle", "said", "reposted", "on days", "most on one day", "which was"]
    say_table(headings, rows, "No handle would have posted anything.")


def say_posts(posts: Sequence[dict[str, Any]]) -> None:
    """Every post in full."""
    for post in posts:
        say(f"\n@{post['handle']} {post['said_at']:%Y-%m-%d %H:%M} {post['language']}", fg="cyan")
        for text in [f"reposts @{post['reposted_from']}"] if post["reposted_from"] else post["text"].split("\n"):
            say(f"  {text}")
