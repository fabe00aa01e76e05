"""A bystander of 15, pictured from footage: every road by which the picture could get out, and the rule closing it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from core.domain.incidents import Incident, State
from core.domain.persons import Judgement, Person, Picture
from core.domain.reviews import Edit, Proposal
from core.domain.staff import FLEET_ACTOR, Role
from core.flow.explain import explain_notice
from core.flow.incidents import add_incident
from core.flow.passes import one_pass
from core.flow.pictures import prepare_picture
from core.flow.pull import Start
from core.flow.review_edits import edit
from core.flow.review_shown import list_reviews
from core.flow.reviews import NoSuchProposal, ReviewRefused, approve
from core.flow.staff import actor_of, add_person
from core.render.pictures import Box
from core.web.api.app import api_app
from core.web.api.desk import ApiDesk
from core.web.api.partner import PartnerDesk, partner_app
from tests.flow.reviewing import ANN, BOB, CYD, DESK, no_to_all, waiting, yes
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, good, on_stage

NAME = "Robin Fictitious"
STILL = Picture(path="still.png", footage="camera 4", minute="20:04", voucher="Ofc. Example")
JUDGED = (Judgement(by="Ofc. One", age=40), Judgement(by="Ofc. Two", age=41))
TRUSTED = (
    "[{name: bureau, kind: folder, path: inbox, columns: bureau, every: 1s, may_assert: {states: [wanted, identify, "
    '"person of interest"], persons: true, pictures: true}}]'
)
NUMBER = "MADE-UP-15"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    (tmp_path / "inbox").mkdir()
    with on_stage(tmp_path, mode="off", sources=TRUSTED) as made:
        yield made


def bystander(state: State, **changes: Any) -> Person:
    """Who stood by: 15 years old, in the picture, and nothing else."""
    says: dict[str, Any] = {"age": 15, "picture": STILL, "case_reference": "CASE-1"}
    if state is State.WANTED:
        says["name"] = NAME
    return Person(**{**says, **changes})


def record(stage: Stage, state: State, person: Person) -> Incident:
    return stage.incident(NUMBER, state=state, person=person, state_since=stage.clock.now())


def typed(stage: Stage, incident: Incident) -> None:
    """The desk's form: what an officer types, by way of the flow that the form calls."""
    add_incident(OFFICER, stage.fleet.store, stage.house.know, stage.clock, good(incident))


def dropped_in(stage: Stage, incident: Incident) -> None:
    """A CSV of a source that is trusted with everything."""
    person = incident.person
    assert person is not None
    assert person.picture is not None
    row: dict[str, object] = {
        "authority": incident.authority,
        "number": incident.number,
        "occurred_from": incident.occurred_from.isoformat(),
        "known_at": incident.known_at.isoformat(),
        "offence_code": incident.offence_code,
        "place.station": incident.place.station,
        "state": incident.state.value,
        "person.name": person.name or "",
        "person.age": person.age,
        "person.case_reference": person.case_reference,
        "person.picture.path": STILL.path,
        "person.picture.footage": STILL.footage,
        "person.picture.minute": STILL.minute,
        "person.picture.voucher": STILL.voucher,
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    (stage.fleet.settings.path.parent / "inbox" / "bystander.csv").write_text(text.getvalue(), "utf-8")
    [source] = stage.house.sources
    done = one_pass(FLEET_ACTOR, stage.house, Start(from_start=True), [source])
    assert done.pulled


@dataclass
class Web:
    """Both APIs of the stage's fleet, over HTTP."""

    stage: Stage

    def token(self, name: str, role: Role, scopes: frozenset[str] = frozenset()) -> str:
        store, clock = self.stage.fleet.store, self.stage.clock
        with store.begin() as tx:
            nobody = not tx.staff.all()
        if nobody:
            self.boss = actor_of(store, add_person(None, store, clock, "dot", frozenset({Role.OPERATOR})), "cli")
        return add_person(self.boss, store, clock, name, frozenset({role}), scopes)

    def staff(self) -> TestClient:
        desk = ApiDesk(self.stage.fleet.store, self.stage.house.know, self.stage.clock, lambda: None)
        return TestClient(api_app(desk))

    def partner(self) -> TestClient:
        house = self.stage.house
        spans = timedelta(days=7), timedelta(hours=12)
        return TestClient(partner_app(PartnerDesk(self.stage.fleet.store, house.know, self.stage.clock, *spans)))


def over_http(stage: Stage, incident: Incident) -> None:
    """The staff's API."""
    web = Web(stage)
    token = web.token("olga", Role.OFFICER)
    given = incident.model_dump(mode="json", include={"number", "occurred_from", "offence_code", "place", "state"})
    assert incident.person is not None
    given["person"] = incident.person.model_dump(mode="json")
    answer = web.staff().post("/incidents", json=given, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code < 300, answer.text


ROADS: dict[str, Callable[[Stage, Incident], None]] = {"form": typed, "CSV": dropped_in, "API": over_http}


def ruled(stage: Stage) -> str | None:
    """The rule by which nothing of the person is said."""
    _, entries = explain_notice(OFFICER, stage.fleet.store, stage.house.know, NUMBER)
    person = entries[-1].person
    return None if person is None else person.rule


def show(stage: Stage) -> None:
    """An officer prepares the picture: cropped and all."""
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(buffer, "PNG")
    with stage.fleet.store.begin() as tx:
        key = tx.log.latest(1)[0].subject.key
    prepare_picture(
        DESK, stage.fleet.store, stage.house.know, stage.clock, key, buffer.getvalue(), Box(0, 0, 200, 200), []
    )
    stage.think()


def never_out(stage: Stage, *, waits: bool = False) -> None:
    """No timeline shows the picture or the name, now and after a day; nobody is offered them for approval
    (unless nothing of the record is known to be wrong: then they wait, unapproved)."""
    for _ in range(2):
        stage.think()
        stage.work()
        for handle in (GREEN, RED, BLUE):
            posts = stage.posts(handle)
            assert [post.picture for post in posts if post.picture is not None] == []
            assert not any(NAME in post.text or "15" in post.text.split("Ref")[0].split() for post in posts)
        stage.clock.step(hours=11)
    with stage.fleet.store.begin() as tx:
        offered = [
            tx.reviews.content(one.id) for one in tx.reviews.latest(50) if one.state.value in ("open", "leaving")
        ]
    assert waits or not any(post.picture for content in offered for form in content.forms for post in form.posts)


@pytest.mark.parametrize("road", sorted(ROADS))
@pytest.mark.parametrize(
    ("state", "rule"),
    [
        (State.WANTED, "never-juvenile"),
        (State.IDENTIFY, "never-juvenile"),
        (State.PERSON_OF_INTEREST, "never-person-of-interest"),
    ],
)
def test_a_record_that_tells_the_truth_shows_nobody(stage: Stage, road: str, state: State, rule: str) -> None:
    ROADS[road](stage, record(stage, state, bystander(state)))
    stage.think()
    assert ruled(stage) == rule
    show(stage)
    assert ruled(stage) == rule
    with pytest.raises(NoSuchProposal):
        approve(ANN, stage.fleet.store, stage.house.know, stage.clock, NUMBER, "0" * 64, {}, "it is urgent")
    never_out(stage)


@pytest.mark.parametrize(
    ("person", "rule"),
    [
        ({"age": None}, "two-judge-the-age"),
        ({"age": None, "judgements": (Judgement(by="Ofc. One", age=24), *JUDGED[1:])}, "two-judge-the-age"),
        ({"age": None, "judgements": (JUDGED[0], Judgement(by="ofc.  one", age=50))}, "two-judge-the-age"),
        ({"age": None, "judgements": JUDGED, "juvenile": True}, "never-juvenile"),
        ({"age": None, "judgements": JUDGED, "role": "witness"}, "never-witness-or-victim"),
        ({"age": None, "judgements": JUDGED, "name": NAME}, "never-of-unknown-age"),
        ({"age": 15, "judgements": JUDGED}, "never-juvenile"),
    ],
)
def test_identify_with_the_age_left_out_or_misjudged_shows_nobody(
    stage: Stage, person: dict[str, Any], rule: str
) -> None:
    typed(stage, record(stage, State.IDENTIFY, bystander(State.IDENTIFY, **person)))
    stage.think()
    show(stage)
    assert ruled(stage) == rule
    never_out(stage)


def taken_for_grown_up(stage: Stage, state: State) -> Proposal:
    """A record that took the bystander for somebody of 40, shown to reviewers; then the truth comes in."""
    wrong = {"age": 40, "judgements": JUDGED} if state is State.WANTED else {"age": None, "judgements": JUDGED}
    typed(stage, record(stage, state, bystander(state, **wrong)))
    stage.think()
    show(stage)
    proposal = waiting(stage)
    assert proposal.rule.startswith("about-person-")
    return proposal


def truth(stage: Stage, state: State) -> None:
    typed(stage, record(stage, state, bystander(state)))


STATES = [State.WANTED, State.IDENTIFY]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("bypass", [None, "it is urgent"])
@pytest.mark.parametrize("before", [True, False])
def test_no_approval_and_no_bypass_outlives_the_truth(
    stage: Stage, state: State, bypass: str | None, before: bool
) -> None:
    proposal = taken_for_grown_up(stage, state)
    if before:
        yes(stage, ANN, proposal)
    truth(stage, state)
    for person in (BOB, CYD):
        with pytest.raises(ReviewRefused) as no:
            yes(stage, person, proposal, bypass=bypass)
        assert no.value.rule == "not-open"
    stage.think()
    assert ruled(stage) == "never-juvenile"
    never_out(stage)


@pytest.mark.parametrize("state", STATES)
def test_what_was_approved_and_has_not_left_stays_in(stage: Stage, state: State) -> None:
    proposal = taken_for_grown_up(stage, state)
    yes(stage, ANN, proposal)
    yes(stage, BOB, proposal, bypass=None)
    truth(stage, state)
    never_out(stage)


@pytest.mark.parametrize("state", STATES)
def test_no_edit_brings_anybody_in(stage: Stage, state: State) -> None:
    proposal = taken_for_grown_up(stage, state)
    words = Edit(words={"en": f"Have you seen {NAME}, 15?"})
    with pytest.raises(ReviewRefused) as no:
        edit(ANN, stage.fleet.store, stage.house.know, stage.clock, proposal.id, words)
    assert no.value.rule == "free-text-about-a-person"
    truth(stage, state)
    with pytest.raises(ReviewRefused) as no:
        edit(ANN, stage.fleet.store, stage.house.know, stage.clock, proposal.id, Edit(leave_out=frozenset({"station"})))
    assert no.value.rule == "not-open"
    never_out(stage)


@pytest.mark.parametrize("state", STATES)
def test_the_officer_who_prepared_the_picture_can_not_let_it_go(stage: Stage, state: State) -> None:
    proposal = taken_for_grown_up(stage, state)
    for bypass in (None, "it is urgent"):
        with pytest.raises(ReviewRefused) as no:
            yes(stage, DESK, proposal, bypass=bypass)
        assert no.value.rule == "own-draft"
    with pytest.raises(ReviewRefused) as no:
        yes(stage, ANN, proposal, answers=no_to_all(proposal) | {"others-in-picture": "yes"})
    assert no.value.rule == "answered-yes"
    never_out(stage, waits=True)


@pytest.mark.parametrize("state", STATES)
def test_a_partners_token_has_no_road_for_it(stage: Stage, state: State) -> None:
    web = Web(stage)
    scopes = frozenset({"lines:Green", "kinds:service,prevention", "rate:50/h"})
    token = web.token("made-up-mta", Role.PARTNER, scopes)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "made-up-key-1"}
    plain = {"lines": ["Green"], "kind": "service", "header": {"en": "Trains are slow at Harbour."}}
    for field in ("person", "picture", "state"):
        answer = web.partner().post("/announcements", json={**plain, field: state.value}, headers=headers)
        assert answer.status_code == 422, answer.text
        assert any(field in one for one in answer.json()["fields"])
    said = {State.WANTED: f"Wanted: {NAME}, 15 years old.", State.IDENTIFY: f"Who knows {NAME} in photo still.png?"}
    answer = web.partner().post("/announcements", json={**plain, "header": {"en": said[state]}}, headers=headers)
    stage.think()
    held = web.partner().get(f"/announcements/{answer.json()['id']}", headers=headers).json()
    rules = {State.WANTED: "partner-on-police", State.IDENTIFY: "partner-names-person"}
    assert (held["state"], held["rule"]) == ("held", rules[state])
    given = {"number": NUMBER, "occurred_from": stage.clock.now().isoformat(), "place": {"station": "Harbour"}}
    on_staffs = web.staff().post("/incidents", json=given, headers=headers)
    assert on_staffs.status_code == 403
    never_out(stage)


def test_nothing_of_it_waits_for_anybody_in_the_end(stage: Stage) -> None:
    taken_for_grown_up(stage, State.IDENTIFY)
    truth(stage, State.IDENTIFY)
    never_out(stage)
    assert [one for one in list_reviews(ANN, stage.fleet.store, 9) if one.about_person] == []
