"""Quiet hours as people write them in YAML, and what is told of silences."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from core.domain.lines import Frozen, QuietHours
from core.domain.notices import Kind
from core.settings.durations import Duration

MAY_WAIT = frozenset({"routine", "service", Kind.ARREST, Kind.CHARGE, Kind.CONVICTION, Kind.DIGEST})
"""What may have quiet hours: nothing that is urgent, nothing that takes back."""
_ONE = re.compile(r"(?:([a-z]+) )?([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
NONE = "none"


def read_quiet_hours(written: object) -> tuple[QuietHours, ...]:
    """`23:00-06:00` → routine waits so long; `none` → nothing does. Raises PydanticCustomError."""
    if isinstance(written, tuple):
        return written
    if isinstance(written, str) and written == NONE:
        return ()
    parts = [] if not isinstance(written, str) else [part.strip() for part in written.split(",")]
    found = [hours for part in parts if (hours := _hours(part)) is not None]
    if not found or len(found) != len(parts):
        raise PydanticCustomError("quiet_hours", "are no quiet hours")
    return tuple(found)


def _hours(part: str) -> QuietHours | None:
    read = _ONE.fullmatch(part)
    if read is None:
        return None
    what = read[1] or "routine"
    starts, ends = time(int(read[2]), int(read[3])), time(int(read[4]), int(read[5]))
    return QuietHours(what=what, starts=starts, ends=ends) if what in MAY_WAIT and starts != ends else None


QuietHoursText = Annotated[
    tuple[QuietHours, ...],
    BeforeValidator(read_quiet_hours),
    WithJsonSchema({"type": "string", "examples": ["23:00-06:00", "service 00:00-05:00, digest 21:00-07:00", "none"]}),
]


class SilenceSection(Frozen):
    """What is told of silences."""

    warn_before: Duration = Field(
        default=timedelta(minutes=30), description="How long before a silence ends somebody is called."
    )
