"""Silences, calm and what they hold are kept alike on each database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.lines import LineId
from core.domain.notices import Kind
from core.domain.silences import Calm, Matchers, Silence
from core.ports.store import Store
from tests.contract.samples import NOW, subject

HOUR = timedelta(hours=1)
GREEN = Matchers(lines=(LineId("Green"),), kinds=(Kind.SERVICE,))


def made(store: Store, matchers: Matchers = GREEN, starts: float = 0, ends: float = 1) -> Silence:
    with store.begin() as tx:
        return tx.silences.add(matchers, NOW + starts * HOUR, NOW + ends * HOUR, "ana", NOW, "a made-up reason")


def test_a_silence_is_found_as_it_was_made(store: Store) -> None:
    silence = made(store)
    assert (silence.matchers, silence.starts, silence.ends, silence.by) == (GREEN, NOW, NOW + HOUR, "ana")
    with store.begin() as tx:
        assert tx.silences.get(silence.id) == silence
        assert tx.silences.why(silence.id) == "a made-up reason"
        assert tx.silences.get(silence.id + 1) is None
        with pytest.raises(KeyError):
            tx.silences.why(silence.id + 1)


def test_one_that_would_end_before_it_starts_is_not_kept(store: Store) -> None:
    with pytest.raises(ValueError, match="ends after"):
        made(store, ends=0)
    with store.begin() as tx:
        assert tx.silences.known(9) == []


def test_what_goes_on_is_what_has_not_ended_first_to_end_first(store: Store) -> None:
    long, short, over = made(store, ends=5), made(store, ends=2), made(store, ends=1)
    coming = made(store, starts=3, ends=4)
    with store.begin() as tx:
        assert [one.id for one in tx.silences.going_on(NOW + HOUR)] == [short.id, coming.id, long.id]
        assert [one.id for one in tx.silences.known(9)] == [coming.id, over.id, short.id, long.id]
        assert len(tx.silences.known(2)) == 2


def test_a_person_ends_it_once(store: Store) -> None:
    silence = made(store)
    with store.begin() as tx:
        assert tx.silences.end(silence.id, "bob", NOW)
        assert not tx.silences.end(silence.id, "cyd", NOW)
        assert tx.silences.going_on(NOW) == []
        ended = tx.silences.get(silence.id)
        with pytest.raises(KeyError):
            tx.silences.end(silence.id + 1, "bob", NOW)
    assert ended is not None
    assert (ended.ended_at, ended.ended_by) == (NOW, "bob")


def test_one_whose_time_is_over_is_not_ended_by_a_person(store: Store) -> None:
    silence = made(store)
    with store.begin() as tx:
        assert not tx.silences.end(silence.id, "bob", NOW + HOUR)


def test_why_reads_as_nothing_once_it_was_erased(store: Store) -> None:
    silence = made(store)
    with store.begin() as tx:
        tx.vault.erase(silence.key)
    with store.begin() as tx:
        assert tx.silences.why(silence.id) is None
        assert tx.silences.get(silence.id) == silence


def test_the_reason_stands_in_no_row(store: Store) -> None:
    silence = made(store)
    assert "made-up reason" not in silence.model_dump_json()


def test_calm_is_kept_by_its_scope_until_its_end(store: Store) -> None:
    everywhere = Calm(line=None, until=NOW + HOUR, by="ana", at=NOW)
    green = Calm(line=LineId("Green"), until=NOW + 2 * HOUR, by="bob", at=NOW)
    longer = everywhere.model_copy(update={"until": NOW + 3 * HOUR, "by": "cyd"})
    with store.begin() as tx:
        tx.silences.calm(everywhere)
        tx.silences.calm(green)
        assert list(tx.silences.calms(NOW)) == [everywhere, green]
        assert list(tx.silences.calms(NOW + HOUR)) == [green]
        tx.silences.calm(longer)
        assert list(tx.silences.calms(NOW + HOUR)) == [longer, green]
        assert tx.silences.calm_off(LineId("Green"))
        assert not tx.silences.calm_off(LineId("Green"))
        assert list(tx.silences.calms(NOW)) == [longer]


def test_what_is_held_is_held_by_one_at_a_time(store: Store) -> None:
    with store.begin() as tx:
        for seq in (7, 3):
            tx.silences.hold(seq, "silence 1")
        tx.silences.hold(9, "calm all")
        tx.silences.hold(7, "calm all")
        assert list(tx.silences.held_by("silence 1")) == [3]
        assert list(tx.silences.held_by("calm all")) == [7, 9]
        assert tx.silences.release(3)
        assert not tx.silences.release(3)
        assert list(tx.silences.held_by("silence 1")) == []


def test_an_inhibitor_is_kept_once(store: Store) -> None:
    with store.begin() as tx:
        tx.silences.inhibits(subject("two"))
        tx.silences.inhibits(subject("one"))
        tx.silences.inhibits(subject("two"))
        assert list(tx.silences.inhibitors()) == [subject("one"), subject("two")]
        tx.silences.inhibits_no_more(subject("two"))
        assert list(tx.silences.inhibitors()) == [subject("one")]
