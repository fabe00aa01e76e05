"""Column maps: which columns of any export feed which field of an incident, as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from core.domain.incidents import State
from core.domain.lines import Frozen

ISO = "iso"
"""A date format's name for ISO 8601, with or without time and offset."""


class Cell(Frozen):
    """Where one value comes from: the first of `columns` that holds something, else the constant `value`.

    In YAML a bare word stands for one column, a bare list for several. `values` translates what is written (in any
    case) into another word; `split` cuts a text into several values. A dot in a column's name goes into nested JSON
    (`person.age`).
    """

    columns: tuple[str, ...] = ()
    value: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    split: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_word(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"columns": (given,)}
        return {"columns": given} if isinstance(given, list | tuple) else given

    @field_validator("columns", mode="before")
    @classmethod
    def _one_or_more(cls, given: Any) -> Any:
        return (given,) if isinstance(given, str) else given

    @field_validator("values")
    @classmethod
    def _any_case(cls, given: dict[str, str]) -> dict[str, str]:
        return {" ".join(key.upper().split()): word for key, word in given.items()}

    @model_validator(mode="after")
    def _feeds_something(self) -> Cell:
        if not self.columns and self.value is None:
            raise ValueError("needs columns or a value")
        return self


class Moment(Frozen):
    """Where a point in time comes from: one column `at`, or a `date` column with, perhaps, a `time` column."""

    at: Cell | None = None
    date: Cell | None = None
    time: Cell | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_word(cls, given: Any) -> Any:
        return {"at": given} if isinstance(given, str | list | tuple) else given

    @model_validator(mode="after")
    def _one_way(self) -> Moment:
        if (self.at is None) == (self.date is None):
            raise ValueError("needs either `at` or `date`")
        if self.time is not None and self.date is None:
            raise ValueError("`time` needs `date` beside it")
        return self


class PlaceColumns(Frozen):
    """What feeds the place. A record without any of it has an unreadable place."""

    lines: Cell | None = None
    train: Cell | None = None
    station: Cell | None = None
    direction: Cell | None = None
    area: Cell | None = None
    district: Cell | None = None
    latitude: Cell | None = None
    longitude: Cell | None = None


class NetworkRule(Frozen):
    """`then` holds when every column of `when` has one of its words (any case), all of `present` hold something and
    all of `absent` hold nothing. Rules are asked in order; no rule matched: not said."""

    when: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    then: bool | None

    @field_validator("when")
    @classmethod
    def _any_case(cls, given: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {column: tuple(" ".join(word.upper().split()) for word in words) for column, words in given.items()}


class PictureColumns(Frozen):
    """What feeds a picture: all four, or the row is refused."""

    path: Cell
    footage: Cell
    minute: Cell
    voucher: Cell


class DescriptionColumns(Frozen):
    """What feeds the description, a field each."""

    sex: Cell | None = None
    height: Cell | None = None
    build: Cell | None = None
    hair: Cell | None = None
    top: Cell | None = None
    top_tint: Cell | None = None
    bottom: Cell | None = None
    bottom_tint: Cell | None = None
    headwear: Cell | None = None
    carried: Cell | None = None
    marks: Cell | None = None
    race: Cell | None = None


class PersonColumns(Frozen):
    """What feeds the person, where the export holds one."""

    ref: Cell | None = None
    ref_by: Cell | None = None
    role: Cell | None = None
    juvenile: Cell | None = None
    """`true` or `yes`; whatever the age."""
    name: Cell | None = None
    birth_date: Cell | None = None
    age: Cell | None = None
    judged_by: Cell | None = None
    judged_ages: Cell | None = None
    """Who judged the apparent age, and what each judged: two lists of one length."""
    description: DescriptionColumns | None = None
    case_reference: Cell | None = None
    picture: PictureColumns | None = None


class ReleaseColumns(Frozen):
    """What feeds the bureau's leave to say a record."""

    allowed_by: Cell | None = None
    not_before: Moment | None = None
    purpose: Cell | None = None


class ColumnMap(Frozen):
    """How one kind of export is read. What no entry names is kept in the incident's `unknown_fields`."""

    name: str = Field(min_length=1)
    about: str = ""
    """Where the columns are described, and when that was read."""
    zone: str | None = None
    """IANA zone of the local times; None = the agency's."""
    case_insensitive: bool = False
    """True when column names may be written in any case."""
    nulls: tuple[str, ...] = ("NA", "N/A", "NAN", "NULL", "(NULL)", "NONE")
    """Words (any case) that mean an empty cell."""
    plain_numbers: bool = False
    """True reads `4.0` as `4` and `1,020,316` as `1020316`, in every column."""
    dates: tuple[str, ...] = (ISO,)
    times: tuple[str, ...] = ("%H:%M:%S", "%H:%M")
    ignore: tuple[str, ...] = ()
    """Columns that only repeat others (shell patterns): left out of `unknown_fields`."""

    authority: Cell
    number: Cell
    also_known_as: tuple[Cell, ...] = ()
    revision: Cell | None = None
    occurred_from: Moment
    occurred_to: Moment | None = None
    known_at: Moment
    offence_code: Cell | None = None
    offence_words: Cell | None = None
    place: PlaceColumns = PlaceColumns()
    on_network: tuple[NetworkRule, ...] = ()
    state: Cell = Cell(value=State.REPORTED.value)
    state_since: Moment | None = None
    release: ReleaseColumns = ReleaseColumns()
    person: PersonColumns | None = None
    confirmed_until: Moment | None = None
    """Until when the source says that what stands about the person may stay up."""
    tips_line: Cell | None = None
    free_text: Cell | None = None

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, given: str | None) -> str | None:
        if given is not None:
            try:
                ZoneInfo(given)
            except (OSError, ValueError, KeyError):
                raise ValueError("is no time zone of the IANA table") from None
        return given

    @field_validator("dates", "times")
    @classmethod
    def _formats_work(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        plain = tuple(pattern.replace("%-", "%") for pattern in given)
        probe = datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001  # only its shape counts
        for pattern in plain:
            if pattern != ISO:
                try:
                    datetime.strptime(probe.strftime(pattern), pattern)  # noqa: DTZ007
                except ValueError:
                    raise ValueError(f"{pattern!r} is no date or time format") from None
        return plain

    @field_validator("nulls")
    @classmethod
    def _nulls_any_case(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word.upper() for word in given)

    @model_validator(mode="after")
    def _states_are_ours(self) -> ColumnMap:
        known = {state.value for state in State}
        for word in (*self.state.values.values(), *([self.state.value] if self.state.value else [])):
            if word not in known:
                raise ValueError(f"state: {word!r} is none of {', '.join(sorted(known))}")
        return self

    def fed_by(self) -> frozenset[str]:
        """The columns that feed a field (conditions only look at theirs), as the map writes them."""
        return frozenset(_columns_of(self))

    def needed(self) -> tuple[tuple[str, ...], ...]:
        """For each column set without which no row can be read: the columns of which one must be in the header."""
        sets = (self.number, self.occurred_from.at, self.occurred_from.date, self.known_at.at, self.known_at.date)
        return tuple(cell.columns for cell in sets if cell is not None and cell.columns and cell.value is None)


def _columns_of(part: object) -> Iterator[str]:
    if isinstance(part, Cell):
        yield from part.columns
    elif isinstance(part, tuple):
        for item in part:
            yield from _columns_of(item)
    elif isinstance(part, Frozen) and not isinstance(part, NetworkRule):
        for name in type(part).model_fields:
            yield from _columns_of(getattr(part, name))
