"""An order seals an incident: all of it comes down, its key goes, and nothing of it comes in again."""

from __future__ import annotations

import pytest

from core.domain.incidents import State
from core.domain.notices import Speaker, Subject
from core.domain.places import Place
from core.domain.policy import MayAssert
from core.domain.staff import FLEET_ACTOR, Actor, NotAllowed, Role
from core.flow.deliver import deliver
from core.flow.incidents import show_incident
from core.flow.reviews import ReviewRefused
from core.flow.seal import CantSeal, Sealed, seal
from core.flow.twins import settle_twins
from core.ports.store import SealedAway
from tests.fakes.odd_platform import lost_answer
from tests.flow.reviewing import ANN, BOB, WANTED, person, replaced, wanted, yes
from tests.flow.stage import GREEN, OFFICER, Stage
from tests.flow.test_cleared import EVERYTHING, about, said

ORDER = "SO-2026-17"
PAT = replaced(WANTED, ref="MADE-UP-P1")


def sealed(stage: Stage, wanted_: str = "1", actor: Actor = ANN) -> Sealed:
    return seal(actor, stage.fleet.store, stage.house.know, stage.clock, wanted_, ORDER)


def subject(stage: Stage, number: str) -> Subject:
    return stage.house.know.identity.incident("Example Transit Police", number)


def holds(stage: Stage, number: str) -> bool:
    with stage.fleet.store.begin() as tx:
        return tx.vault.holds(subject(stage, number).key)


def test_it_comes_down_everywhere_and_withdrawn_is_said_although_the_key_is_gone(live: Stage) -> None:
    said(live, "1", "Harbour", PAT)
    said(live, "2", "Upper Lock", PAT)
    done = sealed(live)
    assert (done.destroyed, holds(live, "1"), holds(live, "2")) == (True, False, True)
    live.work()
    assert about(live, "Pat") == []
    words = [text for text in live.platform.texts(GREEN) if done.notices[0].reference in text]
    assert len(words) == 1, "only that it was withdrawn"
    assert show_incident(OFFICER, live.fleet.store, live.house.know, "1").record is None
    acts = [(row.act, row.subject) for row in live.audit() if row.act in ("incident sealed", "key destroyed")]
    assert acts == [("incident sealed", str(subject(live, "1"))), ("key destroyed", str(subject(live, "1")))]


def test_a_row_of_it_that_was_set_aside_goes_with_it(live: Stage) -> None:
    said(live, "1", "Harbour", PAT)
    live.take(wanted(live, "1"), may=MayAssert(), source="plain")
    with live.fleet.store.begin() as tx:
        [aside] = tx.sources.kept_aside(9)
        assert b"Pat" in tx.vault.open(aside.vault_ref)
    sealed(live)
    with live.fleet.store.begin() as tx, pytest.raises(SealedAway):
        tx.vault.open(aside.vault_ref)


@pytest.mark.parametrize("may", [EVERYTHING, MayAssert()])
def test_it_never_comes_in_again_by_any_of_its_numbers(live: Stage, may: MayAssert) -> None:
    said(live, "1", "Harbour", PAT)
    sealed(live)
    with live.fleet.store.begin() as tx:
        last = tx.log.last_seq()
    again = [wanted(live, "1", free_text="more"), wanted(live, "court-7", also_known_as=("1",))]
    assert live.take(*again, may=may) == {"sealed": 2}
    with live.fleet.store.begin() as tx:
        assert (tx.log.last_seq(), tx.sources.kept_aside(9)) == (last, [])


def test_another_incident_of_that_number_elsewhere_is_another(live: Stage) -> None:
    said(live, "1", "Harbour", PAT)
    sealed(live)
    assert live.take(live.incident("2", station="Upper Lock")) == {"new": 1}


def test_a_post_that_must_still_be_found_keeps_the_key_until_it_is(live: Stage) -> None:
    live.platform.after.append(lost_answer())
    live.take(live.incident("1"), may=EVERYTHING)
    live.think()
    deliver(FLEET_ACTOR, live.office, "worker")
    assert len(live.platform.record) == 1
    assert not sealed(live).destroyed
    assert holds(live, "1")
    live.work()
    live.think()
    live.work()
    assert not holds(live, "1")
    assert not any("Harbour" in text for text in live.platform.texts(GREEN)), "it was found by its words, and removed"


def test_what_was_merged_with_it_is_sealed_too(live: Stage) -> None:
    live.take(live.incident("1"), live.incident("2"), may=EVERYTHING)
    live.think()
    settle_twins(OFFICER, live.fleet.store, live.house.know, live.clock, "2", "1", same=True)
    assert sealed(live, "2").destroyed
    assert (holds(live, "1"), holds(live, "2")) == (False, False)


def test_what_waits_for_people_falls_and_nobody_may_approve_it(live: Stage) -> None:
    live.take(wanted(live, "1", person=PAT), may=EVERYTHING)
    live.think()
    with live.fleet.store.begin() as tx:
        notice = tx.notices.find(subject(live, "1"), Speaker.BUREAU)
        assert notice is not None
        [proposal] = tx.reviews.of_notice(notice.id)
    yes(live, ANN, proposal)
    sealed(live)
    with pytest.raises(ReviewRefused, match="not-open"):
        yes(live, BOB, proposal)


def test_a_second_seal_changes_nothing(live: Stage) -> None:
    live.go(live.incident("1"))
    assert sealed(live).destroyed
    assert sealed(live).destroyed


@pytest.mark.parametrize("role", [Role.OFFICER, Role.PARTNER, Role.AUDITOR, Role.FLEET])
def test_only_a_reviewer_or_an_operator_may(live: Stage, role: Role) -> None:
    live.go(live.incident("1", state=State.REPORTED, place=Place(station="Harbour")))
    with pytest.raises(NotAllowed):
        sealed(live, actor=person("eve", role))
    assert holds(live, "1")


def test_an_order_that_is_no_number_is_refused(live: Stage) -> None:
    live.go(live.incident("1"))
    with pytest.raises(CantSeal, match="order-not-plain"):
        seal(ANN, live.fleet.store, live.house.know, live.clock, "1", "In the matter of Pat Example")


def test_the_key_goes_after_a_day_whatever_a_platform_says(live: Stage) -> None:
    live.platform.after.append(lost_answer())
    live.take(live.incident("1"), may=EVERYTHING)
    live.think()
    deliver(FLEET_ACTOR, live.office, "worker")
    assert not sealed(live).destroyed
    live.clock.step(hours=23)
    live.think()
    assert holds(live, "1")
    live.clock.step(hours=1)
    live.think()
    assert not holds(live, "1")


def test_nothing_is_left_of_how_its_records_wrote_the_place(live: Stage) -> None:
    home = "Harbour, home of Zebulon Fictitious"
    live.go(live.incident("1", station=home))
    seal(ANN, live.fleet.store, live.house.know, live.clock, "1", "SO-2026-17")
    with live.fleet.store.begin() as tx:
        [entry] = tx.log.after(0, 9)
    assert "Zebulon" not in entry.model_dump_json()
    assert entry.fate.value in ("dropped", "ambiguous")
