"""The lines and the train that a record names by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.domain.gazetteer import Gazetteer
from core.domain.lines import Frozen, LineId
from core.domain.places import Place, Station

_BETWEEN = re.compile(r"[,;/&+|]|\band\b")
_AT_END = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]\s*$")


LONGEST_OLD_LINE = 2
"""Beside a line that we know, so short a text is one that runs no more, not a part of the name."""


class Given(Frozen):
    """What a record says of lines by itself."""

    train: tuple[LineId, ...] = ()
    """The lines that the train may belong to: one, or several that share a letter."""
    lines: tuple[LineId, ...] = ()
    unknown: tuple[str, ...] = ()

    def wanted(self) -> tuple[LineId, ...]:
        """The lines to look for: the train's before the others."""
        return self.train or self.lines


def _each(text: str, gazetteer: Gazetteer) -> list[tuple[str, tuple[LineId, ...]]]:
    if found := gazetteer.lines_of(text):
        return [(text, found)]
    pieces = [piece for piece in _BETWEEN.sub("\n", text).split("\n") if piece.strip()]
    if len(pieces) < 2:
        pieces = text.split()
    return [(piece.strip(), gazetteer.lines_of(piece)) for piece in pieces]


def read_lines(texts: Sequence[str], gazetteer: Gazetteer) -> tuple[tuple[LineId, ...], tuple[str, ...]]:
    """Lines as written → the lines they may mean, and what could not be read."""
    read = [entry for text in texts if text.strip() for entry in _each(text, gazetteer)]
    lines = tuple(dict.fromkeys(line for _, found in read for line in found))
    return lines, tuple(piece for piece, found in read if not found)


def name_and_lines(text: str, gazetteer: Gazetteer) -> tuple[str, tuple[LineId, ...]]:
    """A station text that ends in lines, `Made-Up St (B,D)`, parted into name and lines; else the text as it is."""
    found = _AT_END.search(text)
    if found is None or not text[: found.start()].strip():
        return text.strip(), ()
    lines, unknown = read_lines([found.group(1)], gazetteer)
    if not lines or any(len(piece) > LONGEST_OLD_LINE for piece in unknown):
        return text.strip(), ()
    return text[: found.start()].strip(), lines


def given(place: Place, in_name: Sequence[LineId], gazetteer: Gazetteer) -> Given:
    """Everything that a record says of lines."""
    lines, unknown = read_lines(place.lines, gazetteer)
    train, unread = read_lines([place.train] if place.train else [], gazetteer)
    if unread:
        train = ()
    return Given(
        train=train,
        lines=tuple(dict.fromkeys((*lines, *in_name))),
        unknown=(*unread, *(unknown if not lines else ())),
    )


def serving(stations: Sequence[Station], lines: Sequence[LineId]) -> tuple[Station, ...]:
    """The stations that any of these lines serves."""
    wanted = set(lines)
    return tuple(station for station in stations if wanted & set(station.lines))
