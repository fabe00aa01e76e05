"""Reads what a row says of a person, by the column map's `person` section."""

from __future__ import annotations

from core.adapters.sources.cells import Row, RowRefused
from core.adapters.sources.moments import MomentReader
from core.domain.columns import Cell, DescriptionColumns, Moment, PersonColumns
from core.domain.persons import Description, Judgement, Person, PersonRole, Picture

_YES, _NO = frozenset({"true", "yes", "y", "1"}), frozenset({"false", "no", "n", "0", ""})


def read_person(columns: PersonColumns, row: Row, moments: MomentReader) -> Person | None:
    """The person, or None where no column says anything of one. Raises RowRefused with field and fault."""
    birth = moments.read("person.birth_date", _as_moment(columns.birth_date), row)
    ref = row.text("person.ref", columns.ref)
    person = Person(
        ref=ref,
        ref_by=row.text("person.ref_by", columns.ref_by) if ref is not None else None,
        role=_role(row.text("person.role", columns.role)),
        juvenile=_yes("person.juvenile", row.text("person.juvenile", columns.juvenile)),
        name=row.text("person.name", columns.name),
        birth_date=birth.local.date() if birth else None,
        age=whole("person.age", columns.age, row),
        judgements=_judgements(columns, row),
        description=_description(columns.description, row),
        case_reference=row.text("person.case_reference", columns.case_reference),
        picture=_picture(columns, row),
    )
    return None if person == Person() else person


def needed(field: str, text: str | None) -> str:
    """The text. Raises RowRefused where there is none."""
    if not text:
        raise RowRefused(f"{field}: is missing")
    return text


def whole(field: str, cell: Cell | None, row: Row) -> int | None:
    """A whole number, or None. Raises RowRefused."""
    text = row.text(field, cell)
    return None if text is None else _number(field, text)


def _number(field: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise RowRefused(f"{field}: is no whole number")
    return int(text)


def _as_moment(cell: Cell | None) -> Moment | None:
    return None if cell is None else Moment(at=cell)


def _role(text: str | None) -> PersonRole:
    """A role that isn't known refuses the row: it might be a victim's."""
    try:
        return PersonRole(" ".join(text.lower().split())) if text else PersonRole.OFFENDER
    except ValueError:
        raise RowRefused("person.role: is no role that is known") from None


def _yes(field: str, text: str | None) -> bool:
    folded = (text or "").strip().lower()
    if folded not in _YES | _NO:
        raise RowRefused(f"{field}: is neither yes nor no")
    return folded in _YES


def _judgements(columns: PersonColumns, row: Row) -> tuple[Judgement, ...]:
    by, ages = row.texts(columns.judged_by), row.texts(columns.judged_ages)
    if len(by) != len(ages):
        raise RowRefused("person.judged_ages: each needs its name in judged_by")
    return tuple(Judgement(by=name, age=_number("person.judged_ages", age)) for name, age in zip(by, ages, strict=True))


def _description(columns: DescriptionColumns | None, row: Row) -> Description | None:
    if columns is None:
        return None
    fields = [name for name in Description.model_fields if name != "marks"]
    words = {name: row.text(f"person.description.{name}", getattr(columns, name)) for name in fields}
    description = Description(**words, marks=row.texts(columns.marks))
    return None if description == Description() else description


def _picture(columns: PersonColumns, row: Row) -> Picture | None:
    parts = columns.picture
    if parts is None:
        return None
    words = {name: row.text(f"person.picture.{name}", getattr(parts, name)) for name in Picture.model_fields}
    if not any(words.values()):
        return None
    return Picture(**{name: needed(f"person.picture.{name}", word) for name, word in words.items()})
