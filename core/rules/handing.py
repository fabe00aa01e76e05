"""Whether a system's endpoint may be handed what is said of a person. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.partners import Proof, TakingBack

NOT_PROVEN = "endpoint-not-proven"
"""The rule that keeps what is about a person from an endpoint."""


@dataclass(frozen=True)
class Trial:
    """All that decides whether an endpoint counts as proven."""

    proof: Proof | None
    mark: str | None
    """Of its address and key as they are now; None while it has no key."""
    takings_back: Sequence[TakingBack]
    """What it was to be told and has not acknowledged, and what it did after its proof."""
    within: timedelta
    """How long an acknowledgement may take."""
    holds: timedelta
    """How long a proof counts."""
    now: datetime


def why_not_proven(trial: Trial) -> str | None:
    """Why nothing about a person goes to this endpoint, in half a sentence; None where it has proven, with the address
    and the key that it has now, that it takes back what it is told to, and has failed at none since."""
    proof = trial.proof
    if proof is None:
        return "it has not been tried"
    if trial.mark is None:
        return "its key is not kept"
    if proof.mark is None:
        return "its last trial did not pass"
    if proof.mark != trial.mark:
        return "its address or its key is another than when it was tried"
    if timedelta(seconds=proof.seconds) > trial.within:
        return "it took too long to acknowledge the test"
    if trial.now - proof.at >= trial.holds:
        return f"its test is older than {trial.holds.days} days"
    if any(was_late(one, trial.within, trial.now) for one in trial.takings_back):
        return "a taking back was not acknowledged in time"
    return None


def was_late(one: TakingBack, within: timedelta, now: datetime) -> bool:
    """True for a taking back that was not acknowledged within its time, or is not yet and its time is over."""
    return (one.acknowledged_at or now) - one.since >= within
