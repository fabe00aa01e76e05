"""Whom notices name, how long they may stand, what must come down and what is sealed: the same on every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.incidents import State
from core.domain.loans import Clearing, Naming, Seal, Term
from core.domain.notices import NoticeId, Subject, SubjectKind
from core.domain.taking_back import Because, Retraction
from core.ports.store import Store
from tests.contract.samples import NOW, notice

ONE, TWO = NoticeId("n1"), NoticeId("n2")


def subject(key: str) -> Subject:
    return Subject(kind=SubjectKind.INCIDENT, key=key)


@pytest.fixture
def said(store: Store) -> Store:
    with store.begin() as tx:
        tx.notices.create(notice("n1", about="one"))
        tx.notices.create(notice("n2", about="two"))
    return store


def naming(person: str, named_in: NoticeId, revision: int = 1, *, lent: bool = False) -> Naming:
    return Naming(person_hash=person, notice_id=named_in, revision=revision, lent=lent)


def test_whoever_is_named_is_found_in_every_notice_and_stays_lent(said: Store):
    with said.begin() as tx:
        for one in (
            naming("p", ONE),
            naming("p", ONE, lent=True),
            naming("p", ONE),
            naming("p", TWO),
            naming("q", TWO),
        ):
            tx.loans.name(one)
    with said.begin() as tx:
        assert tx.loans.naming("p") == [naming("p", ONE, lent=True), naming("p", TWO)]
        assert tx.loans.named_by(TWO) == [naming("p", TWO), naming("q", TWO)]
        assert tx.loans.naming("nobody") == []


def test_a_term_takes_the_place_of_the_one_before_and_ends(said: Store):
    early, late = (Term(notice_id=ONE, state=State.WANTED, ends_at=NOW + timedelta(hours=h)) for h in (1, 5))
    other = Term(notice_id=TWO, state=State.IDENTIFY, ends_at=NOW + timedelta(hours=3), confirmed_by="ann")
    with said.begin() as tx:
        for one in (early, other, late):
            tx.loans.lend(one)
    with said.begin() as tx:
        assert tx.loans.ending(NOW + timedelta(hours=2)) == []
        assert tx.loans.ending(NOW + timedelta(hours=5)) == [other, late]
        tx.loans.end(TWO)
        tx.loans.end(TWO)
        assert (tx.loans.term(ONE), tx.loans.term(TWO)) == (late, None)


def test_what_must_come_down_is_asked_until_it_is_owed(said: Store):
    first = Clearing(subject=subject("one"), state=State.ACQUITTED, person_hash="p", asked_at=NOW)
    later = first.model_copy(update={"state": State.SEALED, "person_hash": None, "whoever": True})
    other = Clearing(subject=subject("two"), state=State.UNFOUNDED, person_hash=None, asked_at=NOW - timedelta(hours=1))
    with said.begin() as tx:
        for one in (first, other, later):
            tx.loans.clear(one)
    with said.begin() as tx:
        assert tx.loans.to_clear(9) == [other, later]
        assert tx.loans.to_clear(1) == [other]
        tx.loans.cleared(other.subject)
    with said.begin() as tx:
        assert tx.loans.to_clear(9) == [later]


def test_a_seal_is_kept_with_its_order_and_whether_its_key_is_gone(said: Store):
    one = Seal(subject=subject("one"), order="SO-1", by="ann", at=NOW)
    with said.begin() as tx:
        tx.loans.seal(one)
        assert tx.loans.seals(open_only=True) == [one]
        tx.loans.seal(one.model_copy(update={"destroyed": True}))
    with said.begin() as tx:
        assert tx.loans.seals(open_only=True) == []
        assert [tx.loans.sealed(subject(key)) for key in ("one", "two")] == [
            one.model_copy(update={"destroyed": True}),
            None,
        ]


def test_a_sealed_owner_is_told_from_one_that_never_was(said: Store):
    with said.begin() as tx:
        tx.vault.put("one", b"kept")
        assert (tx.vault.sealed("one"), tx.vault.sealed("never")) == (False, False)
        tx.vault.erase("one")
        assert (tx.vault.sealed("one"), tx.vault.sealed("never")) == (True, False)


def test_a_lifted_retraction_is_none(said: Store):
    with said.begin() as tx:
        tx.retractions.add(Retraction(notice_id=ONE, for_notice=ONE, because=Because.EXPIRY, by="fleet", at=NOW))
        tx.retractions.lift(ONE)
        assert tx.retractions.get(ONE) is None
        with pytest.raises(KeyError):
            tx.retractions.lift(ONE)


def test_merged_incidents_are_found_however_many_steps_apart(said: Store):
    chain = [subject(key) for key in ("one", "two", "three", "four")]
    with said.begin() as tx:
        for later, earlier in zip(chain[1:], chain, strict=False):
            tx.twins.offer(later, earlier, NOW)
        tx.twins.settle(chain[1], chain[0], True, "ann", NOW)
        tx.twins.settle(chain[2], chain[1], True, "ann", NOW)
        tx.twins.settle(chain[3], chain[2], False, "ann", NOW)
        assert set(tx.twins.merged_with(chain[0])) == {chain[1], chain[2]}
        assert set(tx.twins.merged_with(chain[2])) == {chain[0], chain[1]}
        assert tx.twins.merged_with(chain[3]) == []


def test_what_was_taken_back_is_asked_about_no_more_until_it_is_put_up_again(store: Store) -> None:
    later, earlier, other = (subject(name) for name in ("later", "earlier", "other"))
    with store.begin() as tx:
        tx.twins.offer(later, earlier, NOW)
        tx.twins.offer(other, later, NOW)
        assert tx.twins.close(later, "ann", NOW) == 1
        tx.twins.offer(later, earlier, NOW)
        assert [one.later for one in tx.twins.open_offers()] == [other], "the other way round it is another question"
        assert [row.what for row in tx.waiting(10)] == [f"{other} and {later}"]
        assert tx.twins.merged_with(later) == []
        assert tx.twins.reopen(later) == 1
        assert {one.later for one in tx.twins.open_offers()} == {later, other}
        tx.twins.settle(later, earlier, False, "ann", NOW)
        assert (tx.twins.close(later, "ann", NOW), tx.twins.reopen(later)) == (0, 0), "answered is answered"
