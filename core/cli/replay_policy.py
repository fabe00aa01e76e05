"""`replay --policy`: what another policy would have said otherwise, over a file of records or the store's own log."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.cli.session import Session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.workshop import OpenFleet
from core.domain.policy import Policy
from core.flow.replay_policies import Difference, Judged, differences, judged, rejudge, window
from core.settings.load import SHIPPED
from core.settings.other_policy import read_other_policy

Play = Callable[[OpenFleet], None]
"""Takes the records of the window into a throw-away fleet and lets it think."""


def of_log(session: Session, since: timedelta) -> Play:
    """Plays what the store's own log holds since then; only what a role may see is read, and nothing is written."""
    with session.fleet() as fleet:
        entries = window(session.actor(fleet), fleet.store, fleet.clock.now() - since)
    return lambda scratch: rejudge(scratch.house, entries)


def compare_policies(session: Session, file: Path, play: Play, as_json: bool) -> int:
    """Play the window under both policies and say how they differ."""
    settings = session.settings
    roots = [settings.path.absolute().parent / "agencies", SHIPPED]
    limits = {str(line.id): line.daily_limit for line in settings.lines if line.daily_limit is not None}
    other = read_other_policy(file, roots, limits)
    before, after = _judged(session, settings.policy, play), _judged(session, other, play)
    found = differences(before, after)
    if as_json:
        lines = {line: {**vars(one), "kept_back": dict(one.kept_back)} for line, one in found.items()}
        print_json({"entries": len(before), "own": settings.policy.name, "other": other.name, "lines": lines})
    else:
        _say(len(before), settings.policy, other, found)
    return 0


def _judged(session: Session, policy: Policy, play: Play) -> list[Judged]:
    settings = replace(session.settings, policy=policy)
    with (
        tempfile.TemporaryDirectory(prefix="subway-fleet-replay-") as folder,
        session.workshop.scratch(settings, Path(folder), record_clock=True) as fleet,
    ):
        play(fleet)
        return judged(fleet.house)


def _say(entries: int, own: Policy, other: Policy, found: dict[str, Difference]) -> None:
    say(f"{entries} records: the fleet's own policy ({own.name}) beside the other ({other.name}).", bold=True)
    rows: list[list[Any]] = [
        [
            line,
            str(one.added),
            str(one.gone),
            str(one.to_review),
            str(one.from_review),
            str(one.to_digest),
            ", ".join(f"{rule} {count}" for rule, count in one.kept_back.most_common()),
        ]
        for line, one in found.items()
    ]
    headings = ["line", "added", "gone", "to review", "from review", "to digest", "kept back by"]
    say_table(headings, rows, "The other policy would have said the same.")
