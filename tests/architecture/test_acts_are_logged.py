"""Whoever acts is written down: each flow that asks who acts writes into the audit log, or says why it need not."""

from __future__ import annotations

import ast
from pathlib import Path

FLOWS = Path(__file__).resolve().parents[2] / "core" / "flow"
NEED_NOT = {
    "calling.py": "rings; the calls are kept in their own table",
    "digest.py": "appends an entry that is ruled, and logged, as any other",
    "explain.py": "reads",
    "intake.py": "takes in; what becomes of each record is logged where it is ruled",
    "listen.py": "keeps the bots' cursors; what becomes of each record is logged where it is ruled",
    "partner_status.py": "reads",
    "practice.py": "reads",
    "reconcile.py": "settles attempts, each of which has its own row",
    "replay_policies.py": "reads",
    "review_shown.py": "reads",
    "taken_back.py": "reads, and hands on to delivery",
}


def calls_in(module: Path) -> set[str]:
    """Names of what a module calls: `demand`, `write` as `audit.write`."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name):
                found.add(called.id)
            elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Attribute):
                found.add(f"{called.value.attr}.{called.attr}")
    return found


def test_every_flow_that_asks_who_acts_writes_it_down() -> None:
    silent = {
        module.name
        for module in sorted(FLOWS.glob("*.py"))
        if "demand" in (called := calls_in(module)) and "audit.write" not in called
    }
    assert silent - set(NEED_NOT) == set(), "write a row in the act's own transaction, or say why it need not"


def test_no_excuse_is_left_over() -> None:
    logging = {module.name for module in FLOWS.glob("*.py") if "audit.write" in calls_in(module)}
    there = {module.name for module in FLOWS.glob("*.py")}
    assert {name for name in NEED_NOT if name in logging or name not in there} == set()
