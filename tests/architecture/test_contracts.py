"""Holds that the import contracts speak of every source and every room that there is."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from tests.architecture.sources import ROOT, python_files, text_of

CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
}


def offers_a_source(path: Path) -> bool:
    """Whether a module holds a source: a class with the port's `pull`."""
    classes = [node for node in ast.parse(text_of(path)).body if isinstance(node, ast.ClassDef)]
    return any(isinstance(part, ast.FunctionDef) and part.name == "pull" for node in classes for part in node.body)


def test_each_source_is_held_apart_from_the_others():
    sources = {".".join(p.with_suffix("").parts) for p in python_files("core/adapters/sources") if offers_a_source(p)}
    assert sources
    assert sources == set(CONTRACTS["sources"]["modules"])


def test_each_room_has_its_layer():
    named = {room for layer in CONTRACTS["layers"]["layers"] for room in layer.replace(" ", "").split("|")}
    rooms = {".".join(path.with_suffix("").parts[:2]) for path in python_files("core")} - {"core.__init__"}
    assert rooms == named
