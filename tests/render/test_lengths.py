"""A text is as long as the platform that takes it says."""

from __future__ import annotations

import pytest

from core.render.lengths import Limit, count_graphemes, graphemes
from core.render.links import find_links
from core.render.x_weight import is_acceptable, weigh

X = Limit("x", 280)
BLUESKY = Limit("graphemes", 300, max_bytes=3000)
MASTODON = Limit("mastodon", 500)
FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Downtown platform", 17),
        ("Café", 4),
        ("Cafe\N{COMBINING ACUTE ACCENT}", 4),
        ("警方", 4),
        ("경찰", 4),
        ("الشرطة", 6),
        ("পুলিশ", 5),
        ("“Hold the doors” – no", 21),
        ("two\r\nlines", 9),
        ("https://police.example.com/notice/ABCDEFG?lang=en", 23),
        ("t.co", 23),
        ("See police.example.com/a.", 28),
        ("write to tips@police.example.com", 32),
        ("Exit at 42.St", 31),
    ],
)
def test_x_weighs_cjk_double_and_every_link_as_23(text, weight):
    assert X.length(text) == weight


@pytest.mark.parametrize("drawn", ["🚇", FAMILY, "🙋🏽", "👮🏿‍♀️", "☺️", "🇺🇸", "7️⃣", "🏴‍☠️", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "❤️‍🔥", "©️"])
def test_x_counts_what_it_draws_as_one_picture_as_two(drawn):
    assert weigh(drawn) == 2


@pytest.mark.parametrize(
    ("parts", "weight"), [("🇺🇺", 4), ("🚇\u200d🚓", 5), ("☺\ufe0e", 4), ("🚇\ufe0f", 4), ("©", 1), ("7", 1)]
)
def test_x_counts_the_parts_of_what_it_does_not_draw_as_one(parts, weight):
    assert weigh(parts) == weight


def test_x_refuses_byte_order_marks_and_empty_posts():
    assert not X.fits("\ufeffPolice")
    assert not is_acceptable("\ufeffPolice")
    assert not is_acceptable("")
    assert is_acceptable("x" * 280)
    assert not is_acceptable("x" * 281)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("(https://a.example.com/b_(c))", ["https://a.example.com/b_(c)"]),
        ("https://a.example.com/b, then", ["https://a.example.com/b"]),
        ("請看police.com/公告", ["police.com/"]),
        ("https://例え.jp/a", ["https://例え.jp/a"]),
        ("https://" + "あ" * 64 + ".jp", []),
        ("3.5 million at 4.45 p.m. or 10.30", []),
        ("notice.pdf and example.test", []),
        ("a@b.com, -c.com, https://no_underscore.com", []),
        ("https://t.co/" + "a" * 41, []),
        ("https://t.co/abc's", ["https://t.co/abc"]),
        ("https://example.com/" + "a" * 4096, []),
    ],
)
def test_links_are_found_where_x_finds_them(text, links):
    assert [text[link.start : link.end] for link in find_links(text)] == links


def test_bluesky_counts_what_a_reader_sees_and_the_bytes_beside_it():
    assert graphemes("ক্ষ" + FAMILY + "한é") == ["ক্ষ", FAMILY, "한", "é"]
    assert BLUESKY.length(FAMILY * 120) == 120
    assert BLUESKY.fits(FAMILY * 120)
    assert not BLUESKY.fits(FAMILY * 121)  # 25 bytes each
    assert BLUESKY.fits("x" * 300)
    assert not BLUESKY.fits("x" * 301)


def test_mastodon_counts_links_as_23_and_remote_accounts_without_their_server():
    assert MASTODON.length("See https://police.example.com/notice/" + "A" * 60) == 4 + 23
    assert MASTODON.length("@line@social.example.com says") == len("@line says")
    assert MASTODON.length("See police.example.com/notice") == len("See police.example.com/notice")
    assert MASTODON.length(FAMILY) == 1


def test_characters_are_code_points():
    assert Limit("characters", 10).length(FAMILY) == 7
    assert count_graphemes("") == 0
