"""What is kept for the partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, literal, or_, select, update

from core.adapters.storage.engine import add_new
from core.adapters.storage.partners_tables import announcements, endpoint_proofs, partner_asked, partner_pulls
from core.adapters.storage.tables import deliveries, notices
from core.adapters.storage.taking_back_tables import retractions
from core.domain.deliveries import Act, DeliveryState
from core.domain.lines import AccountId
from core.domain.notices import NoticeId, Speaker
from core.domain.partners import Announced, Asked, Proof, Pulls, TakingBack

FAILURE = 400
"""The first status that is a failure."""
_NOT_TAKEN = [state.value for state in (DeliveryState.DUE, DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN)]
_NOT_TAKEN += [DeliveryState.WAITING.value, DeliveryState.REFUSED.value]


def _announced(row: Row[Any]) -> Announced:
    return Announced(id=row.id, partner=row.partner, at=row.said_at, until=row.until, over=row.over)


class SqlPartners:
    """The port Partners on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def touched(self, speaker: Speaker, since: datetime, limit: int) -> Mapping[NoticeId, str]:
        """Notices with a receipt or taken back since then, the latest first, each with its mark."""
        newest: dict[str, datetime] = {}
        marks: dict[str, str] = {}
        of_speaker = notices.c.speaker == speaker.value
        said = (
            select(
                deliveries.c.notice_id, func.max(deliveries.c.receipt_at).label("at"), func.count().label("receipts")
            )
            .join(notices, notices.c.id == deliveries.c.notice_id)
            .where(of_speaker, deliveries.c.state == DeliveryState.DELIVERED.value, deliveries.c.receipt_at >= since)
            .group_by(deliveries.c.notice_id)
        )
        gone = (
            select(retractions.c.notice_id, retractions.c.said_at.label("at"), literal("taken back").label("receipts"))
            .join(notices, notices.c.id == retractions.c.notice_id)
            .where(of_speaker, retractions.c.said_at >= since)
        )
        for query in (said, gone):
            for row in self._connection.execute(query.order_by(query.selected_columns.at.desc()).limit(limit)):
                newest[row.notice_id] = max(row.at, newest.get(row.notice_id, row.at))
                marks[row.notice_id] = f"{marks.get(row.notice_id, '')} {row.at.isoformat()} {row.receipts}"
        latest = sorted(newest, key=lambda one: (newest[one], one), reverse=True)[:limit]
        return {NoticeId(one): marks[one] for one in latest}

    def pulled(self, feed: str, who: str, status: int, at: datetime) -> None:
        """Count one fetching."""
        failed = status >= FAILURE
        row = {"pulls": 0, "failures": 0, "last_at": at, "last_status": status}
        add_new(self._connection, partner_pulls, {"feed": feed, "who": who, **row})
        change: dict[str, Any] = {"pulls": partner_pulls.c.pulls + 1, "last_at": at, "last_status": status}
        if failed:
            change |= {"failures": partner_pulls.c.failures + 1, "failed_at": at, "failed_status": status}
        here = (partner_pulls.c.feed == feed) & (partner_pulls.c.who == who)
        self._connection.execute(update(partner_pulls).where(here).values(**change))

    def pulls(self) -> Sequence[Pulls]:
        """By feed and caller."""
        query = select(partner_pulls).order_by(partner_pulls.c.feed, partner_pulls.c.who)
        return [Pulls.model_validate(dict(row)) for row in self._connection.execute(query).mappings()]

    def asked(self, partner: str, key: str) -> Asked | None:
        """What was answered under this key."""
        here = (partner_asked.c.partner == partner) & (partner_asked.c.key == key)
        row = self._connection.execute(select(partner_asked).where(here)).one_or_none()
        if row is None:
            return None
        return Asked(
            partner=row.partner,
            key=row.key,
            hash=row.hash,
            status=row.status,
            announcement=row.announcement,
            at=row.asked_at,
        )

    def answered(self, asked: Asked) -> bool:
        """Keep an answer; False when the key is taken."""
        row = asked.model_dump()
        row["asked_at"] = row.pop("at")
        return add_new(self._connection, partner_asked, row)

    def times(self, partner: str, since: datetime) -> Sequence[datetime]:
        """When calls came, the oldest first."""
        here = (partner_asked.c.partner == partner) & (partner_asked.c.asked_at > since)
        query = select(partner_asked.c.asked_at).where(here).order_by(partner_asked.c.asked_at)
        return list(self._connection.execute(query).scalars())

    def announced(self, announcement_id: str) -> Announced | None:
        """One announcement."""
        query = select(announcements).where(announcements.c.id == announcement_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _announced(row)

    def ended(self, now: datetime) -> Sequence[Announced]:
        """Announcements whose end has come and that are not over yet."""
        here = announcements.c.over.is_(False) & (announcements.c.until <= now)
        query = select(announcements).where(here).order_by(announcements.c.until, announcements.c.id)
        return [_announced(row) for row in self._connection.execute(query)]

    def keep(self, announced: Announced) -> None:
        """Keep it in place of what was kept of it before."""
        row = announced.model_dump()
        row["said_at"] = row.pop("at")
        self._replace(announcements, "id", row)

    def prove(self, proof: Proof) -> None:
        """Keep an endpoint's proof."""
        row = {"account": proof.account, "seconds": proof.seconds, "proved_at": proof.at, "mark": proof.mark}
        self._replace(endpoint_proofs, "account", row)

    def proof(self, account: AccountId) -> Proof | None:
        """The endpoint's last proof."""
        query = select(endpoint_proofs).where(endpoint_proofs.c.account == account)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return Proof(account=AccountId(row.account), seconds=row.seconds, at=row.proved_at, mark=row.mark)

    def takings_back(self, channels: Sequence[str], acknowledged_since: datetime | None = None) -> Sequence[TakingBack]:
        """What endpoints have not acknowledged, and what they did after that moment, the oldest first."""
        proven = list(self._connection.execute(select(endpoint_proofs.c.account)).scalars())
        if not (proven or channels):
            return []
        of_channels = [deliveries.c.account.startswith(f"{name}:", autoescape=True) for name in channels]
        theirs = or_(deliveries.c.account.in_(proven), *of_channels)
        wanted: ColumnElement[bool] = deliveries.c.state.in_(_NOT_TAKEN)
        if acknowledged_since is not None:
            done = deliveries.c.state == DeliveryState.DELIVERED.value
            wanted = or_(wanted, done & (deliveries.c.receipt_at >= acknowledged_since))
        here = (deliveries.c.act == Act.REMOVE.value) & theirs & wanted
        return [
            TakingBack(
                account=AccountId(row.account),
                reference=row.reference,
                since=row.said_at,
                why=row.why,
                acknowledged_at=row.receipt_at,
            )
            for row in self._connection.execute(select(deliveries).where(here).order_by(deliveries.c.id))
        ]

    def _replace(self, table: Table, key: str, row: dict[str, Any]) -> None:
        self._connection.execute(delete(table).where(table.c[key] == row[key]))
        self._connection.execute(insert(table), row)
