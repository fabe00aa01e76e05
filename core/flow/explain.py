"""Why a record was said, held or dropped: every rule that was asked, in order, and the facts it looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.incidents import Facts
from core.domain.lines import LineId
from core.domain.log import AlertEntry, IncidentEntry, LogEntry
from core.domain.notices import Speaker, Subject
from core.domain.rulings import Ruling
from core.domain.silences import MUTING
from core.domain.staff import Actor, Role, demand
from core.flow.incidents import find_subject
from core.flow.knowledge import Knowledge
from core.ports.store import Store, Tx
from core.rules.gate import INCIDENT_RULES
from core.rules.likeness import place_part
from core.rules.lint import LINT_RULES
from core.rules.muting import HOUR_RULES, INHIBITION_RULES, MUTE_RULES, SILENCE_RULES
from core.rules.persons import PERSON_RULES, PersonCase, rule_person
from core.rules.reviewing import ABOUT_PERSON, may_be_approved
from core.rules.rule import Rule
from core.rules.stages import stage_of

PASSED, RULED = "no answer", "ruled"
_GOES_ON = frozenset({"alone-and-fresh", "offence-digest", "not-on-alert-list", "daily-limit"})
"""Rules after which something is said, alone or in a digest."""


@dataclass(frozen=True)
class Asked:
    """One rule that was asked: what it looked at, and its answer."""

    rule: str
    summary: str
    looked_at: tuple[tuple[str, str], ...]
    answer: str
    stage: str | None = None
    """Of the gate; None for a rule about a person, which is asked beside it."""


@dataclass(frozen=True)
class Explained:
    """One entry of the log. `rule` is what ruled on it. `person` is what **today's** policy says of its person as of
    `judged_at`; `person_then` is by which rule people were asked about the person, by the policy of that time."""

    seq: int
    revision: int
    received_at: datetime
    judged_at: datetime
    fate: str
    rule: str | None
    why: str | None
    policy_hash: str
    """Of today's policy."""
    ruled_by_policy: str | None
    """Hash of the policy that ruled; None where nothing was kept of it (what makes no notice)."""
    lines: tuple[LineId, ...]
    asked: tuple[Asked, ...]
    person: Ruling | None
    asked_of_person: tuple[Asked, ...]
    person_then: str | None = None

    @property
    def by_another_policy(self) -> bool:
        """True where what ruled may not be what today's policy says."""
        return self.ruled_by_policy != self.policy_hash


def explain_notice(actor: Actor, store: Store, know: Knowledge, wanted: str) -> tuple[Subject, tuple[Explained, ...]]:
    """Every entry of an incident or notice, oldest first, by its number, reference or key. What is shown identifies
    nobody. Raises NotAllowed, NoSuchIncident."""
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR, Role.AUDITOR)
    with store.begin() as tx:
        subject = find_subject(tx, know, wanted)
        return subject, tuple(_explained(tx, know, entry) for entry in tx.log.of_subject(subject))


def _explained(tx: Tx, know: Knowledge, entry: LogEntry) -> Explained:
    notice = tx.notices.find(entry.subject, Speaker.AGENCY if isinstance(entry.body, AlertEntry) else Speaker.BUREAU)
    revisions = () if notice is None else tx.notices.revisions(notice.id)
    revision = next((one for one in revisions if one.entry_seq == entry.seq), None)
    ruling = tx.notices.ruling(revision.notice_id, revision.number) if revision else None
    judged_at = revision.prepared_at if revision else max(entry.received_at, entry.known_at)
    facts = entry.body.facts if isinstance(entry.body, IncidentEntry) else None
    person = person_of(know, entry, judged_at)
    proposals = () if notice is None else tx.reviews.of_notice(notice.id)
    mine = [one for one in proposals if one.entry_seq == entry.seq and one.rule.startswith(ABOUT_PERSON)]
    return Explained(
        seq=entry.seq,
        revision=entry.revision,
        received_at=entry.received_at,
        judged_at=judged_at,
        fate=entry.fate.value,
        rule=entry.rule,
        why=ruling.why if ruling else None,
        policy_hash=know.policy.hash,
        ruled_by_policy=tx.notices.policy_of(revision.notice_id, revision.number) if revision else None,
        lines=revision.lines if revision else (),
        asked=_asked(facts, entry.rule, person),
        person=person,
        asked_of_person=() if facts is None or person is None else asked_of_person(facts, person),
        person_then=mine[-1].rule if mine else None,
    )


def person_of(know: Knowledge, entry: LogEntry, judged_at: datetime | None = None) -> Ruling | None:
    """The ruling on a record's person by the facts that are kept and today's policy; None for what is about nobody.
    Left out, it is judged as of when it was known."""
    body = entry.body
    if not isinstance(body, IncidentEntry) or not body.facts.about_person:
        return None
    case = PersonCase(body.facts, know.offence(body.facts), know.policy, judged_at or entry.known_at)
    return rule_person(case)


def _asked(facts: Facts | None, ruled_by: str | None, person: Ruling | None) -> tuple[Asked, ...]:
    """The rules up to the one that ruled: the first that answers wins, so that those before it had no answer. Where the
    person's hold or the lint ruled, all of the place's rules were asked before. What mutes is asked of what would else
    be said or shown to people."""
    if ruled_by in MUTING:
        return _up_to(ruled_by, MUTE_RULES, facts)
    names = [rule.id for rule in INCIDENT_RULES]
    if ruled_by in names and facts is not None:
        if person is not None and ruled_by != "about-a-person":
            facts = place_part(facts)
        unmuted = ruled_by in _GOES_ON or may_be_approved(ruled_by)
        before = _none_of((*SILENCE_RULES, *INHIBITION_RULES), facts) if unmuted else ()
        return before + _up_to(ruled_by, INCIDENT_RULES, facts) + (_none_of(HOUR_RULES, facts) if unmuted else ())
    found = [rule for rule in LINT_RULES if rule.id == ruled_by]
    return tuple(Asked(rule.id, rule.summary, (), RULED, stage_of(rule.id)) for rule in found)


def _up_to(ruled_by: str, rules: Sequence[Rule[Any]], facts: Facts | None) -> tuple[Asked, ...]:
    names = [rule.id for rule in rules]
    *before, last = rules[: names.index(ruled_by) + 1]
    return (*_none_of(before, facts), _one(last, facts, RULED))


def _none_of(rules: Sequence[Rule[Any]], facts: Facts | None) -> tuple[Asked, ...]:
    return tuple(_one(rule, facts, PASSED) for rule in rules)


def _one(rule: Rule[Any], facts: Facts | None, answer: str) -> Asked:
    seen = () if facts is None else looked_at(facts, rule.looks_at)
    return Asked(rule.id, rule.summary, seen, answer, stage_of(rule.id))


def asked_of_person(facts: Facts, ruling: Ruling) -> tuple[Asked, ...]:
    """The rules about the person up to the one that ruled."""
    names = [rule.id for rule in PERSON_RULES]
    last = names.index(ruling.rule) if ruling.rule in names else len(names) - 1
    return tuple(
        Asked(rule.id, rule.summary, looked_at(facts, rule.looks_at), RULED if rule.id == ruling.rule else PASSED)
        for rule in PERSON_RULES[: last + 1]
    )


def looked_at(facts: Facts, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The facts by their names, as text; those that are not of the record (what stood, what the day held) are left
    out: they were other ones then."""
    found = []
    for name in names:
        owner: object = facts
        field = name
        if name.startswith("person."):
            owner, field = facts.person, name.removeprefix("person.")
        elif name == "release.purpose":
            owner, field = facts.person, "purpose"
        if owner is not None and hasattr(owner, field) and name != "person":
            found.append((name, _text(getattr(owner, field))))
    return tuple(found)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return "not known" if value is None else str(value)
