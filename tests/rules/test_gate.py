"""The smallest gate as a table: a case, its verdict, and the rule that gave it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.domain.alerts import AlertSaying, ServiceAlert
from core.domain.incidents import NEVER_SAID, Facts, State
from core.domain.lines import LineId
from core.domain.offences import Offence, Saying
from core.domain.places import Place
from core.domain.policy import Policy
from core.domain.rulings import Verdict
from core.rules.gate import INCIDENT_RULES, IncidentCase, rule_digest, rule_incident, rule_place
from core.rules.gate_alerts import AlertCase, rule_alert

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
POLICY = Policy(name="test", hash="0", daily_limit=3)
HOLDS = POLICY.model_copy(update={"complex": "hold"})


def offence(saying: Saying, *, family: str = "robbery", sheltered: bool = False) -> Offence:
    return Offence(
        code="X1", family=family, weight=50, saying=saying, sheltered=sheltered, words={"en": "made-up offence"}
    )


def a_case(**changes: Any) -> IncidentCase:
    """A fresh robbery at noon's end that may be said alone, with changes to the case or its facts."""
    facts = Facts(
        source="desk",
        occurred_from=NOW - timedelta(hours=1),
        occurred_to=None,
        occurred_about=False,
        known_at=NOW - timedelta(minutes=30),
        offence_code="X1",
        offence_known=True,
        offence_family="robbery",
        place=Place(train="Green"),
        state=State.REPORTED,
        state_since=None,
        release_not_before=None,
        about_person=False,
        has_free_text=False,
    )
    of_facts = {name: value for name, value in changes.items() if name in Facts.model_fields}
    case = IncidentCase(
        facts=facts.model_copy(update=of_facts),
        offence=offence(Saying.ALONE),
        policy=POLICY,
        now=NOW,
        said_alone_today=0,
        daily_limit=3,
        open_twins=0,
        closed=False,
        changed=True,
        stands=False,
    )
    return replace(case, **{name: value for name, value in changes.items() if name not in of_facts})


PUBLISH, HOLD, DROP = Verdict.PUBLISH, Verdict.HOLD, Verdict.DROP
LONG_AGO = NOW - timedelta(days=9)
BOOK: list[tuple[str, IncidentCase, Verdict, str]] = [
    ("a fresh robbery goes out by itself", a_case(), PUBLISH, "alone-and-fresh"),
    ("anything about a person waits", a_case(about_person=True), HOLD, "about-a-person"),
    ("happened 73 hours ago", a_case(occurred_from=NOW - timedelta(hours=73)), DROP, "too-old"),
    (
        "happened 72 hours ago is still news",
        a_case(occurred_from=NOW - timedelta(hours=72)),
        PUBLISH,
        "alone-and-fresh",
    ),
    ("known for 25 hours", a_case(known_at=NOW - timedelta(hours=25)), DROP, "too-old"),
    ("a charge of four days ago", a_case(state=State.CHARGED, state_since=NOW - timedelta(days=4)), DROP, "too-old"),
    (
        "a charge of today for an old robbery is not too old, and waits",
        a_case(state=State.CHARGED, state_since=NOW, occurred_from=LONG_AGO, about_person=True),
        HOLD,
        "about-a-person",
    ),
    ("dated tomorrow", a_case(occurred_from=NOW + timedelta(days=1)), HOLD, "from-the-future"),
    ("two clocks may differ by minutes", a_case(known_at=NOW + timedelta(minutes=5)), PUBLISH, "alone-and-fresh"),
    ("a release that lies ahead", a_case(release_not_before=NOW + timedelta(hours=1)), HOLD, "release-not-yet"),
    ("a release that has begun", a_case(release_not_before=NOW), PUBLISH, "alone-and-fresh"),
    ("an offence that the catalogue does not know", a_case(offence=None), HOLD, "unknown-offence"),
    ("an offence for a reviewer", a_case(offence=offence(Saying.REVIEW)), HOLD, "offence-review"),
    ("an offence that is never said", a_case(offence=offence(Saying.NEVER)), DROP, "offence-never"),
    ("a sex offence", a_case(offence=offence(Saying.REVIEW, sheltered=True)), HOLD, "sex-offence-waits"),
    (
        "a sex offence on a shuttle of a few stations",
        a_case(offence=offence(Saying.REVIEW, sheltered=True), line_tells_where=True),
        DROP,
        "line-tells-where",
    ),
    ("not on the alert list", a_case(offence=offence(Saying.ALONE, family="damage")), DROP, "not-on-alert-list"),
    (
        "not on the alert list, but a notice of it stands: it is kept true",
        a_case(offence=offence(Saying.ALONE, family="damage"), stands=True),
        PUBLISH,
        "alone-and-fresh",
    ),
    ("an offence for the digest", a_case(offence=offence(Saying.DIGEST)), DROP, "offence-digest"),
    ("perhaps the same as another", a_case(open_twins=1), HOLD, "maybe-same"),
    ("at joined stations, by default for all their lines", a_case(at_complex=True), PUBLISH, "alone-and-fresh"),
    ("at joined stations, about a person", a_case(at_complex=True, about_person=True), HOLD, "about-a-person"),
    ("at joined stations, where the policy holds", a_case(at_complex=True, policy=HOLDS), HOLD, "complex-waits"),
    ("at one station, where the policy holds", a_case(policy=HOLDS), PUBLISH, "alone-and-fresh"),
    (
        "at joined stations, where the policy holds, for the digest",
        a_case(at_complex=True, policy=HOLDS, offence=offence(Saying.DIGEST)),
        HOLD,
        "complex-waits",
    ),
    ("the fourth of a day with three", a_case(said_alone_today=3), DROP, "daily-limit"),
    ("an update is not counted against the day", a_case(said_alone_today=3, stands=True), PUBLISH, "alone-and-fresh"),
    ("a revision in which riders see nothing new", a_case(stands=True, changed=False), DROP, "nothing-new"),
    ("closed by an officer", a_case(closed=True), DROP, "closed"),
    ("person of interest", a_case(state=State.PERSON_OF_INTEREST, about_person=True), DROP, "state-never"),
    (
        "unfounded after it was said: a person must take it down",
        a_case(state=State.UNFOUNDED, stands=True),
        HOLD,
        "must-come-down",
    ),
]


@pytest.mark.parametrize(("case", "verdict", "rule"), [row[1:] for row in BOOK], ids=[row[0] for row in BOOK])
def test_the_rule_book(case: IncidentCase, verdict: Verdict, rule: str) -> None:
    ruling = rule_incident(case)
    assert (ruling.verdict, ruling.rule) == (verdict, rule)
    assert ruling.why


def test_every_rule_of_the_gate_has_a_row_in_the_book() -> None:
    asked = {rule.id for rule in INCIDENT_RULES}
    assert asked == {row[3] for row in BOOK}


@pytest.mark.parametrize("state", sorted(NEVER_SAID), ids=str)
@pytest.mark.parametrize("saying", list(Saying), ids=str)
def test_a_state_that_is_never_said_is_never_said(state: State, saying: Saying) -> None:
    for stands in (False, True):
        ruling = rule_incident(a_case(state=state, offence=offence(saying), stands=stands))
        assert ruling.verdict is not PUBLISH


def test_only_digest_and_daily_limit_put_something_into_the_digest() -> None:
    into = {row[3] for row in BOOK if rule_incident(row[1]).into_digest}
    assert into == {"offence-digest", "not-on-alert-list", "daily-limit"}


def test_what_may_be_said_of_the_place_needs_nobody_for_the_persons_sake():
    wanted = a_case(state=State.WANTED, state_since=NOW, about_person=True)
    assert rule_incident(wanted).rule == "about-a-person"
    assert (rule_place(wanted).verdict, rule_place(wanted).rule) == (PUBLISH, "alone-and-fresh")


@pytest.mark.parametrize("state", sorted(NEVER_SAID), ids=str)
def test_the_place_of_a_record_that_is_never_said_is_not_said_either(state: State):
    assert rule_place(a_case(state=state, about_person=True)).verdict is DROP


def test_the_place_of_an_old_offence_is_old_news_however_new_its_state():
    old = a_case(state=State.CHARGED, state_since=NOW, occurred_from=LONG_AGO, about_person=True)
    assert rule_place(old).rule == "too-old"


@pytest.mark.parametrize("saying", [Saying.ALONE, Saying.DIGEST])
def test_a_sheltered_offence_can_be_nothing_but_reviewed_or_never_said(saying: Saying):
    with pytest.raises(ValueError, match="sheltered"):
        offence(saying, sheltered=True)


def an_alert(**changes: Any) -> AlertCase:
    alert = ServiceAlert(
        agency="Example Transit", id="1", source="s", lines=(LineId("Green"),), header={"en": "Delays."}, known_at=NOW
    )
    of_alert = {name: value for name, value in changes.items() if name in ServiceAlert.model_fields}
    case = AlertCase(alert.model_copy(update=of_alert), POLICY, NOW, changed=True, stands=False)
    return replace(case, **{name: value for name, value in changes.items() if name not in of_alert})


@pytest.mark.parametrize(
    ("case", "verdict", "rule"),
    [
        (an_alert(), PUBLISH, "agency-voice"),
        (an_alert(over=True), DROP, "alert-over"),
        (an_alert(active_to=NOW - timedelta(minutes=1)), DROP, "alert-over"),
        (an_alert(active_from=NOW + timedelta(hours=2)), HOLD, "alert-not-yet"),
        (an_alert(active_from=NOW + timedelta(hours=2), upcoming=True), PUBLISH, "agency-voice"),
        (an_alert(stands=True, changed=False), DROP, "nothing-new"),
        (an_alert(stands=True, over=True), PUBLISH, "alert-ended"),
        (an_alert(saying=AlertSaying.NEVER), DROP, "alert-never"),
        (an_alert(saying=AlertSaying.HOLD), HOLD, "alert-review"),
        (an_alert(link_costs=True), HOLD, "link-costs"),
        (an_alert(link_costs=True, stands=True, over=True), PUBLISH, "alert-ended"),
        (an_alert(saying=AlertSaying.HOLD, stands=True, over=True), PUBLISH, "alert-ended"),
        (an_alert(saying=AlertSaying.ASKED), PUBLISH, "agency-voice"),
        (an_alert(share_used=True), DROP, "agency-share"),
        (an_alert(share_used=True, pressing=True), HOLD, "agency-share"),
        (an_alert(share_used=True, stands=True), PUBLISH, "agency-voice"),
        (an_alert(share_used=True, stands=True, over=True), PUBLISH, "alert-ended"),
        (an_alert(stands=True, announced_at=NOW - timedelta(hours=13), began_at=NOW), PUBLISH, "reminder"),
        (an_alert(stands=True, announced_at=NOW - timedelta(hours=11), began_at=NOW), DROP, "nothing-new"),
        (
            an_alert(stands=True, announced_at=NOW - timedelta(days=2), began_at=NOW - timedelta(hours=2)),
            DROP,
            "nothing-new",
        ),
    ],
)
def test_what_the_agency_says(case: AlertCase, verdict: Verdict, rule: str) -> None:
    ruling = rule_alert(case)
    assert (ruling.verdict, ruling.rule) == (verdict, rule)


def test_a_digest_is_said() -> None:
    assert rule_digest().verdict is PUBLISH
