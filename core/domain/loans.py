"""A notice about a person is only lent: whom it names (as a keyed hash), how long it may stand, what must come down."""

from __future__ import annotations

from pydantic import AwareDatetime

from core.domain.incidents import State
from core.domain.lines import Frozen
from core.domain.notices import NoticeId, Subject

CLEARED = frozenset({State.EXONERATED, State.ACQUITTED, State.UNFOUNDED, State.DISMISSED, State.SEALED})
"""States that take down whatever else names the same person."""


class Naming(Frozen):
    """A notice's revision names this person, or would once it is approved."""

    person_hash: str
    notice_id: NoticeId
    revision: int
    lent: bool = False
    """True once people let it go."""


class Term(Frozen):
    """How long a notice about a person may stand before it comes down by itself."""

    notice_id: NoticeId
    state: State
    """What was known of the person when people let it go."""
    ends_at: AwareDatetime
    confirmed_by: str | None = None
    """Who said, with a time, that it may stand longer: a name of the staff, or a source's."""


class Clearing(Frozen):
    """A record that says of a person that nothing more is said: what names them comes down."""

    subject: Subject
    state: State
    person_hash: str | None
    """Of the record's own id of the person; None where it has none."""
    whoever: bool = False
    """True where the record names nobody any more: then whoever its own notice named is meant."""
    asked_at: AwareDatetime


class Seal(Frozen):
    """An incident that an order closed for good. Its key is destroyed as soon as nothing of it has to be looked up."""

    subject: Subject
    order: str
    by: str
    at: AwareDatetime
    destroyed: bool = False
