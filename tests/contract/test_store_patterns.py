"""Patterns keep references of incidents, and know each day once."""

from __future__ import annotations

from datetime import timedelta

from core.domain.log import Fate
from core.ports.store import Store
from tests.contract.samples import NOW, entry


def test_a_day_begins_once(store: Store):
    with store.begin() as tx:
        assert tx.patterns.begins(NOW.date())
        assert not tx.patterns.begins(NOW.date())
    with store.begin() as tx:
        assert not tx.patterns.begins(NOW.date())
        assert tx.patterns.begins((NOW + timedelta(days=1)).date())


def test_candidates_are_the_newest_entries_of_what_happened_since_by_time(store: Store):
    with store.begin() as tx:
        tx.log.append(entry("late", occurred_at=NOW), NOW)
        tx.log.append(entry("old", occurred_at=NOW - timedelta(days=9)), NOW)
        tx.log.append(entry("early", occurred_at=NOW - timedelta(days=1)), NOW)
        newest = tx.log.append(entry("late", 2, occurred_at=NOW), NOW)
        tx.log.append(entry("merged", occurred_at=NOW, fate=Fate.KNOWN), NOW)
    with store.begin() as tx:
        found = tx.patterns.candidates(NOW - timedelta(days=2))
    assert [one.occurred_at for one in found] == [NOW - timedelta(days=1), NOW]
    assert found[-1].seq == newest


def test_an_incident_leads_to_its_newest_pattern_of_that_line_and_family(store: Store):
    with store.begin() as tx:
        tx.patterns.keep("p1", "A", "larceny", ["i1", "i2"])
        tx.patterns.keep("p2", "A", "larceny", ["i2", "i3"])
        tx.patterns.keep("p1", "A", "larceny", ["i1", "i2", "i4"])
    with store.begin() as tx:
        assert tx.patterns.of("A", "larceny", ["i4", "i9"]) == "p1"
        assert [list(tx.patterns.counting(one)) for one in ("i2", "i3", "i9")] == [["p1", "p2"], ["p2"], []]
        assert tx.patterns.of("A", "larceny", ["i3"]) == "p2"
        assert tx.patterns.of("A", "robbery", ["i1"]) is None
        assert tx.patterns.of("C", "larceny", ["i1"]) is None
