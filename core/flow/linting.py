"""Hands the lint what a draft's posts may hold, and makes a ruling of what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.domain.alerts import ServiceAlert
from core.domain.incidents import State
from core.domain.notices import DigestDraft, Draft, IncidentDraft, PatternDraft, Post, ServiceDraft
from core.domain.rulings import Ruling, Verdict
from core.flow.knowledge import Knowledge
from core.rules.lint import Finding, lint_posts
from core.rules.named_in_alerts import names_a_person


class Unfit(Exception):
    """The final text of a draft holds what may stand in none; `ruling` names the rule, without the words."""

    def __init__(self, ruling: Ruling) -> None:
        super().__init__(ruling.why)
        self.ruling = ruling


def findings(know: Knowledge, draft: Draft, posts: Sequence[Post]) -> tuple[Finding, ...]:
    """What may not stand in the posts of this draft. An agency may say links and numbers of its own."""
    own = [draft.reference]
    state: State | None = None
    terms = know.lint_terms
    match draft:
        case IncidentDraft():
            state = draft.state
            own += [] if draft.station_name is None else [draft.station_name]
            own += [] if draft.person is None else [draft.person.name or "", draft.person.case_reference or ""]
            own += [catalogue.text("presumption") for catalogue in know.voice.catalogues.values()]
        case ServiceDraft():
            agency = know.agency
            links = terms.links | {host.casefold() for host in agency.agency_links}
            terms = replace(terms, links=links, numbers=(*terms.numbers, *agency.agency_numbers))
        case DigestDraft():
            own += [item.reference for item in draft.items]
            own += [item.station_name for item in draft.items if item.station_name]
        case PatternDraft():
            own += list(draft.stations)
        case _:
            pass
    return lint_posts(posts, state, replace(terms, own=tuple(own)))


def lint_ruling(know: Knowledge, draft: Draft, posts: Sequence[Post]) -> Ruling | None:
    """A hold that names the first rule that found something, and where; None when the posts are clean. The words
    themselves are left out: they may name somebody."""
    found = findings(know, draft, posts)
    if not found:
        return None
    where = ", ".join(dict.fromkeys(f"{one.rule} ({one.language} {one.part})" for one in found))
    return Ruling(
        verdict=Verdict.HOLD, rule=found[0].rule, why=f"the final text holds what may not stand in it: {where}"
    )


def nobodys_names(know: Knowledge) -> tuple[str, ...]:
    """Names in words typed or handed in that are no person's: stations, lines, areas, and the transit agency."""
    agency = know.agency
    stations = (one.name for one in know.gazetteer.stations)
    lines = (name for line in know.lines.values() for name in (line.name, line.symbol))
    return (*stations, *lines, *agency.areas.values(), agency.name, agency.transit_agency, *agency.capitals)


def says_of_somebody(know: Knowledge, alert: ServiceAlert) -> bool:
    """True where an alert's own words may name or describe somebody."""
    texts = (*alert.header.values(), *alert.description.values(), *alert.periods.values())
    return names_a_person(texts, (*nobodys_names(know), know.agency.bureau))
