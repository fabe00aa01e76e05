"""How station names are written alike: one spelling for all the ways in which people write the same name."""

from __future__ import annotations

import re
import unicodedata

CUT_FROM = 20
"""A text of at least this many characters may be the beginning of a longer name, cut off by a column's width."""

_LONG_FORMS: dict[str, tuple[str, ...]] = {
    "st": ("street", "streets", "sts", "saint", "str"),
    "av": ("avenue", "avenues", "ave", "aves", "avs", "aven", "avn"),
    "rd": ("road", "roads", "rds"),
    "blvd": ("boulevard", "boulevards", "blv", "boul", "bl"),
    "pkwy": ("parkway", "pky", "parkwy", "pkway"),
    "hwy": ("highway", "hiway"),
    "expy": ("expressway", "expwy", "exwy"),
    "pl": ("place",),
    "sq": ("square", "squares"),
    "dr": ("drive",),
    "ln": ("lane", "lanes"),
    "ter": ("terrace",),
    "tpke": ("turnpike", "tnpk", "tpk", "tnpke"),
    "ctr": ("center", "centre", "cntr"),
    "hts": ("heights", "hgts", "hghts"),
    "jct": ("junction", "jctn"),
    "pk": ("park",),
    "plz": ("plaza",),
    "cir": ("circle",),
    "ft": ("fort",),
    "mt": ("mount",),
    "e": ("east",),
    "w": ("west",),
    "n": ("north",),
    "s": ("south",),
    "term": ("terminal",),
    "univ": ("university",),
    "stn": (),
    "1": ("first",),
    "2": ("second",),
    "3": ("third",),
    "4": ("fourth",),
    "5": ("fifth",),
    "6": ("sixth",),
    "7": ("seventh",),
    "8": ("eighth",),
    "9": ("ninth",),
    "10": ("tenth",),
    "11": ("eleventh",),
    "12": ("twelfth",),
}
_SHORT = {long: short for short, longs in _LONG_FORMS.items() for long in longs}
_STREET_TYPES = frozenset({"st", "av", "rd", "blvd", "pkwy", "hwy", "pl", "sq", "dr", "ln", "ter", "tpke", "plz"})
_NOISE = frozenset({"station", "stn", "sta", "subway", "and", "at", "the", "of"})
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_NOT_A_SIGN = re.compile(r"['’‘`\"“”.]")
_NOT_A_WORD = re.compile(r"[\W_]+")
_PARTS = re.compile(r"\s*(?:/|\||[-–—]|[()])\s*")
_RANGE = re.compile(r"(\d)\s*[-–—]\s*(\d)")

Key = tuple[str, ...]
"""The words of a name in their one spelling, sorted: the order in which they are written tells nothing."""


def fold(text: str) -> str:
    """The text without regard to case, accents and spacing; everything else stands."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def _digits(word: str) -> str:
    ordinal = _ORDINAL.match(word)
    return ordinal.group(1) if ordinal else word


def _short(word: str) -> str:
    return _SHORT.get(word) or _digits(word)


def raw_words(text: str) -> tuple[str, ...]:
    """The words as written, folded, without punctuation, in their order."""
    dotless = _NOT_A_SIGN.sub(lambda found: " " if found.group() == "." else "", fold(text))
    return tuple(_NOT_A_WORD.sub(" ", dotless).split())


def words(text: str) -> tuple[str, ...]:
    """The words in their one spelling, in the order written: ordinals, street types and directions are alike."""
    found = tuple(_short(word) for word in raw_words(text))
    return tuple(word for word in found if word not in _NOISE) or found


def spelled(text: str) -> Key:
    """The words as they are spelled, sorted: only case, punctuation, ordinals and order are alike, no street type."""
    return tuple(sorted(_digits(word) for word in raw_words(text)))


def key(text: str) -> Key:
    """What a name is found by. Two texts with one key are the same name."""
    return tuple(sorted(words(text)))


def stiff(found: Key) -> Key:
    """The words of a key that may not differ at all: numbers and single letters (125 is not nearly 135)."""
    return tuple(word for word in found if len(word) == 1 or any(char.isdigit() for char in word))


def bare(text: str) -> Key:
    """The key without street types."""
    return tuple(word for word in key(text) if word not in _STREET_TYPES)


def parts(name: str) -> tuple[str, ...]:
    """The names that a station's name is joined of (`9 St-Old Sq` → `9 St`, `Old Sq`), alone or several
    together; none when it is one."""
    held = _RANGE.sub(r"\1 \2", name)
    found = [part for part in _PARTS.split(held) if part.strip()]
    runs = [(start, end) for start in range(len(found)) for end in range(start + 1, len(found) + 1)]
    return tuple(" ".join(found[start:end]) for start, end in runs if end - start < len(found))


def begins(cut: str, word: str) -> bool:
    """True when `cut` may be the beginning of `word`, in its short or any of its long forms."""
    return word.startswith(cut) or any(long.startswith(cut) for long in _LONG_FORMS.get(word, ()))
