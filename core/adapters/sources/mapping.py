"""Reads one row of any export as an incident, by a column map."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from core.adapters.sources.cells import CellRules, Row, RowRefused
from core.adapters.sources.moments import MomentReader, Read
from core.adapters.sources.persons import needed, read_person, whole
from core.domain.columns import Cell, ColumnMap
from core.domain.incidents import Incident, Release, State
from core.domain.persons import Person
from core.domain.places import Place

AHEAD = timedelta(hours=48)
"""How far an occurrence may lie behind the moment it was known at before one of the two is a typing error."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,30})?")


class _Times(NamedTuple):
    began: datetime
    ended: datetime | None
    about: bool
    known: datetime


class RowReader:
    """Reads rows of one source. The map's zone goes before `zone`, the agency's. Raises ValueError for no zone."""

    def __init__(self, columns: ColumnMap, source: str, zone: str) -> None:
        self._columns = columns
        self._source = source
        self._rules = CellRules(columns)
        self._moments = MomentReader(ZoneInfo(columns.zone or zone), columns.dates, columns.times)

    def missing(self, header: tuple[str, ...]) -> str | None:
        """A column that the header lacks and without which no row can be read."""
        there = {self._rules.key(name) for name in header}
        for choice in self._columns.needed():
            # A dotted name goes into a cell that holds JSON: the header alone can't tell.
            if not any(self._rules.key(name) in there or "." in name for name in choice):
                return choice[0]
        return None

    def read(self, cells: Mapping[str, object]) -> Incident:
        """The incident. Raises RowRefused with field and fault."""
        row = Row(cells, self._rules)
        try:
            return self._incident(row)
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
            field = ".".join(str(step) for step in fault["loc"])
            reason = fault["msg"].removeprefix("Value error, ")
            raise RowRefused(f"{field}: {reason}" if field else reason) from None
        except OverflowError:
            raise RowRefused("a time lies beyond the calendar") from None

    def _incident(self, row: Row) -> Incident:
        columns, times = self._columns, self._times(row)
        since = self._moments.read("state_since", columns.state_since, row)
        confirmed = self._moments.read("confirmed_until", columns.confirmed_until, row)
        return Incident(
            authority=needed("authority", row.text("authority", columns.authority)),
            number=needed("number", row.text("number", columns.number)),
            also_known_as=tuple(word for cell in columns.also_known_as for word in row.texts(cell)),
            source=self._source,
            revision=whole("revision", columns.revision, row),
            occurred_from=times.began,
            occurred_to=times.ended,
            occurred_about=times.about,
            known_at=times.known,
            offence_code=row.text("offence_code", columns.offence_code),
            offence_words=row.text("offence_words", columns.offence_words),
            place=self._place(row),
            state=_state(row.text("state", columns.state)),
            state_since=since.at if since else None,
            release=self._release(row),
            person=self._person(row),
            tips_line=row.text("tips_line", columns.tips_line),
            free_text=row.text("free_text", columns.free_text),
            confirmed_until=confirmed.at if confirmed else None,
            unknown_fields=row.rest(),
        )

    def _times(self, row: Row) -> _Times:
        columns, moments = self._columns, self._moments
        began = moments.read("occurred_from", columns.occurred_from, row)
        known = moments.read("known_at", columns.known_at, row)
        if began is None or known is None:
            raise RowRefused("occurred_from: is missing" if began is None else "known_at: is missing")
        ended = self._ended(began, moments.read("occurred_to", columns.occurred_to, row))
        occurred_to = self._end(began, ended)
        known_at = self._known(known, began.at, occurred_to)
        if began.at > known_at + AHEAD:
            raise RowRefused("occurred_from: lies more than 48 hours after known_at")
        about = any(read.about or read.day_only for read in (began, ended) if read is not None)
        return _Times(began.at, occurred_to, about, known_at)

    def _ended(self, began: Read, ended: Read | None) -> Read | None:
        if ended is not None and ended.about and ended.at < began.at:
            return self._moments.later_of_twice(ended)
        return ended

    def _end(self, began: Read, ended: Read | None) -> datetime | None:
        """A day without a time lasts until its end: nobody knows when in it."""
        if ended is not None:
            return self._moments.day_end(ended) if ended.day_only else ended.at
        return self._moments.day_end(began) if began.day_only else None

    def _known(self, known: Read, began: datetime, ended: datetime | None) -> datetime:
        """A day without a time counts from its start, but never before what happened on it or earlier."""
        if not known.day_only:
            return known.at
        day = known.local.date()
        happened = [at for at in (began, ended) if at is not None and self._moments.local_date(at) <= day]
        return max([known.at, *happened])

    def _place(self, row: Row) -> Place:
        place = self._columns.place
        latitude = _decimal("latitude", place.latitude, row)
        longitude = _decimal("longitude", place.longitude, row)
        # Exports write zeros where they have no coordinates; half of a pair is no place either.
        nowhere = latitude is None or longitude is None or (latitude, longitude) == (0.0, 0.0)
        return Place(
            lines=row.texts(place.lines),
            train=row.text("train", place.train),
            station=row.text("station", place.station),
            direction=row.text("direction", place.direction),
            area=row.text("area", place.area),
            district=row.text("district", place.district),
            latitude=None if nowhere else latitude,
            longitude=None if nowhere else longitude,
            on_network=row.on_network(self._columns.on_network),
        )

    def _release(self, row: Row) -> Release:
        release = self._columns.release
        not_before = self._moments.read("release.not_before", release.not_before, row)
        return Release(
            allowed_by=row.text("release.allowed_by", release.allowed_by),
            not_before=not_before.at if not_before else None,
            purpose=row.text("release.purpose", release.purpose),
        )

    def _person(self, row: Row) -> Person | None:
        columns = self._columns.person
        return None if columns is None else read_person(columns, row, self._moments)


def read_row(row: Mapping[str, object], columns: ColumnMap, source: str, zone: str) -> Incident:
    """One row as an incident. Raises RowRefused. For many rows of one source, keep a RowReader."""
    return RowReader(columns, source, zone).read(row)


def _decimal(field: str, cell: Cell | None, row: Row) -> float | None:
    text = row.text(field, cell)
    if text is None:
        return None
    if not _DECIMAL.fullmatch(text):
        raise RowRefused(f"{field}: is no number")
    return float(text)


def _state(text: str | None) -> State:
    folded = " ".join((text or "").lower().split())
    try:
        return State(folded)
    except ValueError:
        raise RowRefused("state: is missing" if not folded else "state: is no state that is known") from None
