"""Reads the list of faults and plants one of them in a copy of a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

LIST = Path(__file__).with_name("faults.yaml")


class FaultError(Exception):
    """A fault that can't be planted; its words say why."""


@dataclass(frozen=True)
class Fault:
    """One line of one file, what takes its place, and the tests that must see it."""

    name: str
    file: str
    old: str
    new: str
    red: tuple[str, ...]

    def plant(self, root: Path) -> None:
        """Write the fault into the file under root; FaultError where its line isn't there just once."""
        path = root / self.file
        text = self.planted(path.read_text("utf-8") if path.exists() else "")
        path.write_text(text, "utf-8")

    def planted(self, text: str) -> str:
        """The file's text with the fault in it."""
        lines = text.splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if line.strip() == self.old.strip()]
        if len(found) != 1:
            raise FaultError(f"{self.name}: its old line stands {len(found)} times in {self.file}, not once")
        line = lines[found[0]]
        indentation = line[: len(line) - len(line.lstrip())]
        lines[found[0]] = f"{indentation}{self.new.strip()}\n"
        changed = "".join(lines)
        if self.file.endswith(".py"):
            try:
                compile(changed, self.file, "exec")
            except SyntaxError as error:
                raise FaultError(f"{self.name}: {self.file} would be no Python: {error.msg}") from error
        return changed


def listed(path: Path = LIST) -> tuple[Fault, ...]:
    """Every fault of the list; FaultError where two share a name or one names no test."""
    faults = tuple(Fault(**{**row, "red": tuple(row["red"])}) for row in yaml.safe_load(path.read_text("utf-8")) or ())
    names = [fault.name for fault in faults]
    for fault in faults:
        if names.count(fault.name) > 1 or not fault.red:
            raise FaultError(f"{fault.name}: its name must be its own, and it must name the tests it turns red")
    return faults
