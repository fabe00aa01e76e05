"""`status`: one sentence that a woken person can act on, then the details."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.domain.deliveries import Act, Delivery
from core.domain.holding import Purse, dollars
from core.domain.seen import Verdict
from core.domain.taking_back import Pause
from core.flow.status import Status, look_at
from core.ports.store_rows import SourceRow, WaitingRow

_SHOWN = 20
"""So many of what waits are printed."""
_CHOICES = 4
"""So many of the stations that a place may mean are printed."""


@click.command()
@json_option
@pass_session
def status(session: Session, as_json: bool) -> int:
    """How the fleet is: a sentence to act on, then sources, cursors, queue, last receipts, what waits for whom.

    Exit codes: 0 all is well; 1 somebody should act.
    """
    with session.fleet() as fleet:
        seen = look_at(fleet.store, fleet.clock, fleet.house.sources, know=fleet.know)
    if as_json:
        print_json(seen.model_dump(mode="json"))
    else:
        _say(seen, session.where)
    return 0 if seen.well else 1


def _ago(now: datetime, then: datetime | None) -> str:
    if then is None:
        return "never"
    seconds = max((now - then).total_seconds(), 0)
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{seconds:.0f} s ago"


def _say(seen: Status, where: Callable[[str | None], str | None]) -> None:
    say(seen.sentence, bold=True, fg="green" if seen.well else "red")
    if len(seen.troubles) > 1:
        _section("To do", [f"{number}. {trouble}" for number, trouble in enumerate(seen.troubles, start=1)], "")
    _say_sources(seen)
    _say_log(seen)
    _section("Queue", [f"{row.count:7} {row.state.value:<11} {row.account}" for row in seen.queue], "empty")
    if seen.paused:
        _section("Paused", [_paused(seen, pause) for pause in seen.paused], "nothing")
    if seen.muted_by or seen.calms or seen.muted:
        _section("Muted for a while", _muted(seen), "nothing")
    if seen.restrained.holding:
        _section("Held back", [f"{one.count:7} {one.account}  {one.why}" for one in seen.restrained.holding], "nothing")
    spent = [_purse(purse) for purse in seen.restrained.spending if purse.spent or purse.budget is not None]
    if spent:
        _section("Spent this month", spent, "nothing")
    if any(one.at or one.trouble for one in seen.sweeps):
        _section("What is really up", _really_up(seen), "nothing compared yet")
    _section("Last receipts", [_receipt(seen, delivery, where) for delivery in seen.receipts], "none yet")
    _section(
        "Waiting for a person",
        [line for row in seen.waiting[:_SHOWN] for line in _waiting(seen, row)]
        + ([f"and {len(seen.waiting) - _SHOWN} more (--json has them)"] if len(seen.waiting) > _SHOWN else []),
        "nothing",
    )


def _waiting(seen: Status, row: WaitingRow) -> list[str]:
    """What waits, and beneath it what may be answered."""
    said = [f"{row.role}: {_in_short(row.what)}: {row.why} (since {_ago(seen.at, row.since)[:-4]})"]
    if row.why.endswith("must-come-down"):
        key = re.search(r"\bincident:([0-9a-f]{10})", row.what)
        said.append(f"  `retract {key[1] if key else 'REF'} --because error|expiry|exoneration|sealing`")
    if unseen := re.match(r"ref (\S+) on (\S+),", row.what):
        said.append(f"  `incident settle {unseen[1]} {unseen[2]} --up POST` or `--absent`")
    if row.choices:
        more = f" … ({len(row.choices) - _CHOICES} more)" if len(row.choices) > _CHOICES else ""
        said.append(f"  perhaps {'; '.join(row.choices[:_CHOICES])}{more}: `incident answer`")
    return said


def _section(heading: str, rows: list[str], nothing: str) -> None:
    say(f"\n{heading}", bold=True)
    for row in rows or [nothing]:
        say(f"  {row}")


def _receipt(seen: Status, delivery: Delivery, where: Callable[[str | None], str | None]) -> str:
    receipt = delivery.receipt
    when = _ago(seen.at, receipt.at if receipt else None)
    if delivery.key.act is Act.REMOVE:
        return f"{when:<10} {delivery.key.account}  ref {delivery.reference}  removed"
    link = where(receipt.url if receipt else None) or ""
    return f"{when:<10} {delivery.key.account}  ref {delivery.reference}  {link}"


def _paused(seen: Status, pause: Pause) -> str:
    what = "" if pause.account is None or pause.scope == f"account {pause.account}" else f" ({pause.account})"
    too = ", removals too" if pause.removals_too else "; what takes back still goes"
    return f"{pause.scope}{what} since {_ago(seen.at, pause.at)[:-4]} by {pause.by}{too}"


def _muted(seen: Status) -> list[str]:
    """Silences and calms with who made them and when they end, and how much they and quiet hours hold."""
    rows = [f"{one.key}: {one.matchers}, by {one.by}, {_left(seen.at, one.starts, one.ends)}" for one in seen.muted_by]
    rows += [f"{one.key}, by {one.by}, {_left(seen.at, one.at, one.until)}" for one in seen.calms]
    return [*rows, f"{seen.muted} entries wait and come up again by themselves"]


def _left(now: datetime, starts: datetime, ends: datetime) -> str:
    if now < starts:
        return f"begins in {_ago(starts, now)[:-4]}"
    return f"ends in {_ago(ends, now)[:-4]}"


def _purse(purse: Purse) -> str:
    of = "" if purse.budget is None else f" of {dollars(purse.budget)} ({purse.share:.0%})"
    return f"{purse.name:<20} {dollars(purse.spent)}{of}"


def _really_up(seen: Status) -> list[str]:
    """What the sweeps of the accounts found, what needs a person first."""
    rows = [
        f"FOREIGN on {one.account}: {one.url or one.platform_id} ({_ago(seen.at, one.posted_at)})"
        for one in seen.strays
        if one.verdict is Verdict.FOREIGN
    ]
    rows += [
        f"gone from {one.account} for {_ago(seen.at, one.since)[:-4]}: ref {one.reference} ({one.platform_id})"
        for one in seen.gone[:_SHOWN]
    ]
    doubles = [one for one in seen.strays if one.verdict is Verdict.DOUBLE]
    if doubles:
        removed = sum(1 for one in doubles if one.removed)
        rows.append(f"{len(doubles)} doubles of ours found, {removed} of them removed")
    rows += [f"{one.account}: {one.trouble}" for one in seen.sweeps if one.trouble]
    compared = [one.at for one in seen.sweeps if one.at is not None]
    if compared:
        rows.append(f"{len(compared)} accounts compared, the last {_ago(seen.at, max(compared))}")
    return rows


def _in_short(what: str) -> str:
    """What waits, with keys as short as `incident show` takes them."""
    return re.sub(r"\bincident:([0-9a-f]{10})[0-9a-f]+", r"incident \1", what)


def _say_sources(seen: Status) -> None:
    rows = []
    for row in seen.sources:
        health = f"DOWN since {_ago(seen.at, row.failing_since)}: {row.why}" if row.failing_since else _up(row)
        tallies = ", ".join(f"{count} {what}" for what, count in sorted(row.tallies.items())) or "nothing yet"
        quiet = "; SILENT too long" if any(silent.name == row.name for silent in seen.silent) else ""
        rows.append(f"{row.name}: {health}{quiet}; last read {_ago(seen.at, row.last_ok)}; {tallies}")
        if row.cursor:
            rows.append(f"  cursor: {row.cursor if len(row.cursor) < 70 else row.cursor[:67] + '...'}")
    _section("Sources", rows, "none in lines.yaml")


def _up(row: SourceRow) -> str:
    return "up" if row.last_ok is not None else "never read yet: the fleet has not run"


def _say_log(seen: Status) -> None:
    rows = [f"{seen.last_seq} entries"]
    rows += [f"{row.count:7} {row.fate.value}{f' by {row.rule}' if row.rule else ''}" for row in seen.fates]
    behind = [f"{bot.line} at {bot.cursor}" for bot in seen.bots if bot.cursor < seen.last_seq]
    rows += [f"bots behind: {', '.join(behind)}"] if behind else []
    _section("Log", rows, "empty")
