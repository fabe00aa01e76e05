"""What lines.yaml may hold about reviews, and about the API that staff and their tools use."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from core.domain.lines import Frozen
from core.settings.durations import Duration


class ReviewSection(Frozen):
    """Who is called for held posts when nobody looks at them."""

    on_call: tuple[str, ...] = Field(
        default=(), description="Names of the reviewers on call, in the order in which they are called."
    )
    page_after: Duration = Field(
        default=timedelta(minutes=15),
        description="How long posts are held before the first is called, and then each next one.",
    )


class ApiSection(Frozen):
    """The API for staff and their tools."""

    serve: bool = Field(
        default=False, description="Serve it under /api/v1, beside the pages; every call bears a personal token."
    )
