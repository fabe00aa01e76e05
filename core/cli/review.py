"""`review`: held posts are looked at exactly as they would go out, and approved, rejected, edited or undone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from core.cli.records import When, aware
from core.cli.review_shown import fields_of, say_edited, say_gone, say_review, summary, write_pictures
from core.cli.session import Session, json_option, local_time, pass_session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble
from core.cli.workshop import OpenFleet
from core.domain.reviews import Edit, Proposal, RejectBecause
from core.domain.staff import FLEET_ACTOR
from core.flow.passes import think
from core.flow.review_edits import edit as change
from core.flow.review_shown import list_reviews, show_review, shown_pictures
from core.flow.reviews import approve as say_yes
from core.flow.reviews import reject as say_no
from core.flow.reviews import undo as take_away


@click.group()
def review() -> None:
    """Held posts: list, show, approve, reject, edit and undo them. Needs a login.

    ID is what `review list` shows (BCDFGH1-2), or a notice's reference, which means its newest posts.

    \b
    On a night shift:
      run_fleet.py review list
      run_fleet.py review show BCDFGH1-1          read every post
      run_fleet.py review approve BCDFGH1-1 --hash 3f9a… --answer interferes=no …
      run_fleet.py review undo BCDFGH1-1          within seconds, if it was a mistake
    """


@review.command(name="list")
@click.option("--all", "ended", is_flag=True, help="Also what was approved, rejected, has fallen or expired.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many.")
@json_option
@pass_session
def list_all(session: Session, ended: bool, limit: int, as_json: bool) -> int:
    """What waits for approval or is about to leave, the longest first."""
    with session.fleet() as fleet:
        found = list_reviews(session.actor(fleet), fleet.store, limit, ended=ended)
    if as_json:
        print_json([summary(one) for one in found])
        return 0
    rows = [
        [
            one.id,
            one.state.value,
            one.kind.value,
            " ".join(one.lines),
            str(one.needed),
            one.rule,
            local_time(fleet.know, one.created_at),
            local_time(fleet.know, one.expires_at),
        ]
        for one in found
    ]
    say_table(["id", "state", "kind", "lines", "needs", "held by", "since", "until"], rows, "Nothing waits.")
    return 0


@review.command(short_help="The exact posts of each account, their hash, what is missing.")
@click.argument("wanted", metavar="ID")
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each picture into this folder, to look at.",
)
@json_option
@pass_session
def show(session: Session, wanted: str, pictures: Path | None, as_json: bool) -> int:
    """The exact posts of every account that may lead, with the hash that an approval must give, the rule that held
    them, the questions to be answered, who approved, what is missing, and how long they may still be undone. Of a
    picture it says the name; --pictures writes its bytes where you can look at them."""
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        seen = show_review(actor, fleet.store, fleet.know, fleet.clock, wanted)
        if pictures is not None:
            write_pictures(shown_pictures(actor, fleet.store, wanted), pictures)
    if as_json:
        print_json(fields_of(seen))
    else:
        say_review(seen, fleet.know)
    return 0


@review.command(short_help="Let these exact posts go.")
@click.argument("wanted", metavar="ID")
@click.option("--hash", "shown", required=True, help="As `review show` gave it: your yes holds for these bytes alone.")
@click.option("--answer", "answers", multiple=True, metavar="QUESTION=no", help="One for each question.")
@click.option(
    "--bypass", metavar="REASON", help="One approval in place of two. It is logged and rings whoever is on call."
)
@json_option
@pass_session
def approve(
    session: Session, wanted: str, shown: str, answers: tuple[str, ...], bypass: str | None, as_json: bool
) -> int:
    """Approve the posts that you were shown. Needs the role reviewer; who typed or edited them can't.

    What concerns a person needs two different people, and then waits a little, so that it may be undone. If anything
    has changed since (the record, the policy, an edit, an account), nothing goes out and you are asked anew.
    """
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        done = say_yes(actor, fleet.store, fleet.know, fleet.clock, wanted, shown, _answers(answers), bypass)
        return _tell(fleet, done, as_json)


def _answers(given: tuple[str, ...]) -> dict[str, str]:
    answers = {}
    for one in given:
        question, sign, said = one.partition("=")
        if not sign or said not in ("yes", "no"):
            raise Trouble(f"{one!r} is no answer: write QUESTION=no or QUESTION=yes", WRONG)
        answers[question] = said
    return answers


@review.command(short_help="Keep these posts in.")
@click.argument("wanted", metavar="ID")
@click.option(
    "--because",
    required=True,
    metavar="REASON",
    type=click.Choice([one.value for one in RejectBecause]),
    help=f"One of: {', '.join(one.value for one in RejectBecause)}.",
)
@click.option("--words", default="", help="What else is to be known; kept in the vault, never in a log.")
@json_option
@pass_session
def reject(session: Session, wanted: str, because: str, words: str, as_json: bool) -> int:
    """Keep these posts in. Needs the role reviewer. What was said already (the place) stays."""
    with session.fleet() as fleet:
        actor, reason = session.actor(fleet), RejectBecause(because)
        done = say_no(actor, fleet.store, fleet.know, fleet.clock, wanted, reason, words)
        return _tell(fleet, done, as_json)


@review.command(short_help="Change what is said, and see the difference.")
@click.argument("wanted", metavar="ID")
@click.option("--station", help="Another station of these lines, as the gazetteer writes it.")
@click.option("--from", "since", type=When(), help="Another time at which it began.")
@click.option("--to", "until", type=When(), help="Another time at which it ended.")
@click.option("--about/--exactly", "about", default=None, help="Say the time as about, or as exact.")
@click.option("--leave-out", multiple=True, metavar="FIELD", help="station, area, train, direction, name, hair …")
@click.option("--without-language", multiple=True, metavar="LANGUAGE", help="Say nothing in this language.")
@click.option("--text", "texts", multiple=True, metavar="LANGUAGE=TEXT", help="Your own words; never about a person.")
@json_option
@pass_session
def edit(
    session: Session,
    wanted: str,
    station: str | None,
    since: datetime | None,
    until: datetime | None,
    about: bool | None,
    leave_out: tuple[str, ...],
    without_language: tuple[str, ...],
    texts: tuple[str, ...],
    as_json: bool,
) -> int:
    """Put other posts in the place of these. Needs the role officer or reviewer; who edits can't approve them.

    What is said about a person is made from fields: they are changed or left out, never written freely. Approvals that
    were given count no more.
    """
    wish = Edit(
        station=station,
        occurred_from=None if since is None else aware(session, since),
        occurred_to=None if until is None else aware(session, until),
        about=about,
        leave_out=frozenset(leave_out),
        languages_out=frozenset(without_language),
        words=_texts(texts),
    )
    with session.fleet() as fleet:
        done = change(session.actor(fleet), fleet.store, fleet.know, fleet.clock, wanted, wish)
    if as_json:
        print_json({**summary(done.proposal), "instead_of": done.instead_of, "difference": done.difference})
    else:
        say_edited(done)
    return 0


def _texts(given: tuple[str, ...]) -> dict[str, str]:
    texts = {}
    for one in given:
        language, sign, text = one.partition("=")
        if not sign:
            raise Trouble(f"{one!r} names no language: write en=…", WRONG)
        texts[language] = text
    return texts


@review.command(short_help="Stop approved posts before they leave.")
@click.argument("wanted", metavar="ID")
@json_option
@pass_session
def undo(session: Session, wanted: str, as_json: bool) -> int:
    """Withdraw approved posts while nothing of them was tried; they are put to review anew. Needs the role reviewer or
    operator. Later, `retract` takes back what was said."""
    with session.fleet() as fleet:
        done = take_away(session.actor(fleet), fleet.store, fleet.know, fleet.clock, wanted)
        return _tell(fleet, done, as_json)


def _tell(fleet: OpenFleet, done: Proposal, as_json: bool) -> int:
    think(FLEET_ACTOR, fleet.house)
    fleet.wakeups.ring()
    if as_json:
        print_json(summary(done))
    else:
        say_gone(done, fleet.clock.now())
        say(f"  Look at it: `review show {done.id}`", dim=True)
    return 0
