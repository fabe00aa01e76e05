"""`partner`: the agency's systems: what they fetched, what they have not acknowledged, and a trial of an endpoint."""

from __future__ import annotations

import click

from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.domain.partners import Proof
from core.flow.endpoint_proof import is_proven, prove_endpoint
from core.flow.partner_status import partner_status
from core.ports.channel import LoginNeeded, NotSupported, OutcomeUnknown, PostDeferred, PostRefused


@click.group()
def partner() -> None:
    """The agency as a partner: its systems fetch the bureau's notices, and hand in announcements."""


@partner.command(short_help="Who fetched which feed when, and what was not acknowledged.")
@json_option
@pass_session
def status(session: Session, as_json: bool) -> int:
    """Who fetched which feed when and what failed, how old the feeds' news is, what was not acknowledged.

    Exit code 1 when an endpoint has not acknowledged that a notice was taken back.
    """
    section = session.settings.partner
    with session.fleet() as fleet:
        seen = partner_status(
            session.actor(fleet), fleet.store, fleet.know, fleet.clock, section.keep, section.counts_for
        )
        know = fleet.know
    if as_json:
        print_json(seen.model_dump(mode="json"))
        return 1 if seen.unacknowledged else 0
    changed = "" if seen.changed_at is None else f"; the last change was at {local_time(know, seen.changed_at)}"
    on = [name for name in ("feeds", "sandbox", "intake") if getattr(section, name)]
    say(f"Switched on: {', '.join(on) or 'nothing (see `partner:` in lines.yaml)'}.")
    say(f"The feeds list {seen.notices} notices{changed}.")
    rows = [
        [one.feed, one.who, str(one.pulls), local_time(know, one.last_at), str(one.last_status), str(one.failures)]
        for one in seen.pulls
    ]
    say_table(["feed", "by", "times", "last", "answer", "failures"], rows, "Nobody has fetched anything yet.")
    for late in seen.unacknowledged:
        since = local_time(know, late.since)
        say(f"NOT ACKNOWLEDGED: {late.account} may still say {late.reference}, taken back at {since}: {late.why or ''}")
    for one in seen.handed:
        until = "" if one.until is None else f", until {local_time(know, one.until)} unless it is tried again"
        say(f"{one.account} is handed {'what is about persons too' if one.persons else 'places alone'}{until}.")
        if one.why is not None:
            say(f"  Since {one.why}.")
    for proof in seen.proofs:
        word = "in time" if is_proven(proof, section.acknowledge_within) else "too late"
        say(f"{proof.account} acknowledged a test in {proof.seconds:.1f} s ({word}), {local_time(know, proof.at)}.")
    return 1 if seen.unacknowledged else 0


@partner.command(short_help="Try an endpoint: hand it a made-up notice and take it back.")
@click.argument("account")
@json_option
@pass_session
def prove(session: Session, account: str, as_json: bool) -> int:
    """Hand ACCOUNT's endpoint a made-up notice, take it back, and keep how long the acknowledgement took. A channel's
    name in place of ACCOUNT tries every account of it.

    \b
    Examples:
      run_fleet.py partner prove webhook:ExampleGreen
      run_fleet.py partner prove webhook
    """
    proofs: list[Proof] = []
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        meant = [one for one in fleet.know.accounts.values() if account in (one.id, one.channel)]
        if not meant:
            raise Trouble(f"there is no account {account!r} that is on: see `accounts`", WRONG)
        for known in meant:
            try:
                channel = fleet.channels[known.channel]
                proofs.append(prove_endpoint(actor, fleet.store, fleet.know, fleet.clock, channel, known))
            except (LoginNeeded, NotSupported, OutcomeUnknown, PostDeferred, PostRefused) as failed:
                raise Trouble(f"{known.id} did not pass: {failed}") from failed
    within = session.settings.partner.acknowledge_within
    shown = [{**one.model_dump(mode="json"), "in_time": is_proven(one, within)} for one in proofs]
    if as_json:
        print_json(shown[0] if account == proofs[0].account else shown)
    else:
        for one in proofs:
            say(f"{one.account} acknowledged the taking back in {one.seconds:.1f} s.")
    return 0 if all(is_proven(one, within) for one in proofs) else 1
