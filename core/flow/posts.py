"""Which accounts may carry a notice, and the exact posts that each owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.domain.deliveries import NewDelivery
from core.domain.lines import Account, AccountId, AccountMode, LineId
from core.domain.log import DigestEntry, EntryBody
from core.domain.notices import AccountPosts, Draft, IncidentDraft, Notice, ReplyTo, Revision
from core.domain.reviews import ProposalContent
from core.flow.knowledge import Knowledge
from core.flow.proven import takes_documents
from core.render.compose import compose
from core.rules.addressing import Cast, Stamp, address, cast

CARRIES_NO_PERSON = "language-carries-no-person"


def may_speak(know: Knowledge, lines: Sequence[LineId], *, person: bool = False) -> frozenset[AccountId]:
    """Accounts of these lines that are on and whose words are signed where they leave the house.

    A draft catalogue carries nothing to a live account of a platform; practice accounts and the local timeline
    show it. With `person` only accounts all of whose languages have the words about one, the presumption of innocence
    first of all (rule `language-carries-no-person`), a system's endpoint only where `persons: proven` is set, beside a
    live handle that says it, and nowhere where a post can't be taken down. Whether the endpoint is proven is asked when
    it is handed over: what people approve does not hang on it.
    """
    left_out = carry_no_person(know, lines) if person else {}
    found = frozenset(
        account.id
        for line in lines
        for account in know.lines[line].accounts
        if _words_allowed(know, account) and account.id not in left_out
        if not (person and takes_documents(know, account.id) and account.channel not in know.handing.persons_to)
        if not (person and _stands_for_good(know, account.channel))
    )
    handles = frozenset(one for one in found if not takes_documents(know, one))
    beside_one = any(know.accounts[one].mode is AccountMode.LIVE for one in handles)
    return found if beside_one or not person else handles


def carry_no_person(know: Knowledge, lines: Sequence[LineId]) -> dict[AccountId, str]:
    """Accounts that are left out of what is said about a person, each with the language that lacks the words."""
    every = (account for line in lines for account in know.lines[line].accounts)
    lacking = {a.id: [x for x in a.languages if not know.voice.catalogues[x].carries_persons] for a in every}
    return {account: languages[0] for account, languages in lacking.items() if languages}


def carriers(know: Knowledge, lines: Sequence[LineId], body: EntryBody) -> frozenset[AccountId]:
    """The accounts that may say this: a digest after an outage is for those alone that were out."""
    speaks = may_speak(know, lines)
    return speaks & frozenset(body.accounts) if isinstance(body, DigestEntry) and body.accounts else speaks


def _words_allowed(know: Knowledge, account: Account) -> bool:
    if account.mode is AccountMode.OFF or account.channel not in know.abilities:
        return False
    if account.mode is AccountMode.PRACTICE or not know.abilities[account.channel].reaches_public:
        return True
    return all(know.voice.catalogues[language].signed for language in account.languages)


def _stands_for_good(know: Knowledge, channel: str) -> bool:
    """True where what was said can't be taken down: nothing about a person goes there."""
    return channel in know.abilities and not know.abilities[channel].remove


def plan(
    know: Knowledge,
    draft: Draft,
    notice: Notice,
    revision: Revision,
    speaks: frozenset[AccountId],
    led_before: frozenset[AccountId],
    answers: Mapping[AccountId, ReplyTo],
    said_at: datetime,
    earlier: Mapping[AccountId, ReplyTo] | None = None,
) -> tuple[NewDelivery, ...]:
    """The deliveries of one revision: the lead's posts in full, the sister handles' reposts. What is about a person
    goes nowhere where it can't be taken down, and to no system unapproved. `earlier`: per account the post of another
    notice about the same event, which the first one answers."""
    if isinstance(draft, IncidentDraft) and draft.person is not None:
        speaks = frozenset(one for one in speaks if not _stands_for_good(know, one.split(":", 1)[0]))
        speaks = frozenset(one for one in speaks if not takes_documents(know, one))
    casts = cast(revision.lines, know.lines, speaks, led_before)
    posts = rendered(know, draft, [part.lead for part in casts], revision.number)
    answers = {**answers, **(earlier or {})}
    can_reply = {account: to for account, to in answers.items() if account in know.voice.replies}
    return _owed(know, notice, revision, casts, posts, can_reply, said_at)


def rendered(know: Knowledge, draft: Draft, accounts: Sequence[Account], revision: int) -> tuple[AccountPosts, ...]:
    """The posts of one revision for each account as its lead. Raises what `compose` raises."""
    return compose(draft, accounts, know.voice, revision)


def plan_approved(
    know: Knowledge,
    content: ProposalContent,
    notice: Notice,
    revision: Revision,
    led_before: frozenset[AccountId],
    said_at: datetime,
) -> tuple[NewDelivery, ...]:
    """The deliveries of the bytes that people approved: nothing is rendered here."""
    speaks = frozenset(form.account for form in content.forms)
    casts = cast(revision.lines, know.lines, speaks, led_before)
    posts = []
    for part in casts:
        form = content.form(part.lead.id, threads=part.lead.id in know.voice.replies)
        if form is not None:
            posts.append(AccountPosts(account=part.lead.id, posts=form.posts))
    return _owed(know, notice, revision, casts, posts, {}, said_at)


def _owed(
    know: Knowledge,
    notice: Notice,
    revision: Revision,
    casts: Sequence[Cast],
    posts: Sequence[AccountPosts],
    answers: Mapping[AccountId, ReplyTo],
    said_at: datetime,
) -> tuple[NewDelivery, ...]:
    stamp = Stamp(
        notice_id=notice.id,
        revision=revision.number,
        reference=notice.reference,
        urgency=revision.urgency,
        said_at=said_at,
        expires_at=revision.expires_at,
    )
    can_repost = frozenset(name for name, abilities in know.abilities.items() if abilities.repost)
    return address(casts, {p.account: p for p in posts}, stamp, can_repost, answers)
