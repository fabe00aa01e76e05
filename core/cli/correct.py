"""`correct`: say what is right about a notice that stands, without removing it."""

from __future__ import annotations

from datetime import datetime

import click

from core.cli.records import When, aware
from core.cli.said import say_text
from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.domain.deliveries import Act, NewDelivery
from core.domain.staff import FLEET_ACTOR
from core.flow.correct import CantCorrect, Corrected, Right
from core.flow.correct import correct as say_right
from core.flow.passes import think
from core.rules.which_line_answers import CantTell


@click.command(short_help="Say what is right about a notice that stands, without removing it.")
@click.argument("wanted", metavar="REF")
@click.option("--station", metavar="STATION|LINE", help="Where it was: a station's id or name, a line, or complex:ID.")
@click.option("--occurred", type=When(), help="When it happened; the agency's zone where none is written.")
@click.option("--offence", metavar="CODE", help="Offence code of the agency's catalogue.")
@json_option
@pass_session
def correct(
    session: Session, wanted: str, station: str | None, occurred: datetime | None, offence: str | None, as_json: bool
) -> int:
    """Correct the notice that bears the reference REF (or is about the incident REF). What stands stays.

    The lead says it as a correction, composed from the fields that are right now, and never in free words. It answers
    the first post or stands alone, as the account can, in each language in which the first stood; its sisters repost
    it. It goes before everything else, and no pause stops it. A digest in which the incident stood is taken down and
    said again. Needs the role officer, reviewer or operator. What is about a person is taken back instead (`retract`).

    \b
    Example:
      run_fleet.py correct BCDFGH1 --station "125 ST" --occurred 2026-11-21T18:30
    """
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        right = Right(station, None if occurred is None else aware(session, occurred), offence)
        try:
            done = say_right(actor, fleet.store, fleet.know, fleet.clock, wanted, right)
        except (CantCorrect, CantTell) as wrong:
            raise Trouble(str(wrong), WRONG) from wrong
        think(FLEET_ACTOR, fleet.house)
        fleet.wakeups.ring()
    if as_json:
        posts = [_fields(one) for one in done.owed]
        print_json({"reference": done.notice.reference, "posts": posts, "digests_anew": done.digests})
    else:
        _say(done)
    return 0


def _fields(one: NewDelivery) -> dict[str, object]:
    return {
        "account": one.key.account,
        "act": one.key.act.value,
        "language": one.key.language,
        "part": one.key.part,
        "text": one.post.text if one.post else None,
        "answers": one.reply_to is not None,
    }


def _say(done: Corrected) -> None:
    named = done.notice.reference
    if done.owed:
        say(f"{named} is corrected; the fleet that runs posts it before all else:", bold=True)
    elif not done.digests:
        say(f"Nothing of {named} stood yet: its record is corrected and goes on to the gate.")
    for one in done.owed:
        if one.key.act is Act.POST and one.post is not None:
            say(f"{one.key.account} [{one.key.language}]", fg="cyan")
            say_text(one.post.text)
    reposts = sum(1 for one in done.owed if one.key.act is Act.REPOST)
    if reposts:
        say(f"reposted by {reposts} sister handles")
    if done.digests:
        say(f"{named} stood in {done.digests} digests: taken down, and said again with what is right.")
