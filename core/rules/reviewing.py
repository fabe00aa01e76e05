"""What a person may let go, who may, and what an edit makes of a draft. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.incidents import NEVER_SAID
from core.domain.log import IncidentEntry
from core.domain.notices import DigestDraft, Draft, IncidentDraft, Kind, WrittenDraft
from core.domain.policy import Policy
from core.domain.reviews import WAITS, Approval, Edit, Form, Proposal
from core.rules.likeness import place_part as of_the_place

BY_APPROVAL = frozenset(
    {
        "about-a-person",
        "offence-review",
        "sex-offence-waits",
        "complex-waits",
        "agency-share",
        "alert-names-somebody",
        "alert-review",
        "link-costs",
        "no-rule",
        "pattern-waits",
    }
)
"""Rules that hold until a person approved the exact posts. Whatever another rule holds waits for something else: an
officer's answer, a moment, a signature, a taking back."""
ABOUT_PERSON = "about-person-"
"""How the rules begin that hold what is about a person."""
BY_AN_EDIT = "lint-"
"""How the rules begin that hold what may stand in no post: no approval answers them as it is, but an edit may."""
LET_GO = "approved"
"""The rule of a revision that people approved."""
PERSON_GOES_ON = frozenset({"nothing-new", "too-old", "offence-review", "sex-offence-waits", "complex-waits"})
"""Rules that keep the place part back and not what is about the person."""
PLACE_FIELDS = frozenset({"station", "area", "train", "direction", "occurred_to"})
PERSON_FIELDS = frozenset({"name", "case_reference"})
YES = "yes"


@dataclass(frozen=True)
class Asked:
    """Somebody wants to approve; all that decides whether they may."""

    proposal: Proposal
    approvals: Sequence[Approval]
    by: str
    shown_hash: str
    answers: Mapping[str, str]
    bypass: str | None
    now: datetime


@dataclass(frozen=True)
class Refusal:
    """A no, with the rule's name."""

    rule: str
    why: str


def may_be_approved(rule: str) -> bool:
    """True when a person's approval answers this hold."""
    return rule in BY_APPROVAL or rule.startswith(ABOUT_PERSON)


def answered_by_people(rule: str) -> bool:
    """True when the posts are put before people: for their yes, or to be edited or rejected."""
    return may_be_approved(rule) or rule.startswith(BY_AN_EDIT)


def needed_approvals(policy: Policy, *, about_person: bool) -> int:
    """How many different people must approve."""
    return policy.approvals_person if about_person else policy.approvals_other


def place_part(body: IncidentEntry) -> IncidentEntry | None:
    """An incident's place alone, as if nobody was known; None where the record may not be said at all."""
    if body.facts.state in NEVER_SAID:
        return None
    return body.model_copy(update={"facts": of_the_place(body.facts)})


def refusal(asked: Asked) -> Refusal | None:
    """Why this approval doesn't count; None when it does."""
    proposal = asked.proposal
    if proposal.state not in WAITS:
        return Refusal("not-open", f"{proposal.id} is {proposal.state.value}")
    if asked.now >= proposal.expires_at:
        return Refusal("expired", f"{proposal.id} could be approved until {proposal.expires_at:%Y-%m-%d %H:%M} UTC")
    if asked.shown_hash != proposal.hash:
        return Refusal("stale", f"these are not the posts of {proposal.id}: look at them again and give their hash")
    if asked.by in proposal.drafted_by:
        return Refusal("own-draft", f"{asked.by} typed or edited it: somebody else must approve it")
    if any(one.by == asked.by for one in asked.approvals):
        return Refusal("same-person", f"{asked.by} approved it already: another person must")
    return _unanswered(asked) or _bypass(asked)


def _unanswered(asked: Asked) -> Refusal | None:
    open_ones = [one for one in asked.proposal.questions if asked.answers.get(one) not in (YES, "no")]
    if open_ones:
        return Refusal("unanswered", f"answer yes or no: {', '.join(open_ones)}")
    yes = [one for one in asked.proposal.questions if asked.answers[one] == YES]
    if yes:
        return Refusal("answered-yes", f"a yes to {', '.join(yes)} keeps it in: reject it or edit it")
    return None


def _bypass(asked: Asked) -> Refusal | None:
    """It may cut two approvals to one, never to none."""
    if asked.bypass is None:
        return None
    if not asked.bypass.strip():
        return Refusal("bypass-without-reason", "say why one approval must do")
    if asked.proposal.needed < 2:
        return Refusal("bypass-to-none", "it needs one approval only: there is nothing to cut")
    return None


def complete(asked: Asked) -> bool:
    """True when this approval is the last that is needed."""
    return len(asked.approvals) + 1 >= asked.proposal.needed or asked.bypass is not None


def edited(draft: Draft, edit: Edit | None) -> Draft:
    """The draft as an editor wants it. Raises ValueError where the edit doesn't fit the draft."""
    if edit is None:
        return draft
    if isinstance(draft, IncidentDraft) and draft.day_part is not None and says_more(edit):
        raise ValueError("of a sheltered offence an edit says nothing more")
    if edit.words:
        kind = Kind.DIGEST if isinstance(draft, DigestDraft) else draft.kind
        return WrittenDraft(reference=draft.reference, kind=kind, update=draft.update, words=edit.words)
    if not isinstance(draft, IncidentDraft):
        if edit.leave_out or edit.station or edit.occurred_from or edit.about is not None:
            raise ValueError("only an incident's posts have fields to change")
        return draft
    return IncidentDraft.model_validate(draft.model_dump() | _changes(draft, edit))


def says_more(edit: Edit) -> bool:
    """True for an edit that doesn't only leave out."""
    return bool(edit.words or edit.station or edit.occurred_from or edit.occurred_to or edit.about is not None)


def _changes(draft: IncidentDraft, edit: Edit) -> dict[str, object]:
    changes: dict[str, object] = {}
    if edit.station is not None:
        changes["station_name"] = edit.station
    if edit.occurred_from is not None:
        changes |= {"occurred_from": edit.occurred_from, "occurred_to": edit.occurred_to}
    if edit.about is not None:
        changes["occurred_about"] = edit.about
    out = set(edit.leave_out)
    for field in out & PLACE_FIELDS:
        changes["station_name" if field == "station" else field] = None
    person = draft.person
    if person is not None:
        changes["person"] = person.model_dump() | {
            **dict.fromkeys(out & PERSON_FIELDS),
            "traits": [one.model_dump() for one in person.traits if one.field not in out],
        }
    unknown = sorted(out - sayable(draft))
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is not said here; said are: {', '.join(sorted(sayable(draft)))}")
    return changes


def sayable(draft: Draft) -> frozenset[str]:
    """Fields of a draft that an editor may leave out."""
    if not isinstance(draft, IncidentDraft):
        return frozenset()
    said = {field for field in PLACE_FIELDS - {"station"} if getattr(draft, field) is not None}
    said |= {"station"} if draft.station_name is not None else set()
    if draft.person is not None:
        said |= {field for field in PERSON_FIELDS if getattr(draft.person, field) is not None}
        said |= {trait.field for trait in draft.person.traits}
    return frozenset(said)


def difference(before: Sequence[Form], after: Sequence[Form]) -> str:
    """What an edit changed in the posts, as a unified diff."""
    return "\n".join(difflib.unified_diff(_lines(before), _lines(after), "before", "after", lineterm=""))


def _lines(forms: Sequence[Form]) -> list[str]:
    lines = []
    for form in forms:
        if form.threads or not any(one.threads for one in forms if one.account == form.account):
            for post in form.posts:
                lines += [f"[{form.account} {post.language} {post.part}]", *post.text.splitlines()]
    return lines


def drafters(typed: Collection[str], editors: Collection[str]) -> tuple[str, ...]:
    """None of these may approve."""
    return tuple(sorted({*typed, *editors}))
