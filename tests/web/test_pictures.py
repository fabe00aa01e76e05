"""A post's picture is shown with its words, under its content's name, and only as long as the post stands."""

from __future__ import annotations

from hashlib import sha256

import pytest

from core.ports.channel import Outgoing
from tests.contract.channels import a_picture
from tests.web.fleet import HOSTILE, NIGHT
from tests.web.reading import read


def show(fleet, line="Green", alt="A teal field.", key="ab" * 32):
    picture = a_picture(alt)
    outgoing = Outgoing(
        text="Seen at Example Sq.",
        spoken="Seen at Example Square.",
        language="en",
        reply_to=None,
        reference="7KQ2M9X",
        said_at=NIGHT,
        platform_key=key,
        picture=picture,
    )
    return fleet.timeline.publish(fleet.account(line), outgoing), picture


def addressed(picture):
    return f"/picture/{sha256(picture.content).hexdigest()}.jpg"


def test_the_page_shows_the_picture_with_its_words_and_size(fleet, pages):
    said, picture = show(fleet, alt=HOSTILE)
    for path in ("/line/Green", said.url):
        shown = read(pages.get(path).text).one("img", class_="picture").attributes
        assert (shown["src"], shown["alt"]) == (addressed(picture), HOSTILE)
        assert (shown["width"], shown["height"]) == ("48", "27")
    assert "<script>alert" not in pages.get(said.url).text


def test_the_words_of_a_picture_are_not_hidden_from_those_who_listen(fleet, pages):
    show(fleet)
    page = read(pages.get("/line/Green").text)
    assert page.one(class_="written").attributes["aria-hidden"] == "true"
    assert page.one(class_="written").all("img") == []


def test_a_repost_shows_the_picture_of_what_it_repeats(fleet, pages):
    said, picture = show(fleet)
    fleet.repost("Red", said)
    assert read(pages.get("/line/Red").text).one("img", class_="picture").attributes["src"] == addressed(picture)


def test_the_picture_is_served_as_what_it_is_and_may_be_kept_by_its_reader_only(fleet, pages):
    _, picture = show(fleet)
    answer = pages.get(addressed(picture))
    assert (answer.status_code, answer.content) == (200, picture.content)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, max-age=86400, immutable"


def test_a_picture_is_gone_with_the_last_post_that_shows_it(fleet, pages):
    said, picture = show(fleet)
    again, _ = show(fleet, key="cd" * 32)
    fleet.remove("Green", said)
    assert pages.get(addressed(picture)).status_code == 200
    fleet.remove("Green", again)
    assert pages.get(addressed(picture)).status_code == 404
    fleet.timeline.close()
    assert picture.content not in b"".join(one.read_bytes() for one in fleet.folder.glob("local.db*"))


def test_another_handle_takes_no_picture_down(fleet, pages):
    said, picture = show(fleet)
    fleet.remove("Red", said)
    assert pages.get(addressed(picture)).status_code == 200


@pytest.mark.parametrize(
    "name", ["", "x.jpg", "{hash}.png", "{hash}.svg", "{hash}", "{HASH}.jpg", "..%2f{hash}.jpg", "{hash}.jpg%00"]
)
def test_only_the_exact_name_finds_a_picture(fleet, pages, name):
    _, picture = show(fleet)
    digest = sha256(picture.content).hexdigest()
    assert pages.get(f"/picture/{name.format(hash=digest, HASH=digest.upper())}").status_code == 404
