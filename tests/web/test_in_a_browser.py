"""A real Chromium shows the pages, keeps them fresh, and asks nobody else for anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.fleet import HOSTILE

pytestmark = pytest.mark.browser


@pytest.fixture
def open_page(browser, served):
    """Opens a page at a path; every request and every complaint of the browser is kept."""
    contexts = []

    def open_it(path, **settings):
        context = browser.new_context(**({"locale": "en-US", "viewport": {"width": 390, "height": 844}} | settings))
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(served.url + path)
        return page

    yield open_it
    for context in contexts:
        context.close()


def bodies(page):
    return page.locator(".thread .body")


def test_a_new_post_appears_by_itself_and_is_announced(fleet, open_page):
    fleet.say("Green", "First")
    page = open_page("/line/Green")
    page.evaluate("window.untouched = true")
    expect(bodies(page)).to_have_text(["First"])
    fleet.say("Green", "Second")
    expect(bodies(page)).to_have_text(["Second", "First"])
    expect(page.get_by_role("status")).to_have_text("The posts on this page have changed.")
    assert page.evaluate("window.untouched") is True
    assert page.complaints == []


def test_a_post_that_is_taken_down_leaves_the_open_page(fleet, open_page):
    first, second = fleet.say("Green", "Right"), fleet.say("Green", "Wrong")
    page, alone = open_page("/line/Green"), open_page(second.url)
    fleet.remove("Green", second)
    expect(bodies(page)).to_have_text(["Right"])
    expect(alone.get_by_role("heading", level=1)).to_have_text("Nothing stands here")
    assert first.url


def test_what_a_reader_unfolded_stays_so_while_posts_come_in(fleet, open_page):
    first = fleet.say("Green", "Robbery")
    fleet.say("Green", "Robo", language="es", reply_to=first)
    page = open_page("/line/Green")
    page.get_by_text("Español", exact=True).last.click()
    expect(page.get_by_text("Robo", exact=True)).to_be_visible()
    fleet.say("Green", "Next")
    expect(bodies(page)).to_have_text(["Next", "Robbery", "Robo"])
    expect(page.get_by_text("Robo", exact=True)).to_be_visible()


def test_the_index_says_when_a_line_speaks_for_the_first_time(fleet, open_page):
    page = open_page("/")
    row = page.locator(".group li").first
    expect(row).to_contain_text("No posts yet")
    fleet.say("Green", "First")
    expect(row).to_contain_text("Friday, July 3, 11:15 PM")
    assert page.complaints == []


def test_no_request_leaves_the_host_and_nothing_is_kept_in_the_browser(fleet, open_page, served):
    fleet.say("Green", "Something")
    page = open_page("/")
    page.get_by_role("link", name="The Green Line").click()
    page.get_by_role("link", name="open notice").click()
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aviso 7KQ2M9X")
    assert len(page.asked) >= 8
    assert [url for url in page.asked if not url.startswith(served.url + "/")] == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.complaints == []


def test_hostile_words_stay_words(fleet, open_page):
    fleet.say("Green", HOSTILE, spoken=HOSTILE, reference=HOSTILE)
    page = open_page("/line/Green")
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    expect(bodies(page)).to_have_text([HOSTILE])
    fleet.say("Green", HOSTILE + "again")
    expect(bodies(page)).to_have_text([HOSTILE + "again", HOSTILE])
    assert page.locator(".thread img, .thread script").count() == 0
    assert page.complaints == []


def test_it_can_all_be_read_without_scripts(fleet, open_page):
    first = fleet.say("Green", "Robbery")
    fleet.say("Green", "Robo", language="es", reply_to=first)
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("link", name="The Green Line").click()
    page.locator("summary").click()
    expect(page.get_by_text("Robo", exact=True)).to_be_visible()
    assert not any(url.endswith("/events") for url in page.asked)


def test_the_keyboard_reaches_the_content_first_and_shows_where_it_is(fleet, open_page):
    fleet.say("Green", "Something")
    page = open_page("/line/Green")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert skip.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/line/Green", "/post/1", "/nowhere"])
def test_the_narrowest_telephone_needs_no_sideways_scrolling(fleet, open_page, path):
    fleet.say("Green", "W" * 900 + "\nRef 7KQ2M9X")
    page = open_page(path, viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_have_contrast_as_the_browser_paints_them(fleet, open_page, scheme):
    from tests.web.reading import contrast

    first = fleet.say("Green", "Robbery\nRef 7KQ2M9X")
    fleet.repost("Red", first)
    page = open_page("/line/Red", color_scheme=scheme)
    painted = page.evaluate(PAINTED)
    assert len(painted) > 8
    hexes = {text: tuple("#" + "".join(f"{part:02x}" for part in colour) for colour in pair) for text, *pair in painted}
    assert {text: pair for text, pair in hexes.items() if contrast(*pair) < 4.5} == {}


PAINTED = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const found = parts(getComputedStyle(one).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const one of document.querySelectorAll("body *:not(svg *)")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (own) found.push([one.textContent.trim(), parts(getComputedStyle(one).color).slice(0, 3), ground(one)]);
  }
  return found;
}"""
