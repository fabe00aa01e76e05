"""Turns a written part into what a voice says: names in full, references and numbers letter by letter."""

from __future__ import annotations

from collections.abc import Mapping

import regex

_GROUP = regex.compile(r"[\p{L}\p{Nd}]+")
_WORD = regex.compile(r"[\p{L}\p{M}\p{Nd}']+")
_BULLET = regex.compile(r"\[([^\[\]\n]{1,40})\]")
_ASIDE = regex.compile(r"\s*\(([^()]*)\)")
_DOUBLE_PAUSE = regex.compile(r",(\s*(?:[.,;:!?]|$))")
_BLANKS = regex.compile(r"\s+")
SENTENCE_END = (".", "!", "?", "…", ":", "。", "！", "？", "।", "۔", "؟")


def spell(text: str) -> str:
    """Letter by letter, with a pause between groups: `555-0100` → `5 5 5, 0 1 0 0`."""
    return ", ".join(" ".join(group) for group in _GROUP.findall(text))


def in_full(text: str, words: Mapping[str, str]) -> str:
    """Abbreviations in full, by a language's table.

    One that opens a name or one of its halves takes the entry `…-first` where there is one, so that `St` can close a
    street and open a saint (`Canal St`, `St Marys Av`, `E 143 St-St Marys St`).
    """
    said: list[str] = []
    end, before = 0, ""
    for match in _WORD.finditer(text):
        between, word = text[end : match.start()], match[0]
        opens = not before or between.strip() != "" or before[0].islower()
        said += [between, (words.get(f"{word}-first") if opens else None) or words.get(word, word)]
        end, before = match.end(), word
    return "".join([*said, text[end:]])


def say_aloud(text: str, known: Mapping[str, str], words: Mapping[str, str]) -> str:
    """The spoken form of a part: `known` passages as given (names, references, numbers), the rest by the table."""
    passages = sorted((passage for passage in known if passage), key=lambda passage: (-len(passage), passage))
    if not passages:
        return _smooth(_plain(text, words))
    pattern = regex.compile(r"(?<!\w)(" + "|".join(map(regex.escape, passages)) + r")(?!\w)")
    pieces = pattern.split(text)  # every second piece is a known passage
    return _smooth("".join(known[piece] if index % 2 else _plain(piece, words) for index, piece in enumerate(pieces)))


def then(first: str, second: str) -> str:
    """Two sayings after each other, with a full stop between them where the first has no end of its own."""
    if not first or not second:
        return first or second
    return f"{first}{' ' if first.endswith(SENTENCE_END) else '. '}{second}"


def _plain(text: str, words: Mapping[str, str]) -> str:
    return in_full(_BULLET.sub(r"\1", text), words)


def _smooth(text: str) -> str:
    """No brackets and no line ends: a voice makes neither."""
    said = _ASIDE.sub(lambda aside: f", {aside[1]},", text)
    return _BLANKS.sub(" ", _DOUBLE_PAUSE.sub(r"\1", said)).strip()
