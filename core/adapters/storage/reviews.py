"""Held posts: what may go out is kept as bytes in the vault, and each yes beside the hash that was shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from core.adapters.storage.engine import add_new, insert_new
from core.adapters.storage.log import read_subject
from core.adapters.storage.reviews_tables import approvals, ask_again, proposals, typed_by
from core.adapters.storage.tables import log, notices
from core.adapters.storage.vault import SqlVault
from core.domain.notices import NoticeId, Subject
from core.domain.reviews import WAITS, Approval, Proposal, ProposalContent, ProposalState
from core.domain.staff import Role
from core.ports.store import SealedAway
from core.ports.store_rows import WaitingRow


def waiting_reviews(connection: Connection, limit: int) -> tuple[list[WaitingRow], set[int]]:
    """Held posts that wait for reviewers, and the entries whose posts these are."""
    reviews = SqlReviews(connection, None)
    rows, entries = [], set()
    for one in reviews.in_states(list(WAITS), limit):
        subject = connection.execute(select(log.c.subject).where(log.c.seq == one.entry_seq)).scalar_one()
        count = f", {len(reviews.approvals(one.id))} of {one.needed} approvals" if one.needed > 1 else ""
        why = f"whether it may be said{count}: {one.rule}"
        what = f"{one.id} (entry {one.entry_seq}, {subject})"
        rows.append(WaitingRow(role=Role.REVIEWER.value, what=what, why=why, since=one.created_at))
        entries.add(one.entry_seq)
    return rows, entries


class SqlReviews:
    """The port Reviews on one transaction."""

    def __init__(self, connection: Connection, vault: SqlVault | None) -> None:
        self._connection = connection
        self._sealed = vault

    @property
    def _vault(self) -> SqlVault:
        if self._sealed is None:
            raise RuntimeError("opened without a vault, to list alone")
        return self._sealed

    def add(self, proposal: Proposal, content: ProposalContent) -> None:
        """Keep a proposal with its bytes. Raises SealedAway when the incident was erased."""
        row = {
            "id": proposal.id,
            "notice_id": proposal.notice_id,
            "number": len(self.of_notice(proposal.notice_id)) + 1,
            "state": proposal.state.value,
            "created_at": proposal.created_at,
            "body": proposal.model_dump_json(),
            "content_ref": self._vault.put(self._owner(proposal.notice_id), content.model_dump_json().encode()),
        }
        self._connection.execute(insert(proposals), row)

    def get(self, proposal_id: str) -> Proposal | None:
        """One proposal."""
        return self._one(select(proposals).where(proposals.c.id == proposal_id))

    def hold(self, proposal_id: str) -> Proposal | None:
        """The same, locked until this transaction's end."""
        return self._one(select(proposals).where(proposals.c.id == proposal_id).with_for_update())

    def content(self, proposal_id: str) -> ProposalContent:
        """Its bytes. Raises KeyError, SealedAway when the incident was erased."""
        return ProposalContent.model_validate_json(self._vault.open(self._row(proposal_id).content_ref))

    def of_notice(self, notice_id: NoticeId) -> Sequence[Proposal]:
        """All proposals of a notice, first to last."""
        return self._all(select(proposals).where(proposals.c.notice_id == notice_id).order_by(proposals.c.number))

    def in_states(self, states: Sequence[ProposalState], limit: int) -> Sequence[Proposal]:
        """Proposals in these states, oldest first."""
        wanted = select(proposals).where(proposals.c.state.in_([state.value for state in states]))
        return self._all(wanted.order_by(proposals.c.created_at, proposals.c.id).limit(limit))

    def latest(self, limit: int) -> Sequence[Proposal]:
        """Proposals in any state, newest first."""
        newest = (proposals.c.created_at.desc(), proposals.c.number.desc(), proposals.c.id)
        return self._all(select(proposals).order_by(*newest).limit(limit))

    def change(self, proposal: Proposal, words: str | None = None) -> None:
        """Keep how a proposal stands now; free words go into the vault. Raises KeyError."""
        row = self._row(proposal.id)
        values: dict[str, Any] = {"state": proposal.state.value, "body": proposal.model_dump_json()}
        if words is not None:
            values["words_ref"] = self._kept(row.notice_id, words)
        self._connection.execute(update(proposals).where(proposals.c.id == proposal.id).values(**values))

    def words(self, proposal_id: str) -> str | None:
        """The free words to its end; None when there are none or they were erased."""
        ref = self._row(proposal_id).words_ref
        if ref is None:
            return None
        try:
            return self._vault.open(ref).decode()
        except SealedAway:
            return None

    def approve(self, approval: Approval) -> bool:
        """Keep a yes; False when this person said it before."""
        row = {
            "proposal_id": approval.proposal_id,
            "said_by": approval.by,
            "said_at": approval.at,
            "body": approval.model_dump_json(),
        }
        return add_new(self._connection, approvals, row)

    def approvals(self, proposal_id: str) -> Sequence[Approval]:
        """Every yes, first to last."""
        mine = select(approvals.c.body).where(approvals.c.proposal_id == proposal_id)
        rows = self._connection.execute(mine.order_by(approvals.c.said_at, approvals.c.said_by)).scalars()
        return [Approval.model_validate_json(body) for body in rows]

    def typed(self, subject: Subject, name: str) -> None:
        """Somebody entered this incident by hand."""
        self._connection.execute(insert_new(self._connection, typed_by), {"subject": str(subject), "name": name})

    def typed_by(self, subject: Subject) -> Sequence[str]:
        """Whoever entered this incident by hand, by name."""
        mine = select(typed_by.c.name).where(typed_by.c.subject == str(subject)).order_by(typed_by.c.name)
        return list(self._connection.execute(mine).scalars())

    def ask_again(self, entry_seq: int, at: datetime) -> None:
        """The gate holds this entry only until then."""
        self._connection.execute(delete(ask_again).where(ask_again.c.entry_seq == entry_seq))
        self._connection.execute(insert(ask_again), {"entry_seq": entry_seq, "at": at})

    def to_ask(self, now: datetime, limit: int) -> Sequence[int]:
        """Entries whose time has come; each is given once."""
        due = select(ask_again.c.entry_seq).where(ask_again.c.at <= now).order_by(ask_again.c.at).limit(limit)
        found = list(self._connection.execute(due.with_for_update(skip_locked=True)).scalars())
        self._connection.execute(delete(ask_again).where(ask_again.c.entry_seq.in_(found)))
        return sorted(found)

    def _kept(self, notice_id: str, words: str) -> str | None:
        try:
            return self._vault.put(self._owner(NoticeId(notice_id)), words.encode())
        except SealedAway:
            return None

    def _owner(self, notice_id: NoticeId) -> str:
        """The vault's owner of a notice's words: its subject's key, under which its records lie too."""
        query = select(notices.c.subject).where(notices.c.id == notice_id)
        return read_subject(self._connection.execute(query).scalar_one()).key

    def _row(self, proposal_id: str) -> Row[Any]:
        row = self._connection.execute(select(proposals).where(proposals.c.id == proposal_id)).one_or_none()
        if row is None:
            raise KeyError(proposal_id)
        return row

    def _one(self, query: Select[Any]) -> Proposal | None:
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Proposal.model_validate_json(row.body)

    def _all(self, query: Select[Any]) -> Sequence[Proposal]:
        return [Proposal.model_validate_json(row.body) for row in self._connection.execute(query)]
