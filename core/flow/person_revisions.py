"""Which revisions of a notice speak of a person, and which of them came down by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.domain.notices import Kind, Notice, NoticeId, Revision, Urgency
from core.ports.store import Tx
from core.rules.reviewing import ABOUT_PERSON, LET_GO

OVER = "confirm-by"


def person_revisions(tx: Tx, notice: Notice) -> frozenset[int]:
    """The notice's revisions that speak of a person: those that people let go as such."""
    asked = {one.revision for one in tx.reviews.of_notice(notice.id) if one.rule.startswith(ABOUT_PERSON)}
    return frozenset(number for number in asked if _rule(tx, notice.id, number) == LET_GO)


def person_taken_down(tx: Tx, notice: Notice) -> Revision | None:
    """The newest revision that said of its person's part alone that it is withdrawn; None where none did."""
    return next(_withdrew(tx, tx.notices.revisions(notice.id)), None)


def came_down(tx: Tx, notice: Notice, revisions: Sequence[Revision]) -> frozenset[int]:
    """The revisions that a person's term ended, and those that said so: nothing answers them, nothing updates them."""
    said_so = [one.number for one in _withdrew(tx, revisions)]
    if not said_so:
        return frozenset()
    return frozenset(said_so) | {number for number in person_revisions(tx, notice) if number < said_so[0]}


def _withdrew(tx: Tx, revisions: Sequence[Revision]) -> Iterator[Revision]:
    """Newest first."""
    for one in reversed(revisions):
        takes_back = one.urgency is Urgency.TAKING_BACK and one.kind is Kind.UPDATE
        if takes_back and _rule(tx, one.notice_id, one.number) == OVER:
            yield one


def _rule(tx: Tx, notice_id: NoticeId, number: int) -> str | None:
    try:
        return tx.notices.ruling(notice_id, number).rule
    except KeyError:  # nobody let it go
        return None
