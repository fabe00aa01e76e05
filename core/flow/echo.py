"""Tells whether an agency's alert is a notice of this fleet that comes back."""

from __future__ import annotations

from core.domain.alerts import ServiceAlert
from core.domain.notices import NoticeId
from core.flow.knowledge import Knowledge
from core.ports.store import Tx
from core.render.feed_head import DEMONSTRATION
from core.rules.echo import holds_own_link, notice_ids_in, references_in


def is_echo(tx: Tx, know: Knowledge, alert: ServiceAlert) -> bool:
    """True when its id or words hold the id or reference of a notice that there is, a link to our pages, or the words
    by which our sandbox marks what is made up."""
    texts = (*alert.header.values(), *alert.description.values())
    if holds_own_link(texts, know.own_links) or any(DEMONSTRATION in text for text in texts):
        return True
    if any(tx.notices.get(NoticeId(one)) is not None for one in notice_ids_in(alert.id)):
        return True
    return any(tx.notices.by_reference(one) is not None for one in references_in((alert.id, *texts)))
