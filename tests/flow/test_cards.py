"""A card of the place goes with what is said by itself, where an account asks for one, and never with a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.incidents import State
from core.domain.persons import Person
from core.domain.staff import Actor, Role
from core.domain.taking_back import Because
from core.flow.retract import retract
from tests.fakes.example_fleet import write_fleet
from tests.flow.stage import BLUE, GREEN, Stage, on_stage

REVIEWER = Actor(id="ann", roles=frozenset({Role.REVIEWER}), via="cli")


@pytest.fixture
def carded(tmp_path: Path) -> Iterator[Stage]:
    with on_stage(tmp_path, local="live, card: true", languages="en, es") as made:
        yield made


def cards(stage: Stage, handle: str = GREEN) -> list[bytes]:
    """The pictures that stand on a timeline, by its own record."""
    found = [
        stage.fleet.timeline.picture(p.picture.address.removeprefix("/picture/")) for p in _with_picture(stage, handle)
    ]
    return [one.content for one in found if one is not None]


def _with_picture(stage: Stage, handle: str):
    return [post for post in stage.posts(handle) if post.picture is not None and post.reposted_from is None]


def test_each_language_has_its_own_card_and_its_own_alt_text(carded: Stage) -> None:
    carded.go(carded.incident())
    english, spanish = _with_picture(carded, GREEN)
    assert (english.language, spanish.language) == ("en", "es")
    assert english.picture.alt in " ".join(english.text.split())
    assert english.picture.alt != spanish.picture.alt
    assert len({hashlib.sha256(one).hexdigest() for one in cards(carded)}) == 2


def test_who_does_not_ask_for_one_gets_none(tmp_path: Path) -> None:
    with on_stage(tmp_path) as plain:
        plain.go(plain.incident())
        assert plain.texts(GREEN)
        assert cards(plain) == []


def test_an_update_bears_none_since_the_first_stands_above_it(carded: Stage) -> None:
    carded.go(carded.incident())
    carded.go(carded.incident(station="Museum", revision=2))
    assert len(carded.texts(GREEN)) > 2
    assert len(cards(carded)) == 2
    assert cards(carded, BLUE) == []


def test_of_a_record_about_a_person_the_card_shows_the_place_alone(carded: Stage) -> None:
    person = Person(name="Pat Example", age=40, case_reference="CASE-1")
    carded.go(carded.incident(state=State.WANTED, person=person))
    alts = [post.picture.alt for post in _with_picture(carded, GREEN)]
    assert len(alts) == 2
    assert all("Harbour" in alt and "Pat" not in alt for alt in alts)


def test_taken_back_its_cards_are_gone(carded: Stage) -> None:
    carded.go(carded.incident())
    with carded.fleet.store.begin() as tx:
        reference = tx.outbox.recent(1)[0].reference
    retract(REVIEWER, carded.fleet.store, carded.house.know, carded.clock, reference, Because.ERROR)
    carded.work()
    assert cards(carded) == []


def test_it_is_a_key_of_an_account(tmp_path: Path) -> None:
    from core.settings.load import load_settings

    settings = load_settings(write_fleet(tmp_path, local="live, card: true"), {})
    assert {account.card for account in settings.accounts() if account.channel == "local"} == {True}
    assert {account.card for account in settings.accounts() if account.channel == "x"} == {False}
