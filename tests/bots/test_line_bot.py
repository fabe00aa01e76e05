"""A line's bot speaks about its line and about nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bots.fleet import fleet
from bots.line_bot import LineBot
from core.domain.agency import Agency, Contacts
from core.domain.alerts import ServiceAlert
from core.domain.incidents import Incident
from core.domain.lines import Account, AccountId, AccountMode, Line, LineId
from core.domain.log import AlertEntry, DigestEntry, EntryBody, IncidentEntry
from core.domain.notices import DigestItem
from core.domain.places import Ambiguous, AtComplex, AtStation, OffNetwork, Place, Placement
from core.domain.rulings import Decline, Speak
from core.rules.likeness import facts_of

AGENCY = Agency(
    name="Example",
    bureau="Example Police",
    transit_agency="Example",
    zone="Europe/Lisbon",
    contacts=Contacts(emergency="112"),
)

NOW = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
GREEN, RED = LineId("Green"), LineId("Red")


def a_line(name: LineId, mode: AccountMode = AccountMode.LIVE) -> Line:
    account = Account(
        id=AccountId(f"local:Example{name}"),
        channel="local",
        handle=f"Example{name}",
        line=name,
        mode=mode,
        languages=("en",),
    )
    return Line(
        id=name,
        name=f"{name} Line",
        routes=(name,),
        colour="#000000",
        symbol=name[0],
        handle=account.handle,
        accounts=(account,),
    )


def an_incident(placement: Placement) -> IncidentEntry:
    record = Incident(
        authority="Example Transit Police", number="1", source="made-up", occurred_from=NOW, known_at=NOW, place=Place()
    )
    return IncidentEntry(facts=facts_of(record, None, AGENCY), placement=placement)


def an_alert(*lines: LineId) -> AlertEntry:
    alert = ServiceAlert(
        agency="Example Transit", id="1", source="made-up", lines=lines, header={"en": "Slow"}, known_at=NOW
    )
    return AlertEntry(alert=alert)


def a_digest(line: LineId) -> DigestEntry:
    item = DigestItem(
        entry_seq=1,
        reference="BCDFGH1",
        offence={"en": "theft"},
        weight=1,
        station_name=None,
        lines=(GREEN, RED),
        occurred_from=NOW,
        occurred_about=False,
    )
    return DigestEntry(line=line, day="2030-01-07", items=(item,))


@pytest.mark.parametrize(
    "entry",
    [
        an_incident(AtStation(lines=(GREEN,), why="made up")),
        an_incident(AtComplex(lines=(RED, GREEN), complex_id="c", station_name="Central", why="made up")),
        an_alert(RED, GREEN),
        a_digest(GREEN),
    ],
    ids=["station", "complex", "alert", "digest"],
)
def test_speaks_about_its_line(entry: EntryBody) -> None:
    assert LineBot(a_line(GREEN)).answer(entry) == Speak(line="Green", why="it is about the Green Line")


@pytest.mark.parametrize(
    "entry",
    [
        an_incident(AtStation(lines=(RED,), why="made up")),
        an_incident(Ambiguous(why="made up")),
        an_incident(OffNetwork(why="made up")),
        an_alert(RED),
        a_digest(RED),
    ],
    ids=["station", "ambiguous", "off network", "alert", "digest"],
)
def test_declines_what_is_not_about_its_line(entry: EntryBody) -> None:
    answer = LineBot(a_line(GREEN)).answer(entry)
    assert isinstance(answer, Decline)
    assert answer.rule == "not-my-line"


def test_a_handle_that_is_off_declines_everything() -> None:
    answer = LineBot(a_line(GREEN, AccountMode.OFF)).answer(a_digest(GREEN))
    assert isinstance(answer, Decline)
    assert answer.rule == "handle-off"


def test_a_practising_handle_speaks() -> None:
    assert isinstance(LineBot(a_line(GREEN, AccountMode.PRACTICE)).answer(a_digest(GREEN)), Speak)


def test_one_bot_a_line_in_their_order() -> None:
    assert [bot.line.id for bot in fleet([a_line(RED), a_line(GREEN)])] == [RED, GREEN]


def test_the_same_entry_gets_the_same_answer_whatever_came_between() -> None:
    bot, entry = LineBot(a_line(GREEN)), a_digest(GREEN)
    first = bot.answer(entry)
    bot.answer(an_alert(RED))
    assert bot.answer(entry) == first
