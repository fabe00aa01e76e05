"""Which lines say an entry: those whose bots speak, the lead first, and those that said it before."""

from __future__ import annotations

from core.domain.lines import LineId
from core.domain.log import IncidentEntry, LogEntry
from core.domain.places import AtStation
from core.flow.knowledge import Knowledge
from core.flow.standing import Standing
from core.ports.store import Tx
from core.rules.addressing import order_lines
from core.rules.drafting import heard_on


def bots_lines(tx: Tx, know: Knowledge, entry: LogEntry) -> tuple[LineId, ...]:
    """The lines whose bots speak about it so far, the lead first."""
    speaking = [line for line, _ in tx.bots.answers(entry.seq) if line in know.lines]
    return order_lines(speaking, _explicit(entry), list(know.lines))


def lines_of(tx: Tx, know: Knowledge, entry: LogEntry, before: Standing) -> tuple[LineId, ...]:
    """The same, and who said the first: it says the correction too, although it may be about another line by now. A
    sheltered offence has one line."""
    lines = bots_lines(tx, know, entry)
    leads = {know.accounts[account].line for account in before.leads if account in know.accounts}
    every = (*lines, *(line for line in know.lines if line in leads and line not in lines))
    body = entry.body
    if not isinstance(body, IncidentEntry):
        return every
    return heard_on(body, know.offence(body.facts), every, know.short_lines)


def _explicit(entry: LogEntry) -> LineId | None:
    body = entry.body
    if isinstance(body, IncidentEntry) and isinstance(body.placement, AtStation):
        return body.placement.explicit
    return None
