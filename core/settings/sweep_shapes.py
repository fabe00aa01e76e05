"""What lines.yaml may hold about comparing receipts with what really stands."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from core.domain.lines import Frozen
from core.settings.durations import Duration


class Sweeps(Frozen):
    """How often it is compared what each account's platform lists, and how much is read for it."""

    sweep_every: Duration = Field(
        default=timedelta(hours=6),
        ge=timedelta(minutes=15),
        description="How often receipts are compared with what each live account lists; each time reads, and may cost.",
    )
    sweep_back: Duration = Field(
        default=timedelta(days=7), ge=timedelta(hours=3), description="How far back that comparison reads."
    )
    sweep_posts: int = Field(
        default=200, ge=5, le=5000, description="Posts that one comparison of one account reads at most."
    )
    sweep_reads: int = Field(
        default=1000,
        ge=0,
        le=1_000_000,
        description="Posts it reads of one account in a month where a read costs (X), spread over the days; 0: none.",
    )
