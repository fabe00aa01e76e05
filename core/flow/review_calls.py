"""Held posts that nobody looks at ring the reviewers on call, one after the other; a bypass rings at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.reviews import WAITS, Proposal
from core.ports.pager import Call, CallUrgency

BYPASS_TOLD = timedelta(hours=24)
"""How long a bypass stands among what somebody is called for."""


@dataclass(frozen=True)
class OnCall:
    """Reviewers in the order in which they are called, and how long each has."""

    names: tuple[str, ...] = ()
    page_after: timedelta = timedelta(minutes=15)


def review_calls(proposals: Sequence[Proposal], on_call: OnCall, now: datetime) -> Iterator[Call]:
    """What of these proposals needs a person. Each turn of the list is a call of its own, the last one stays."""
    for proposal in proposals:
        if proposal.state in WAITS:
            yield from _waits(proposal, on_call, now)
        if proposal.bypassed_by is not None and now - proposal.created_at < BYPASS_TOLD:
            yield Call(
                key=f"bypass:{proposal.id}",
                what=f"{proposal.id} went out with one approval in place of {proposal.needed}",
                why=f"{proposal.bypassed_by} bypassed the second",
                to_do=f"look at it now: `review show {proposal.id}`; `retract {proposal.reference}` takes it back",
                urgency=CallUrgency.NOW,
            )


def _waits(proposal: Proposal, on_call: OnCall, now: datetime) -> Iterator[Call]:
    turns = int((now - proposal.created_at) / on_call.page_after)
    if turns < 1:
        return
    turn = min(turns, max(len(on_call.names), 1))
    name = on_call.names[turn - 1] if on_call.names else "whoever reviews"
    minutes = int((now - proposal.created_at).total_seconds() // 60)
    yield Call(
        key=f"review:{proposal.id}:{turn}",
        what=f"{name}: posts wait for your approval",
        why=f"{proposal.id} ({proposal.kind}) is held by {proposal.rule} for {minutes} minutes",
        to_do=f"`review show {proposal.id}`, then approve or reject it",
        urgency=CallUrgency.NOW,
    )
