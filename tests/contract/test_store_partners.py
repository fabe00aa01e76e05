"""What is kept for the partner, on each database."""

from __future__ import annotations

from datetime import timedelta

from core.domain.deliveries import Act, Delivered, Receipt
from core.domain.lines import AccountId
from core.domain.notices import Speaker, Urgency
from core.domain.partners import Announced, Asked, Proof
from core.domain.staff import Role, StaffMember
from core.domain.taking_back import Because, Retraction
from core.ports.store import Store
from tests.contract.samples import GREEN, NOW, PUBLISH, RED, deliver, key, notice, owe, owed, revision

HOUR = timedelta(hours=1)


def kept(store: Store, *names: str) -> None:
    with store.begin() as tx:
        for name in names:
            tx.notices.create(notice(name, about=name))
            tx.notices.add_revision(revision(name), PUBLISH, "made-up")


def said(store: Store, name: str, hours: float) -> None:
    """The notice has a receipt of so many hours after NOW."""
    owe(store, owed(key(name)))
    deliver(store, outcome=Delivered(receipt=Receipt(platform_id=name, at=NOW + hours * HOUR)))


def touched(store: Store, hours: float, limit: int = 10, speaker: Speaker = Speaker.BUREAU) -> list[str]:
    with store.begin() as tx:
        return list(tx.partners.touched(speaker, NOW + hours * HOUR, limit))


def test_notices_with_a_receipt_or_taken_back_since_then_are_found_latest_first(store: Store) -> None:
    kept(store, "n1", "n2", "n3", "n4")
    for name, hours in (("n1", 1), ("n2", 3), ("n3", 2)):
        said(store, name, hours)
    owe(store, owed(key("n4")))
    assert touched(store, 0) == ["n2", "n3", "n1"], "n4 has no receipt"
    assert touched(store, 1.5) == ["n2", "n3"]
    assert touched(store, 0, limit=1) == ["n2"]
    assert touched(store, 0, speaker=Speaker.AGENCY) == []
    with store.begin() as tx:
        back = Retraction(
            notice_id=notice("n1").id, for_notice=notice("n1").id, because=Because.ERROR, by="ana", at=NOW + 9 * HOUR
        )
        tx.retractions.add(back)
    assert touched(store, 1.5) == ["n1", "n2", "n3"]


def test_a_notice_s_mark_changes_with_every_receipt(store: Store) -> None:
    kept(store, "n1")
    seen: list[str] = []
    for part in (1, 2, 3):
        owe(store, owed(key("n1", part=part)))
        deliver(store, outcome=Delivered(receipt=Receipt(platform_id=str(part), at=NOW)))
        with store.begin() as tx:
            seen += tx.partners.touched(Speaker.BUREAU, NOW, 10).values()
    assert len(set(seen)) == 3


def test_fetching_is_counted_by_feed_and_caller(store: Store) -> None:
    with store.begin() as tx:
        for number, status in enumerate((200, 304, 503, 200)):
            tx.partners.pulled("alerts.pb", "made-up", status, NOW + number * HOUR)
        tx.partners.pulled("alerts.pb", "anyone", 200, NOW)
    with store.begin() as tx:
        anyone, one = tx.partners.pulls()
    assert (anyone.who, anyone.pulls, anyone.failed_at) == ("anyone", 1, None)
    assert (one.pulls, one.failures, one.last_status, one.failed_status) == (4, 1, 200, 503)
    assert (one.last_at, one.failed_at) == (NOW + 3 * HOUR, NOW + 2 * HOUR)


def test_an_answer_is_kept_once_under_its_partner_s_key(store: Store) -> None:
    one = Asked(partner="made-up", key="k1", hash="h1", status=201, announcement="a1", at=NOW)
    with store.begin() as tx:
        assert tx.partners.answered(one)
        assert not tx.partners.answered(one.model_copy(update={"hash": "other"}))
        assert tx.partners.answered(one.model_copy(update={"partner": "other"}))
        assert tx.partners.answered(one.model_copy(update={"key": "k2", "at": NOW + HOUR}))
    with store.begin() as tx:
        assert tx.partners.asked("made-up", "k1") == one
        assert tx.partners.asked("made-up", "k3") is None
        assert list(tx.partners.times("made-up", NOW - HOUR)) == [NOW, NOW + HOUR]
        assert list(tx.partners.times("made-up", NOW)) == [NOW + HOUR]


def test_announcements_are_replaced_and_end(store: Store) -> None:
    one = Announced(id="a1", partner="made-up", at=NOW, until=NOW + HOUR)
    with store.begin() as tx:
        tx.partners.keep(one)
        tx.partners.keep(one.model_copy(update={"id": "a2", "until": None}))
    with store.begin() as tx:
        assert tx.partners.announced("a1") == one
        assert tx.partners.announced("a9") is None
        assert list(tx.partners.ended(NOW)) == []
        assert list(tx.partners.ended(NOW + HOUR)) == [one]
        tx.partners.keep(one.model_copy(update={"over": True}))
    with store.begin() as tx:
        assert list(tx.partners.ended(NOW + HOUR)) == []


def test_the_last_proof_of_an_endpoint_is_kept(store: Store) -> None:
    with store.begin() as tx:
        assert tx.partners.proof(GREEN) is None
        for seconds in (3.5, 9.0):
            tx.partners.prove(Proof(account=GREEN, seconds=seconds, at=NOW, mark=f"mark {seconds}"))
    with store.begin() as tx:
        proof = tx.partners.proof(GREEN)
        assert proof is not None
        assert (proof.seconds, proof.mark) == (9.0, "mark 9.0")
        assert tx.partners.proof(RED) is None


def taken_back(store: Store, *channels: str, since: float | None = None) -> list[tuple[str, bool]]:
    moment = None if since is None else NOW + since * HOUR
    with store.begin() as tx:
        found = tx.partners.takings_back(channels, moment)
    return [(one.account.split(":")[1], one.acknowledged_at is not None) for one in found]


def test_what_an_endpoint_was_not_told_yet_is_found_among_all_else(store: Store) -> None:
    hub, other = AccountId("webhook:ExampleHub"), AccountId("webhookish:ExampleHub")
    kept(store, "n1", "n2", "n3")
    owe(store, *(owed(key("n3", part=part)) for part in range(1, 251)))  # due, and older
    for name, account in (("n1", hub), ("n2", other)):
        owe(store, owed(key(name, account=account, act=Act.REMOVE), urgency=Urgency.TAKING_BACK))
    assert taken_back(store) == []
    assert taken_back(store, "local") == [], "posts are no takings back"
    assert taken_back(store, "webhook") == [("ExampleHub", False)]
    with store.begin() as tx:
        tx.partners.prove(Proof(account=other, seconds=1, at=NOW))
    assert len(taken_back(store)) == 1, "who was proven once may still say it, whatever lines.yaml says now"
    with store.begin() as tx:
        [removal] = tx.outbox.claim("one", NOW, 60, 1, taking_back=True)
        attempt = tx.outbox.begin_attempt(removal.id, "one", NOW)
        assert attempt is not None
        tx.outbox.settle(attempt, Delivered(receipt=Receipt(platform_id="1", at=NOW + 2 * HOUR)))
    assert taken_back(store, "webhook") == [("ExampleHub", False)], "the other's alone"
    assert taken_back(store, "webhook", since=1) == [("ExampleHub", True), ("ExampleHub", False)]
    assert taken_back(store, "webhook", since=2.1) == [("ExampleHub", False)]


def test_a_partner_s_scopes_are_kept_with_the_token(store: Store) -> None:
    scopes = frozenset({"lines:A", "rate:3/h"})
    member = StaffMember(name="made-up", roles=frozenset({Role.PARTNER}), scopes=scopes, created_at=NOW)
    with store.begin() as tx:
        tx.staff.add(member, "hash")
    with store.begin() as tx:
        assert tx.staff.by_token("hash") == member
