"""What would become of one record, without a store: lines, handles, the gate's ruling, the exact posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.incidents import NEVER_SAID, Incident
from core.domain.lines import Account, AccountId, LineId
from core.domain.log import IncidentEntry
from core.domain.notices import AccountPosts, IncidentDraft
from core.domain.offences import Offence
from core.domain.places import AtComplex, AtStation, Placement
from core.domain.rulings import Answer, Ruling, Speak, Verdict
from core.flow.cards import post_with_card
from core.flow.knowledge import Knowledge
from core.flow.posts import may_speak
from core.ports.bot import Bot
from core.render.compose import compose
from core.rules.addressing import Cast, cast, order_lines
from core.rules.drafting import first_kind, incident_draft, would_tell_where
from core.rules.gate import IncidentCase, rule_incident
from core.rules.likeness import facts_of, place_part
from core.rules.which_line import resolve

SAMPLE_REFERENCE = "0000000"
"""Stands where the real reference will; the same length."""


@dataclass(frozen=True)
class Rehearsal:
    """What would become of one record. `ruling` is None when no line is tied to it."""

    incident: Incident
    offence: Offence | None
    placement: Placement
    answers: tuple[Answer, ...]
    lines: tuple[LineId, ...]
    casts: tuple[Cast, ...]
    ruling: Ruling | None
    posts: tuple[AccountPosts, ...]
    """The leads' posts; empty where the record has no words (unknown offence, no line)."""
    draft: IncidentDraft | None

    @property
    def would_post(self) -> bool:
        """True when it would go out by itself."""
        return self.ruling is not None and self.ruling.verdict is Verdict.PUBLISH

    def posts_of(self, account: AccountId) -> AccountPosts | None:
        """The lead's posts for one account."""
        return next((posts for posts in self.posts if posts.account == account), None)


def rehearse(
    know: Knowledge, bots: Sequence[Bot], incident: Incident, now: datetime, *, every_account: bool = True
) -> Rehearsal:
    """Rehearse one record at `now`, as the first of its day and with nothing like it known.

    `every_account`: also accounts whose words nobody has signed, so that the posts can be read.
    """
    offence = know.offences.find(incident.offence_code, incident.offence_words)
    placement = resolve(incident.place, know.gazetteer)
    # Of a record about a person this is its place part: what is about the person waits for people.
    facts = facts_of(incident, offence, know.agency)
    entry = IncidentEntry(facts=place_part(facts) if facts.about_person else facts, placement=placement)
    answers = tuple(bot.answer(entry) for bot in bots)
    speaking = [LineId(answer.line) for answer in answers if isinstance(answer, Speak)]
    explicit = placement.explicit if isinstance(placement, AtStation) else None
    lines = order_lines(speaking, explicit, list(know.lines))
    casts = cast(lines, know.lines, _accounts(know, lines, every_account), frozenset())
    ruling = _ruling(know, entry, offence, lines, now) if lines else None
    draft: IncidentDraft | None = None
    posts: tuple[AccountPosts, ...] = ()
    if lines and offence is not None and not would_tell_where(offence, placement, know.short_lines):
        kind = first_kind(entry.facts.state)
        draft = incident_draft(entry, offence, know.agency, SAMPLE_REFERENCE, kind, 1, know.short_lines)
        if incident.state not in NEVER_SAID:
            leads = [part.lead for part in casts]
            composed = zip(leads, compose(draft, leads, know.voice, 1), strict=True)
            posts = tuple(_with_cards(know, draft, lead, said) for lead, said in composed)
    return Rehearsal(incident, offence, placement, answers, lines, casts, ruling, posts, draft)


def _with_cards(know: Knowledge, draft: IncidentDraft, lead: Account, said: AccountPosts) -> AccountPosts:
    carded = tuple(post_with_card(know, draft, lead, post, lambda drawn: "kept nowhere") for post in said.posts)
    return said.model_copy(update={"posts": carded})


def _accounts(know: Knowledge, lines: Sequence[LineId], every: bool) -> frozenset[AccountId]:
    if every:
        return frozenset(a.id for line in lines for a in know.lines[line].accounts if a.id in know.accounts)
    return may_speak(know, lines)


def _ruling(
    know: Knowledge, entry: IncidentEntry, offence: Offence | None, lines: Sequence[LineId], now: datetime
) -> Ruling:
    return rule_incident(
        IncidentCase(
            facts=entry.facts,
            offence=offence,
            policy=know.policy,
            now=now,
            said_alone_today=0,
            daily_limit=know.daily_limit(lines[0]),
            open_twins=0,
            closed=False,
            changed=True,
            stands=False,
            at_complex=isinstance(entry.placement, AtComplex),
            line_tells_where=would_tell_where(offence, entry.placement, know.short_lines),
        )
    )
