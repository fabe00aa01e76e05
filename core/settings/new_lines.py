"""A publication's lines as a new fleet has them: ids, names, symbols, handles and colours that every part takes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from core.domain.imported import ImportedLine, ImportedNetwork
from core.domain.lines import Frozen, LineId
from core.domain.places import Station
from core.settings.line_checks import READABLE, contrast

HANDLE = 15
"""Characters of a handle that every platform takes; X allows the fewest."""
SYMBOL = 3
"""Characters of a symbol that can be read in a bullet."""
_CALLED_BY = re.compile(r"[A-Za-z0-9]{1,2}|[A-Z0-9]{3}")
"""An id like this stands in the bullet, and riders call the line by it: `7`, `B`, `U1`, `SIR`, but not `Red`."""
NO_COLOUR = "#3A3A3A"
_MOST_OF_ID, _MOST_OF_NAME = 20, 60


class NewLine(Frozen):
    """One line as lines.yaml will have it."""

    id: LineId
    name: str
    routes: tuple[str, ...]
    colour: str
    text_colour: str
    symbol: str
    handle: str
    own_colour: bool
    """False where the publication names no colour."""

    @property
    def by_symbol(self) -> bool:
        """True when riders call it by its symbol (`the 7 line`), not by a name."""
        return self.symbol == self.id


class NewNetwork(Frozen):
    """What a new fleet is made of."""

    agency: str
    zone: str | None
    noun: str
    lines: tuple[NewLine, ...]
    stations: tuple[Station, ...]
    unserved: tuple[str, ...]
    """Lines that the publication names, and no train of which stops anywhere in it."""


def _plain(text: str) -> str:
    """The letters and digits of a text that every platform knows, word by word."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[A-Za-z0-9]+", folded))


def new_network(network: ImportedNetwork, name: str, noun: str | None) -> NewNetwork:
    """The network under ids that lines.yaml takes; `name` begins each handle. Raises ValueError when no train stops."""
    stops = {line for station in network.stations for line in station.lines}
    served = [line for line in network.lines if line.id in stops]
    if not network.lines:
        raise ValueError(
            "this says which lines stop where, but nothing of the lines themselves: take the static GTFS zip"
        )
    if not served:
        raise ValueError("no train of this feed stops anywhere")
    noun = noun or common_noun([line.name for line in served])
    ids = _unique((_id_of(line, noun) for line in served), _MOST_OF_ID)
    symbols = _symbols(ids, [_without(line.name, noun) for line in served])
    handles = _handles(name, ids)
    lines = tuple(
        _line(line, LineId(one), symbol, handle, noun)
        for line, one, symbol, handle in zip(served, ids, symbols, handles, strict=True)
    )
    renamed = {line.id: new.id for line, new in zip(served, lines, strict=True)}
    stations = tuple(
        station.model_copy(update={"lines": tuple(renamed[line] for line in station.lines)})
        for station in network.stations
    )
    return NewNetwork(
        agency=" ".join(network.agency.split())[:_MOST_OF_NAME],
        zone=network.zone,
        noun=noun,
        lines=lines,
        stations=stations,
        unserved=tuple(line.name for line in network.lines if line.id not in stops),
    )


def _id_of(line: ImportedLine, noun: str) -> str:
    """What riders call it: a short id of the feed, else its name without the noun, since ids may be mere numbers."""
    plain, name = (_plain(text).replace(" ", "-").strip("-") for text in (line.id, _without(line.name, noun)))
    if not _CALLED_BY.fullmatch(plain) and 0 < len(name) <= _MOST_OF_ID:
        return name
    return plain[:_MOST_OF_ID].strip("-") or "line"


def _line(line: ImportedLine, line_id: LineId, symbol: str, handle: str, noun: str) -> NewLine:
    colour = line.colour or NO_COLOUR
    stem = " ".join(line.name.split())[:_MOST_OF_NAME]
    return NewLine(
        id=line_id,
        name=f"{line_id} {noun}" if symbol == line_id and stem == line_id else stem or line_id,
        routes=line.routes,
        colour=colour,
        text_colour=readable_on(colour, line.text_colour),
        symbol=symbol,
        handle=handle,
        own_colour=line.colour is not None,
    )


def common_noun(names: Sequence[str]) -> str:
    """What riders call a line, by the word that ends (or begins) most names; else `line`."""
    words = [name.split() for name in names if len(name.split()) > 1]
    for position in (-1, 0):
        found = Counter(parts[position].lower() for parts in words if parts[position].isalpha()).most_common(1)
        if found and found[0][1] * 2 > len(names) and found[0][1] > 1:
            return found[0][0]
    return "line"


def _without(name: str, noun: str) -> str:
    words = [word for word in _plain(name).split() if word.lower() != noun.lower()]
    return " ".join(words)


def readable_on(colour: str, wanted: str | None) -> str:
    """The wanted colour of the symbol where it can be read on its bullet, else black or white."""
    if wanted is not None and contrast(colour, wanted) >= READABLE:
        return wanted
    return max(("#FFFFFF", "#000000"), key=lambda text: contrast(colour, text))


def _unique(words: Iterable[str], longest: int) -> list[str]:
    """Each word once, without regard to case: a second one bears a number."""
    taken: set[str] = set()
    found = []
    for word in words:
        number, one = 1, word[:longest]
        while one.lower() in taken:
            number += 1
            one = f"{word[: longest - len(str(number))]}{number}"
        taken.add(one.lower())
        found.append(one)
    return found


def _symbols(ids: Sequence[str], names: Sequence[str]) -> list[str]:
    """A short id, or the fewest letters of the name (else of the id) that no other line bears."""
    taken = {one for one in ids if _CALLED_BY.fullmatch(one)}
    symbols = []
    for one, name in zip(ids, names, strict=True):
        if _CALLED_BY.fullmatch(one):
            symbols.append(one)
            continue
        word = "".join(name.split()) or one.replace("-", "")
        choices = [word[:length].upper() for length in range(1, SYMBOL + 1)]
        symbol = next((choice for choice in choices if choice not in taken), choices[-1])
        taken.add(symbol)
        symbols.append(symbol)
    return symbols


def _handles(name: str, ids: Sequence[str]) -> list[str]:
    """The agency's name and the line's, as much of both as a handle may hold."""
    start = "".join(word[:1].upper() + word[1:] for word in _plain(name.replace("_", " ")).split()) or "Fleet"
    ends = ["".join(word[:1].upper() + word[1:] for word in one.split("-")) for one in ids]
    longest = min(max(len(end) for end in ends), 10)
    return _unique((start[: HANDLE - longest] + end[:longest] for end in ends), HANDLE)
