"""A card about a place, without a person: line symbols, what, where and when, drawn as a picture. Pure."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import fontpkg_inter  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from core.render.pictures import Shown

WIDTH, HEIGHT = 1200, 675
"""16 to 9, which X, Bluesky and Mastodon show whole."""
_MARGIN, _BULLET, _GAP = 72, 132, 24
_INK, _PAPER, _QUIET = "#111111", "#FFFFFF", "#4A4A4A"
_FONT = Path(fontpkg_inter.__file__).parent / "files" / "Inter[opsz,wght].ttf"
_NOTHING = "\uffff"
"""No font draws it: what is drawn alike is missing in the font."""
MOST_BULLETS = 6


class CardNotDrawn(Exception):
    """The words can't be drawn: signs that the typeface lacks, or more than the card holds."""


@dataclass(frozen=True)
class Bullet:
    """A line's symbol and colours (`#RRGGBB`)."""

    symbol: str
    colour: str
    text_colour: str


@dataclass(frozen=True)
class Card:
    """What stands on it, in one language, from the catalogue and the gazetteer only."""

    bullets: tuple[Bullet, ...]
    title: str
    """What: the offence's plain words."""
    lines: tuple[str, ...]
    """Where and when, a line each."""
    footer: str
    """The handle and the reference."""


def draw_card(card: Card) -> Shown:
    """The card as a PNG of 1200 x 675 pixels; the same card gives the same bytes.

    Raises CardNotDrawn: a post then goes without it, since the card says nothing that the text does not.
    """
    _demand_signs("".join((card.title, *card.lines, card.footer, *(b.symbol for b in card.bullets))))
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    band = card.bullets[0].colour if card.bullets else _INK
    pen.rectangle((0, 0, WIDTH, 20), fill=band)
    _bullets(pen, card.bullets)
    top: float = _MARGIN + _BULLET + 48
    top = _words(pen, top, card.title, 64, 700, _INK)
    for line in card.lines:
        top = _words(pen, top + 14, line, 44, 450, _INK)
    if top > HEIGHT - _MARGIN - 48:
        raise CardNotDrawn("it has more words than the card holds")
    pen.text((_MARGIN, HEIGHT - _MARGIN), card.footer, font=_font(30, 450), fill=_QUIET, anchor="ls")
    buffer = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    content = buffer.getvalue()
    return Shown(content, hashlib.sha256(content).hexdigest(), WIDTH, HEIGHT, "image/png")


def _bullets(pen: ImageDraw.ImageDraw, bullets: Sequence[Bullet]) -> None:
    for number, bullet in enumerate(bullets[:MOST_BULLETS]):
        left = _MARGIN + number * (_BULLET + _GAP)
        pen.ellipse((left, _MARGIN, left + _BULLET, _MARGIN + _BULLET), fill=bullet.colour)
        size = 84 if len(bullet.symbol) < 2 else 52 if len(bullet.symbol) < 4 else 38
        middle = (left + _BULLET / 2, _MARGIN + _BULLET / 2)
        pen.text(middle, bullet.symbol, font=_font(size, 700), fill=bullet.text_colour, anchor="mm")


def _words(pen: ImageDraw.ImageDraw, top: float, words: str, size: int, weight: int, ink: str) -> float:
    """Draw words from `top` down, wrapped between words; where the last line ends."""
    font = _font(size, weight)
    for line in _wrapped(words, font):
        pen.text((_MARGIN, top), line, font=font, fill=ink)
        top += size * 1.25
    return top


def _wrapped(words: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= WIDTH - 2 * _MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
        if font.getlength(lines[-1]) > WIDTH - 2 * _MARGIN:
            raise CardNotDrawn("a word is wider than the card")
    return lines


@lru_cache(maxsize=16)
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(_FONT), size)
    font.set_variation_by_axes([min(size, 32), weight])
    return font


@lru_cache(maxsize=4096)
def _has(sign: str) -> bool:
    font = _font(30, 450)
    return sign.isspace() or bytes(font.getmask(sign)) != bytes(font.getmask(_NOTHING))


def _demand_signs(words: str) -> None:
    missing = sorted({sign for sign in words if not _has(sign)})
    if missing:
        raise CardNotDrawn(f"the typeface lacks {len(missing)} of its signs")
