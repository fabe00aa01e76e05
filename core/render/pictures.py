"""Makes a picture fit to be shown: cropped, bystanders blurred, metadata gone, written anew within bounds. Pure."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

MAX_BYTES_IN = 20_000_000
MAX_PIXELS_IN = 40_000_000
"""A file of a few kilobytes can unfold into gigabytes: its size is read before its pixels."""
MAX_SIDE = 1600
MIN_SIDE = 64
MAX_BYTES = 950_000
"""Bluesky takes a million bytes, X five million, Mastodon sixteen: the least, with room."""
FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITIES = (88, 80, 70, 60, 50)
_MOSAIC = 6
"""A blurred box keeps so many tiles a side: too few for a face, and nothing finer is left in the file."""


class PictureWrong(Exception):
    """The picture can't be used; one line that says why."""


@dataclass(frozen=True)
class Box:
    """A part of a picture as it is seen, in pixels from its upper left corner; right and bottom lie outside."""

    left: int
    top: int
    right: int
    bottom: int

    def inside(self, width: int, height: int) -> bool:
        """True for a part that is not empty and lies within these bounds."""
        return 0 <= self.left < self.right <= width and 0 <= self.top < self.bottom <= height


@dataclass(frozen=True)
class Shown:
    """A picture as it is sent: the exact bytes, named by their own content."""

    content: bytes
    sha256: str
    width: int
    height: int
    media_type: str = "image/jpeg"


def make_fit(content: bytes, crop: Box, bystanders: Sequence[Box]) -> Shown:
    """The part of a picture that is shown, with every bystander's box made unreadable, as a new JPEG.

    Boxes count in the whole picture as a viewer sees it (turned as its EXIF says). What stands in the file beside the
    pixels (place, camera, thumbnail, profile) is not copied. The same input gives the same bytes.
    Raises PictureWrong.
    """
    whole = _read(content)
    if not crop.inside(*whole.size):
        raise PictureWrong(f"the crop lies outside the picture of {whole.width}x{whole.height} pixels")
    for box in bystanders:
        if not box.inside(*whole.size):
            raise PictureWrong(f"a blurred box lies outside the picture of {whole.width}x{whole.height} pixels")
        _make_unreadable(whole, box)
    part = whole.crop((crop.left, crop.top, crop.right, crop.bottom))
    if min(part.size) < MIN_SIDE:
        raise PictureWrong(f"the crop is {part.width}x{part.height} pixels; each side needs {MIN_SIDE}")
    part.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return _written(part)


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a picture as a viewer sees it. Raises PictureWrong."""
    return _read(content).size


def _read(content: bytes) -> Image.Image:
    if len(content) > MAX_BYTES_IN:
        raise PictureWrong(f"the file has {len(content)} bytes; at most {MAX_BYTES_IN} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content), formats=FORMATS)
        if opened.width * opened.height > MAX_PIXELS_IN:
            raise PictureWrong(f"it has {opened.width}x{opened.height} pixels; at most {MAX_PIXELS_IN} are read")
        if getattr(opened, "n_frames", 1) > 1:
            raise PictureWrong("it moves or has several pages: take one frame of it")
        return _flat(ImageOps.exif_transpose(opened))
    except UnidentifiedImageError:
        raise PictureWrong("it is no JPEG, PNG or WebP picture") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureWrong("it unfolds into more pixels than are read") from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as broken:
        raise PictureWrong(f"the picture is damaged ({type(broken).__name__})") from None


def _flat(picture: Image.Image) -> Image.Image:
    """Plain red, green and blue: what is transparent lies on white, and no profile or comment comes along."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        flat = Image.new("RGB", clear.size, "white")
        flat.paste(clear, mask=clear.getchannel("A"))
        return flat
    plain = picture.convert("RGB")
    flat = Image.new("RGB", plain.size)
    flat.paste(plain)
    return flat


def _make_unreadable(picture: Image.Image, box: Box) -> None:
    """Average the box into a few tiles, then blur those: what is averaged away can't be brought back."""
    where = (box.left, box.top, box.right, box.bottom)
    part = picture.crop(where)
    tiles = part.resize((min(_MOSAIC, part.width), min(_MOSAIC, part.height)), Image.Resampling.BOX)
    soft = tiles.resize(part.size, Image.Resampling.BILINEAR)
    picture.paste(soft.filter(ImageFilter.GaussianBlur(max(part.size) / (2 * _MOSAIC))), where)


def _written(picture: Image.Image) -> Shown:
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, exif=b"", icc_profile=None)
        content = buffer.getvalue()
        if len(content) <= MAX_BYTES:
            return Shown(content, hashlib.sha256(content).hexdigest(), picture.width, picture.height)
    raise PictureWrong(f"it can't be written within {MAX_BYTES} bytes: crop it closer")
