"""Made-up subjects, entries and deliveries for the contract suites."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text

from core.domain.deliveries import Act, Attempt, Delivered, Delivery, DeliveryKey, NewDelivery, Receipt
from core.domain.lines import AccountId, LineId
from core.domain.log import DigestEntry, NewEntry
from core.domain.notices import (
    DigestItem,
    Kind,
    Notice,
    NoticeId,
    Post,
    Revision,
    Speaker,
    Subject,
    SubjectKind,
    Urgency,
)
from core.domain.rulings import Ruling, Verdict
from core.ports.store import Store

NOW = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
DAY = date(2030, 1, 7)
GREEN, RED = AccountId("local:ExampleGreenLine"), AccountId("local:ExampleRedLine")
PUBLISH = Ruling(verdict=Verdict.PUBLISH, rule="made-up", why="a made-up rule says so")


def subject(name: str = "one") -> Subject:
    return Subject(kind=SubjectKind.INCIDENT, key=name)


def item(seq: int = 1) -> DigestItem:
    return DigestItem(
        entry_seq=seq,
        reference="BCDFGH1",
        offence={"en": "theft of an umbrella"},
        weight=10,
        station_name="Example Square",
        lines=(LineId("G"),),
        occurred_from=NOW,
        occurred_about=False,
    )


def entry(name: str = "one", revision: int = 1, **changes: Any) -> NewEntry:
    body = DigestEntry(line=LineId("G"), day="2030-01-07", items=(item(),))
    plain = NewEntry(
        subject=subject(name),
        revision=revision,
        source="made-up",
        content_hash=f"{name}-{revision}",
        known_at=NOW,
        body=body,
        vault_ref=None,
    )
    return plain.model_copy(update=changes)


def notice(name: str = "n1", about: str | None = None) -> Notice:
    return Notice(id=NoticeId(name), subject=subject(about or name), speaker=Speaker.BUREAU, reference=f"REF{name}")


def revision(name: str = "n1", number: int = 1) -> Revision:
    return Revision(
        notice_id=NoticeId(name),
        number=number,
        entry_seq=number,
        kind=Kind.CRIME_ALERT,
        urgency=Urgency.URGENT,
        lines=(LineId("G"),),
        prepared_at=NOW,
        expires_at=NOW + timedelta(hours=24),
    )


def key(
    name: str = "n1", account: AccountId = GREEN, number: int = 1, part: int = 1, act: Act = Act.POST
) -> DeliveryKey:
    return DeliveryKey(notice_id=NoticeId(name), revision=number, account=account, language="en", act=act, part=part)


def owed(this: DeliveryKey | None = None, **changes: Any) -> NewDelivery:
    this = this or key()
    post = Post(language="en", part=this.part, text=f"Words of {this.notice_id}", spoken="Words")
    plain = NewDelivery(
        key=this,
        urgency=Urgency.URGENT,
        post=post if this.act is Act.POST else None,
        reference="BCDFGH1",
        said_at=NOW,
        expires_at=NOW + timedelta(hours=24),
    )
    return plain.model_copy(update=changes)


def receipt(platform_id: str = "1") -> Receipt:
    return Receipt(platform_id=platform_id, url=None, at=NOW)


def owe(store: Store, *deliveries: NewDelivery) -> None:
    with store.begin() as tx:
        assert tx.outbox.add(deliveries, NOW) == len(deliveries)


def claim(store: Store, owner: str = "one", lease: float = 60, limit: int = 10, now: datetime = NOW) -> list[Delivery]:
    with store.begin() as tx:
        return list(tx.outbox.claim(owner, now, lease, limit))


def claimed_keys(store: Store, owner: str = "one", **how: Any) -> list[DeliveryKey]:
    return [delivery.key for delivery in claim(store, owner, **how)]


def attempt(store: Store, delivery: Delivery, owner: str = "one", now: datetime = NOW) -> Attempt | None:
    with store.begin(durable=True) as tx:
        return tx.outbox.begin_attempt(delivery.id, owner, now)


def settle(store: Store, tried: Attempt | None, outcome: Any = None) -> bool:
    assert tried is not None
    with store.begin(durable=True) as tx:
        return tx.outbox.settle(tried, outcome or Delivered(receipt=receipt()))


def deliver(store: Store, owner: str = "one", outcome: Any = None) -> list[DeliveryKey]:
    """One round: claim, try and settle each; what was claimed."""
    taken = claim(store, owner)
    for delivery in taken:
        assert settle(store, attempt(store, delivery, owner), outcome)
    return [delivery.key for delivery in taken]


def states(store: Store, name: str = "n1") -> dict[str, str]:
    """Each delivery of a notice by its key's text."""
    with store.begin() as tx:
        return {str(delivery.key): delivery.state.value for delivery in tx.outbox.of_notice(NoticeId(name))}


def state_of(store: Store, this: DeliveryKey) -> str:
    return states(store, this.notice_id)[str(this)]


def leases_run_out(url: str) -> None:
    """Let all lease time pass at once: the database's clock is nobody's to turn."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE deliveries SET lease_until = 0 WHERE lease_owner IS NOT NULL"))
    engine.dispose()
