"""The pages say what stands on the timelines, in order, in the reader's language, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from core.web.public.app import build_app
from tests.web.fleet import HOSTILE, ROOT, Fleet, Silent, knowledge
from tests.web.reading import read


def main_of(answer):
    assert answer.status_code == 200, answer.text
    return read(answer.text).one("main")


def shown(answer):
    return [body.text for body in main_of(answer).all("p", class_="body")]


def test_the_index_lists_every_line_in_order_and_when_it_spoke_last(fleet, pages):
    fleet.say("Red", "Fare gate closed.")
    rows = main_of(pages.get("/")).all("li")
    assert [row.one("a").attributes["href"] for row in rows] == ["/line/Green", "/line/Red", "/line/Blue"]
    assert [row.one(class_="handle").text for row in rows] == ["@ExampleGreen", "@ExampleRed", "@ExampleBlue"]
    assert [row.one("text").text for row in rows] == ["G", "R", "B"]
    assert rows[1].one("time").text == "Friday, July 3, 11:15 PM"
    assert [row.one(class_="last").text for row in (rows[0], rows[2])] == ["No posts yet"] * 2


def test_the_great_fleet_too_has_each_line_once_and_those_of_one_colour_together():
    know = knowledge(ROOT / "lines.yaml")

    page = main_of(TestClient(build_app(Silent(), know, demonstration=False)).get("/"))
    colours = [[row.one("circle").attributes["fill"] for row in group.all("li")] for group in page.all("ul")]
    assert sum(map(len, colours)) == len(know.lines) == 26
    assert [len(set(group)) for group in colours] == [1] * len(colours)
    assert len({group[0] for group in colours}) == len(colours)


def test_the_newest_thread_stands_first_and_each_is_in_its_order(fleet, pages):
    first = fleet.say("Green", "Old (1/2)")
    fleet.say("Green", "Newer")
    fleet.say("Green", "Old (2/2)", reply_to=first)
    assert shown(pages.get("/line/Green")) == ["Newer", "Old (1/2)", "Old (2/2)"]
    assert shown(pages.get("/line/Red")) == []


def test_days_are_headed_and_times_are_the_agencys_own(fleet, pages):
    fleet.say("Green", "Late", said_at=datetime(2026, 7, 3, 23, 30, tzinfo=UTC))
    fleet.say("Green", "Winter", said_at=datetime(2026, 1, 5, 9, 5, tzinfo=UTC))
    page = main_of(pages.get("/line/Green"))
    assert [day.text for day in page.all("h2")] == ["Saturday, July 4, 2026", "Monday, January 5, 2026"]
    assert [time.attributes["datetime"] for time in page.all("time")] == [
        "2026-07-04T00:30+01:00",
        "2026-01-05T09:05+00:00",
    ]
    assert [time.text for time in page.all("time")] == ["12:30 AM", "9:05 AM"]


def test_a_permalink_shows_the_whole_thread_and_points_out_the_post(fleet, pages):
    first = fleet.say("Green", "One\nRef 7KQ2M9X (1/2)")
    second = fleet.say("Green", "Two\nRef 7KQ2M9X (2/2)", reply_to=first)
    page = main_of(pages.get(second.url))
    assert [post.text for post in page.all(class_="post")] == ["One Ref 7KQ2M9X (1/2)", "Two Ref 7KQ2M9X (2/2)"]
    assert page.one(aria_current="true").one(class_="body").text == "Two"
    assert page.one("h1").text == "Notice 7KQ2M9X"
    assert pages.get(page.one(class_="at").one("a").attributes["href"]).status_code == 200


def test_a_repost_names_the_handle_that_said_it_first(fleet, pages):
    first = fleet.say("Green", "Said once.")
    second = fleet.repost("Red", first)
    for path in ("/line/Red", second.url):
        note = main_of(pages.get(path)).one(class_="repost")
        assert note.text == "reposted from @ExampleGreen"
        assert note.one("a").attributes["href"] == "/line/Green"
    assert shown(pages.get("/line/Red")) == ["Said once."]
    assert main_of(pages.get("/line/Green")).all(class_="repost") == []


def test_a_post_that_was_taken_down_is_gone_with_its_reposts(fleet, pages):
    first = fleet.say("Green", "Wrong station.")
    second = fleet.repost("Red", first)
    fleet.remove("Green", first)
    assert [pages.get(receipt.url).status_code for receipt in (first, second)] == [404, 404]
    assert shown(pages.get("/line/Green")) == shown(pages.get("/line/Red")) == []


def test_nothing_that_a_post_holds_becomes_markup(fleet, pages):
    said = fleet.say("Green", f"{HOSTILE}\nRef {HOSTILE}", spoken=HOSTILE, language='e"n><b>', reference=HOSTILE)
    for path in ("/line/Green", said.url, "/post/1?lang=es"):
        page = read(pages.get(path).text)
        posts = page.one(class_="thread")
        assert posts.one(class_="body").text == HOSTILE
        assert posts.one(class_="tongue").attributes["lang"] == 'e"n><b>'
        assert posts.all("script") == posts.all("img") == posts.all("b") == []
        assert [script.attributes["src"].split("?")[0] for script in page.all("script")] == ["/static/pages.js"]
        assert not any(name.startswith("on") for one in page.inside() for name in one.attributes)


def test_hostile_addresses_are_not_repeated_as_markup(pages):
    for path in ("/line/<script>x</script>", "/post/1<script>", "/?lang=<script>x", "/line/Green?before=<script>x"):
        assert "<script>x" not in pages.get(path).text


def test_a_screen_reader_hears_the_spoken_form_and_eyes_see_the_written(fleet, pages):
    fleet.say("Green", "Ref 7KQ at St", spoken="Reference 7, K, Q at Street")
    fleet.say("Green", "Plain words", spoken="Plain words")
    plain, spoken = main_of(pages.get("/line/Green")).all(class_="post")
    assert spoken.heard() == "Reference 7, K, Q at Street"
    assert spoken.one(class_="body").text == "Ref 7KQ at St"
    assert plain.heard() == plain.text == "Plain words"


def test_each_post_says_its_language_and_which_way_it_runs(fleet, pages):
    first = fleet.say("Green", "Robbery")
    for language in ("es", "ar", "zh-Hant"):
        fleet.say("Green", language, language=language, reply_to=first)
    tongues = main_of(pages.get(first.url)).all(class_="tongue")
    assert [(one.attributes["lang"], one.attributes["dir"]) for one in tongues] == [
        ("en", "ltr"), ("es", "ltr"), ("ar", "rtl"), ("zh-Hant", "ltr"),
    ]  # fmt: skip


def test_a_timeline_folds_away_what_it_also_says_in_the_readers_language(fleet, pages):
    first = fleet.say("Green", "Robbery")
    fleet.say("Green", "Robo", language="es", reply_to=first)
    fleet.say("Green", "Solo en español", language="es")

    def folded(path):
        return [one.one(class_="body").text for one in main_of(pages.get(path)).all("details")]

    assert folded("/line/Green") == ["Robo"]
    assert folded("/line/Green?lang=es") == ["Robbery"]
    assert folded(first.url) == []


@pytest.mark.parametrize(
    ("asked", "accepts", "language"),
    [
        ("", "", "en"),
        ("?lang=es", "en", "es"),
        ("", "es-MX,es;q=0.9,en;q=0.8", "es"),
        ("", "de, es;q=0.3, en;q=0.7", "en"),
        ("", "es;q=0, de", "en"),
        ("?lang=xx", "es", "es"),
        ("", ";;q=1,,es;q=x," * 50, "en"),
    ],
)
def test_a_page_is_in_the_language_that_its_reader_asks_for(pages, asked, accepts, language):
    answer = pages.get(f"/line/Green{asked}", headers={"Accept-Language": accepts})
    assert read(answer.text).one("html").attributes["lang"] == answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]


def test_the_spanish_page_is_spanish_throughout_and_stays_so(fleet, pages):
    fleet.say("Red", "Robo", language="es")
    page = read(pages.get("/line/Red?lang=es").text)
    assert page.one("h1").text == "La línea Roja"
    assert page.one(class_="unwatched").text == (
        "Esta cuenta no se atiende las 24 horas. En caso de emergencia, llame al 112."
    )
    assert page.one(class_="demonstration").text == "Demostración. No es la policía."
    own = [a.attributes["href"] for a in page.one("main").all("a") if a.attributes["href"].startswith("/")]
    own.append(page.one(class_="home").attributes["href"])
    assert len(own) == 2
    assert all(href.endswith("?lang=es") for href in own)


def test_every_line_says_that_nobody_watches_and_where_help_is(pages):
    for path in ("/line/Green", "/line/Red", "/line/Blue"):
        note = main_of(pages.get(path)).one(class_="unwatched")
        assert note.text == "This account is not monitored around the clock. For emergencies call 112."
        assert note.one("a").attributes["href"] == "tel:112"


def test_older_posts_are_reached_page_by_page_each_once(fleet, pages):
    for number in range(45):
        fleet.say("Green", f"Post {number}")
    found: list[str] = []
    path: str | None = "/line/Green"
    looks = 0
    while path:
        page = main_of(pages.get(path))
        found += [body.text for body in page.all("p", class_="body")]
        path = next((a.attributes["href"] for a in page.all("a", rel="next")), None)
        looks += 1
    assert found == [f"Post {number}" for number in reversed(range(45))]
    assert looks == 3


def test_a_fleet_that_nobody_reads_in_yet_says_so(fleet: Fleet, pages):
    assert main_of(pages.get("/line/Blue")).one(class_="empty").text == "No posts yet"
