"""A picture of a person is prepared by an officer, shown to reviewers as it will stand, and goes with its notice."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from core.domain.deliveries import Act, DeliveryState
from core.domain.incidents import Incident, State
from core.domain.persons import Description, Person, Picture
from core.domain.reviews import ProposalState
from core.domain.staff import Actor, NotAllowed, Role
from core.domain.taking_back import Because
from core.flow.pictures import NothingToShow, drop_picture, prepare_picture
from core.flow.retract import retract
from core.flow.review_shown import list_reviews, show_review, shown_pictures
from core.flow.reviews import ReviewRefused, approve
from core.render.pictures import Box, Shown
from tests.flow.stage import GREEN, Stage, on_stage

ANN = Actor(id="ann", roles=frozenset({Role.REVIEWER}), via="cli")
BOB = Actor(id="bob", roles=frozenset({Role.REVIEWER}), via="cli")
DOT = Actor(id="dot", roles=frozenset({Role.OFFICER, Role.REVIEWER}), via="cli")
STILL = Picture(path="still.png", footage="camera 4, made up", minute="20:04", voucher="Officer Example")
WANTED = Person(
    name="Pat Example", age=40, case_reference="CASE-1", description=Description(hair="BLACK"), picture=STILL
)
LOCAL = f"local:{GREEN}"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Stage]:
    with on_stage(tmp_path) as made:
        made.connect()
        yield made


def still(tint: str = "teal") -> bytes:
    """A made-up field of one tint, 400 x 300."""
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), tint).save(buffer, "PNG")
    return buffer.getvalue()


def wanted(stage: Stage, person: Person = WANTED) -> Incident:
    return stage.incident("1", state=State.WANTED, person=person)


def prepared(stage: Stage, tint: str = "teal", actor: Actor = DOT) -> Shown:
    with stage.fleet.store.begin() as tx:
        key = tx.log.after(0, 1)[0].subject.key
    _, shown = prepare_picture(
        actor,
        stage.fleet.store,
        stage.house.know,
        stage.clock,
        key,
        still(tint),
        Box(0, 0, 200, 200),
        [Box(0, 0, 9, 9)],
    )
    stage.think()
    return shown


def waiting(stage: Stage) -> str:
    [found] = [o for o in list_reviews(ANN, stage.fleet.store, 9) if o.state in (ProposalState.OPEN, "approved once")]
    return found.id


def pictures_of(stage: Stage, proposal: str) -> dict[str, set[str]]:
    """Account → the pictures that its form would show."""
    content = show_review(ANN, stage.fleet.store, stage.house.know, stage.clock, proposal).content
    assert content is not None
    found: dict[str, set[str]] = {}
    for form in content.forms:
        found.setdefault(form.account, set()).update(p.picture.sha256 for p in form.posts if p.picture is not None)
    return found


def approved(stage: Stage, *actors: Actor) -> None:
    for actor in actors:
        [one] = [o for o in list_reviews(ANN, stage.fleet.store, 9) if o.state in ("open", "approved once")]
        answers = dict.fromkeys(one.questions, "no")
        approve(actor, stage.fleet.store, stage.house.know, stage.clock, one.id, shown_hash=one.hash, answers=answers)


def shown_on(stage: Stage) -> list[bytes]:
    """The pictures that stand on the timeline, by its own record."""
    found = []
    for post in stage.posts(GREEN):
        if post.picture is not None:
            held = stage.fleet.timeline.picture(post.picture.address.removeprefix("/picture/"))
            assert held is not None
            found.append(held.content)
    return found


def test_reviewers_see_it_where_the_platform_carries_pictures_and_its_bytes_go_out(live: Stage) -> None:
    live.go(wanted(live))
    before = waiting(live)
    shown = prepared(live)
    assert waiting(live) != before
    assert pictures_of(live, waiting(live))[LOCAL] == {shown.sha256}
    approved(live, ANN, BOB)
    live.time_passes(60)
    live.work()
    assert [hashlib.sha256(one).hexdigest() for one in shown_on(live)] == [shown.sha256]


def test_its_alt_text_says_what_it_shows_and_names_nobody(live: Stage) -> None:
    live.go(wanted(live))
    prepared(live)
    content = show_review(ANN, live.fleet.store, live.house.know, live.clock, waiting(live)).content
    assert content is not None
    alts = {p.picture.alt for form in content.forms for p in form.posts if p.picture is not None}
    assert alts
    assert all("black hair" in alt and "innocent" in alt and "Pat" not in alt for alt in alts)


def test_another_picture_makes_approvals_fall(live: Stage) -> None:
    live.go(wanted(live))
    prepared(live)
    first = waiting(live)
    approved(live, ANN)
    other = prepared(live, "maroon")
    assert show_review(ANN, live.fleet.store, live.house.know, live.clock, first).proposal.state is ProposalState.FALLEN
    assert pictures_of(live, waiting(live))[LOCAL] == {other.sha256}
    approved(live, BOB)
    live.work()
    assert shown_on(live) == []


def test_whoever_prepared_it_can_not_approve_it(live: Stage) -> None:
    live.go(wanted(live))
    prepared(live)
    with pytest.raises(ReviewRefused) as refused:
        approved(live, DOT)
    assert refused.value.rule == "own-draft"


def test_dropped_it_is_shown_no_more(live: Stage) -> None:
    live.go(wanted(live))
    prepared(live)
    with live.fleet.store.begin() as tx:
        key = tx.log.after(0, 1)[0].subject.key
    drop_picture(DOT, live.fleet.store, live.house.know, live.clock, key)
    live.think()
    assert pictures_of(live, waiting(live))[LOCAL] == set()
    with pytest.raises(NothingToShow):
        drop_picture(DOT, live.fleet.store, live.house.know, live.clock, key)


def test_taken_back_it_is_gone_from_the_timeline_too(live: Stage) -> None:
    live.go(wanted(live))
    shown = prepared(live)
    approved(live, ANN, BOB)
    live.time_passes(60)
    live.work()
    [address] = [post.picture.address for post in live.posts(GREEN) if post.picture is not None]
    with live.fleet.store.begin() as tx:
        reference = tx.outbox.recent(1)[0].reference
    retract(DOT, live.fleet.store, live.house.know, live.clock, reference, Because.ERROR)
    live.work()
    assert shown_on(live) == []
    assert live.fleet.timeline.picture(address.removeprefix("/picture/")) is None
    raw = b"".join(path.read_bytes() for path in live.fleet.settings.state_dir.glob("local.db*"))
    assert shown.content[200:264] not in raw


def test_a_record_that_speaks_of_no_picture_gets_none(live: Stage) -> None:
    live.go(wanted(live, WANTED.model_copy(update={"picture": None})))
    with pytest.raises(NothingToShow, match="footage"):
        prepared(live)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.OPERATOR, Role.PARTNER, Role.AUDITOR])
def test_only_an_officer_prepares_it(live: Stage, role: Role) -> None:
    live.go(wanted(live))
    with pytest.raises(NotAllowed):
        prepared(live, actor=Actor(id="cyd", roles=frozenset({role}), via="api"))


def test_erasing_the_incident_erases_the_picture(live: Stage) -> None:
    live.go(wanted(live))
    prepared(live)
    approved(live, ANN, BOB)
    with live.fleet.store.begin() as tx:
        tx.vault.erase(tx.log.after(0, 1)[0].subject.key)
    live.time_passes(60)
    live.work()
    assert shown_on(live) == []
    with live.fleet.store.begin() as tx:
        posts = tx.outbox.in_states([DeliveryState.DELIVERED], 50)
        assert all(one.post is None or one.post.picture is None for one in posts if one.key.act is Act.POST)


def test_who_approves_can_look_at_the_very_bytes_and_a_partner_can_not(live: Stage) -> None:
    live.go(wanted(live))
    shown = prepared(live)
    seen = shown_pictures(ANN, live.fleet.store, waiting(live))
    assert {name: one.content for name, one in seen.items()} == {shown.sha256: shown.content}
    eve = Actor(id="eve", roles=frozenset({Role.PARTNER}), via="api")
    with pytest.raises(NotAllowed):
        shown_pictures(eve, live.fleet.store, waiting(live))
