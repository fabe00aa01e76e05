"""`silence`: mute what matches for a while; see first what it would mute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import click

from core.cli.lengths_of_time import LengthOfTime
from core.cli.records import When, aware
from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.domain.silences import Silence
from core.flow.silences import Asked, Muted, add_silence, end_silence, list_silences, preview_silence


@click.group()
def silence() -> None:
    """Mute what matches for a while. Every matcher must agree, with any of its values. What takes back is never muted;
    what was held comes up again by itself when the silence ends. Needs the role reviewer or operator.

    \b
    Examples:
      run_fleet.py silence preview --line Green --kind service
      run_fleet.py silence add --line Green --kind service --for 2h --why "the feed repeats itself"
      run_fleet.py silence end 3
    """


def matchers(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is muted."""
    options = (
        click.option("--line", "lines", metavar="LINE", multiple=True, help="A notice about this line."),
        click.option("--kind", "kinds", metavar="KIND", multiple=True, help="Of this kind: service, crime alert …"),
        click.option("--family", "families", metavar="NAME", multiple=True, help="Of this offence family: robbery …"),
        click.option("--station", "stations", metavar="NAME", multiple=True, help="At this station, by name or id."),
        click.option("--speaker", "speakers", metavar="WHO", multiple=True, help="In this voice: bureau or agency."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _asked(given: dict[str, Any]) -> Asked:
    return Asked(**{name: given[name] for name in ("lines", "kinds", "families", "stations", "speakers")})


@silence.command(name="add", short_help="Mute what matches for a while.")
@matchers
@click.option("--all", "everything", is_flag=True, help="Mute everything but what takes back.")
@click.option("--for", "lasts", type=LengthOfTime(), help="How long: 30m, 3h, 2d.")
@click.option("--until", "ends", type=When(), help="When it ends, in place of --for.")
@click.option("--from", "starts", type=When(), help="When it begins. Default: now.")
@click.option("--why", required=True, help="Why, for whoever finds it at night.")
@json_option
@pass_session
def add(
    session: Session,
    /,
    everything: bool,
    lasts: timedelta | None,
    ends: datetime | None,
    starts: datetime | None,
    why: str,
    as_json: bool,
    **given: Any,
) -> int:
    """Mute what matches until then. `silence preview` with the same matchers shows what that would have been."""
    if (lasts is None) == (ends is None):
        raise Trouble("say how long: --for 3h, or --until 2026-11-21T18:00", WRONG)
    with session.fleet() as fleet:
        know = fleet.know
        begins = None if starts is None else aware(session, starts)
        if ends is None:
            ends = (begins or fleet.clock.now()) + (lasts or timedelta())
        until = aware(session, ends)
        actor = session.actor(fleet)
        made = add_silence(
            actor, fleet.store, know, fleet.clock, _asked(given), until, why, starts=begins, everything=everything
        )
    if as_json:
        print_json(_fields(made, why, 0))
    else:
        say(f"{made.key.capitalize()}: {made.matchers}, until {local_time(know, made.ends)}, made by {made.by}.")
        say(f"What matches waits, and comes up again by itself then. `silence end {made.id}` ends it before.")
    return 0


@silence.command(name="list", short_help="Silences, the first to end first.")
@click.option("--all", "ended", is_flag=True, help="Also those that are over, newest first.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many.")
@json_option
@pass_session
def list_all(session: Session, ended: bool, limit: int, as_json: bool) -> int:
    """Silences that hold now or begin later, the first to end first."""
    with session.fleet() as fleet:
        found = list_silences(session.actor(fleet), fleet.store, fleet.clock, limit, ended=ended)
        know = fleet.know
    if as_json:
        print_json([_fields(*row) for row in found])
        return 0
    rows = [
        [str(one.id), str(one.matchers), local_time(know, one.starts), _end(one, know), one.by, str(held), why or ""]
        for one, why, held in found
    ]
    say_table(["id", "mutes", "from", "until", "by", "holds", "why"], rows, "No silence.")
    return 0


@silence.command(name="preview", short_help="What such a silence would mute.")
@matchers
@click.option("--back", type=LengthOfTime(), default="7d", show_default=True, help="How far back to look.")
@json_option
@pass_session
def preview(session: Session, /, back: timedelta, as_json: bool, **given: Any) -> int:
    """What such a silence would mute: what waits now, and what was said in the last days. Changes nothing."""
    with session.fleet() as fleet:
        know, actor = fleet.know, session.actor(fleet)
        found = preview_silence(actor, fleet.store, know, fleet.clock, _asked(given), back)
    if as_json:
        print_json([_muted_fields(one) for one in found])
        return 0
    for heading, waits in (("Waiting now", True), ("Said, or put into a digest", False)):
        say(f"{heading}:", bold=True)
        rows = [
            [one.reference or "-", one.kind.value, " ".join(one.lines), local_time(know, one.known_at), _fate(one)]
            for one in found
            if one.waits is waits
        ]
        say_table(["reference", "kind", "lines", "known", "fate"], rows, "nothing")
    return 0


@silence.command(name="end", short_help="End a silence now.")
@click.argument("silence_id", metavar="ID", type=int)
@json_option
@pass_session
def end(session: Session, silence_id: int, as_json: bool) -> int:
    """End a silence now: what it held goes through the gate again, and is said if it is still true and fresh."""
    with session.fleet() as fleet:
        ended, again = end_silence(session.actor(fleet), fleet.store, fleet.clock, silence_id)
        fleet.wakeups.ring()
    if as_json:
        print_json({"id": ended.id, "judged_again": again})
    else:
        say(f"{ended.key.capitalize()} is over; {again} entries go through the gate again.")
    return 0


def _fields(one: Silence, why: str | None, held: int) -> dict[str, Any]:
    return one.model_dump(mode="json") | {"why": why, "holds": held}


def _muted_fields(one: Muted) -> dict[str, Any]:
    return {
        "subject": str(one.subject),
        "reference": one.reference,
        "kind": one.kind.value,
        "lines": list(one.lines),
        "fate": one.fate.value,
        "rule": one.rule,
        "known_at": one.known_at,
        "waits": one.waits,
    }


def _fate(one: Muted) -> str:
    return f"{one.fate.value} by {one.rule}" if one.rule else one.fate.value


def _end(one: Silence, know: Any) -> str:
    if one.ended_at is None:
        return local_time(know, one.ends)
    return f"ended {local_time(know, one.ended_at)} by {one.ended_by}"
