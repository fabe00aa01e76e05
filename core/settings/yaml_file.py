"""Reads one YAML file into plain values, and remembers on which line and column each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from core.settings.mistakes import Mistakes, shown

Tree = dict[str, "Tree"] | list["Tree"] | str | None
"""Scalars stay as written (`off`, `1`, `0.20`): the model that reads them decides what they are."""
Steps = tuple[str | int, ...]

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_DEEPEST = 40


@dataclass(slots=True)
class YamlFile:
    """A file's tree and its places. `places` leads from the steps to a value to (line, column), counted from 1."""

    file: Path
    tree: Tree = None
    places: dict[Steps, tuple[int, int]] = field(default_factory=dict)

    def at(self, *steps: str | int) -> tuple[int, int]:
        """Where a value stands; steps that the file does not have (a union's tag, a missing key) are passed over."""
        known: Steps = ()
        for step in steps:
            if (*known, step) in self.places:
                known = (*known, step)
        return self.places.get(known, (1, 1))


def read_yaml(file: Path, mistakes: Mistakes) -> YamlFile | None:
    """The file's tree, or None when it can't be read at all; every fault is noted."""
    text = _text(file, mistakes)
    if text is None:
        return None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _note_malformed(file, (mark.line + 1, mark.column + 1) if mark else (1, 1), error.problem or "", mistakes)
        return None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mistakes.add(file, _first_odd_character(text), f"this is no YAML: {_one_line(error)}", "Write plain UTF-8 text")
        return None
    except RecursionError:
        mistakes.add(file, (1, 1), "lists or sections are nested too deep", "Write it flat, as in the sample file")
        return None
    read = YamlFile(file)
    if root is not None:
        read.tree = _Reader(read, mistakes).value(root, ())
    return read


def _text(file: Path, mistakes: Mistakes) -> str | None:
    try:
        raw = file.read_bytes()
    except OSError as error:
        mistakes.add(file, (0, 0), f"can't be read: {error.strerror}", "Name a file that exists and may be read")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        mistakes.add(file, (line, column), "this is no UTF-8 text", "Save the file as UTF-8")
        return None


def _note_malformed(file: Path, at: tuple[int, int], problem: str, mistakes: Mistakes) -> None:
    if "'\\t'" in problem:
        mistakes.add(file, at, "a tab indents this line", "Indent with spaces")
    elif "document" in problem:
        mistakes.add(file, at, "a second document begins here", "Keep everything in one, without `---`")
    elif "alias" in problem:
        mistakes.add(file, at, "an alias (`*name`) stands here", "Write the value out")
    else:
        why = _one_line(problem)
        instead = "Look at the indents, colons, quotes and brackets of this line and the one above"
        mistakes.add(file, at, f"this is no YAML: {why}", instead)


def _first_odd_character(text: str) -> tuple[int, int]:
    for number, row in enumerate(text.split("\n"), start=1):
        for column, char in enumerate(row, start=1):
            if not char.isprintable() and char not in "\t\r":
                return number, column
    return 1, 1


def _one_line(problem: object) -> str:
    words = " ".join(str(problem).split())
    return "".join(char if char.isprintable() else "?" for char in words)[:120]


class _Reader:
    """Walks the nodes of one file. Each node may be visited once: aliases would hide where a value comes from."""

    def __init__(self, read: YamlFile, mistakes: Mistakes) -> None:
        self._read = read
        self._mistakes = mistakes
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, steps: Steps) -> Tree:
        at = self._read.places.setdefault(steps, (node.start_mark.line + 1, node.start_mark.column + 1))
        if id(node) in self._seen:
            self._note(at, "this value is an alias (`*name`)", "Write it out; `defaults` holds what is shared")
            return None
        if len(steps) > _DEEPEST:
            self._note(at, "lists or sections are nested too deep", "Write it flat, as in the sample file")
            return None
        self._seen.add(id(node))
        match node:
            case yaml.MappingNode():
                return self._mapping(node, steps)
            case yaml.SequenceNode():
                return [self.value(child, (*steps, index)) for index, child in enumerate(node.value)]
            case _:
                plain = node.style is None if isinstance(node, yaml.ScalarNode) else False
                return None if plain and node.value in _NOTHING else str(node.value)

    def _mapping(self, node: yaml.MappingNode, steps: Steps) -> dict[str, Tree]:
        values: dict[str, Tree] = {}
        for key, child in node.value:
            at = (key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, yaml.ScalarNode) or key.value == "":
                self._note(at, "a key must be one word", "Write `key: value`")
                continue
            name = str(key.value)
            if name in values:
                first = self._read.places[(*steps, name)][0]
                self._note(at, f"{shown(name)} stands twice (first on line {first})", "Keep one of the two")
                continue
            self._read.places[(*steps, name)] = at
            values[name] = self.value(child, (*steps, name))
        return values

    def _note(self, at: tuple[int, int], what: str, instead: str) -> None:
        self._mistakes.add(self._read.file, at, what, instead)
