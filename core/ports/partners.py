"""What the inside needs to keep for the partner: what stands publicly, what was fetched, what it asked and proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.domain.lines import AccountId
from core.domain.notices import NoticeId, Speaker
from core.domain.partners import Announced, Asked, Proof, Pulls, TakingBack


class Partners(Protocol):
    """Everything that is kept for the partner."""

    def touched(self, speaker: Speaker, since: datetime, limit: int) -> Mapping[NoticeId, str]:
        """Notices of a speaker with a receipt since then, or taken back since then: the latest first, each with a mark
        that changes whenever something more was delivered, removed or taken back."""

    def pulled(self, feed: str, who: str, status: int, at: datetime) -> None:
        """Count one fetching of a feed; 400 and above is a failure."""

    def pulls(self) -> Sequence[Pulls]:
        """By feed and caller."""

    def asked(self, partner: str, key: str) -> Asked | None:
        """What was answered under this key."""

    def answered(self, asked: Asked) -> bool:
        """Keep an answer; False when the key is taken already."""

    def times(self, partner: str, since: datetime) -> Sequence[datetime]:
        """When the partner's calls of this while came, the oldest first."""

    def announced(self, announcement_id: str) -> Announced | None:
        """One announcement."""

    def ended(self, now: datetime) -> Sequence[Announced]:
        """Announcements whose end has come and that are not over yet, in order of their end."""

    def keep(self, announced: Announced) -> None:
        """Keep it, in place of what was kept of it before."""

    def prove(self, proof: Proof) -> None:
        """Keep an endpoint's proof in place of an older one."""

    def proof(self, account: AccountId) -> Proof | None:
        """The endpoint's last proof."""

    def takings_back(self, channels: Sequence[str], acknowledged_since: datetime | None = None) -> Sequence[TakingBack]:
        """What endpoints were to be told to take back and have not acknowledged, the oldest first; with
        `acknowledged_since` what they acknowledged from then on too. Endpoints are the accounts of these channels, and
        whichever account was ever proven: one that lines.yaml dropped may still say what it was handed."""
