"""`incident settle`: an operator says of a post that may or may not be up which it is."""

from __future__ import annotations

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.domain.lines import AccountId
from core.flow.settled_by_hand import Settled, it_is_absent, it_is_up


@click.command(short_help="Settle a post that may or may not be up.")
@click.argument("wanted", metavar="REF")
@click.argument("account")
@click.option("--up", "post", metavar="POST", help="It is up: the link or the platform's id of the post.")
@click.option("--absent", is_flag=True, help="It is not there: it is tried once more.")
@click.option("--leave", is_flag=True, help="With --absent: leave it unsaid there.")
@click.option("--on-my-word", is_flag=True, help="Do not ask the platform, or not believe it. The log says so.")
@json_option
@pass_session
def settle(
    session: Session,
    wanted: str,
    account: str,
    post: str | None,
    absent: bool,
    leave: bool,
    on_my_word: bool,
    as_json: bool,
) -> int:
    """Say what you saw on ACCOUNT (like x:ExampleHandle) of the post of REF that may or may not be up.

    The platform is asked whether it bears you out; of an account that it can't list your word is taken, and the log
    says so. A post that is up gets its receipt, so that it can be taken back. Left unsaid, another line's handle may
    say it instead; `retract REF` stops it everywhere. Needs the role operator. `status` lists what waits.

    \b
    Examples:
      run_fleet.py incident settle BCDFGH1 x:ExampleHandle --up 1234567890
      run_fleet.py incident settle BCDFGH1 x:ExampleHandle --absent
      run_fleet.py incident settle BCDFGH1 x:ExampleHandle --absent --leave
    """
    if (post is None) is not absent or (leave and not absent):
        raise Trouble("say either --up POST, or --absent (with --leave to leave it unsaid)", WRONG)
    name = AccountId(account)
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        if post is not None:
            done = it_is_up(actor, fleet.office, wanted, name, post.strip(), on_my_word=on_my_word)
        else:
            done = it_is_absent(actor, fleet.office, wanted, name, again=not leave, on_my_word=on_my_word)
        fleet.wakeups.ring()
    if as_json:
        print_json(done.model_dump(mode="json"))
    else:
        _say(done)
    return 0


def _say(done: Settled) -> None:
    what = f"{done.reference} on {done.account}, part {done.part} ({done.language})"
    if done.platform_id is not None:
        say(f"{what}: it is up as post {done.platform_id}, {done.how}.")
    else:
        say(f"{what}: it is absent, {done.how}.")
    if done.over:
        say("Its time is over: it will not be tried any more. Say it by hand if it still matters.", err=True)
