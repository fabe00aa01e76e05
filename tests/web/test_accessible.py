"""Anyone can read the pages: names for what is drawn, an order of headings, landmarks, and contrast."""

from __future__ import annotations

import itertools
import re

import pytest
from fastapi.testclient import TestClient

from core.web.public.app import STATIC, build_app
from tests.web.fleet import EXAMPLE, ROOT, Fleet, knowledge
from tests.web.reading import contrast, palettes, read

PATHS = (
    "/",
    "/line/Green",
    "/line/Red",
    "/line/Blue",
    "/post/1",
    "/post/2",
    "/nowhere",
    "/?lang=es",
    "/line/Green?lang=es",
)
CSS = (STATIC / "pages.css").read_text("utf-8")
TEXT_ON = [
    ("ink", "ground"), ("ink", "sheet"), ("soft", "ground"), ("soft", "sheet"), ("link", "ground"), ("link", "sheet"),
    ("care-ink", "care"), ("warn-ink", "warn"),
]  # fmt: skip


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """Pages of a fleet that has said everything that a page can show."""
    fleet = Fleet(tmp_path_factory.mktemp("fleet"))
    first = fleet.say("Green", "Robbery\nRef 7KQ2M9X", spoken="Robbery. Reference 7, K, Q, 2, M, 9, X")
    fleet.say("Green", "Robo", language="es", reply_to=first)
    fleet.repost("Red", first)
    for number in range(25):
        fleet.say("Green", f"Post {number}")
    yield TestClient(build_app(fleet.timeline, fleet.know, demonstration=True))
    fleet.timeline.close()


@pytest.fixture(params=PATHS)
def page(request, spoken):
    return read(spoken.get(request.param).text)


def test_it_says_its_language_its_title_and_how_wide_it_is(page):
    assert page.one("html").attributes["lang"]
    assert page.one("title").text
    assert page.one("meta", name="viewport").attributes["content"] == "width=device-width, initial-scale=1"


def test_it_has_one_chief_heading_and_skips_no_level(page):
    levels = [int(one.name[1]) for one in page.inside() if re.fullmatch("h[1-6]", one.name)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    assert all(one.heard() for one in page.inside() if re.fullmatch("h[1-6]", one.name))


def test_it_has_its_landmarks_and_a_way_past_the_top(page):
    main = page.one("main")
    assert len(page.all("header")) >= 1
    assert len(page.all("footer")) == 1
    first = page.one("body").all("a")[0]
    assert (first.attributes["href"], main.attributes["id"]) == ("#main", "main")
    navs = [nav.attributes["aria-label"] for nav in page.all("nav")]
    assert len(set(navs)) == len(navs)


def test_what_is_drawn_is_named_by_words_beside_it(page):
    drawn = page.all("svg")
    for svg in drawn:
        assert svg.attributes["aria-hidden"] == "true"
        if svg.holds("class", "bullet"):
            beside = next(one for one in svg.above() if one.name in ("a", "div"))
            assert beside.heard()
    assert page.all("img") == []


def test_every_link_has_a_name_and_no_id_stands_twice(page):
    assert all(link.heard() for link in page.all("a"))
    ids = [one.attributes["id"] for one in page.inside() if "id" in one.attributes]
    assert len(ids) == len(set(ids))


def test_it_names_nothing_outside_and_writes_no_style_or_script_inside(page):
    for one in page.inside():
        for name in ("href", "src", "action", "srcset", "data"):
            value = one.attributes.get(name)
            assert value is None or re.match(r"/(?!/)|#|tel:\d", value), value
        assert "style" not in one.attributes
        assert not any(name.startswith("on") for name in one.attributes)
    assert page.all("style") == []
    assert all(script.text == "" for script in page.all("script"))


@pytest.mark.parametrize("path", [EXAMPLE, ROOT / "lines.yaml"], ids=["example", "the fleet"])
def test_the_letter_of_every_bullet_can_be_read(path):
    ratios = {line.id: contrast(line.colour, line.text_colour) for line in knowledge(path).lines.values()}
    assert {line: ratio for line, ratio in ratios.items() if ratio < 3} == {}


def test_every_text_can_be_read_by_day_and_by_night():
    found = palettes(CSS)
    assert len(found) == 2
    for palette in found:
        ratios = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in TEXT_ON}
        assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}
        assert min(contrast(palette["focus"], palette[ground]) for ground in ("ground", "sheet")) >= 3


def test_the_styles_ask_for_nothing_from_elsewhere_and_move_only_where_motion_is_welcome():
    assert "url(" not in CSS
    assert "@import" not in CSS
    still = CSS.split("@media (prefers-reduced-motion: no-preference)")[0]
    assert not re.search(r"animation|transition|scroll-behavior", still)
