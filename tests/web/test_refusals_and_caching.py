"""What isn't there is said plainly, what hasn't changed isn't sent again, and every answer is guarded."""

from __future__ import annotations

import http.client

import pytest
from fastapi.testclient import TestClient

from core.render.catalogue import Catalogue, MissingMessage
from core.web.public.app import build_app
from tests.web.fleet import EXAMPLE, Fleet, Silent, knowledge, signed, with_catalogues
from tests.web.reading import read

PATHS = ("/", "/line/Green", "/post/1", "/nowhere", "/events", "/healthz", "/favicon.svg", "/static/pages.css")


@pytest.mark.parametrize(
    "path",
    [
        "/line/Purple",
        "/line/green",
        "/line/",
        "/line/Green/",
        "/line/%F0%9F%9A%87",
        "/line/%00",
        "/line/%ff%fe",
        "/line/..%2f..%2fetc%2fpasswd",
        "/line/" + "A" * 5000,
        "/post/99",
        "/post/-1",
        "/post/1.5",
        "/post/%D9%A3",
        "/post/abc",
        "/post/" + "9" * 4000,
        "/post/9223372036854775808",
        "/post/%00",
        "/posts",
        "/static/",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/docs",
        "/openapi.json",
        "/ref/7KQ2M9X",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(fleet, pages, path):
    fleet.say("Green", "Something")
    answer = pages.get(path)
    assert answer.status_code == 404
    page = read(answer.text)
    assert page.one("h1").text == "Nothing stands here"
    assert page.one(class_="home").attributes["href"] == "/"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "before", ["", "x", "-1", "9" * 4000, "9223372036854775808", "%00", "%F0%9F%9A%87", "1.0", "99"]
)
def test_an_odd_place_to_page_from_is_no_fault(fleet, pages, before):
    fleet.say("Green", "Something")
    assert pages.get(f"/line/Green?before={before}").status_code == 200


def test_only_reading_is_allowed(pages):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert pages.request(method, "/line/Green").status_code == 405


def test_head_is_answered_as_get_without_the_page(fleet, served):
    fleet.say("Green", "Something")
    address = served.url.removeprefix("http://")
    for path in PATHS:
        connection = http.client.HTTPConnection(address)
        connection.request("HEAD", path)
        answer = connection.getresponse()
        assert answer.status == (404 if path == "/nowhere" else 200), path
        assert answer.read() == b""
        assert connection.sock is not None, path
        connection.close()


def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_is(fleet, pages):
    fleet.say("Green", "Something")
    for path in ("/", "/line/Green", "/post/1"):
        first = pages.get(path)
        tag = first.headers["etag"]
        assert first.headers["cache-control"] == "no-cache"
        again = pages.get(path, headers={"If-None-Match": f'"other", {tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert pages.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
        assert pages.get(f"{path}?lang=es", headers={"If-None-Match": tag}).status_code == 200
        fleet.say("Red", "Something else")
        assert pages.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_page_of_a_fleet_that_was_started_anew_is_sent_again(fleet, pages):
    tag = pages.get("/").headers["etag"]
    anew = TestClient(build_app(fleet.timeline, signed(fleet.know), demonstration=False))
    assert anew.get("/", headers={"If-None-Match": tag}).status_code == 200


class Broken(Silent):
    """A timeline whose store is gone."""

    def version(self, handle: str | None = None) -> str:
        raise OSError("disk of Ada Madeup is full")


def test_a_fault_of_ours_is_said_without_what_went_wrong():
    app = build_app(Broken(), knowledge(), demonstration=True)
    pages = TestClient(app, raise_server_exceptions=False)
    for path in ("/", "/line/Green", "/post/1", "/healthz"):
        answer = pages.get(path)
        assert answer.status_code == 500
        assert read(answer.text).one("h1").text == "This page can’t be shown now"
        assert "Madeup" not in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_health_is_plain_while_the_timeline_can_be_read(pages):
    answer = pages.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_every_answer_is_guarded_and_sets_no_cookie(fleet, pages):
    fleet.say("Green", "Something")
    for path in PATHS:
        answer = pages.head(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers


def test_a_demonstration_says_so_on_every_page_and_nothing_else_does(fleet: Fleet, pages):
    fleet.say("Green", "Something")
    real = TestClient(build_app(fleet.timeline, fleet.know, demonstration=False))
    for path in ("/", "/line/Green", "/post/1", "/nowhere"):
        assert read(pages.get(path).text).one(class_="demonstration").text == "Demonstration. Not the police."
        assert read(real.get(path).text).all(class_="demonstration") == []


def test_words_that_nobody_signed_are_called_a_draft(fleet, pages):
    first = fleet.say("Green", "Something")
    fleet.say("Green", "Algo", language="es", reply_to=first)
    note = read(pages.get("/line/Green").text).one(class_="draft").text
    assert note == "Draft wording: nobody has signed the texts in English and Spanish yet."
    known = signed(fleet.know)
    half = with_catalogues(known, {**known.voice.catalogues, "es": fleet.know.voice.catalogues["es"]})
    notes = {}
    for name, know in {"signed": known, "half": half}.items():
        other = TestClient(build_app(fleet.timeline, know, demonstration=False))
        page = read(other.get("/line/Green").text)
        notes[name] = [draft.text for draft in page.all(class_="draft")]
    assert notes == {"signed": [], "half": ["Draft wording: nobody has signed the texts in Spanish yet."]}


def test_a_language_without_words_for_pages_is_not_offered():
    know = knowledge()
    english = know.voice.catalogues["en"]
    source = (EXAMPLE.parent / "messages" / "es.ftl").read_text("utf-8")
    bare = Catalogue("es", source[: source.index("## Pages")])
    pages = build_app(Broken(), with_catalogues(know, {"es": bare, "en": english}), demonstration=False)
    answer = TestClient(pages).get("/nowhere?lang=es")
    assert read(answer.text).one("html").attributes["lang"] == "en"
    with pytest.raises(MissingMessage, match="page-index-title"):
        build_app(Broken(), with_catalogues(know, {"es": bare}), demonstration=False)
