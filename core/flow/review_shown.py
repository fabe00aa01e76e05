"""Held posts as people see them before they say yes: the exact bytes, what is missing, how long they may be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.policy import Question
from core.domain.reviews import UNDER_WAY, WAITS, Approval, Proposal, ProposalContent, ProposalState
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.flow.reviews import found, what_changed
from core.ports.clock import Clock
from core.ports.store import SealedAway, Store


@dataclass(frozen=True)
class PictureBytes:
    """A picture as it would go out."""

    content: bytes
    media_type: str


SEES = (Role.OFFICER, Role.REVIEWER, Role.OPERATOR, Role.AUDITOR)


@dataclass(frozen=True)
class Review:
    """One proposal in full. `content` is None once its record was erased."""

    proposal: Proposal
    content: ProposalContent | None
    approvals: tuple[Approval, ...]
    questions: tuple[Question, ...]
    words: str | None
    """The free words to its end."""
    changed: str | None
    """Why an approval would not count any more; None while it would."""
    seconds_to_undo: float
    """How long it may still be undone."""

    @property
    def missing(self) -> int:
        """How many approvals are still needed."""
        return max(self.proposal.needed - len(self.approvals), 0) if self.proposal.state in WAITS else 0


def list_reviews(actor: Actor, store: Store, limit: int, *, ended: bool = False) -> Sequence[Proposal]:
    """What waits or is about to leave, oldest first; with `ended` everything, newest first. Raises NotAllowed."""
    demand(actor, *SEES)
    with store.begin() as tx:
        return tx.reviews.latest(limit) if ended else tx.reviews.in_states(_IN_HAND, limit)


_IN_HAND: tuple[ProposalState, ...] = tuple(state for state in ProposalState if state in WAITS | UNDER_WAY)


def show_review(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> Review:
    """One proposal in full, by its id or its notice's reference. Raises NotAllowed, NoSuchProposal."""
    demand(actor, *SEES)
    now = clock.now()
    with store.begin() as tx:
        proposal = found(tx, wanted)
        try:
            content = tx.reviews.content(proposal.id)
        except SealedAway:
            content = None
        left = 0.0
        if proposal.state in UNDER_WAY and proposal.leaves_at is not None:
            left = max((proposal.leaves_at - now).total_seconds(), 0.0)
        return Review(
            proposal=proposal,
            content=content,
            approvals=tuple(tx.reviews.approvals(proposal.id)),
            questions=tuple(one for one in know.policy.questions if one.id in proposal.questions),
            words=tx.reviews.words(proposal.id),
            changed=what_changed(tx, know, clock, proposal) if proposal.state in WAITS else None,
            seconds_to_undo=left,
        )


def shown_pictures(actor: Actor, store: Store, wanted: str) -> dict[str, PictureBytes]:
    """The pictures of a proposal's posts, by what they are named by: the exact bytes that would go out, for whoever
    approves to look at. Raises NotAllowed, NoSuchProposal, SealedAway."""
    demand(actor, *SEES)
    with store.begin() as tx:
        content = tx.reviews.content(found(tx, wanted).id)
        posts = [post for form in content.forms for post in form.posts]
        pictures = {post.picture.sha256: post.picture for post in posts if post.picture is not None}
        return {name: PictureBytes(tx.vault.open(one.ref), one.media_type) for name, one in pictures.items()}
