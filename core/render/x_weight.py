"""Weighs a text as X does, so that what fits here is not refused there.

Rules and figures: X's published twitter-text configurations, read November 2026. Version 3 is what X counts
by; the older two are kept because X's conformance cases are written for all three.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex

from core.render.emoji import emoji_pattern
from core.render.links import find_links

_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_SPOILED = regex.compile(r"[\uFFFE\uFEFF\uFFFF]")
_LINE_END = regex.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class WeightRules:
    """How one version counts: the weight of a link, of light and other characters, the most allowed."""

    maximum: int
    other: int
    light_ranges: tuple[tuple[int, int], ...]
    emoji_as_one: bool
    link: int = 23


V1 = WeightRules(maximum=140, other=1, light_ranges=(), emoji_as_one=False)
V2 = WeightRules(maximum=280, other=2, light_ranges=_LIGHT, emoji_as_one=False)
V3 = WeightRules(maximum=280, other=2, light_ranges=_LIGHT, emoji_as_one=True)


def weigh(text: str, rules: WeightRules = V3) -> int:
    """Return the weighted length of `text` after X's own normalisation (NFC, one line feed per line end)."""
    normal = _LINE_END.sub("\n", unicodedata.normalize("NFC", text))
    total = position = 0
    for link in find_links(normal):
        total += _weigh_plain(normal[position : link.start], rules) + rules.link
        position = link.end
    return total + _weigh_plain(normal[position:], rules)


def is_acceptable(text: str, rules: WeightRules = V3) -> bool:
    """Say whether X would take `text`: not empty, not too heavy, none of the code points it refuses."""
    return not holds_refused(text) and 0 < weigh(text, rules) <= rules.maximum


def holds_refused(text: str) -> bool:
    """Say whether `text` holds a code point that X takes in no post (byte-order marks, non-characters)."""
    return _SPOILED.search(text) is not None


def _weigh_plain(text: str, rules: WeightRules) -> int:
    pictures = 0
    if rules.emoji_as_one:
        text, pictures = emoji_pattern().subn("", text)
    return pictures * rules.other + sum(_weigh_character(ord(character), rules) for character in text)


def _weigh_character(code: int, rules: WeightRules) -> int:
    return 1 if any(first <= code <= last for first, last in rules.light_ranges) else rules.other
