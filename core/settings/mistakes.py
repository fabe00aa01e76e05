"""What is wrong with a fleet's files: every mistake with its place and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """One mistake. `line` and `column` count from 1; 0 means the file as a whole."""

    file: Path
    line: int
    column: int
    what: str
    instead: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else str(self.file)
        return f"{place}: {self.what}. {self.instead}"


class SettingsWrong(Exception):
    """The files can't be used as they stand; carries every mistake in order of file and line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(slots=True)
class Mistakes:
    """Collects while files are read, so that all mistakes are told at once."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, file: Path, at: tuple[int, int], what: str, instead: str) -> None:
        """Note one mistake at (line, column)."""
        self.found.append(Mistake(file, at[0], at[1], what, instead))

    def stop_if_any(self) -> None:
        """Raises SettingsWrong when something was noted."""
        if self.found:
            raise SettingsWrong(self.found)


def shown(value: object) -> str:
    """A value as a mistake quotes it: on one line, and short."""
    text = "".join(char if char.isprintable() else "?" for char in str(value))
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def near(word: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown word: the near one, else all that are known."""
    choices = sorted(known)
    folded = {choice.lower(): choice for choice in choices}
    close = get_close_matches(word.lower()[:80], folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {shown(folded[close[0]])}?"
    if not choices:
        return "Take it out"
    return "Write one of: " + ", ".join(choices)
