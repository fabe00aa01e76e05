"""`explain`: why a record was said, held or dropped, rule by rule."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from core.cli.rule_words import why
from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import say
from core.flow.explain import RULED, Asked, Explained, explain_notice


@click.command()
@click.argument("notice")
@json_option
@pass_session
def explain(session: Session, /, notice: str, as_json: bool) -> int:
    """Why NOTICE was said, held or dropped: every rule that was asked, in order, with its answer and the facts it
    looked at. Nothing that is shown identifies anybody. Needs a login.

    NOTICE is the reference that riders see, the incident's number, or the beginning of its key. Each rule has a page:
    docs/rules.

    \b
    Example:
      run_fleet.py explain 7KQ2M9X
    """
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        subject, explained = explain_notice(actor, fleet.store, fleet.know, notice)
        know = fleet.know
    if as_json:
        print_json({"key": subject.key, "entries": [_fields(one) for one in explained]})
        return 0
    for one in explained:
        _say_entry(one, lambda moment: local_time(know, moment))
    return 0


def _fields(one: Explained) -> dict[str, Any]:
    return asdict(one) | {"person": one.person.model_dump(mode="json") if one.person else None}


def _say_entry(one: Explained, time: Any) -> None:
    ruled = f" by {one.rule}" if one.rule else ""
    say(f"Revision {one.revision}, judged {time(one.judged_at)}: {one.fate}{ruled}", bold=True)
    say(f"  {one.why or why(one.rule)}")
    _say_asked("Asked, in this order:", one.asked)
    if one.person is not None:
        if one.person_then is not None:
            say(f"  Of the person people were asked then: by {one.person_then}")
        say(f"  Of the person, {_whose(one)}: {one.person.verdict.value} by {one.person.rule} ({one.person.why})")
        _say_asked("Asked of the person, in this order:", one.asked_of_person)


def _whose(one: Explained) -> str:
    """By which policy the rules about the person are shown: they are asked anew."""
    if one.ruled_by_policy is None:
        return f"by today's policy {one.policy_hash[:8]} (which one ruled then was not kept)"
    if one.by_another_policy:
        return f"by today's policy {one.policy_hash[:8]} (the record was ruled by another, {one.ruled_by_policy[:8]})"
    return f"by the policy that ruled, {one.policy_hash[:8]}"


def _say_asked(heading: str, asked: tuple[Asked, ...]) -> None:
    if not asked:
        return
    say(f"  {heading}")
    for one in asked:
        facts = ", ".join(f"{name} {value}" for name, value in one.looked_at)
        mark = "→" if one.answer == RULED else " "
        stage = f" ({one.stage})" if one.stage else ""
        say(f"  {mark} {one.rule}{stage}: {one.summary}" + (f" [{facts}]" if facts else ""), bold=one.answer == RULED)
