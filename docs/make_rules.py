"""Writes docs/rules, a page for each rule, from the program and the packs: `python -m docs.make_rules`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from core.cli.rule_words import RULES
from core.rules.gate import INCIDENT_RULES
from core.rules.lint import LINT_RULES, LintRule
from core.rules.muting import MUTE_RULES
from core.rules.persons import PERSON_RULES
from core.rules.rule import Rule
from core.rules.stages import STAGES
from core.settings.load import SHIPPED
from core.settings.policy_pack import PackFile

FOLDER = Path(__file__).with_name("rules")
_BOOK = Path(__file__).resolve().parents[1] / "tests" / "rules" / "book"
_LATIN = 0x250
"""Where the letters end that a reader of English knows."""
_MADE = "Made from the program by `python -m docs.make_rules`: change the rule's words there, not this page."
DECLARED: dict[str, tuple[str, Rule[Any] | LintRule]] = {
    rule.id: (about, rule)
    for about, rules in (
        ("Asked of an incident", INCIDENT_RULES),
        ("Asked of what would go out, or to people: whether it waits for a while", MUTE_RULES),
        ("Asked of its person", PERSON_RULES),
        ("Asked of every final text", LINT_RULES),
    )
    for rule in rules
}
OUT_OF_SCOPE = """## Out of scope

Missing-person appeals: no state of a record stands for one, so that none can be made here. A bureau makes them by its
own channels, where somebody answers around the clock.

## Kept out by construction

No rule is needed for what has no field: prior record, parole or release, gang label, mental illness, homelessness,
immigration and medical facts, a home address. A record's column of that kind is kept in the vault among its unknown
fields and reaches no draft; `tests/flow/test_persons.py` holds it. Were such a word written into a text by hand,
`lint-claims` holds some of them.
"""


def packs() -> Mapping[str, PackFile]:
    """The packs that ship, by name."""
    files = sorted((SHIPPED / "packs").glob("*.yaml"))
    found = (PackFile.model_validate(yaml.load(file.read_text("utf-8"), yaml.BaseLoader)) for file in files)  # noqa: S506
    return {pack.name: pack for pack in found}


def pages() -> dict[str, str]:
    """File name → its text."""
    made = {f"{rule}.md": "\n".join(_page(rule)) + "\n" for rule in sorted(RULES)}
    return {"README.md": "\n".join(_opening()) + "\n"} | made


def _opening() -> Iterator[str]:
    yield from ("# The rule book", "", _MADE, "")
    yield "Every record that is said, held or dropped bears the name of the rule that ruled; the command"
    yield "`run_fleet.py explain NOTICE` shows each rule that was asked, in order, and the facts it looked at."
    yield "The first rule that answers wins; where none answers, it is held."
    for name, pack in packs().items():
        if pack.unreleasable:
            yield from ("", f"## What a bureau says it can't release (pack `{name}`)", "")
            yield from ("| it can't release | rules | questions that whoever approves answers |", "|---|---|---|")
            for one in pack.unreleasable:
                rules = ", ".join(f"[`{rule}`]({rule}.md)" for rule in one.rules)
                asks = {question.id: question.ask for question in pack.questions}
                yield f"| {one.says} | {rules} | {' '.join(asks[question] for question in one.questions)} |"
    yield from ("", "## The gate's stages, in this order", "", "| stage | what it asks | rules |", "|---|---|---|")
    for stage in STAGES:
        rules = ", ".join(f"[`{rule}`]({rule}.md)" for rule in stage.rules)
        yield f"| {stage.name} | {stage.says} | {rules} |"
    yield ""
    yield from OUT_OF_SCOPE.rstrip().splitlines()
    for about in dict.fromkeys(about for about, _ in DECLARED.values()):
        yield from ("", f"## {about}, in this order", "", "| rule | what it says |", "|---|---|")
        yield from (f"| [`{rule}`]({rule}.md) | {RULES[rule]} |" for rule, (of, _) in DECLARED.items() if of == about)
    yield from ("", "## The others", "", "| rule | what it says |", "|---|---|")
    yield from (f"| [`{rule}`]({rule}.md) | {RULES[rule]} |" for rule in sorted(set(RULES) - set(DECLARED)))


def _page(name: str) -> Iterator[str]:
    yield from (f"# `{name}`", "", RULES[name], "")
    if name not in DECLARED:
        yield from ("Source: the fleet's own promise, read 2026-11.", "", _back())
        return
    about, rule = DECLARED[name]
    yield from (f"{about}. It looks at: {', '.join(rule.looks_at)}.", "")
    yield f"Source: {rule.source}, read {rule.read_on}."
    yield from _stands_on(rule.pack)
    yield from _cases(name)
    yield from ("", _back())


def _back() -> str:
    return "[The rule book](README.md)"


def _stands_on(names: tuple[str, ...]) -> Iterator[str]:
    if not names:
        return
    yield from ("", "What the packs say of it:", "", "| pack | | value | source | read |", "|---|---|---|---|---|")
    for pack in packs().values():
        for one in pack.rules:
            if one.id in names:
                yield f"| {pack.name} | `{one.id}` | {one.value} | {' '.join(one.source.split())} | {one.read_on} |"
        for never in pack.nevers:
            if never.id in names:
                source = " ".join(never.source.split())
                yield f"| {pack.name} | {never.says} | {never.value or 'never'} | {source} | {never.read_on} |"


def _cases(name: str) -> Iterator[str]:
    persons = [row for row in _rows("persons") if row["rule"] == name]
    mutes = [row for row in _rows("muting") if row["answer"] == name]
    texts = [row for row in _rows("lint") if row["finds"] == name]
    if persons:
        yield from ("", "Cases of the rule book (each is a test):", "")
        yield from (f"- {row['case']}: {row['answer']}" for row in persons)
    if mutes:
        yield from ("", "Cases of the rule book (each is a test):", "")
        yield from (f"- {row['case']}" for row in mutes)
    if texts:
        yield from ("", "Texts that it holds (each is a test):", "")
        yield from (f"- `{_plain(row['text'])}`" for row in texts)


def _plain(text: str) -> str:
    """The text with whatever a reader can't tell by looking written as its code."""
    return "".join(char if char.isprintable() and ord(char) < _LATIN else f"\\u{ord(char):04x}" for char in text)


def _rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((_BOOK / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for file in FOLDER.glob("*.md"):
        if file.name not in made:
            file.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
