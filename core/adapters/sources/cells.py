"""One row's cells: cleaned as the column map says, asked by column name, with the fault named and never the value."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Mapping

from core.domain.columns import Cell, ColumnMap, NetworkRule

_ZEROS = re.compile(r"-?\d+\.0+")
_GROUPS = re.compile(r"-?\d{1,3}(,\d{3})+(\.0+)?")
_DEEPEST = 8


class RowRefused(Exception):
    """A row that can't be read; the message names field and fault, never the value."""


class CellRules:
    """What a column map says about cells as such, worked out once for all rows."""

    def __init__(self, columns: ColumnMap) -> None:
        self.fold = columns.case_insensitive
        self.plain_numbers = columns.plain_numbers
        self.nulls = frozenset(columns.nulls)
        self.fed = frozenset(self.key(name) for name in columns.fed_by())
        self._ignored = re.compile("|".join(fnmatch.translate(self.key(name)) for name in columns.ignore) or r"(?!)")

    def key(self, column: str) -> str:
        """How a column is found: by its name, in lower case where case says nothing."""
        return column.lower() if self.fold else column

    def is_rest(self, key: str) -> bool:
        """True for a column that feeds no field and is not ignored."""
        return key not in self.fed and self._ignored.fullmatch(key) is None


class Row:
    """The cells of one row. Nested JSON is reached by a dotted name; a list stays a list of texts."""

    def __init__(self, cells: Mapping[str, object], rules: CellRules) -> None:
        self._rules = rules
        self._cells: dict[str, str | tuple[str, ...]] = {}
        self._names: dict[str, str] = {}
        self._take("", cells, 0)

    def text(self, field: str, cell: Cell | None) -> str | None:
        """The cell's one value, or None. Raises RowRefused when a list stands where one value should."""
        if cell is None:
            return None
        for column in cell.columns:
            held = self._cells.get(self._rules.key(column))
            if isinstance(held, tuple):
                raise RowRefused(f"{field}: is a list")
            if held:
                return _translated(cell, held)
        return cell.value

    def texts(self, cell: Cell | None) -> tuple[str, ...]:
        """All values of the cell: of a JSON list, of a text cut at `split`, or the one there is."""
        if cell is None:
            return ()
        for column in cell.columns:
            held = self._cells.get(self._rules.key(column))
            if held:
                parts = held if isinstance(held, tuple) else held.split(cell.split) if cell.split else (held,)
                return tuple(_translated(cell, part.strip()) for part in parts if part.strip())
        return (cell.value,) if cell.value else ()

    def on_network(self, rules: tuple[NetworkRule, ...]) -> bool | None:
        """The answer of the first rule that fits."""
        return next((rule.then for rule in rules if self._fits(rule)), None)

    def rest(self) -> dict[str, str]:
        """What no field is fed by and what is not ignored, as text."""
        return {
            self._names[key]: held if isinstance(held, str) else json.dumps(held, ensure_ascii=False)
            for key, held in self._cells.items()
            if held and self._rules.is_rest(key)
        }

    def _fits(self, rule: NetworkRule) -> bool:
        return (
            all(_folded(self._cells.get(self._rules.key(column))) in words for column, words in rule.when.items())
            and all(self._cells.get(self._rules.key(column)) for column in rule.present)
            and not any(self._cells.get(self._rules.key(column)) for column in rule.absent)
        )

    def _take(self, before: str, cells: Mapping[str, object], depth: int) -> None:
        if depth > _DEEPEST:
            raise RowRefused("the row is nested too deep")
        for name, value in cells.items():
            path = f"{before}{_sound('a column name', name.strip())}"
            if isinstance(value, Mapping):
                self._take(f"{path}.", value, depth + 1)
                continue
            key = self._rules.key(path)
            if key in self._cells:
                raise RowRefused(f"{path}: stands twice")
            self._cells[key] = self._clean(path, value)
            self._names[key] = path

    def _clean(self, path: str, value: object) -> str | tuple[str, ...]:
        if isinstance(value, list):
            if any(isinstance(item, Mapping | list) for item in value):
                return self._clean(path, _dumped(path, value))
            return tuple(text for item in value if (text := str(self._clean(path, item))))
        if value is None or isinstance(value, bool):
            return "" if value is None else str(value).lower()
        text = _sound(path, str(value).strip())
        if text.upper() in self._rules.nulls:
            return ""
        return _plain(text) if self._rules.plain_numbers else text


def _dumped(path: str, value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        raise RowRefused(f"{path}: is nested too deep") from None


def _translated(cell: Cell, text: str) -> str:
    return cell.values.get(_folded(text), text) if cell.values else text


def _folded(held: str | tuple[str, ...] | None) -> str:
    return " ".join(held.upper().split()) if isinstance(held, str) else ""


def _plain(text: str) -> str:
    if _GROUPS.fullmatch(text):
        text = text.replace(",", "")
    return text.split(".")[0] if _ZEROS.fullmatch(text) else text


def _sound(path: str, text: str) -> str:
    """The text, unless no store could keep it: a NUL or half a surrogate pair."""
    if "\x00" in text:
        raise RowRefused(f"{_shown(path)}: holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RowRefused(f"{_shown(path)}: holds a broken character") from None
    return text


def _shown(path: str) -> str:
    return path.encode("ascii", "replace").decode().replace("\x00", "?")[:60]
