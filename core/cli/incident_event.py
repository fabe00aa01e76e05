"""`incident tie` and `incident apart`: one event in two voices, or two events."""

from __future__ import annotations

import click

from core.cli.incident_shown import KEY
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.domain.notices import Subject, SubjectKind
from core.flow.settle_event import offered_events, settle_event


def _name(subject: Subject) -> str:
    return subject.key if subject.kind is SubjectKind.ALERT else subject.key[:KEY]


@click.command(short_help="Say that an agency's alert and an incident are one event.")
@click.argument("one", required=False)
@click.argument("other", required=False)
@json_option
@pass_session
def tie(session: Session, one: str | None, other: str | None, as_json: bool) -> int:
    """ONE and OTHER, an agency's alert and an incident, are one event: from now on the later of the two notices answers
    the earlier in its thread, or names its reference where the account can't. Nothing is held for it. Without ONE and
    OTHER: what is offered. Needs the role officer or operator."""
    if one is None:
        return _list(session, as_json)
    return _settle(session, one, other, as_json, same=True)


@click.command(short_help="Say that an agency's alert and an incident are two events.")
@click.argument("one")
@click.argument("other")
@json_option
@pass_session
def apart(session: Session, one: str, other: str, as_json: bool) -> int:
    """ONE and OTHER have nothing to do with each other: they are not offered again, and what was tied is no more.
    Needs the role officer or operator."""
    return _settle(session, one, other, as_json, same=False)


def _list(session: Session, as_json: bool) -> int:
    with session.fleet() as fleet:
        found = offered_events(session.actor(fleet), fleet.store)
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    else:
        rows = [[_name(one.alert), _name(one.incident), _name(one.earlier)] for one in found]
        say_table(["alert", "incident", "which came first"], rows, "Nothing is offered as one event.")
    return 0


def _settle(session: Session, one: str, other: str | None, as_json: bool, *, same: bool) -> int:
    if other is None:
        raise Trouble("name both: an alert and an incident", WRONG)
    with session.fleet() as fleet:
        try:
            settled = settle_event(session.actor(fleet), fleet.store, fleet.know, fleet.clock, one, other, same=same)
        except KeyError:
            raise Trouble("these two were not offered as one event: see `incident tie`", WRONG) from None
    if as_json:
        print_json(settled.model_dump(mode="json"))
    elif same:
        say(f"{_name(settled.later)} answers {_name(settled.earlier)} from now on.")
    else:
        say(f"{_name(settled.alert)} and {_name(settled.incident)} are two events.")
    return 0
