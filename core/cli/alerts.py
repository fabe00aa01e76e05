"""`alerts`: snapshots of an Alerts feed; which lines each alert reaches, and what keeps the rest back."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from core.cli.records import When, aware
from core.cli.replay import posts_said, said_per_handle, say_handles, say_posts, throw_away
from core.cli.rule_words import why
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import printable, say
from core.cli.troubles import WRONG, Trouble
from core.cli.workshop import OpenFleet
from core.flow.replay_alerts import AlertFate, ReplayedFeed, replay_feed
from core.flow.workers import drain
from core.ports.source import SourceDown

ROUTES_SHOWN = 12


@click.command()
@click.argument("files", type=click.Path(exists=True, path_type=Path, dir_okay=False), nargs=-1, required=True)
@click.option(
    "--source",
    "name",
    metavar="NAME",
    help="Read as this source of lines.yaml. Default: its only one of kind gtfs_realtime, else all agencies' routes.",
)
@click.option("--at", type=When(), help="The time of a snapshot in a form that names none. Default: now.")
@click.option("--each", is_flag=True, help="Print every alert: its lines, its fate and why.")
@click.option("--posts", "show_posts", is_flag=True, help="Print every post that would have stood.")
@json_option
@pass_session
def alerts(
    session: Session,
    files: tuple[Path, ...],
    name: str | None,
    at: datetime | None,
    each: bool,
    show_posts: bool,
    as_json: bool,
) -> int:
    """What snapshots of the agency's Alerts feed would have made each handle say. Nothing leaves this machine.

    FILES are GTFS-realtime (protobuf or JSON), or another form that the source has a map for; the oldest first. Each
    is judged at its own time. Every alert meets exactly one fate, and the sum is their number.

    \b
    Example:
      run_fleet.py alerts feed.pb --each
      run_fleet.py alerts --source alerts monday.json tuesday.json --json
    """
    now = None if at is None else aware(session, at)
    with throw_away(session) as fleet:
        feeds = [_as_fields(fleet, file, _replayed(session, fleet, file, name, now)) for file in files]
        report: dict[str, Any] = {"read_as": _read_as(session, name), "feeds": feeds, "handles": said_per_handle(fleet)}
        if show_posts:
            report["posts"] = posts_said(fleet)
    if as_json:
        print_json(report)
        return 0
    for feed in feeds:
        _say(feed, each=each)
    if report["read_as"] is None:
        say("\nRead by the defaults, every agency's routes counted: lines.yaml has no source of kind gtfs_realtime.")
    say_handles(report["handles"])
    say_posts(report.get("posts", []))
    return 0


def _read_as(session: Session, name: str | None) -> str | None:
    """The source of lines.yaml as which the files are read; None where it has none."""
    feeds = [spec.name for spec in session.settings.sources if spec.kind == "gtfs_realtime"]
    return name or next(iter(feeds), None)


def _replayed(session: Session, fleet: OpenFleet, file: Path, name: str | None, now: datetime | None) -> ReplayedFeed:
    """One snapshot, what it owes delivered to the local timeline. Raises Trouble."""
    try:
        feed = replay_feed(
            fleet.house, lambda looked: session.workshop.feed_in_file(session.settings, name, file, now, looked)
        )
    except (SourceDown, ValueError) as wrong:
        raise Trouble(f"{file}: {wrong}", WRONG) from wrong
    drain(fleet.office, patience_seconds=60.0)
    return feed


def _as_fields(fleet: OpenFleet, file: Path, feed: ReplayedFeed) -> dict[str, Any]:
    return {
        "file": str(file),
        "at": feed.at,
        "alerts": len(feed.alerts),
        "fates": dict(feed.fates.most_common()),
        "sum": sum(feed.fates.values()),
        "other_entities": feed.others,
        "all_clears_for_what_is_gone": feed.ended,
        "lines": feed.per_line(tuple(fleet.know.lines)),
        "routes_of_no_line": dict(Counter(feed.strange_routes).most_common()),
        "each": [_one(alert) for alert in feed.alerts],
    }


def _one(alert: AlertFate) -> dict[str, Any]:
    """One alert as plain fields."""
    said = {"id": alert.id, "lines": list(alert.lines), "fate": alert.fate, "rule": alert.rule}
    return {**said, "why": alert.why or why(alert.rule), "header": alert.words}


def _say(feed: dict[str, Any], *, each: bool) -> None:
    when = f"of {feed['at']:%Y-%m-%d %H:%M} UTC" if feed["at"] else "it names no time of its own"
    number = "1 alert" if feed["alerts"] == 1 else f"{feed['alerts']} alerts, each"
    say(f"{feed['file']} ({when}): {number} with one fate:", bold=True)
    for fate, count in feed["fates"].items():
        say(f"  {count:7} {fate}")
    say(f"  {feed['sum']:7} together")
    if feed["other_entities"]:
        say(f"  {feed['other_entities']} other entities: no alerts, or marked as deleted")
    if feed["all_clears_for_what_is_gone"]:
        say(f"  {feed['all_clears_for_what_is_gone']} given before, and gone from the feed: all clear")
    say("\nPer line, by the alerts that name its routes:", bold=True)
    width = max(map(len, feed["lines"]), default=0)
    for line, fates in feed["lines"].items():
        say(f"  {line:<{width}}  {_listed(fates)}")
    strange = feed["routes_of_no_line"]
    if strange:
        most = ", ".join(f"{printable(route)} ({count})" for route, count in list(strange.items())[:ROUTES_SHOWN])
        more = f" and {len(strange) - ROUTES_SHOWN} more" if len(strange) > ROUTES_SHOWN else ""
        say(f"  routes that no line of lines.yaml runs on, by alerts: {most}{more}")
    for alert in feed["each"] if each else []:
        lines = " ".join(alert["lines"]) or "no line"
        rule = f" by {alert['rule']}" if alert["rule"] else ""
        say(f"\n{printable(alert['id'])}  {lines}: {alert['fate']}{rule}", fg="cyan")
        for text in filter(None, (alert["header"], alert["why"])):
            say(f"  {printable(' '.join(text.split()))}")


def _listed(fates: Counter[str]) -> str:
    return ", ".join(f"{count} {fate}" for fate, count in fates.most_common())
