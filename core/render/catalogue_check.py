"""Finds everything that makes a message catalogue unfit, before a rider reads a hole in a sentence."""

from __future__ import annotations

from typing import Any

from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

_PLACE_TIME = "offence offence_start where when bureau"
_WHEN = "date time hour end_date end_time end_hour"

REQUIRED: dict[str, str] = {
    "locale": "",
    "date-pattern": "",
    "date-pattern-year": "",
    "time-pattern": "",
    "incident-reported": _PLACE_TIME,
    "incident-wanted": _PLACE_TIME,
    "incident-identify": _PLACE_TIME,
    "incident-arrested": _PLACE_TIME,
    "incident-charged": _PLACE_TIME,
    "incident-convicted": _PLACE_TIME,
    "presumption": "",
    "when-at": _WHEN,
    "when-about": _WHEN,
    "when-between": _WHEN,
    "when-about-between": _WHEN,
    "when-days": _WHEN,
    "when-about-days": _WHEN,
    "where-station": "station lines",
    "where-station-lines": "station lines",
    "where-train-station": "train station",
    "where-train": "train",
    "where-lines": "lines",
    "with-direction": "train direction",
    "with-area": "where area",
    "line-train": "symbol",
    "line-one": "symbol",
    "line-many": "list",
    "line-named": "name",
    "correction": "",
    "withdrawn": "",
    "withdrawn-person": "",
    "taken-down": "",
    "all-clear": "",
    "do-tips": "bureau tips",
    "do-no-tips": "bureau",
    "do-emergency": "emergency",
    "service-says": "agency text",
    "service-notice": "agency lines",
    "service-original": "agency lines language",
    "service-about": "agency what lines",
    "service-stations": "stations",
    "service-stations-many": "count",
    "service-begins": "when",
    "service-ends": "when",
    "service-original-in": "language",
    "service-as-of": "time hour",
    "service-upcoming": "",
    "service-reminder": "",
    "service-see": "reference",
    "digest-heading": "line line_start date count",
    "pattern": "count offence offence_start where line first_date last_date",
    "pattern-at": "stations",
    "pattern-between": "first last",
    "pattern-riders": "riders line",
    "feed-bare": "bureau lines",
    "digest-item": "offence offence_start where time reference",
    "time-about": "time hour",
    "when-part": "date part",
    "day-part-night": "",
    "day-part-morning": "",
    "day-part-afternoon": "",
    "day-part-evening": "",
    "mark": "reference",
    "mark-update": "reference update",
    "mark-part": "mark part total",
    "mark-part-spoken": "mark part total",
}
"""Messages that a catalogue must hold, with the placeables that are filled for each."""

PAGES: dict[str, str] = {
    "page-index-title": "bureau",
    "page-index-intro": "bureau agency",
    "page-line-intro": "bureau agency line",
    "page-post-title": "reference",
    "page-unwatched": "emergency",
    "page-unwatched-all": "emergency",
    "page-demonstration": "",
    "page-draft": "languages",
    "page-reposted": "handle",
    "page-permalink": "reference",
    "page-when": "date time",
    "page-last-said": "",
    "page-none-yet": "",
    "page-none-here": "",
    "page-older": "",
    "page-newest": "",
    "page-updated": "",
    "page-zone": "zone",
    "page-skip": "",
    "page-nav": "",
    "page-notice": "",
    "page-wording": "",
    "page-all-lines": "",
    "page-languages": "",
    "page-lost": "",
    "page-lost-why": "",
    "page-trouble": "",
    "page-trouble-why": "",
}
"""What the public pages say beside the posts: a catalogue holds all of it, or none and is no language of pages."""

PERSONS: dict[str, str] = {
    "alt-person": "",
    "person-identify": "",
    "person-wanted": "name",
    "person-arrested": "name",
    "person-charged": "name",
    "person-convicted": "name",
    "person-case": "case",
    "person-description": "traits",
    "with-tint": "thing tint",
}
"""What is said of a person: a catalogue holds all of it, or none and carries nothing about a person."""

INDISPENSABLE: dict[str, str] = {
    "mark": "reference",
    "mark-update": "reference update",
    "mark-part": "mark part total",
    "mark-part-spoken": "mark part total",
    "do-tips": "tips",
    "do-emergency": "emergency",
    "service-says": "agency text",
    "service-original": "agency",
    "digest-item": "where time reference",
    "digest-heading": "date count",
    "pattern": "count where line first_date last_date",
    "pattern-at": "stations",
    "pattern-between": "first last",
    "pattern-riders": "riders",
    "incident-reported": "where when",
    "when-part": "date part",
    "person-wanted": "name",
    "person-arrested": "name",
    "person-charged": "name",
    "person-convicted": "name",
    "person-case": "case",
    "person-description": "traits",
    "where-station-lines": "station lines",
    "page-unwatched": "emergency",
    "page-unwatched-all": "emergency",
    "page-draft": "languages",
    "page-reposted": "handle",
}
"""Placeables that a sentence may not lose in translation."""


class _Names(Visitor):
    """Collects what the entries of a catalogue refer to."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.references: set[str] = set()

    def visit_VariableReference(self, node: Any) -> None:  # noqa: N802 - the visitor's own naming
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: Any) -> None:  # noqa: N802
        self.references.add(node.id.name)

    def visit_TermReference(self, node: Any) -> None:  # noqa: N802
        self.references.add(f"-{node.id.name}")


def find_faults(source: str) -> tuple[str, ...]:
    """Every reason to refuse an FTL text, in one sentence each; empty when it is fit."""
    resource = FluentParser(with_spans=True).parse(source)
    entries: dict[str, Any] = {}
    faults: list[str] = []
    for entry in resource.body:
        if isinstance(entry, ast.Junk):
            line = source[: entry.span.start if entry.span else 0].count("\n") + 1
            faults.append(f"line {line} can't be read: {entry.annotations[0].message}")
        elif isinstance(entry, (ast.Message, ast.Term)):
            name = f"-{entry.id.name}" if isinstance(entry, ast.Term) else entry.id.name
            if name in entries:
                faults.append(f"{name} stands twice")
            entries[name] = entry
    needed = dict(REQUIRED)
    for whole in (PAGES, PERSONS):
        needed |= whole if any(name in entries for name in whole) else {}
    missing = [name for name in needed if name not in entries or entries[name].value is None]
    if missing:
        faults.insert(0, f"missing messages: {', '.join(missing)}")
    for name, entry in entries.items():
        faults.extend(_faults_of(name, entry, entries))
    return tuple(faults)


def _faults_of(name: str, entry: Any, entries: dict[str, Any]) -> list[str]:
    names = _Names()
    names.visit(entry)
    faults = [f"{name} refers to {other}, which is missing" for other in sorted(names.references - set(entries))]
    filled = REQUIRED | PAGES | PERSONS
    if name in filled:
        unfilled = names.variables - set(filled[name].split())
        faults += [f"{name} asks for ${variable}, which nobody fills" for variable in sorted(unfilled)]
    lost = set(INDISPENSABLE.get(name, "").split()) - names.variables
    return faults + [f"{name} must say ${variable}" for variable in sorted(lost)]
