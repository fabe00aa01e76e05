"""What `partner:` of lines.yaml may hold: what the agency's own systems take over, and what they may hand in."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from core.domain.lines import Frozen
from core.settings.durations import Duration, WebAddress


class PartnerSection(Frozen):
    """The agency as a partner. All of it is off until it is switched on."""

    feeds: bool = Field(default=False, description="Serve the bureau's notices under /feeds, beside the pages.")
    sandbox: bool = Field(default=False, description="Serve made-up notices in the same forms under /sandbox.")
    intake: bool = Field(default=False, description="Take announcements at /api/partner, with a partner's token.")
    drill: bool = Field(
        default=False, description="This fleet is a drill: its CAP messages bear the status Exercise, not Actual."
    )
    public_url: WebAddress | None = Field(
        default=None, description="Address at which others reach the pages: links in feeds begin with it."
    )
    sender: str | None = Field(
        default=None,
        pattern=r"^[^\s,<&]{3,120}$",
        description="Sender of CAP messages, a name that is nobody else's: notices@police.example.org. "
        "Left out: the host of public_url.",
    )
    keep: Duration = Field(default=timedelta(days=7), description="How long feeds list a notice after its last change.")
    counts_for: Duration = Field(
        default=timedelta(hours=12),
        description="How long a notice is an alert (Alerts feed, CAP) after its last change.",
    )
    acknowledge_within: Duration = Field(
        default=timedelta(minutes=5),
        description="How long an endpoint may take to acknowledge a taking back before somebody is rung.",
    )
    proof_holds: Duration = Field(
        default=timedelta(days=30),
        description="How long a trial of an endpoint (`partner prove`) counts, where `persons: proven` is set for it.",
    )


class EndpointSection(Frozen):
    """What a system's endpoint is handed."""

    persons: Literal["never", "proven"] = Field(
        default="never",
        description="webhook: whether its endpoint is handed what people approved about persons. never; or proven: as "
        "long as it has proven (`partner prove`) that it takes back in time what it is told to.",
    )
