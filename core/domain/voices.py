"""Two voices on one handle: an alert of the agency and an incident of the bureau that may be one event."""

from __future__ import annotations

from pydantic import AwareDatetime

from core.domain.lines import Frozen
from core.domain.notices import Subject


class OneEvent(Frozen):
    """An alert and an incident at one place and time. What came later answers what came earlier, once an officer says
    that they are the same."""

    alert: Subject
    incident: Subject
    alert_seq: int
    """Of the first entry of each: which of the two came earlier."""
    incident_seq: int
    offered_at: AwareDatetime
    same: bool | None = None
    """An officer's answer; None = nobody answered yet."""
    settled_at: AwareDatetime | None = None
    """When it was last answered."""

    @property
    def earlier(self) -> Subject:
        """What came first."""
        return self.alert if self.alert_seq < self.incident_seq else self.incident

    @property
    def later(self) -> Subject:
        """What answers it."""
        return self.incident if self.alert_seq < self.incident_seq else self.alert
