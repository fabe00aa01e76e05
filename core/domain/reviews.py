"""Held posts that a person may let go: the exact bytes, who approved them, and where they stand."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, Field

from core.domain.lines import AccountId, AccountMode, Frozen, LineId
from core.domain.notices import Kind, NoticeId, Post, Urgency


class ProposalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    APPROVED_ONCE = "approved once"
    """One of two approvals is there."""
    APPROVED = "approved"
    """All approvals are there; the record's release is not reached yet."""
    LEAVING = "leaving"
    """Approved; it may still be undone for a few seconds."""
    GONE_OUT = "gone out"
    """The deliveries have it."""
    REJECTED = "rejected"
    FALLEN = "fallen"
    """Something that it stands on has changed: its approvals count no more."""
    EXPIRED = "expired"
    UNDONE = "undone"


WAITS = frozenset({ProposalState.OPEN, ProposalState.APPROVED_ONCE})
"""States in which a reviewer is asked."""
UNDER_WAY = frozenset({ProposalState.APPROVED, ProposalState.LEAVING})
"""States in which it is approved and may still be undone."""

ASKED_ANEW = frozenset({ProposalState.FALLEN, ProposalState.EXPIRED, ProposalState.UNDONE})
"""States after which the same record may be put to review again."""


class RejectBecause(StrEnum):
    """Why a reviewer says no; the words to it lie in the vault."""

    WRONG_FACTS = "wrong facts"
    WRONG_PLACE = "wrong place"
    PRIVACY = "privacy"
    INVESTIGATION = "investigation"
    NOT_FOR_RIDERS = "not for riders"
    TOO_LATE = "too late"
    DUPLICATE = "duplicate"
    WORDING = "wording"
    OTHER = "other"


class Form(Frozen):
    """What one account would say if it led: with threads, or without where a platform takes none."""

    account: AccountId
    mode: AccountMode
    threads: bool
    posts: tuple[Post, ...]
    """In the order in which they go out; the first answers what stands there, where it can."""


class Edit(Frozen):
    """What an editor changed of the composed fields. Free words (`words`) only where no person is spoken about."""

    station: str | None = None
    """The gazetteer's name of another station."""
    occurred_from: AwareDatetime | None = None
    occurred_to: AwareDatetime | None = None
    about: bool | None = None
    """True: the time is said as "about"."""
    leave_out: frozenset[str] = frozenset()
    """Fields of the draft that are not said."""
    languages_out: frozenset[str] = frozenset()
    """Languages in which nothing is said."""
    words: dict[str, str] = Field(default_factory=dict)
    """Language → an officer's own text in place of the composed one."""

    def over(self, before: Edit | None) -> Edit:
        """Both edits as one, the later over the earlier."""
        if before is None:
            return self
        return Edit(
            station=self.station or before.station,
            occurred_from=self.occurred_from or before.occurred_from,
            occurred_to=self.occurred_to or before.occurred_to,
            about=before.about if self.about is None else self.about,
            leave_out=before.leave_out | self.leave_out,
            languages_out=before.languages_out | self.languages_out,
            words=before.words | self.words,
        )


class ProposalContent(Frozen):
    """What lies in the vault: every form that may go out, and the edit by which it came about."""

    forms: tuple[Form, ...]
    edit: Edit | None = None

    def of(self, accounts: frozenset[AccountId]) -> ProposalContent:
        """The forms of these accounts alone."""
        return self.model_copy(update={"forms": tuple(form for form in self.forms if form.account in accounts)})

    def form(self, account: AccountId, *, threads: bool) -> Form | None:
        """The form of this account as the lead; the one without threads where there is no other."""
        own = [form for form in self.forms if form.account == account]
        return next((form for form in own if form.threads is threads), own[-1] if own and threads else None)


class Proposal(Frozen):
    """Posts that wait for people. Nothing here identifies anybody who is spoken about."""

    id: str
    """The notice's reference and a number: `BCDFGH1-2`."""
    notice_id: NoticeId
    reference: str
    revision: int = Field(ge=1)
    """The number that the notice's revision has once it is approved."""
    entry_seq: int
    kind: Kind
    urgency: Urgency
    lines: tuple[LineId, ...]
    about_person: bool
    rule: str
    """The rule that held it."""
    why: str
    policy_hash: str
    hash: str
    """Over the exact bytes: approvals bind to it."""
    needed: int = Field(ge=1)
    drafted_by: tuple[str, ...]
    """Whoever typed the incident, or edited these posts: none of them may approve."""
    questions: tuple[str, ...] = ()
    """Ids of the questions that whoever approves must answer."""
    created_at: AwareDatetime
    expires_at: AwareDatetime
    not_before: AwareDatetime | None = None
    """The record's release: not sent earlier."""
    state: ProposalState = ProposalState.OPEN
    leaves_at: AwareDatetime | None = None
    """Until then it may be undone."""
    ended_by: str | None = None
    ended_why: str | None = None
    """A rule's name or a catalogued reason, never a person's words."""
    bypassed_by: str | None = None
    """Who let it go with one approval in place of two."""


class Approval(Frozen):
    """One person's yes to exactly these bytes."""

    proposal_id: str
    by: str
    via: str
    at: AwareDatetime
    hash: str
    answers: dict[str, str] = Field(default_factory=dict)


def _bound_post(notice: NoticeId, post: Post) -> dict[str, Any]:
    reply, picture = post.reply_to, post.picture
    return {
        "text": post.text,
        "spoken": post.spoken,
        "language": post.language,
        "part": post.part,
        "answers": None if reply is None else [notice, reply.revision, reply.language, reply.part],
        "picture": None if picture is None else picture.sha256,
        "alt": None if picture is None else picture.alt,
    }


def _bound_form(notice: NoticeId, form: Form) -> dict[str, Any]:
    return {
        "account": form.account,
        "mode": form.mode.value,
        "threads": form.threads,
        "posts": [_bound_post(notice, post) for post in form.posts],
    }


def hash_of(notice: NoticeId, revision: int, lines: tuple[LineId, ...], forms: tuple[Form, ...]) -> str:
    """What an approval binds to: text (its links are bytes of it), language, account and its mode, the order of the
    parts, what each answers, picture bytes and alt text, for every possible lead, with threads and without."""
    bound = {
        "notice": notice,
        "revision": revision,
        "lines": list(lines),
        "forms": [_bound_form(notice, form) for form in forms],
    }
    canonical = json.dumps(bound, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
