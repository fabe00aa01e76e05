"""The incident log and what stands around it: twins, bots, notices, digests."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from core.domain.lines import LineId
from core.domain.log import Fate, IncidentEntry
from core.domain.notices import NoticeId, Speaker
from core.domain.places import AtStation, Place
from core.ports.store import Store
from tests.contract.samples import DAY, NOW, PUBLISH, entry, item, notice, revision, subject
from tests.rules.test_catching_up import incident

G, R = LineId("G"), LineId("R")


def append(store: Store, *names: str, **changes) -> list[int]:
    with store.begin() as tx:
        return [tx.log.append(entry(name, **changes), NOW) for name in names]


def test_an_entry_comes_back_whole(store: Store):
    new = entry(place_key="p", family="theft", occurred_at=NOW, vault_ref="ref", rule="made-up")
    with store.begin() as tx:
        seq = tx.log.append(new, NOW)
    with store.begin() as tx:
        known = tx.log.entry(seq)
        assert known.model_dump(exclude={"seq", "received_at"}) == new.model_dump()
        assert (known.seq, known.received_at) == (seq, NOW)
        with pytest.raises(KeyError):
            tx.log.entry(seq + 1)


def test_the_log_is_read_in_its_order_from_both_ends(store: Store):
    first, second, third = append(store, "a", "b", "a")
    with store.begin() as tx:
        assert tx.log.last_seq() == third
        assert [e.seq for e in tx.log.after(first, 9)] == [second, third]
        assert [e.seq for e in tx.log.after(0, 1)] == [first]
        assert [e.seq for e in tx.log.of_subject(subject("a"))] == [first, third]
        assert [e.seq for e in tx.log.latest(2)] == [third, second]
        assert [e.seq for e in tx.log.latest(2, before=second)] == [first]
        tx.log.set_fate(second, Fate.HELD, "person")
        assert [e.seq for e in tx.log.latest(9, fate=Fate.HELD)] == [second]
        counts = {(row.fate, row.rule): row.count for row in tx.log.fates()}
    assert counts == {(Fate.PENDING, None): 2, (Fate.HELD, "person"): 1}


def test_what_was_rolled_back_was_never_appended(store: Store):
    with pytest.raises(KeyError), store.begin() as tx:
        tx.log.entry(tx.log.append(entry(), NOW) + 1)
    with store.begin() as tx:
        assert tx.log.last_seq() == 0


def test_a_reader_never_meets_a_gap_that_fills_later(store: Store):
    start = threading.Barrier(5)
    seen: list[int] = []
    done = threading.Event()

    def write(name: str) -> None:
        start.wait()
        for number in range(8):
            append(store, f"{name}-{number}")

    def read() -> None:
        start.wait()
        while not done.is_set() or len(seen) < 32:
            with store.begin() as tx:
                seen.extend(e.seq for e in tx.log.after(seen[-1] if seen else 0, 100))

    writers = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(4)]
    reader = threading.Thread(target=read)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    with store.begin() as tx:
        assert seen == [e.seq for e in tx.log.after(0, 100)]


def test_like_entries_of_other_incidents_are_found(store: Store):
    near = {"place_key": "p", "family": "theft"}
    [_, other] = append(store, "one", "two", **near, occurred_at=NOW)
    append(store, "elsewhere", place_key="q", family="theft", occurred_at=NOW)
    append(store, "otherwise", place_key="p", family="assault", occurred_at=NOW)
    append(store, "long ago", **near, occurred_at=NOW - timedelta(days=1))
    with store.begin() as tx:
        found = tx.log.alike(subject("one"), "p", "theft", NOW - timedelta(hours=1), NOW, 9)
    assert [e.seq for e in found] == [other]


def test_of_many_like_entries_the_first_are_given(store: Store):
    near = {"place_key": "p", "family": "theft"}
    append(store, "late", **near, occurred_at=NOW)
    [early, later] = append(store, "early", "later", **near, occurred_at=NOW - timedelta(minutes=5))
    with store.begin() as tx:
        found = tx.log.alike(subject("one"), "p", "theft", NOW - timedelta(hours=1), NOW, 2)
    assert [e.seq for e in found] == [early, later]


def test_other_names_and_the_beginning_of_a_key_lead_to_the_incident(store: Store):
    append(store, "abcdef12", "abcd9999", "a%cd")
    with store.begin() as tx:
        tx.log.know_as(subject("abcdef12"), "aka")
        tx.log.know_as(subject("abcd9999"), "aka")
        assert tx.log.known_as("aka") == subject("abcdef12")
        assert tx.log.known_as("nobody") is None
        assert tx.log.by_key_head("abcdef") == subject("abcdef12")
        assert tx.log.by_key_head("a%") == subject("a%cd")
        assert tx.log.by_key_head("abcd") is None
        assert tx.log.by_key_head("zzz") is None


def test_twins_are_offered_once_and_settled_once(store: Store):
    later, earlier = subject("later"), subject("earlier")
    with store.begin() as tx:
        tx.twins.offer(later, earlier, NOW)
        tx.twins.offer(earlier, later, NOW)
        [offer] = tx.twins.open_offers()
        assert (offer.later, offer.earlier, offer.at) == (later, earlier, NOW)
        assert tx.twins.open_offers(earlier) == [offer]
        assert tx.twins.open_offers(subject("other")) == []
        with pytest.raises(KeyError):
            tx.twins.settle(earlier, later, True, "ana", NOW)
        tx.twins.settle(later, earlier, True, "ana", NOW)
        tx.twins.offer(later, earlier, NOW)
        assert tx.twins.open_offers() == []
        assert tx.twins.merged_into(later) == earlier
        assert tx.twins.merged_into(earlier) is None


def test_a_bots_answers_wait_until_they_are_dealt_with(store: Store):
    first, second, third = append(store, "a", "b", "c")
    with store.begin() as tx:
        assert tx.bots.row(G) is None
        tx.bots.start(G, 0)
        tx.bots.start(G, 99)
        tx.bots.advance(G, third, [(first, "mine"), (first, "again")])
        tx.bots.start(R, second)
        assert [(row.line, row.cursor) for row in tx.bots.rows()] == [(G, third), (R, second)]
        assert tx.bots.answers(first) == [(G, "mine")]
        for seq in (first, second):
            tx.log.set_fate(seq, Fate.DROPPED, "no-handle")
        assert tx.bots.ready(third, 9) == [first, third]
        assert tx.bots.ready(second, 9) == [first]
        assert tx.bots.ready(third, 1) == [first]
        tx.bots.handled(first)
        assert tx.bots.ready(third, 9) == [third]
        assert tx.bots.answers(first) == [(G, "mine")]


def test_a_bots_trouble_keeps_its_cursor_and_since_when(store: Store):
    with store.begin() as tx:
        tx.bots.start(G, 7)
        tx.bots.trouble(G, "made up", NOW)
        tx.bots.trouble(G, "still", NOW + timedelta(hours=1))
        row = tx.bots.row(G)
        assert row is not None
        assert (row.cursor, row.trouble, row.trouble_since) == (7, "still", NOW)
        tx.bots.advance(G, 8, [])
        row = tx.bots.row(G)
        assert row is not None
        assert (row.cursor, row.trouble) == (8, None)


def test_a_notice_is_found_by_all_that_names_it(store: Store):
    with store.begin() as tx:
        tx.notices.create(notice())
        assert tx.notices.find(subject("n1"), Speaker.BUREAU) == notice()
        assert tx.notices.find(subject("n1"), Speaker.AGENCY) is None
        assert tx.notices.get(NoticeId("n1")) == notice()
        assert tx.notices.by_reference("REFn1") == notice()
        assert tx.notices.by_reference("REFn2") is None


def test_revisions_keep_their_ruling_and_may_widen(store: Store):
    with store.begin() as tx:
        tx.notices.create(notice())
        tx.notices.add_revision(revision(), PUBLISH, "hash")
        tx.notices.widen(NoticeId("n1"), 1, [G, R])
        assert tx.notices.revisions(NoticeId("n1")) == [revision().model_copy(update={"lines": (G, R)})]
        assert tx.notices.ruling(NoticeId("n1"), 1) == PUBLISH
        with pytest.raises(KeyError):
            tx.notices.ruling(NoticeId("n1"), 2)
        with pytest.raises(KeyError):
            tx.notices.widen(NoticeId("n1"), 2, [G])


def test_notices_said_alone_are_counted_by_line_and_day(store: Store):
    with store.begin() as tx:
        assert tx.notices.count_alone(G, DAY) == 0
        assert [tx.notices.count_alone(G, DAY, add=1) for _ in range(2)] == [1, 2]
        assert tx.notices.count_alone(G, DAY + timedelta(days=1)) == 0
        assert tx.notices.count_alone(R, DAY) == 0


def test_a_digest_holds_what_was_not_said_yet(store: Store):
    with store.begin() as tx:
        for seq in (2, 1, 1, 3):
            tx.digests.add(G, DAY, item(seq))
        tx.digests.add(R, DAY + timedelta(days=1), item(4))
        assert tx.digests.drop(3)
        assert not tx.digests.drop(3)
        assert tx.digests.days(DAY) == [(G, DAY)]
        assert tx.digests.days(None) == [(G, DAY), (R, DAY + timedelta(days=1))]
        assert tx.digests.items(G, DAY) == [item(1), item(2)]
        tx.digests.said(G, DAY)
        assert tx.digests.items(G, DAY) == []
        assert not tx.digests.drop(1)
        assert tx.digests.days(DAY) == []


def test_what_waits_is_told_by_role(store: Store):
    held, ambiguous, _ = append(store, "held", "ambiguous", "fine")
    with store.begin() as tx:
        tx.log.set_fate(held, Fate.HELD, "person")
        tx.log.set_fate(ambiguous, Fate.AMBIGUOUS, "two stations")
        tx.twins.offer(subject("held"), subject("fine"), NOW + timedelta(hours=1))
        rows = tx.waiting(9)
        assert tx.waiting(1) == rows[:1]
    assert sorted(row.role for row in rows) == ["officer", "officer", "reviewer"]
    assert any("person" in row.why and "incident:held" in row.what for row in rows)


def test_what_an_incident_s_records_wrote_of_its_place_is_forgotten(store: Store):
    place = Place(station="Made-up Platform Words", train="Green")
    body = incident(2, place=place)
    with store.begin() as tx:
        mine = [tx.log.append(entry("one", number, body=body, place_key="p"), NOW) for number in (1, 2)]
        others = tx.log.append(entry("two", body=body), NOW)
        tx.log.forget_words(subject("one"))
    with store.begin() as tx:
        for seq in mine:
            left = tx.log.entry(seq)
            assert "Made-up" not in left.model_dump_json()
            assert isinstance(left.body, IncidentEntry)
            assert isinstance(left.body.placement, AtStation)
            assert left.body.placement.lines == (LineId("Green"),), "its notices still know their line"
            assert (left.revision, left.place_key) == (mine.index(seq) + 1, "p")
        assert tx.log.entry(others).body == body
