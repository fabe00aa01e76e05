"""A card says what and where without a person; what can't be drawn is not drawn as boxes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from core.render.card import HEIGHT, WIDTH, Bullet, Card, CardNotDrawn, draw_card
from core.render.pictures import MAX_BYTES

GREEN = Bullet("G", "#00933C", "#FFFFFF")
CARD = Card((GREEN,), "Robbery", ("Harbour", "Saturday, 21 November, about 8:10 pm"), "@ExampleGreen · Ref 0000000")


def pixels(card: Card) -> Image.Image:
    return Image.open(io.BytesIO(draw_card(card).content)).convert("RGB")


def ink(picture: Image.Image, box: tuple[int, int, int, int]) -> int:
    """How many pixels of a part are not paper."""
    colours: Any = picture.crop(box).getcolors(WIDTH * HEIGHT) or []
    return sum(count for count, colour in colours if colour != (255, 255, 255))


def test_it_is_a_small_picture_of_the_shape_that_platforms_show_whole():
    shown = draw_card(CARD)
    assert pixels(CARD).size == (shown.width, shown.height) == (WIDTH, HEIGHT)
    assert len(shown.content) < MAX_BYTES // 4
    assert shown == draw_card(CARD)


def test_it_bears_the_lines_colour():
    assert pixels(CARD).getpixel((10, 10)) == (0, 0x93, 0x3C)


def test_each_line_has_its_symbol():
    two = pixels(Card((GREEN, Bullet("R", "#EE352E", "#FFFFFF")), *(CARD.title, CARD.lines, CARD.footer)))
    assert ink(two, (228, 72, 360, 204)) > 10_000
    assert ink(pixels(CARD), (228, 72, 360, 204)) == 0


def test_each_word_leaves_ink():
    base = ink(pixels(CARD), (0, 230, WIDTH, HEIGHT))
    assert base > ink(pixels(Card((GREEN,), CARD.title, CARD.lines[:1], CARD.footer)), (0, 230, WIDTH, HEIGHT)) > 0


def test_long_names_are_wrapped_inside_the_margins():
    long = Card((GREEN,), "Robbery", ("Fish Market and Lower Lantern Hill by the Old Bell Tower " * 2,), "Ref 0000000")
    assert ink(pixels(long), (WIDTH - 60, 230, WIDTH, HEIGHT)) == 0


@pytest.mark.parametrize("words", ["강도", "搶劫", "سرقة", "ডাকাতি", "\U0001f693"])
def test_signs_that_the_typeface_lacks_are_not_drawn_as_boxes(words: str):
    with pytest.raises(CardNotDrawn):
        draw_card(Card((GREEN,), words, ("Harbour",), "Ref 0000000"))


@pytest.mark.parametrize("words", ["Robo con violencia en la estación", "Ограбление", "Rabunek, żółć"])
def test_languages_that_it_can_draw(words: str):
    assert draw_card(Card((GREEN,), words, ("Harbour",), "Ref 0000000")).width == WIDTH


@pytest.mark.parametrize("lines", [("W" * 90,), ("Harbour and Museum by the sea " * 4,) * 5])
def test_more_than_it_holds_is_refused(lines: tuple[str, ...]):
    with pytest.raises(CardNotDrawn):
        draw_card(Card((GREEN,), "Robbery", lines, "Ref 0000000"))
