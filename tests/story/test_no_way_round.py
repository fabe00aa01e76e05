"""Each way round the people who must see it first ends in a refusal that names its rule, and nothing is said."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.domain.incidents import State
from core.domain.reviews import Edit
from core.domain.staff import FLEET_ACTOR, Role
from core.flow.explain import explain_notice
from core.flow.incidents import add_incident
from core.flow.passes import one_pass
from core.flow.pull import Start
from core.flow.review_edits import edit
from core.flow.review_shown import list_reviews, show_review
from core.flow.reviews import ReviewRefused
from core.flow.staff import actor_of, add_person
from core.web.api.partner import PartnerDesk, partner_app
from tests.flow.reviewing import ANN, BOB, CYD, DESK, refused, replaced, waiting, wanted, yes
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage, good, on_stage

NAME = "Pat Example"
SOURCES = """\
[{name: trusted, kind: folder, path: trusted, columns: bureau, every: 1s,
  may_assert: {states: [reported, wanted], persons: true}},
 {name: plain, kind: folder, path: plain, columns: bureau, every: 1s, may_assert: {states: [reported, wanted]}}]"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    for inbox in ("trusted", "plain"):
        (tmp_path / inbox).mkdir()
    with on_stage(tmp_path, mode="off", sources=SOURCES) as made:
        yield made


def drop_in(stage: Stage, source: str, **more: str) -> None:
    """A CSV of one wanted person in a source's folder, with more columns, read at once."""
    now = stage.clock.now()
    row = {
        "authority": "Example Transit Police",
        "number": "1",
        "occurred_from": (now - timedelta(hours=1)).isoformat(),
        "known_at": now.isoformat(),
        "offence_code": "ROB",
        "place.station": "Harbour",
        "state": "wanted",
        "person.name": NAME,
        "person.age": "40",
        "person.case_reference": "CASE-1",
        **more,
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    (stage.fleet.settings.path.parent / source / "one.csv").write_text(text.getvalue(), "utf-8")
    one_pass(FLEET_ACTOR, stage.house, Start(from_start=True))


def partner(stage: Stage, **said: Any) -> str:
    """A partner announces it; the rule by which it is held, or the field that is refused."""
    boss = actor_of(
        stage.fleet.store, add_person(None, stage.fleet.store, stage.clock, "op", frozenset({Role.OPERATOR})), "cli"
    )
    scopes = frozenset({"lines:Green", "kinds:service,prevention", "rate:50/h"})
    token = add_person(boss, stage.fleet.store, stage.clock, "mta", frozenset({Role.PARTNER}), scopes)
    spans = timedelta(days=7), timedelta(hours=12)
    client = TestClient(partner_app(PartnerDesk(stage.fleet.store, stage.house.know, stage.clock, *spans)))
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "made-up-key"}
    body = {"lines": ["Green"], "kind": "service", "header": {"en": "Trains are slow."}, **said}
    answer = client.post("/announcements", json=body, headers=headers)
    if answer.status_code == 422:
        return " ".join(answer.json()["fields"])
    stage.think()
    shown = client.get(f"/announcements/{answer.json()['id']}", headers=headers).json()
    assert shown["state"] in ("held", "not said"), shown
    return str(shown["rule"])


def edited(stage: Stage, change: Edit, wanted_: str | None = None) -> str:
    with pytest.raises(ReviewRefused) as no:
        edit(BOB, stage.fleet.store, stage.house.know, stage.clock, wanted_ or waiting(stage).id, change)
    return no.value.rule


def person_rule(stage: Stage) -> str:
    _, entries = explain_notice(OFFICER, stage.fleet.store, stage.house.know, "1")
    assert entries[-1].person is not None
    return entries[-1].person.rule


def comes(stage: Stage, **changes: Any) -> None:
    stage.take(wanted(stage, **changes))
    stage.think()


def own_draft(stage: Stage) -> str:
    add_incident(DESK, stage.fleet.store, stage.house.know, stage.clock, good(wanted(stage, source="desk")))
    stage.think()
    return refused(stage, DESK)


def own_edit(stage: Stage) -> str:
    comes(stage)
    edit(BOB, stage.fleet.store, stage.house.know, stage.clock, waiting(stage).id, Edit(leave_out=frozenset({"name"})))
    return refused(stage, BOB)


def one_person_twice(stage: Stage) -> str:
    comes(stage)
    yes(stage, ANN)
    return refused(stage, ANN)


def bypass_of_own(stage: Stage) -> str:
    add_incident(DESK, stage.fleet.store, stage.house.know, stage.clock, good(wanted(stage, source="desk")))
    stage.think()
    return refused(stage, DESK, bypass="nobody else is here")


def bypass_without_a_reason(stage: Stage) -> str:
    comes(stage)
    return refused(stage, ANN, bypass="  ")


def stale_hash(stage: Stage) -> str:
    comes(stage)
    before = waiting(stage)
    edit(BOB, stage.fleet.store, stage.house.know, stage.clock, before.id, Edit(leave_out=frozenset({"name"})))
    return refused(stage, ANN, waiting(stage), shown_hash=before.hash)


def stale_proposal(stage: Stage) -> str:
    comes(stage)
    before = waiting(stage)
    yes(stage, ANN, before)
    comes(stage, place=replaced(wanted(stage).place, station="Upper Lock"))
    return refused(stage, BOB, before)


def overnight(stage: Stage) -> str:
    comes(stage)
    before = waiting(stage)
    yes(stage, ANN, before)
    stage.clock.step(hours=25)
    return refused(stage, BOB, before)


def edit_after_approval(stage: Stage) -> str:
    comes(stage)
    before = waiting(stage)
    yes(stage, ANN, before)
    edit(CYD, stage.fleet.store, stage.house.know, stage.clock, before.id, Edit(leave_out=frozenset({"name"})))
    return refused(stage, BOB, before)


def a_column_that_approves(stage: Stage) -> str:
    drop_in(stage, "trusted", approved="true", approved_by="ann", **{"release.allowed_by": "chief"})
    proposal = waiting(stage)
    review = show_review(ANN, stage.fleet.store, stage.house.know, stage.clock, proposal.id)
    assert (proposal.state.value, review.approvals) == ("open", ())
    return proposal.rule


def a_source_that_may_not(stage: Stage) -> str:
    drop_in(stage, "plain")
    with stage.fleet.store.begin() as tx:
        assert tx.log.last_seq() == 0
        [reason] = [row.reason for row in tx.sources.kept_aside(9)]
    return reason


def a_state_that_may_not(stage: Stage) -> str:
    drop_in(stage, "plain", state="convicted")
    with stage.fleet.store.begin() as tx:
        [reason] = [row.reason for row in tx.sources.kept_aside(9)]
    return reason


def html_in_the_name(stage: Stage) -> str:
    comes(stage, person=replaced(wanted(stage).person, name="<b>Pat Example</b>"))
    return person_rule(stage)


def words_in_the_name(stage: Stage) -> str:
    comes(stage, person=replaced(wanted(stage).person, name="Pat Example, of 1 Nowhere Lane"))
    return person_rule(stage)


def html_in_the_case(stage: Stage) -> str:
    comes(stage, person=replaced(wanted(stage).person, case_reference="<i>CASE-1</i>"))
    return person_rule(stage)


def html_in_the_station(stage: Stage) -> str:
    comes(stage, station="<script>Harbour</script>")
    return str(stage.fates()[-1][1])


def held_without_a_person(stage: Stage) -> None:
    stage.take(stage.incident(offence_code="HOM"))
    stage.think()


def html_in_an_edit(stage: Stage) -> str:
    held_without_a_person(stage)
    return edited(stage, Edit(words={"en": "Use the exit <b>at the back</b>."}))


def look_alikes_in_an_edit(stage: Stage) -> str:
    held_without_a_person(stage)
    return edited(stage, Edit(words={"en": "Use the eхit at the back."}))


def a_name_in_an_edit(stage: Stage) -> str:
    held_without_a_person(stage)
    return edited(stage, Edit(words={"en": "Have you seen Mr. Pat Example?"}))


def words_about_a_person(stage: Stage) -> str:
    comes(stage)
    return edited(stage, Edit(words={"en": "Have you seen this person?"}))


WAYS: list[tuple[Callable[[Stage], str], str]] = [
    (own_draft, "own-draft"),
    (own_edit, "own-draft"),
    (one_person_twice, "same-person"),
    (bypass_of_own, "own-draft"),
    (bypass_without_a_reason, "bypass-without-reason"),
    (stale_hash, "stale"),
    (stale_proposal, "not-open"),
    (overnight, "expired"),
    (edit_after_approval, "not-open"),
    (a_column_that_approves, "about-person-wanted"),
    (a_source_that_may_not, "source-may-not: person"),
    (a_state_that_may_not, "source-may-not: state convicted"),
    (html_in_the_name, "name-not-plain"),
    (words_in_the_name, "name-not-plain"),
    (html_in_the_case, "no-warrant"),
    (html_in_the_station, "ambiguous-place"),
    (html_in_an_edit, "lint-html"),
    (look_alikes_in_an_edit, "lint-look-alike"),
    (a_name_in_an_edit, "free-text-about-a-person"),
    (words_about_a_person, "free-text-about-a-person"),
    (lambda stage: partner(stage, header={"en": "Please help us find Pat Example."}), "partner-names-person"),
    (lambda stage: partner(stage, header={"en": "Trains are <b>slow</b>."}), "lint-html"),
    (lambda stage: partner(stage, header={"en": "Trains a\u200bre slow."}), "lint-look-alike"),
    (lambda stage: partner(stage, person={"name": NAME}), "person"),
    (lambda stage: partner(stage, approved=True), "approved"),
]


@pytest.mark.parametrize(("way", "rule"), WAYS)
def test_it_is_refused_by_its_rule_and_nothing_is_said(stage: Stage, way: Callable[[Stage], str], rule: str) -> None:
    told = way(stage)
    assert told == rule or (rule in ("person", "approved") and rule in told)
    stage.think()
    stage.work()
    said = [post.text for handle in (GREEN, RED, BLUE) for post in stage.posts(handle)]
    assert not any("Pat" in text or "<" in text or "Nowhere" in text or "seen" in text for text in said)
    assert not any(row.act == "posts approved" and row.actor == "fleet" for row in stage.audit())


def test_a_name_in_the_free_text_is_in_no_post_and_no_proposal(stage: Stage) -> None:
    drop_in(stage, "trusted", free_text="Zebulon Fictitious did it", **{"person.name": "", "state": "wanted"})
    stage.take(stage.incident("2", station="Upper Lock", free_text="Zebulon Fictitious did it", state=State.REPORTED))
    stage.think()
    stage.work()
    said = [post.text for handle in (GREEN, RED, BLUE) for post in stage.posts(handle)]
    with stage.fleet.store.begin() as tx:
        offered = [tx.reviews.content(one.id).model_dump_json() for one in tx.reviews.latest(9)]
    assert said
    assert not any("Zebulon" in text for text in (*said, *offered))
    assert list_reviews(ANN, stage.fleet.store, 9, ended=True) is not None
