"""`incident answer`: an officer says which line it was, or takes that back."""

from __future__ import annotations

from typing import Any

import click

from core.cli.incident_shown import KEY
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.cli.workshop import OpenFleet
from core.domain.staff import FLEET_ACTOR, Actor
from core.flow.answers import Answered, NothingToAnswer, TakenBack, answer_incident, take_back_answer
from core.flow.incidents import show_incident
from core.flow.passes import think
from core.rules.which_line_answers import CantTell


@click.command(short_help="Say which station or line it was, or take that back (--undo).")
@click.argument("wanted", metavar="ID")
@click.argument("said", metavar="[STATION|LINE]", required=False)
@click.option("--once", is_flag=True, help="This record alone: don't remember its name for the station.")
@click.option("--undo", is_flag=True, help="Take the answer back; lists the notices that stand on it.")
@json_option
@pass_session
def answer(session: Session, wanted: str, said: str | None, once: bool, undo: bool, as_json: bool) -> int:
    """Say which STATION or LINE an incident that waits was at. Needs the role officer or operator.

    STATION is a station's id (as `incident show` lists the candidates), its name, or complex:ID for joined stations.
    The incident goes on to the bots. A name that the gazetteer did not know is remembered, with who said it: later
    records that write it so, in the same area, are placed by it. A name that stands for several stations is never
    decided for later records; nor does a LINE (a diversion, say) decide more than its own record.

    \b
    Examples:
      run_fleet.py incident answer 4f1c09 R2
      run_fleet.py incident answer 4f1c09 "Old Mill" --once
      run_fleet.py incident answer 4f1c09 --undo
    """
    if undo == (said is not None) or (undo and once):
        raise Trouble("write either a station or line, or --undo alone", WRONG)
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        try:
            if said is None:
                back = take_back_answer(actor, fleet.store, fleet.know, fleet.clock, wanted)
                return _go_on(fleet, lambda: say_taken_back(back, as_json))
            done = answer_incident(actor, fleet.store, fleet.know, fleet.clock, wanted, said, once=once)
            return _go_on(fleet, lambda: _say_answered(fleet, actor, done, as_json))
        except (NothingToAnswer, CantTell) as wrong:
            raise Trouble(str(wrong), WRONG) from wrong


def _go_on(fleet: OpenFleet, tell: Any) -> int:
    think(FLEET_ACTOR, fleet.house)
    fleet.wakeups.ring()
    tell()
    return 0


def _say_answered(fleet: OpenFleet, actor: Actor, done: Answered, as_json: bool) -> None:
    shown = show_incident(actor, fleet.store, fleet.know, done.answer.subject.key)
    entry, place = shown.entries[-1], done.placement
    fields = {
        "key": done.answer.subject.key,
        "answer": done.answer.id,
        "stations": list(done.answer.station_ids),
        "lines": list(place.lines),
        "remembered": done.answer.name,
        "area": done.answer.area,
        "why_once": done.why_once,
        "also_placed": [subject.key for subject in done.also_placed],
        "fate": entry.fate.value,
        "rule": entry.rule,
        "reference": shown.notice.reference if shown.notice else None,
    }
    if as_json:
        print_json(fields)
        return
    where = place.station_name or "no station"
    ruled = f" by {entry.rule}" if entry.rule else ""
    reference = f", reference {fields['reference']}" if fields["reference"] else ""
    say(f"{done.answer.subject.key[:KEY]}: {where}, {' '.join(place.lines)}; {entry.fate.value}{ruled}{reference}")
    if done.answer.name is None:
        say(f"  It decides this record alone: {done.why_once}.")
        return
    beside = f" in {done.answer.area}" if done.answer.area else ""
    say(f"  {done.answer.name!r}{beside} is remembered: later records of that name are placed by it.")
    for subject in done.also_placed:
        say(f"  {subject.key[:KEY]} waited under the same name and is placed by it too.")


def say_taken_back(back: TakenBack, as_json: bool) -> None:
    """What taking an answer back did, and above all what stands on it still."""
    if as_json:
        print_json(taken_back_fields(back))
        return
    named = f"{back.answer.name!r} means nothing again" if back.answer.name else "the answer is taken back"
    say(f"{back.answer.subject.key[:KEY]}: {named}.")
    for subject in back.waiting_again:
        say(f"  {subject.key[:KEY]} is to be placed anew; what was not sent of it is withdrawn.")
    if not back.standing:
        say("  No notice stands on it.")
        return
    say("  These notices stand on it. Taking them down is a separate act:", fg="red")
    for notice in back.standing:
        say(f"  reference {notice.reference} (incident {notice.subject.key[:KEY]})")
        for account, act, url in notice.posts:
            say(f"    {act.value} on {account}: {url or 'without an address'}")
        if notice.in_digest:
            say("    and in a digest that was said")


def taken_back_fields(back: TakenBack) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "answer": back.answer.id,
        "name": back.answer.name,
        "area": back.answer.area,
        "said_by": back.answer.said_by,
        "said_at": back.answer.said_at,
        "waiting_again": [subject.key for subject in back.waiting_again],
        "standing": [
            {
                "key": notice.subject.key,
                "reference": notice.reference,
                "in_digest": notice.in_digest,
                "posts": [{"account": a, "act": act.value, "url": url} for a, act, url in notice.posts],
            }
            for notice in back.standing
        ],
    }
