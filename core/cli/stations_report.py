"""`stations report`: how often the resolver is right on records labelled by hand, and what it held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from core.cli.session import Session, json_option, pass_session, print_json
from core.cli.speech import say
from core.cli.troubles import WRONG, Trouble
from core.domain.gazetteer import Gazetteer
from core.domain.incidents import Incident
from core.domain.places import Place
from core.domain.station_names import key
from core.ports.source import GoodRow
from core.rules.which_line import resolve
from core.rules.which_line_answers import name_of
from core.rules.which_line_report import Label, Report, Verdict
from core.rules.which_line_report import report as judge_all
from core.settings.labelled_file import read_labelled


@click.command(short_help="Precision, coverage and held rows for records labelled by hand.")
@click.argument("labelled", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--records",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File with the labelled records, where LABELLED has only their numbers; may be given again.",
)
@click.option("--columns", help="Column map of the agency for the records. Default: the one that fits their header.")
@json_option
@pass_session
def report(session: Session, labelled: Path, records: tuple[Path, ...], columns: str | None, as_json: bool) -> int:
    """How the answers compare with LABELLED: a CSV with number, answer (station, complex or none), station_ids and,
    if you like, why. The records stand in files of their own (--records), or beside the labels in the columns
    station, area, lines, train, district, latitude, longitude.

    Wrong is an answer with a line that the truth lacks, or a complex where the truth is one station. It is said again
    with the table of other names emptied, so that you see what rests on it.

    Exit codes: 0 no answer is wrong; 1 one is.
    """
    try:
        labels, places = read_labelled(labelled)
        found = places if places is not None else _places(session, records, columns)
    except ValueError as wrong:
        raise Trouble(str(wrong), WRONG) from wrong
    missing = [label.number for label in labels if label.number not in found]
    if missing:
        hint = "give the records with --records" if places is None and not records else "it is in no file of --records"
        raise Trouble(f"{len(missing)} labelled records are not there ({missing[0]} is the first): {hint}", WRONG)
    known = session.settings.gazetteer
    bare = known.without_other_names()
    full, less = _judge(labels, found, known), _judge(labels, found, bare)
    sources = _sources(labels, found, known)
    if as_json:
        print_json({**_fields(full), "without_other_names": _fields(less), "other_names_used": sources})
    else:
        _say(full, less, sources)
    return 1 if full.count(Verdict.WRONG) else 0


def _places(session: Session, files: tuple[Path, ...], columns: str | None) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for file in files:
        for row in session.workshop.rows(session.settings, file, columns, lambda size: None):
            if isinstance(row, GoodRow) and isinstance(row.record, Incident):
                found[row.record.number] = row.record.place
    return found


def _judge(labels: tuple[Label, ...], places: Mapping[str, Place], gazetteer: Gazetteer) -> Report:
    answers = {label.number: resolve(places[label.number], gazetteer) for label in labels}
    try:
        return judge_all(labels, answers, gazetteer)
    except KeyError as unknown:
        raise Trouble(f"a label names the station {unknown}, which the gazetteer does not have", WRONG) from unknown


def _sources(labels: tuple[Label, ...], places: Mapping[str, Place], known: Gazetteer) -> dict[str, int]:
    """Source of another name → how many of the records are written by one of its names."""
    by_key: dict[tuple[str, ...], set[str]] = {}
    for name in known.others.all:
        by_key.setdefault(name.key, set()).add(name.source or "")
    named = [name_of(places[label.number], known) for label in labels]
    return dict(Counter(source for name in named if name for source in by_key.get(key(name), ())).most_common())


def _fields(found: Report) -> dict[str, Any]:
    return {
        "records": len(found.judged),
        "precision": found.precision,
        "coverage": found.coverage,
        "counts": {verdict.value: found.count(verdict) for verdict in Verdict},
        "not_right": [
            {
                "number": one.label.number,
                "verdict": one.verdict.value,
                "truth": list(one.label.station_ids),
                "answer": one.placement.kind,
                "why": one.placement.why,
            }
            for one in found.judged
            if one.verdict is not Verdict.RIGHT
        ],
    }


def _say(full: Report, less: Report, sources: dict[str, int]) -> None:
    say(full.words(), bold=True)
    for row in _fields(full)["not_right"]:
        say(f"  {row['verdict']}: {row['number']}: {row['answer']}; {row['why']}", fg=_colour(row["verdict"]))
    say("With the other names emptied", bold=True)
    say(f"  {less.words()}")
    if sources:
        say("Records that another name decides, by its source", bold=True)
    for source, count in sources.items():
        say(f"  {count:5} {source}")


def _colour(verdict: str) -> str | None:
    return "red" if verdict == Verdict.WRONG.value else None
