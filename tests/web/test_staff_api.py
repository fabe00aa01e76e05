"""The staff's API over real HTTP: the same flows and the same refusals, one line each, nothing of what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from bots.fleet import fleet as make_bots
from core.domain.staff import Role
from core.flow.seal import seal
from core.flow.staff import actor_of, add_person
from core.web.api.app import api_app
from core.web.api.desk import ApiDesk
from core.web.public.serve import serve_pages
from core.wiring import Wiring
from tests.fakes.example_fleet import write_fleet
from tests.flow.reviewing import ANN
from tests.flow.stage import GREEN, Stage, on_stage

STAFF = {
    "ann": Role.REVIEWER,
    "bob": Role.REVIEWER,
    "olga": Role.OFFICER,
    "pat": Role.PARTNER,
    "aud": Role.AUDITOR,
}


@dataclass
class Api:
    """The API of a fleet on the stage, and everybody's tokens."""

    stage: Stage
    url: str
    tokens: dict[str, str]

    def __call__(self, who: str | None, method: str, path: str, body: Any = None) -> requests.Response:
        token = self.tokens.get(who or "", who)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return requests.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=10)

    def held(self) -> dict[str, Any]:
        """Held posts about nobody, as `ann` is shown them."""
        self.stage.go(self.stage.incident(offence_code="HOM"))
        [one] = self("ann", "GET", "/reviews").json()
        shown: dict[str, Any] = self("ann", "GET", f"/reviews/{one['id']}").json()
        return shown


def yes(shown: dict[str, Any]) -> dict[str, Any]:
    """An approval of what was shown."""
    return {"hash": shown["proposal"]["hash"], "answers": {one["id"]: "no" for one in shown["questions"]}}


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    with on_stage(tmp_path) as stage:
        stage.connect()
        store, clock = stage.fleet.store, stage.clock
        first = add_person(None, store, clock, "dot", frozenset({Role.OPERATOR}))
        boss = actor_of(store, first, "cli")
        tokens = {name: add_person(boss, store, clock, name, frozenset({role})) for name, role in STAFF.items()}
        app = api_app(ApiDesk(store, stage.house.know, clock, lambda: (stage.think(), None)[1]))
        server = serve_pages(
            stage.fleet.timeline, stage.house.know, "127.0.0.1", 0, demonstration=True, beside={"/api/v1": app}
        )
        yield Api(stage, server.url, {**tokens, "dot": first})
        server.stop()


def problem(answer: requests.Response, status: int) -> dict[str, Any]:
    """The one line of an error."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert "\n" not in said["detail"]
    return said


def test_what_was_shown_is_approved_and_goes_out(api: Api) -> None:
    shown = api.held()
    done = api("ann", "POST", f"/reviews/{shown['proposal']['id']}/approve", yes(shown))
    assert (done.status_code, done.json()["state"]) == (200, "leaving")
    api.stage.work()
    posts = [p["text"] for form in shown["forms"] if form["account"] == f"x:{GREEN}" for p in form["posts"]]
    assert set(api.stage.platform.texts(GREEN)) <= set(posts)
    assert api.stage.platform.texts(GREEN)
    assert [(r.actor, r.via) for r in api.stage.audit() if r.act == "posts approved"] == [("ann", "api")]


@pytest.mark.parametrize(
    ("who", "change", "status", "rule"),
    [
        ("olga", {}, 403, None),
        ("dot", {}, 403, None),
        ("pat", {}, 403, None),
        ("aud", {}, 403, None),
        ("ann", {"hash": "0" * 64}, 409, "stale"),
        ("ann", {"answers": {}}, 409, "unanswered"),
        ("ann", {"bypass": "it is late"}, 409, "bypass-to-none"),
        ("ann", {"hash": "no hash"}, 422, None),
        ("ann", {"more": 1}, 422, None),
    ],
)
def test_each_refusal_is_one_line_with_its_rule(
    api: Api, who: str, change: dict[str, Any], status: int, rule: str | None
) -> None:
    shown = api.held()
    said = problem(api(who, "POST", f"/reviews/{shown['proposal']['id']}/approve", yes(shown) | change), status)
    assert said.get("rule") == rule
    assert "no hash" not in str(said)
    assert api.stage.platform.record == []


def test_who_typed_it_over_the_api_can_not_approve_it(api: Api) -> None:
    both = add_person_as(api, "eve", Role.OFFICER, Role.REVIEWER)
    record = {
        "number": "7",
        "occurred_from": api.stage.clock.now().isoformat(),
        "offence_code": "SEX",
        "place": {"station": "Harbour"},
    }
    added = api(both, "POST", "/incidents", record)
    assert (added.status_code, added.json()["outcome"], added.json()["fate"]) == (201, "new", "held")
    [one] = api("ann", "GET", "/reviews").json()
    shown = api("ann", "GET", f"/reviews/{one['id']}").json()
    assert problem(api(both, "POST", f"/reviews/{one['id']}/approve", yes(shown)), 409)["rule"] == "own-draft"
    assert api("ann", "POST", f"/reviews/{one['id']}/approve", yes(shown)).status_code == 200


def add_person_as(api: Api, name: str, *roles: Role) -> str:
    store = api.stage.fleet.store
    boss = actor_of(store, api.tokens["dot"], "cli")
    return add_person(boss, store, api.stage.clock, name, frozenset(roles))


def test_rejected_edited_and_undone(api: Api) -> None:
    shown = api.held()
    named = f"/reviews/{shown['proposal']['id']}"
    edited = api("olga", "POST", f"{named}/edit", {"words": {"en": "Police look into a report on the Green Line."}})
    assert "+Police look into a report on the Green Line." in edited.json()["difference"]
    assert problem(api("bob", "POST", f"{named}/reject", {"because": "wording"}), 409)["rule"] == "not-open"
    newer = f"/reviews/{edited.json()['proposal']['id']}"
    assert problem(api("bob", "POST", f"{newer}/undo"), 409)["rule"] == "not-leaving"
    done = api("bob", "POST", f"{newer}/reject", {"because": "wording", "words": "made-up words"})
    assert (done.status_code, done.json()["state"], done.json()["ended_why"]) == (200, "rejected", "wording")
    assert api("bob", "GET", newer).json()["words"] == "made-up words"


def test_incidents_are_listed_shown_and_explained_and_a_notice_is_taken_back(api: Api) -> None:
    api.stage.go(api.stage.incident())
    [one] = api("aud", "GET", "/incidents?fate=posted").json()
    shown = api("olga", "GET", f"/incidents/{one['key'][:8]}").json()
    assert shown["reference"]
    assert api("olga", "GET", f"/incidents/{one['key']}/explain").json()["entries"][0]["rule"] == "alone-and-fresh"
    problem(api("olga", "POST", f"/notices/{shown['reference']}/retract", {}), 403)
    back = api("bob", "POST", f"/notices/{shown['reference']}/retract", {"because": "error"})
    assert (back.status_code, back.json()["gone"]) == (202, False)
    api.stage.work()
    assert api("bob", "GET", f"/notices/{shown['reference']}/retract").json()["gone"] is True


@pytest.mark.parametrize("path", ["/reviews/BCDFGH1-1", "/incidents/nosuch", "/notices/BCDFGH1/retract", "/nowhere"])
def test_what_is_not_there_is_one_line(api: Api, path: str) -> None:
    problem(api("bob", "GET", path), 404)


def test_no_token_and_a_wrong_one_are_refused_and_wrong_ones_are_braked(api: Api) -> None:
    assert problem(api(None, "GET", "/reviews"), 401)
    assert api("ann", "GET", "/reviews").status_code == 200
    seen = [api("sf_wrong", "GET", "/reviews").status_code for _ in range(12)]
    assert seen == [401] * 10 + [429] * 2
    assert api("ann", "GET", "/reviews").status_code == 200, "whoever is known is not locked out by somebody else"
    assert problem(api("bob", "GET", "/reviews"), 429)
    api.stage.clock.step(seconds=61)
    assert api("bob", "GET", "/reviews").status_code == 200


def test_it_describes_itself_and_a_body_that_is_too_long_is_not_read(api: Api) -> None:
    described = requests.get(f"{api.url}/api/v1/openapi.json", timeout=10).json()
    assert {"/reviews/{wanted}/approve", "/incidents", "/notices/{wanted}/retract"} <= set(described["paths"])
    problem(api("ann", "POST", "/incidents", {"number": "x" * 300_000}), 413)


def test_it_is_off_until_it_is_switched_on(tmp_path: Path) -> None:
    path = write_fleet(tmp_path)
    for text, status in (("", 404), ("api: {serve: true}\n", 401)):
        path.write_text(path.read_text("utf-8") + text, "utf-8")
        wiring = Wiring(make_bots, {})
        with wiring.open(wiring.settings(path)) as fleet:
            server = wiring.serve(fleet, "127.0.0.1", 0, demonstration=True)
            with closing(requests.get(f"{server.url}/api/v1/reviews", timeout=10)) as answer:
                assert answer.status_code == status
            server.stop()


def test_no_answer_is_kept_on_its_way(api: Api) -> None:
    api.held()
    assert [api(who, "GET", "/reviews").headers["cache-control"] for who in ("ann", "aud")] == ["no-store"] * 2


def test_a_record_at_the_end_of_all_calendars_is_refused(api: Api) -> None:
    for when in ("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"):
        record = {"number": "7", "occurred_from": when, "offence_code": "ROB", "place": {"station": "Harbour"}}
        assert problem(api("olga", "POST", "/incidents", record), 422)["detail"]


def test_a_picture_that_these_posts_do_not_show_is_not_handed_out(api: Api) -> None:
    named = f"/reviews/{api.held()['proposal']['id']}"
    assert (
        problem(api("ann", "GET", f"{named}/pictures/{'0' * 64}"), 404)["detail"] == "these posts show no such picture"
    )
    assert api("ann", "GET", f"{named}/pictures/..%2f..%2fsecrets").status_code in (404, 422)


def test_what_was_sealed_is_not_taken_in_again(api: Api) -> None:
    given = {"number": "77", "occurred_from": api.stage.clock.now().isoformat(), "place": {"station": "Harbour"}}
    assert api("olga", "POST", "/incidents", given).status_code == 201
    seal(ANN, api.stage.fleet.store, api.stage.house.know, api.stage.clock, "77", "SO-2026-17")
    said = problem(api("olga", "POST", "/incidents", given), 410)
    assert said["detail"].startswith("sealed:")
