"""`catalogue`: the words of each language, and who has read them."""

from __future__ import annotations

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.table import say_table
from core.cli.troubles import WRONG, Trouble


@click.group()
def catalogue() -> None:
    """The words of each language. A draft carries nothing to a live account until somebody signs that they read it."""


@catalogue.command(name="list")
@json_option
@pass_session
def list_all(session: Session, as_json: bool) -> int:
    """Each language: draft or signed, by whom and when."""
    rows = [
        {
            "language": language,
            "status": "signed" if words.signed else "draft",
            "reader": words.signature.reader if words.signature else None,
            "date": words.signature.date if words.signature else None,
        }
        for language, words in session.settings.catalogues.items()
    ]
    if as_json:
        print_json(rows)
        return 0
    shown = []
    for row in rows:
        by = f"by {row['reader']} on {row['date']}" if row["reader"] else "nobody has signed it yet"
        stale = " (its words have changed since)" if row["reader"] and row["status"] == "draft" else ""
        shown.append([str(row["language"]), str(row["status"]), f"{by}{stale}"])
    say_table(["language", "status", "read"], shown, "No catalogues.", widest=240)
    return 0


@catalogue.command(short_help="Say that somebody has read all words of a language.")
@click.argument("language")
@click.option("--reader", required=True, help="Who has read every message and offence word of it.")
@pass_session
def sign(session: Session, language: str, reader: str) -> int:
    """Say that READER has read all words of LANGUAGE today. Any later change of a word makes it a draft again.

    Needs the role reviewer or operator; the signature is kept in the agency's folder.
    """
    from core.settings.catalogue_files import sign_catalogue

    if language not in session.settings.catalogues:
        there = ", ".join(session.settings.catalogues)
        raise Trouble(f"there is no catalogue {language!r}; there are: {there}", WRONG)
    with session.fleet() as fleet:
        actor = session.actor(fleet)
        try:
            signature = sign_catalogue(actor, session.settings, language, reader, fleet.know.day(fleet.clock.now()))
        except ValueError as wrong:
            raise Trouble(str(wrong), WRONG) from wrong
        with fleet.store.begin() as tx:
            tx.audit.write(fleet.clock.now(), actor.id, actor.via, "catalogue signed", language, signature.hash)
    say(f"{language} is signed: read by {signature.reader} on {signature.date}.")
    return 0
