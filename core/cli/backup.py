"""`backup` and `restore`: a copy of the store, and its way back."""

from __future__ import annotations

from pathlib import Path

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("to", type=FOLDER)
@json_option
@pass_session
def backup(session: Session, to: Path, as_json: bool) -> int:
    """Copy the store into the new folder TO, with a manifest. The fleet may run meanwhile. For operators.

    The copy holds no key and no secret: secrets.json, keys.db, anchor.json and seals.json in the state folder need a
    safe place of their own. Without keys.db nothing about an incident can be read in any copy. What stands on the local
    timeline is in local.db, which is not copied either.
    """
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        manifest = session.workshop.backup(fleet, actor, to)
    if as_json:
        print_json(manifest.model_dump(mode="json"))
    else:
        say(f"{to}: the store up to row {manifest.seq} of its log, without keys and secrets.")
    return 0


@click.command()
@click.argument("source", metavar="FROM", type=FOLDER)
@click.option("--replace", is_flag=True, help="Yes, let it take the place of the store that is there.")
@json_option
@pass_session
def restore(session: Session, source: Path, replace: bool, as_json: bool) -> int:
    """Put the backup in the folder FROM in the store's place. For operators; stop the fleet first.

    The store of before is kept beside. What may have been posted since the backup is looked up on each platform before
    it is said again; what was sealed is sealed again. People and tokens are those of the day of the backup.
    """
    if not replace and session.workshop.has_store(session.settings):
        raise Trouble("there is a store already: add --replace to let the backup take its place (it is kept)", WRONG)
    done = session.workshop.restore(session.settings, session.token(), source)
    if as_json:
        print_json(
            {
                "manifest": done.manifest.model_dump(mode="json"),
                "window": done.window.model_dump(mode="json"),
                "kept": None if done.kept is None else str(done.kept),
            }
        )
        return 0
    say(f"The store is back at row {done.manifest.seq}, of {done.manifest.taken_at:%Y-%m-%d %H:%M} UTC.")
    if done.kept is not None:
        say(f"The store of before is {done.kept}.")
    say(f"Until {done.window.until:%Y-%m-%d %H:%M} UTC each post is looked up before its first try.")
    say("Look at `people list`: whoever was revoked since the backup is back.")
    return 0
