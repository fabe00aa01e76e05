"""`accounts practice`: what practice accounts would have posted, and how that differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import say, some
from core.cli.table import say_table
from core.flow.practice import Period, Practised, Shift, Spoken, practice, week


@click.command(name="practice", short_help="What practice accounts would have posted, and how that differs.")
@click.option("--week", "ago", type=click.IntRange(0, 520), default=0, help="So many weeks ago; 0 is this week.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day until now, instead of a week.")
@click.option("--texts/--no-texts", default=True, help="Print the exact words. Default: yes.")
@json_option
@pass_session
def practise(session: Session, ago: int, since: datetime | None, texts: bool, as_json: bool) -> int:
    """Per handle what accounts in practice would have posted in a week (Monday to Sunday by the agency's clocks).

    Below it: how often each rule let each kind out, beside the week before; and where it differs from what the line's
    live accounts said. Needs a login.

    \b
    Examples:
      run_fleet.py accounts practice
      run_fleet.py accounts practice --week 1 --json
    """
    with session.fleet() as fleet:
        actor, know, now = session.actor(fleet), fleet.know, fleet.clock.now()
        if since is not None:
            period = Period(since=since.replace(tzinfo=know.zone).astimezone(UTC), until=now)
            before = period.before
        else:
            period, before = week(know, now, ago), week(know, now, ago + 1)
        rows = practice(actor, fleet.store, know, period, before)
    if as_json:
        print_json(_fields(rows, period, before))
        return 0
    say(f"From {local_time(know, period.since)} to {local_time(know, period.until)}", bold=True)
    if not rows:
        say("No account practises.")
    for row in rows:
        _say(row, lambda moment: local_time(know, moment), texts=texts)
    return 0


def _fields(rows: Sequence[Practised], period: Period, before: Period) -> dict[str, Any]:
    return {
        "period": period.model_dump(mode="json"),
        "before": before.model_dump(mode="json"),
        "accounts": [row.model_dump(mode="json") for row in rows],
    }


def _say(row: Practised, when: Callable[[datetime], str], *, texts: bool) -> None:
    say(f"\n{row.account}: would have posted {some(len(row.would_have), 'notice')}", bold=True)
    for one in row.would_have:
        say(f"  {when(one.at)}  {_named(one)}")
        for words in one.texts if texts else ():
            for line in words.splitlines():
                say(f"    {line}")
    if row.shifts:
        shown = [[one.rule, one.kind, str(one.now), str(one.before), _change(one)] for one in row.shifts]
        say_table(["rule", "kind", "now", "before", "change"], shown, "")
    if not row.beside:
        return
    live = ", ".join(row.beside)
    if not row.only_here and not row.only_live:
        say(f"  The same as {live} said.")
    for one in row.only_here:
        say(f"  + not said by {live}: {_named(one)}")
    for one in row.only_live:
        say(f"  - said by {live}, not here: {_named(one)}")


def _named(one: Spoken) -> str:
    update = f", revision {one.revision}" if one.revision > 1 else ""
    return f"{one.act.value} of {one.reference}{update}: {one.kind}, by {one.rule}"


def _change(shift: Shift) -> str:
    if not shift.before:
        return "new"
    return "gone" if not shift.now else f"{shift.now - shift.before:+d}" if shift.now != shift.before else "="
