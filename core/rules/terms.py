"""How long a notice about a person may stand unless somebody says, with a time, that it still may. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.incidents import Incident, State
from core.domain.policy import Policy

LONGEST = timedelta(days=92)
"""Nobody answers for longer, neither a source nor an officer: then they say it again."""


def term(policy: Policy, state: State) -> timedelta:
    """How long what people approved about a person in this state may stand."""
    match state:
        case State.IDENTIFY:
            return policy.confirm_identify
        case State.WANTED:
            return policy.confirm_wanted
        case _:
            return policy.confirm_accused


def ends_at(policy: Policy, record: Incident, leaves_at: datetime) -> datetime:
    """When a notice that leaves then comes down: by the time in its record, where that lies ahead, else by its term."""
    said = record.confirmed_until
    if said is not None and said > leaves_at:
        return min(said, leaves_at + LONGEST)
    return leaves_at + term(policy, record.state)


def newly_confirmed(record: Incident, before: Incident | None, now: datetime) -> datetime | None:
    """The time until which a record newly says that its person's notice may stand. The same time as before is no
    confirmation, and neither is a record that came again."""
    said = record.confirmed_until
    if said is None or said <= now or (before is not None and before.confirmed_until == said):
        return None
    return min(said, now + LONGEST)
