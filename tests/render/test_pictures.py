"""A picture that is shown holds the crop, no bystander, and nothing but pixels."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from core.render.pictures import MAX_BYTES, MAX_SIDE, Box, PictureWrong, make_fit, size_of

SECRET = b"Pat Example was here 40.75,-73.99"


def checked(width: int = 400, height: int = 300, step: int = 4) -> Image.Image:
    """A chequered picture: every detail of it is gone where it is blurred."""
    picture = Image.new("RGB", (width, height), "white")
    for x in range(0, width, step):
        for y in range((x // step) % 2 * step, height, 2 * step):
            picture.paste("black", (x, y, x + step, y + step))
    return picture


def written(picture: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **more)
    return buffer.getvalue()


def spread(picture: Image.Image, box: tuple[int, int, int, int]) -> int:
    extremes: Any = picture.convert("L").crop(box).getextrema()
    low, high = extremes
    return int(high - low)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_only_the_crop_is_shown():
    shown = make_fit(written(checked()), Box(100, 50, 300, 250), ())
    assert (shown.width, shown.height) == opened(shown.content).size == (200, 200)
    assert shown.sha256 == hashlib.sha256(shown.content).hexdigest()


def test_a_bystanders_box_keeps_no_detail_and_the_rest_keeps_its_own():
    shown = opened(make_fit(written(checked()), Box(0, 0, 400, 300), [Box(40, 40, 140, 140)]).content)
    assert spread(shown, (50, 50, 130, 130)) < 60
    assert spread(shown, (200, 100, 300, 200)) > 200


def test_a_bystander_who_stands_at_the_edge_of_the_crop_is_blurred_in_the_whole_picture_first():
    shown = opened(make_fit(written(checked()), Box(100, 0, 400, 300), [Box(40, 40, 200, 140)]).content)
    assert spread(shown, (5, 50, 90, 130)) < 60


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_is_left(kind: str):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    more: dict[str, object] = {"exif": exif}
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", SECRET.decode())
        more["pnginfo"] = words
    if kind == "JPEG":
        more["comment"] = SECRET
    given_bytes = written(checked(), kind, **more)
    assert SECRET in given_bytes
    shown = make_fit(given_bytes + SECRET, Box(0, 0, 400, 300), ())
    again = opened(shown.content)
    assert SECRET not in shown.content
    assert not again.getexif()
    assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_boxes_count_as_a_viewer_sees_it_when_the_camera_was_turned():
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    turned = written(checked(400, 300), "JPEG", exif=exif)
    assert size_of(turned) == (300, 400)
    shown = make_fit(turned, Box(0, 0, 300, 400), [Box(0, 300, 100, 400)])
    assert spread(opened(shown.content), (10, 310, 90, 390)) < 60


def test_it_is_small_enough_for_every_platform():
    noise = Image.effect_noise((4000, 3000), 90).convert("RGB")
    shown = make_fit(written(noise, "JPEG", quality=60), Box(0, 0, 4000, 3000), ())
    assert len(shown.content) <= MAX_BYTES
    assert max(shown.width, shown.height) <= MAX_SIDE


def test_the_same_picture_gives_the_same_bytes():
    one = make_fit(written(checked()), Box(0, 0, 400, 300), [Box(0, 0, 50, 50)])
    assert one == make_fit(written(checked()), Box(0, 0, 400, 300), [Box(0, 0, 50, 50)])


def test_what_is_transparent_hides_nothing():
    hidden = checked().convert("RGBA")
    hidden.putalpha(0)
    shown = opened(make_fit(written(hidden), Box(0, 0, 400, 300), ()).content)
    assert spread(shown, (0, 0, 400, 300)) == 0


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 60,000 by 60,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def moving() -> bytes:
    return written(checked(), "WEBP", save_all=True, append_images=[Image.new("RGB", (400, 300))], duration=100)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JPEG"),
        (b"<svg onload=alert(1)>", "no JPEG"),
        (written(checked(), "GIF"), "no JPEG"),
        (written(checked(), "JPEG")[:900], "damaged"),
        (bomb(), "pixels"),
        (moving(), "moves"),
        (b"\xff" * 20_000_001, "bytes"),
    ],
)
def test_what_is_no_plain_picture_is_refused_in_one_line(content: bytes, said: str):
    with pytest.raises(PictureWrong, match=said) as told:
        make_fit(content, Box(0, 0, 100, 100), ())
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("crop", "blurred"),
    [
        (Box(0, 0, 401, 300), ()),
        (Box(50, 50, 50, 100), ()),
        (Box(-1, 0, 100, 100), ()),
        (Box(0, 0, 63, 100), ()),
        (Box(0, 0, 400, 300), (Box(390, 0, 410, 10),)),
    ],
)
def test_boxes_that_lie_outside_are_refused_and_never_clipped(crop: Box, blurred: tuple[Box, ...]):
    with pytest.raises(PictureWrong):
        make_fit(written(checked()), crop, blurred)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]))
def test_any_bytes_are_answered(tail: bytes, head: bytes):
    with pytest.raises(PictureWrong):
        make_fit(head + tail, Box(0, 0, 64, 64), ())
