"""Sets accounts of a lines.yaml to live, and touches nothing else in it: comments and layout stay."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from core.domain.lines import Account

LIVE = "live"
BACKUP = ".bak"


class CannotEdit(Exception):
    """The file can't be changed safely by a program; the message says what a person writes."""


def set_live(text: str, going: Sequence[Account], every: Sequence[Account]) -> str:
    """The text with these accounts live. `every` are all accounts of the file: where all that take their mode from
    `defaults` go, it is changed there. Raises CannotEdit."""
    for channel in dict.fromkeys(account.channel for account in going):
        mine = [account for account in going if account.channel == channel]
        inherit = [one for one in every if one.channel == channel and _own_mode(text, one) is None]
        shared = _mode_at(text, ("defaults", "accounts", channel, "mode"))
        if shared is not None and inherit and all(one in mine for one in inherit):
            text = _changed(text, ("defaults", "accounts", channel, "mode"))
            mine = [one for one in mine if one not in inherit]
        for account in mine:
            text = _changed(text, _steps(account))
    return text


def difference(old: str, new: str, name: str) -> list[str]:
    """The changed lines as a diff."""
    rows = difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm="", n=0)
    return [row for row in rows if not row.startswith(("---", "+++"))]


def put_in_place(path: Path, before: str, after: str) -> Path:
    """Write the new text whole or not at all, with the old one beside it; where that is. The file's mode stays.
    Raises CannotEdit when somebody changed the file meanwhile, OSError."""
    path = path.resolve()
    kept = path.with_name(path.name + BACKUP)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        shutil.copy2(path, kept)
        with fresh.open("w", encoding="utf-8", newline="") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, fresh)
        if as_written(path) != before:
            raise CannotEdit(f"{path} was changed meanwhile: call this again")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return kept


def as_written(path: Path) -> str:
    """The file's text with its own line ends. Raises OSError, UnicodeDecodeError."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _steps(account: Account) -> tuple[str, ...]:
    return ("lines", account.line, "accounts", account.channel, "mode")


def _own_mode(text: str, account: Account) -> yaml.Node | None:
    return _mode_at(text, _steps(account))


def _mode_at(text: str, steps: Sequence[str]) -> yaml.Node | None:
    found, left = _walk(text, steps)
    return found if not left else None


def _walk(text: str, steps: Sequence[str]) -> tuple[yaml.Node, Sequence[str]]:
    """The deepest node on the way, and the steps that the file does not have."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        raise CannotEdit("the file is empty")
    for number, step in enumerate(steps):
        if not isinstance(node, yaml.MappingNode):
            return node, steps[number:]
        inner = next((value for key, value in node.value if key.value == step), None)
        if inner is None:
            return node, steps[number:]
        node = inner
    return node, ()


def _changed(text: str, steps: tuple[str, ...]) -> str:
    """The text with `live` at this place, checked by reading it again. Raises CannotEdit."""
    node, left = _walk(text, steps)
    if not left:
        new = text[: node.start_mark.index] + LIVE + text[node.end_mark.index :]
    elif isinstance(node, yaml.MappingNode) and node.value:
        first = node.value[0][0].start_mark
        end = ", " if node.flow_style else f"{_line_end(text)}{' ' * first.column}"
        new = text[: first.index] + _written(left) + end + text[first.index :]
    else:
        raise CannotEdit(_by_hand(steps))
    wanted = deepcopy(_read(text))
    _put(wanted, steps)
    if _read(new) != wanted:
        raise CannotEdit(_by_hand(steps))
    return new


def _read(text: str) -> Any:
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts, lists and dicts
    except yaml.YAMLError:
        return None


def _put(tree: Any, steps: Sequence[str]) -> None:
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
    tree[steps[-1]] = LIVE


def _written(steps: Sequence[str]) -> str:
    """`accounts: {x: {mode: live}}`"""
    inner = LIVE
    for step in reversed(steps[1:]):
        inner = f"{{{step}: {inner}}}"
    return f"{steps[0]}: {inner}"


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _by_hand(steps: Sequence[str]) -> str:
    return f"this can't be written safely by a program: write {_written(steps)} yourself"
