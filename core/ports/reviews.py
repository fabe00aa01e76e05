"""What the inside needs to keep of held posts: proposals, approvals, who typed what, and what is to be asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.notices import NoticeId, Subject
from core.domain.reviews import Approval, Proposal, ProposalContent, ProposalState


class Reviews(Protocol):
    """Proposals; their bytes and every free word lie in the vault under the incident's key."""

    def add(self, proposal: Proposal, content: ProposalContent) -> None:
        """Keep a proposal with its bytes. Raises SealedAway when the incident was erased."""

    def get(self, proposal_id: str) -> Proposal | None:
        """One proposal."""

    def hold(self, proposal_id: str) -> Proposal | None:
        """The same, and nobody else changes it before this transaction's end."""

    def content(self, proposal_id: str) -> ProposalContent:
        """Its bytes. Raises KeyError, SealedAway when the incident was erased."""

    def of_notice(self, notice_id: NoticeId) -> Sequence[Proposal]:
        """All proposals of a notice, first to last."""

    def in_states(self, states: Sequence[ProposalState], limit: int) -> Sequence[Proposal]:
        """Proposals in these states, oldest first."""

    def latest(self, limit: int) -> Sequence[Proposal]:
        """Proposals in any state, newest first."""

    def change(self, proposal: Proposal, words: str | None = None) -> None:
        """Keep state, end, `leaves_at` and bypass of a proposal that is held; free `words` go into the vault (left out
        where the incident was erased). Raises KeyError."""

    def words(self, proposal_id: str) -> str | None:
        """The free words to its end; None when there are none or they were erased."""

    def approve(self, approval: Approval) -> bool:
        """Keep a yes; False when this person said it before."""

    def approvals(self, proposal_id: str) -> Sequence[Approval]:
        """Every yes, first to last."""

    def typed(self, subject: Subject, name: str) -> None:
        """Somebody entered this incident by hand."""

    def typed_by(self, subject: Subject) -> Sequence[str]:
        """Whoever entered this incident by hand, by name."""

    def ask_again(self, entry_seq: int, at: datetime) -> None:
        """The gate holds this entry only until then."""

    def to_ask(self, now: datetime, limit: int) -> Sequence[int]:
        """Entries whose time has come; each is given once."""
