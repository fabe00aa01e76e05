"""Whatever can be set, called or ruled is documented: the reference is made from the program, and kept fresh."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from core.cli.app import cli
from core.cli.rule_words import RULES
from core.rules.lint import LINT_RULES
from core.rules.muting import MUTE_RULES
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.schema import schema_json
from docs.make_reference import ENVIRONMENT, REFERENCE, commands, reference
from docs.make_rules import DECLARED, FOLDER, packs, pages

ROOT = Path(__file__).resolve().parents[1]
TEXT = REFERENCE.read_text("utf-8")
RULING = {"_drop", "_hold"}


def python_in(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (ROOT / folder).rglob("*.py")


def keys_of(shape: object) -> Iterator[str]:
    """Every key that a schema names, however deep."""
    if isinstance(shape, dict):
        yield from shape.get("properties", {})
        for inner in shape.values():
            yield from keys_of(inner)
    elif isinstance(shape, list):
        for inner in shape:
            yield from keys_of(inner)


def rules_in(tree: ast.AST) -> Iterator[str]:
    """Names of rules in a file: `_drop("x")`, `_hold("x")`, `rule="x"`, `(Fate.HELD, "x")`."""
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in RULING:
                parts += node.args[:1]
            parts += [keyword.value for keyword in node.keywords if keyword.arg == "rule"]
        around = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
        for fate, rule in pairwise(around):
            if isinstance(fate, ast.Attribute) and isinstance(fate.value, ast.Name) and fate.value.id == "Fate":
                parts.append(rule)
        yield from (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def test_the_reference_is_what_the_program_says_now():
    assert reference() == TEXT, "run `python -m docs.make_reference` and commit docs/reference.md"


def test_every_key_of_lines_yaml_is_documented():
    keys = set(keys_of(json.loads(schema_json())))
    assert len(keys) > 40
    assert {key for key in keys if f"| `{key}` |" not in TEXT} == set()


def test_every_key_says_what_it_is_for():
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| .* \| .* \|$", TEXT.split("## Commands")[0], re.MULTILINE)
    assert len(rows) > 40
    assert [key for key, says in rows if not says.strip()] == []


def test_every_command_and_option_is_documented_with_words_of_its_own():
    known = list(commands(cli, ()))
    assert len(known) > 20
    for path, command in known:
        assert f"### {' '.join(path) or 'run_fleet.py'}\n" in TEXT
        assert command.help, f"{path} has no help"
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert all(name in TEXT for name in parameter.opts)
                assert getattr(parameter, "help", None), f"{path} {parameter.name} has no help"


@pytest.mark.parametrize("channel", KNOWN_CHANNELS)
def test_every_channel_is_documented(channel: str):
    assert f"| `{channel}` |" in TEXT


def test_every_rule_has_its_sentence_and_no_sentence_is_left_over():
    used = {
        rule for file in python_in("core/rules", "core/flow", "bots") for rule in rules_in(ast.parse(file.read_text()))
    }
    assert len(used) > 20
    assert used - set(RULES) == set(), "say what the rule means in core/cli/rule_words.py"
    words = "\n".join(file.read_text("utf-8") for file in python_in("core/rules", "core/flow", "bots"))
    named_by_their_functions = {*(rule.id for rule in LINT_RULES), *(rule.id for rule in MUTE_RULES)}
    assert [rule for rule in RULES if rule not in named_by_their_functions and f'"{rule}' not in words] == [], (
        "nothing rules by this name"
    )
    assert {rule for rule in RULES if f"| `{rule}` |" not in TEXT} == set()


def test_every_variable_of_the_environment_is_documented():
    files = [*python_in("core", "deploy", "bots"), ROOT / "run_fleet.py"]
    named = {name for file in files for name in re.findall(r"SUBWAY_FLEET_[A-Z_]+", file.read_text("utf-8"))}
    assert len(named) >= 8
    own = {name for name in named if not name.startswith("SUBWAY_FLEET_SECRET_")} | {"SUBWAY_FLEET_SECRET_"}
    assert own - set(ENVIRONMENT) == set(), "say what it does in docs/make_reference.py"
    assert {name for name in ENVIRONMENT if name.startswith("SUBWAY_FLEET_")} - own == set(), "nothing reads it"


def test_the_rule_book_is_what_the_program_says_now():
    kept = {file.name: file.read_text("utf-8") for file in FOLDER.glob("*.md")}
    assert kept == pages(), "run `python -m docs.make_rules` and commit docs/rules"


def test_every_declared_rule_names_its_source_and_when_it_was_read():
    for name, (_, rule) in DECLARED.items():
        assert rule.summary.endswith("."), name
        assert rule.source, name
        assert re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", rule.read_on), name


def test_whatever_a_bureau_says_it_cannot_release_has_a_rule_or_a_question():
    listed = packs()["us-ny"].unreleasable
    assert len(listed) == 9
    for one in listed:
        assert one.rules or one.questions, one.says
        assert set(one.rules) <= set(RULES)
