"""The partner's API: what comes in once, what waits for a person, what is refused, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core.domain.staff import Role
from core.flow.pause import pause_agency
from core.flow.staff import add_person
from core.web.api.partner import PartnerDesk, partner_app
from tests.flow.stage import GREEN, OFFICER, RED, Stage, on_stage

SLOW: dict[str, Any] = {
    "lines": ["Green"],
    "kind": "service",
    "header": {"en": "Trains are slow at Harbour."},
    "description": {"en": "Allow ten more minutes."},
}
SCOPES = frozenset({"lines:Green,Red", "kinds:service,prevention", "rate:5/h"})


class Partner:
    """A partner with a token, and the fleet behind the API."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.fleet = stage, stage.fleet
        self.app = partner_app(
            PartnerDesk(stage.fleet.store, stage.house.know, stage.clock, timedelta(days=7), timedelta(hours=12))
        )
        self.client = TestClient(self.app)
        add_person(None, stage.fleet.store, stage.clock, "made-up-op", frozenset({Role.OPERATOR}))
        self.token = self.someone("made-up-mta", SCOPES)
        self.number = 0

    def someone(self, name: str, scopes: frozenset[str], role: Role = Role.PARTNER) -> str:
        return add_person(OFFICER, self.fleet.store, self.stage.clock, name, frozenset({role}), scopes)

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None, token: str | None = None) -> Any:
        if key is None:
            self.number += 1
            key = f"made-up-key-{self.number}"
        headers = {"Authorization": f"Bearer {token or self.token}", "Idempotency-Key": key}
        return self.client.request(method, path, json=body, headers=headers)

    def announce(self, key: str | None = None, **changes: Any) -> Any:
        return self.ask("POST", "/announcements", {**SLOW, **changes}, key=key)

    def works(self) -> None:
        """The fleet thinks and delivers."""
        self.stage.think()
        self.stage.work()


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Partner]:
    with on_stage(tmp_path) as stage:
        yield Partner(stage)


class TestTheOrdinaryWay:
    def test_an_announcement_is_said_under_the_agency_s_name_and_ends_with_an_all_clear(self, partner):
        first = partner.announce()
        assert (first.status_code, first.json()["state"]) == (201, "received")
        path = f"/announcements/{first.json()['id']}"
        partner.works()
        assert partner.ask("GET", path).json()["state"] == "said"
        partner.stage.clock.step(minutes=5)
        assert partner.ask("PUT", path, {**SLOW, "header": {"en": "Trains skip Harbour."}}).status_code == 200
        partner.works()
        partner.stage.clock.step(minutes=5)
        assert partner.ask("DELETE", path).json()["state"] == "over"
        assert partner.ask("DELETE", path).json()["state"] == "over"
        partner.works()
        said = partner.stage.texts(GREEN)
        assert len(said) == 3
        assert "Example Transit" in said[0]
        assert "Trains are slow at Harbour." in said[0]
        assert "Trains skip Harbour." in said[1]
        assert said[2].startswith("All clear")
        assert partner.ask("PUT", path, SLOW).status_code == 409

    def test_what_ends_by_itself_is_ended(self, partner):
        until = (partner.stage.clock.now() + timedelta(hours=2)).isoformat()
        partner.announce(active_until=until)
        partner.works()
        partner.stage.clock.step(minutes=119)
        partner.works()
        assert len(partner.stage.texts(GREEN)) == 1
        partner.stage.clock.step(minutes=2)
        partner.works()
        assert partner.stage.texts(GREEN)[-1].startswith("All clear")

    def test_who_announced_what_stands_in_the_log_of_acts(self, partner):
        made = partner.announce().json()["id"]
        rows = [(row.actor, row.act, row.subject) for row in partner.stage.audit()]
        assert ("made-up-mta", "announcement made", f"alert:partner/{made}") in rows


class TestOnce:
    def test_the_same_key_with_the_same_words_is_said_once(self, partner):
        first, again = partner.announce(key="made-up-same"), partner.announce(key="made-up-same")
        assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
        partner.works()
        partner.announce(key="made-up-same")
        partner.works()
        assert len(partner.stage.texts(GREEN)) == 1

    def test_the_same_key_with_other_words_is_refused(self, partner):
        partner.announce(key="made-up-same")
        assert partner.announce(key="made-up-same", lines=["Red"]).status_code == 409
        partner.works()
        assert partner.stage.texts(RED) == []

    def test_another_partner_s_key_is_its_own(self, partner):
        other = partner.someone("made-up-other", SCOPES)
        one = partner.announce(key="made-up-same").json()["id"]
        two = partner.ask("POST", "/announcements", SLOW, key="made-up-same", token=other).json()["id"]
        assert one != two
        assert partner.ask("GET", f"/announcements/{one}", token=other).status_code == 404
        assert partner.ask("DELETE", f"/announcements/{one}", token=other).status_code == 404


class TestScopes:
    @pytest.mark.parametrize("changes", [{"lines": ["Blue"]}, {"lines": ["Green", "Blue"]}, {"kind": "announcement"}])
    def test_what_the_token_does_not_name_is_refused(self, partner, changes):
        assert partner.announce(**changes).status_code == 403
        partner.works()
        assert partner.stage.fates() == []

    def test_a_token_without_scopes_announces_nothing(self, partner):
        token = partner.someone("made-up-mute", frozenset())
        assert partner.ask("POST", "/announcements", SLOW, token=token).status_code == 403
        assert partner.ask("GET", "/status", token=token).status_code == 200

    def test_an_officer_s_token_is_no_partner_s(self, partner):
        token = partner.someone("made-up-officer2", frozenset(), Role.OFFICER)
        assert partner.ask("POST", "/announcements", SLOW, token=token).status_code == 403

    def test_the_rate_is_kept_and_ending_is_always_allowed(self, partner):
        made = [partner.announce() for _ in range(5)]
        refused = partner.announce()
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 3601
        assert partner.announce(key="made-up-key-1").status_code == 201, "an answer that got lost is given again"
        assert partner.ask("DELETE", f"/announcements/{made[0].json()['id']}").status_code == 200
        partner.stage.clock.step(minutes=61)
        assert partner.announce().status_code == 201

    @pytest.mark.parametrize("scope", ["lines", "line:A", "rate:0/h", "rate:3/w", "kinds:crime", "lines:A B"])
    def test_a_scope_that_means_nothing_is_refused(self, partner, scope):
        with pytest.raises(ValueError):
            partner.someone("made-up-wrong", frozenset({scope}))
        with pytest.raises(ValueError):
            partner.someone("made-up-wrong", frozenset({"lines:A"}), Role.OFFICER)

    @pytest.mark.parametrize("token", ["sf_none", "x" * 5000])
    def test_a_token_that_is_nobody_s_is_refused(self, partner, token):
        answer = partner.ask("GET", "/status", token=token)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


class TestTheDoor:
    def test_wrong_tokens_are_braked_and_a_right_one_still_comes_in(self, partner):
        assert partner.ask("GET", "/status").status_code == 200
        wrong = [partner.ask("GET", "/status", token=f"sf_wrong{n}").status_code for n in range(12)]
        assert wrong == [401] * 10 + [429] * 2
        assert partner.ask("GET", "/status").status_code == 200

    def test_no_answer_is_kept_on_its_way(self, partner):
        answers = [partner.ask("GET", "/status"), partner.ask("GET", "/status", token="sf_wrong"), partner.announce()]
        assert [one.headers["cache-control"] for one in answers] == ["no-store"] * 3

    @pytest.mark.parametrize("until", ["9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z"])
    def test_a_time_that_is_none_is_refused(self, partner, until):
        assert partner.announce(active_until=until).status_code == 422


class TestNobodyIsNamed:
    @pytest.mark.parametrize(
        ("header", "rule"),
        [
            ("Police are looking for a man at Harbour.", "partner-on-police"),
            ("Se busca a un sospechoso.", "partner-on-police"),
            ("Ask Mr Example at the booth.", "partner-names-person"),
            ("We thank Pat Example for her help.", "partner-names-person"),
            ("A boy aged 9 waits at Harbour.", "partner-names-person"),
            ("Pat Example delays trains.", "partner-names-person"),
            ("Trains are slow. Pat Example is to blame.", "partner-names-person"),
            ("Trains are slow because of Example.", "partner-names-person"),
            ("Trains wait for P. Example.", "partner-names-person"),
            ("Please look for pat example on the platform.", "partner-names-person"),
            ("Was pat example with you? If you see pat, call us.", "partner-names-person"),
            ("Pat has brown hair. He waits at Harbour.", "partner-names-person"),
            ("Se busca a pat example.", "partner-names-person"),
            ("Trains wait for a woman on the tracks.", "partner-names-person"),
            ("Example Transit Police is at Harbour.", "partner-on-police"),
            ("A rider was groped at Harbour.", "partner-on-police"),
            ("Robos en Harbour.", "partner-on-police"),
            ("R\u043ebbery at Harbour.", "partner-on-police"),
            ("Rob\u200bbery at Harbour.", "partner-on-police"),
            ("Call 555-0100 with hints.", "partner-number"),
            ("See picture.jpg for more.", "partner-picture"),
        ],
    )
    def test_words_about_police_or_people_wait_for_a_person(self, partner, header, rule):
        made = partner.announce(header={"en": header}, description={}).json()["id"]
        partner.works()
        assert partner.stage.texts(GREEN) == []
        state = partner.ask("GET", f"/announcements/{made}").json()
        assert (state["state"], state["rule"]) == ("held", rule)

    def test_a_language_that_the_rules_can_t_read_waits_for_a_person(self, partner):
        made = partner.announce(header={"fr": "Les trains sont lents."}, description={}).json()["id"]
        partner.works()
        assert partner.ask("GET", f"/announcements/{made}").json()["state"] == "held"

    @pytest.mark.parametrize(
        "header",
        [
            "Trains skip Fish Market and Central-Green Hall.",
            "Use the Red Line instead.",
            "No trains on Monday, December 1. Shuttle Buses run: use Harbour Station.",
            "Children ride free on Example Transit.",
        ],
    )
    def test_stations_and_lines_are_no_people(self, partner, header):
        partner.announce(header={"en": header})
        partner.works()
        assert len(partner.stage.texts(GREEN)) == 1

    @pytest.mark.parametrize("field", ["picture", "image", "person", "name", "photo"])
    def test_there_is_no_field_for_a_person_or_picture(self, partner, field):
        assert partner.announce(**{field: "anything"}).status_code == 422

    def test_a_refusal_repeats_nothing_of_what_was_sent(self, partner):
        answer = partner.announce(header={"en": "Pat Example\x00"}, kind="Pat Example")
        assert answer.status_code == 422
        assert "Pat" not in answer.text


class TestRefusals:
    @pytest.mark.parametrize(
        "changes",
        [
            {"lines": []},
            {"lines": ["None"]},
            {"header": {}},
            {"header": {"en": "x"}},
            {"description": {"es": "Otra cosa."}},
            {"active_until": "2001-01-01T00:00:00Z"},
            {"active_until": "tomorrow"},
            {"active_from": "2030-01-01T00:00:00"},
            {"url": "http://example.org"},
            {"url": "https://user@example.org"},
        ],
    )
    def test_what_can_t_be_an_announcement_is_refused(self, partner, changes):
        assert partner.announce(**changes).status_code == 422

    def test_a_key_is_needed(self, partner):
        headers = {"Authorization": f"Bearer {partner.token}"}
        assert partner.client.post("/announcements", json=SLOW, headers=headers).status_code == 422

    def test_a_long_body_is_not_read(self, partner):
        assert partner.announce(description={"en": "x" * 70_000}).status_code == 413

    def test_a_body_without_length_is_not_read(self, partner):
        headers = {"Authorization": f"Bearer {partner.token}", "Idempotency-Key": "made-up-1"}
        answer = partner.client.post("/announcements", content=iter([b"{}"]), headers=headers)
        assert answer.status_code == 411


def test_our_own_notice_announced_back_to_us_is_an_echo(partner):
    stage = partner.stage
    stage.go(stage.incident("1"))
    reference = stage.posts(GREEN)[0].reference
    made = partner.announce(description={"en": f"More under ref {reference}."}).json()["id"]
    partner.works()
    assert len(stage.texts(GREEN)) == 1
    state = partner.ask("GET", f"/announcements/{made}").json()
    assert (state["state"], state["rule"]) == ("not said", "echo")


def test_the_status_tells_a_partner_of_its_own_fetching_alone(partner):
    with partner.fleet.store.begin() as tx:
        tx.partners.pulled("feeds/alerts.pb", "made-up-mta", 200, partner.stage.clock.now())
        tx.partners.pulled("feeds/alerts.pb", "somebody", 503, partner.stage.clock.now())
    seen = partner.ask("GET", "/status").json()
    assert [one["who"] for one in seen["pulls"]] == ["made-up-mta"]
    assert seen["unacknowledged"] == []


class TestTheVoice:
    def test_one_call_silences_the_agency_everywhere_and_one_lets_it_go_on(self, partner):
        assert partner.ask("POST", "/voice/pause", {}).json() == {"paused": True}
        partner.announce()
        partner.works()
        assert partner.stage.texts(GREEN) == []
        assert partner.ask("POST", "/voice/resume", {}).json() == {"paused": False}
        partner.works()
        assert len(partner.stage.texts(GREEN)) == 1

    def test_what_is_not_paused_can_t_be_resumed_and_the_staff_s_pause_stays(self, partner):
        assert partner.ask("POST", "/voice/resume", {}).status_code == 404
        pause_agency(OFFICER, partner.fleet.store, partner.stage.clock)
        assert partner.ask("POST", "/voice/resume", {}).status_code == 404
        partner.ask("POST", "/voice/pause", {})
        assert partner.ask("POST", "/voice/resume", {}).json() == {"paused": True}

    def test_an_auditor_pauses_nothing(self, partner):
        token = partner.someone("made-up-auditor", frozenset(), Role.AUDITOR)
        assert partner.ask("POST", "/voice/pause", {}, token=token).status_code == 403
