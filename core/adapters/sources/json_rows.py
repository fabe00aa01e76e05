"""Records inside a JSON answer: the list found, each record read or set aside, and known again by a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from core.adapters.sources.cells import RowRefused
from core.adapters.sources.mapping import RowReader
from core.adapters.sources.records import no_number
from core.ports.source import BadRow, GoodRow, SourceDown


def document_of(body: bytes) -> object:
    """The answer as JSON. Raises SourceDown."""
    try:
        return json.loads(body, parse_constant=no_number)
    except (ValueError, RecursionError):
        kind = "a web page" if body.lstrip()[:1] == b"<" else "something"
        raise SourceDown(f"answers with {kind} that is no JSON") from None


def inside(document: object, path: str) -> object:
    """What a dotted path leads to; empty: the document itself; None where it leads nowhere."""
    for step in filter(None, path.split(".")):
        document = document.get(step) if isinstance(document, Mapping) else None
    return document


def records_of(document: object, path: str) -> Sequence[object]:
    """The list of records. Raises SourceDown when there is none: an empty list says nothing, a missing one all."""
    found = inside(document, path)
    if not isinstance(found, list):
        raise SourceDown(f"answers without a list {f'under `{path}`' if path else 'of records'}")
    return found


def digest(item: object) -> str:
    """A short mark by which a record or a page is known again, whatever the order of its fields."""
    return hashlib.sha256(_written(item)).hexdigest()[:16]


def read_item(item: object, position: str, reader: RowReader) -> GoodRow | BadRow:
    """One record as a row, read or refused with its reason."""
    raw = _written(item)
    try:
        if not isinstance(item, Mapping):
            raise RowRefused("is no JSON object")
        return GoodRow(position=position, record=reader.read(item), raw=raw)
    except RowRefused as refused:
        return BadRow(position=position, reason=str(refused), raw=raw)


def _written(item: object) -> bytes:
    try:
        return json.dumps(item, sort_keys=True).encode()
    except RecursionError:
        return b"nested too deep to be written"
