"""Fits a text into the parts of a thread: between sentences first, then between words, at worst between letters.

What a rider has to use whole stays whole: an address, a telephone number, and whatever reads as one character.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import regex

from core.render.lengths import Limit, graphemes
from core.render.links import find_links

Suffix = Callable[[int, int], str]

# Groups of digits with one separator between them, and letters for digits after a hyphen or dot (`555-0100-TIPS`).
# Unbroken runs of 5 to 15 digits too: 15 is the longest number E.164 allows.
_TELEPHONE = regex.compile(
    r"(?<![A-Za-z\p{Nd}])\+?\(?\p{Nd}{1,4}\)?"
    r"(?:[ \u00A0.\-\u2010-\u2013/]?\(?\p{Nd}{2,5}\)?|[.\-\u2010-\u2013]\p{Lu}{2,8}){1,5}(?![A-Za-z\p{Nd}])"
    r"|(?<!\p{Nd})\+?\p{Nd}{5,15}(?!\p{Nd})"
)
# Chinese and Japanese write without blanks: a line may end at any of their characters, but it doesn't begin with
# a closing mark nor end with an opening one.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_OPENING = regex.compile(r"[\p{Ps}\p{Pi}]")
_CLOSING = regex.compile(r"[\p{P}\p{Lm}--[\p{Ps}\p{Pi}]]", regex.VERSION1)


class Cut(IntEnum):
    """What is divided where one part ends and the next begins, the gentlest first."""

    SENTENCE = 0
    WORD = 1
    LETTER = 2


class LimitTooSmallError(ValueError):
    """A limit under which the text can't be said, however it is cut; `piece` is what finds no room."""

    def __init__(self, limit: Limit, piece: str) -> None:
        super().__init__(f"a part of at most {limit.maximum} ({limit.measure}) has no room for {piece!r}")
        self.limit = limit
        self.piece = piece


@dataclass(frozen=True, slots=True)
class _Gap:
    """A place where a part may end (at `end`) and the next begin (at `start`; blanks lie between)."""

    end: int
    start: int
    cut: Cut


def split(text_sentences: Sequence[str], limit: Limit, suffix: Suffix, *, joiner: str = " ") -> tuple[str, ...]:
    """Fit sentences into as many parts as `limit` asks for, each ending with `suffix(part, parts)`.

    A text that fits whole is one part without suffix; no text is no part. Without the suffixes the parts hold the
    words in their order, only the blanks where a part ends are gone. `joiner` stands between two sentences.
    Raises `LimitTooSmallError` (a `ValueError`) when something that must stay whole doesn't fit beside its suffix.
    """
    sentences = [sentence.strip() for sentence in text_sentences if sentence.strip()]
    text = joiner.join(sentences)
    if not text:
        return ()
    if limit.fits(text):
        return (text,)
    gaps = _gaps(text, _starts(sentences, joiner))
    total = 2
    while total <= len(text):
        bodies = _pack(text, gaps, limit, suffix, total)
        parts = tuple(body + suffix(part, len(bodies)) for part, body in enumerate(bodies, start=1))
        if 1 < len(parts) <= total and all(map(limit.fits, parts)):
            return parts
        total = max(total + 1, len(parts))  # a longer "(10/10)" may ask for one more part: try until it holds
    raise LimitTooSmallError(limit, text)


def _starts(sentences: Sequence[str], joiner: str) -> frozenset[int]:
    """Return where in the joined text each sentence but the first begins."""
    starts: set[int] = set()
    position = 0
    for sentence in sentences[:-1]:
        position += len(sentence) + len(joiner)
        starts.add(position)
    return frozenset(starts)


def _gaps(text: str, sentence_starts: frozenset[int]) -> tuple[_Gap, ...]:
    """Return every place where a part may end, in order; none lies inside what must stay whole."""
    inside = {place for start, end in _whole_spans(text) for place in range(start + 1, end)}
    gaps: list[_Gap] = []
    before, end, position = "", 0, 0  # the last letter that is no blank, and where it ended
    for letter in graphemes(text):
        if not letter.isspace():
            if before and position not in inside:
                gaps.append(_Gap(end, position, _cut(before, letter, position - end, position in sentence_starts)))
            before, end = letter, position + len(letter)
        position += len(letter)
    return tuple(gaps)


def _whole_spans(text: str) -> list[tuple[int, int]]:
    links = [(link.start, link.end) for link in find_links(text)]
    return links + [match.span() for match in _TELEPHONE.finditer(text)]


def _cut(before: str, after: str, blanks: int, starts_sentence: bool) -> Cut:
    if starts_sentence:
        return Cut.SENTENCE
    if blanks:
        return Cut.WORD
    unspaced = _UNSPACED.match(before) or _UNSPACED.match(after)
    return Cut.WORD if unspaced and not _OPENING.match(before) and not _CLOSING.match(after) else Cut.LETTER


def _pack(text: str, gaps: Sequence[_Gap], limit: Limit, suffix: Suffix, total: int) -> list[str]:
    """Fill part after part as far as it goes, each with room for its suffix out of `total`."""
    bodies: list[str] = []
    begin = 0
    while True:
        ending = suffix(len(bodies) + 1, total)
        if limit.fits(text[begin:] + ending):
            return [*bodies, text[begin:]]
        gaps = [gap for gap in gaps if gap.end > begin]
        gap = _furthest(text, begin, gaps, limit, ending)
        bodies.append(text[begin : gap.end])
        begin = gap.start


def _furthest(text: str, begin: int, gaps: Sequence[_Gap], limit: Limit, ending: str) -> _Gap:
    """Return the last gap that still fits, of the gentlest cut that has one."""
    for cut in Cut:
        candidates = [gap for gap in gaps if gap.cut is cut]
        fitting = bisect_left(candidates, True, key=lambda gap: not limit.fits(text[begin : gap.end] + ending))
        if fitting:
            return candidates[fitting - 1]
    raise LimitTooSmallError(limit, text[begin : gaps[0].end if gaps else len(text)])
