"""Two voices on one handle: the agency's share of a day, and which notices are of one event; on each database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core.domain.lines import LineId
from core.domain.notices import Speaker, Subject, SubjectKind
from core.domain.taking_back import Pause
from core.domain.voices import OneEvent
from core.ports.store import Store

NOW = datetime(2030, 1, 7, 12, tzinfo=UTC)
ALERT = Subject(kind=SubjectKind.ALERT, key="Example Transit/lmm:alert:1")
INCIDENT = Subject(kind=SubjectKind.INCIDENT, key="a-made-up-key")
PAIR = OneEvent(alert=ALERT, incident=INCIDENT, alert_seq=7, incident_seq=9, offered_at=NOW)


def test_each_line_s_day_is_counted_by_itself(store: Store) -> None:
    green, red, today = LineId("Green"), LineId("Red"), date(2030, 1, 7)
    with store.begin() as tx:
        assert [tx.voices.agency_said(green, today, add=1) for _ in range(3)] == [1, 2, 3]
        assert tx.voices.agency_said(red, today) == 0
    with store.begin() as tx:
        assert tx.voices.agency_said(green, today) == 3
        assert tx.voices.agency_said(green, today + timedelta(days=1)) == 0


def test_a_pair_is_offered_once_and_not_again_after_the_answer(store: Store) -> None:
    with store.begin() as tx:
        assert tx.voices.offer(PAIR)
        assert not tx.voices.offer(PAIR)
        assert tx.voices.offers() == [PAIR]
    with store.begin() as tx:
        tx.voices.settle(ALERT, INCIDENT, False, "made-up-officer", NOW)
        assert tx.voices.offers() == []
        assert tx.voices.same_as(ALERT) == []
        assert not tx.voices.offer(PAIR)


def test_what_is_tied_is_found_from_both_sides_and_the_later_is_known(store: Store) -> None:
    with store.begin() as tx:
        tx.voices.offer(PAIR)
        tx.voices.settle(ALERT, INCIDENT, True, "made-up-officer", NOW)
    with store.begin() as tx:
        (one,) = tx.voices.same_as(INCIDENT)
        assert [one] == tx.voices.same_as(ALERT) == tx.voices.between(ALERT, INCIDENT)
        assert (one.earlier, one.later) == (ALERT, INCIDENT)


def test_what_was_not_offered_has_no_answer(store: Store) -> None:
    with store.begin() as tx, pytest.raises(KeyError):
        tx.voices.settle(ALERT, INCIDENT, True, "made-up-officer", NOW)


def test_alerts_are_found_by_station_and_time_by_the_entry_that_first_said_so(store: Store) -> None:
    with store.begin() as tx:
        tx.voices.place(ALERT, ["harbour", "central"], 7, NOW)
        tx.voices.place(ALERT, ["harbour"], 8, NOW + timedelta(hours=3))
        hour = timedelta(hours=1)
        assert tx.voices.alerts_at(["harbour", "nowhere"], NOW - hour, NOW + hour) == [(ALERT, 7)]
        assert tx.voices.alerts_at(["harbour"], NOW + hour, NOW + 2 * hour) == []
        assert tx.voices.alerts_at(["nowhere"], NOW - hour, NOW + hour) == []


def test_the_pause_of_a_voice_is_kept_as_what_it_is(store: Store) -> None:
    pause = Pause(scope="voice", account=None, voice=Speaker.AGENCY, removals_too=False, by="made-up", at=NOW)
    with store.begin() as tx:
        tx.pauses.add([pause])
    with store.begin() as tx:
        assert tx.pauses.rows() == [pause]
        assert tx.pauses.remove("voice") == 1
