"""Reads whatever an agency publishes of its stations: a static GTFS zip, or a table in a layout that we know."""

from __future__ import annotations

import importlib
import pkgutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from core.adapters.gazetteer.gtfs_zip import read_gtfs
from core.adapters.http import HttpDown, HttpReader, Limits, checked_url
from core.domain.imported import ImportedNetwork

LARGEST_TABLE = 20_000_000
"""Bytes that a table of stations may have; the largest known has 70,000."""
LARGEST_FEED = 300_000_000
"""Bytes that a zip may have that is fetched; a large city's has 50 million."""


def read_publication(place: str) -> ImportedNetwork:
    """The stations of a file or an https address, with their lines as far as it describes any.

    Raises ValueError with the reason, OSError.
    """
    if urlsplit(place).scheme in ("http", "https"):
        return _fetched(place)
    return _dated(Path(place))


def _fetched(url: str) -> ImportedNetwork:
    reader = HttpReader(Limits(read=60.0, overall=300.0, max_bytes=LARGEST_FEED))
    try:
        body = reader.get(checked_url(url)).body
    except HttpDown as down:
        raise ValueError(f"{down}: fetch it yourself and name the file") from down
    with tempfile.TemporaryDirectory(prefix="subway-fleet-feed-") as folder:
        path = Path(folder) / (Path(urlsplit(url).path).name or "feed")
        path.write_bytes(body)
        return _dated(path)


def _dated(path: Path) -> ImportedNetwork:
    """With the day on which the file was last changed: as it was published or fetched."""
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    return _read(path).model_copy(update={"published": day})


def _read(path: Path) -> ImportedNetwork:
    if zipfile.is_zipfile(path):
        return read_gtfs(path)
    size = path.stat().st_size
    if size > LARGEST_TABLE:
        raise ValueError(f"{path.name} is no GTFS zip, and with {size} bytes too large for a table of stations")
    reasons = []
    for read_table in _tables():
        try:
            return read_table(path.read_bytes())
        except UnicodeDecodeError as error:
            raise ValueError(f"{path.name} is neither a GTFS zip nor a table in UTF-8") from error
        except ValueError as error:
            reasons.append(str(error))
    raise ValueError(f"{path.name} is neither a GTFS zip nor a table of stations that we know: {'; '.join(reasons)}")


def _tables() -> Iterator[Callable[[bytes], ImportedNetwork]]:
    """The reader of each agency's own table: a module beside this one whose name ends in `_stations`."""
    here = Path(__file__).parent
    for module in pkgutil.iter_modules([str(here)]):
        if module.name.endswith("_stations"):
            yield importlib.import_module(f"core.adapters.gazetteer.{module.name}").read_network
