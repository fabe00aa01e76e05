"""Reads a policy pack (data, each rule with its source) and puts a fleet's own numbers over it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from core.domain.lines import Frozen
from core.domain.policy import Policy, Question
from core.settings.durations import read_duration, read_wait
from core.settings.explain import read_as
from core.settings.mistakes import Mistakes, near, shown
from core.settings.quiet_shapes import read_quiet_hours
from core.settings.shapes import PolicyOverrides, PolicySection
from core.settings.yaml_file import Tree, YamlFile, read_yaml

DATE = r"^\d{4}-\d{2}(-\d{2})?$"
_DURATIONS = (
    "too_old_happened",
    "too_old_known",
    "too_old_state",
    "twin_window",
    "life",
    "identify_within",
    "approval_life",
    "confirm_identify",
    "confirm_wanted",
    "confirm_accused",
    "confirm_warning",
    "remind_after",
    "pattern_within",
)
_LISTS = ("alert_list", "serious_list")
NUMBERS = frozenset(Policy.model_fields) - {"name", "hash", "questions"}


class PackRule(Frozen):
    """One number or choice of a pack, and who says so."""

    id: str = Field(description="Name of the number: daily_limit, too_old_happened …")
    value: str = Field(description="The number itself; the entries of a list stand between commas.")
    source: str = Field(min_length=1, description="Who says so: a law, a platform's page, or the fleet's own choice.")
    read_on: str = Field(pattern=DATE, description="When that source was read: 2026-11 or 2026-11-21.")
    why: str = Field(min_length=1, description="Why it is so, in one sentence.")


class PackNever(Frozen):
    """Something that no setting can loosen."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Name of the never.")
    value: str | None = Field(default=None, description="Its number, where it has one.")
    says: str = Field(min_length=1, description="What never happens, in one sentence.")
    source: str = Field(min_length=1, description="Who says so.")
    read_on: str = Field(pattern=DATE, description="When that source was read: 2026-11 or 2026-11-21.")


class Unreleasable(Frozen):
    """Something that the bureau says it can't release, and what keeps it in."""

    says: str = Field(min_length=1, description="In the bureau's own words, shortened.")
    rules: tuple[str, ...] = Field(default=(), description="Rules of the gate that hold it back.")
    questions: tuple[str, ...] = Field(default=(), description="Questions that whoever approves must answer.")


class PackFile(Frozen):
    """A pack of agencies/packs."""

    name: str = Field(description="The pack's name, as its file is called.")
    about: str = Field(description="For whom it is, in one sentence.")
    rules: tuple[PackRule, ...] = Field(description="The numbers.")
    nevers: tuple[PackNever, ...] = Field(description="What no setting can loosen.")
    questions: tuple[Question, ...] = Field(default=(), description="What whoever approves must answer.")
    unreleasable: tuple[Unreleasable, ...] = Field(default=(), description="What the bureau says it can't release.")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was read: its values are typed already."""

    name: str
    values: Mapping[str, Any]
    nevers: Mapping[str, str]
    """Id → what never happens."""
    questions: tuple[Question, ...] = ()

    def policy(self, overrides: PolicyOverrides, line_limits: Mapping[str, int | str]) -> Policy:
        """The pack with the fleet's own numbers over it. The hash covers all of it that can change a ruling, the
        limits and quiet hours of single lines too."""
        own = {name: value for name, value in overrides if value is not None and name in NUMBERS}
        plain = Policy(name=self.name, hash="", questions=self.questions, **{**self.values, **own})
        content = plain.model_dump(mode="json", exclude={"hash"})
        content |= {name: sorted(content[name]) for name in _LISTS}
        content |= {"nevers": sorted(self.nevers), "line_limits": dict(line_limits)}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return plain.model_copy(update={"hash": hashlib.sha256(canonical.encode()).hexdigest()})


def read_pack(file: Path, mistakes: Mistakes) -> Pack | None:
    """The pack of one file, or None; faults are noted with their place."""
    read = read_yaml(file, mistakes)
    content = read_as(PackFile, read, mistakes) if read else None
    if read is None or content is None:
        return None
    values: dict[str, Any] = {}
    stated = [("rules", index, rule.id, rule.value) for index, rule in enumerate(content.rules)]
    stated += [("nevers", i, never.id, never.value) for i, never in enumerate(content.nevers) if never.value]
    for section, index, name, value in stated:
        _take(read, (section, index, "value"), name, value, values, mistakes)
    missing = sorted(NUMBERS - set(values))
    if missing:
        mistakes.add(file, read.at("rules"), f"the pack says nothing of {', '.join(missing)}", "Add a rule for each")
    _check_questions(read, content, mistakes)
    return Pack(content.name, values, {never.id: never.says for never in content.nevers}, content.questions)


def _check_questions(read: YamlFile, content: PackFile, mistakes: Mistakes) -> None:
    known = [one.id for one in content.questions]
    for index, one in enumerate(content.unreleasable):
        for wrong in set(one.questions) - set(known):
            what = f"{shown(wrong)} is no question of this pack"
            mistakes.add(read.file, read.at("unreleasable", index), what, near(wrong, known))


def _take(
    read: YamlFile, steps: tuple[str | int, ...], name: str, value: str, values: dict[str, Any], mistakes: Mistakes
) -> None:
    if name not in NUMBERS:
        mistakes.add(read.file, read.at(*steps), f"{shown(name)} is no rule that is known", near(name, NUMBERS))
    elif name in values:
        mistakes.add(read.file, read.at(*steps), f"{shown(name)} is ruled twice", "Keep one of the two")
    else:
        try:
            typed = _typed(name, value)
            values[name] = getattr(Policy.model_validate({"name": "", "hash": "", name: typed}), name)
        except (ValidationError, ValueError):
            mistakes.add(read.file, read.at(*steps), f"{shown(value)} is no {name}", "Write it as the other packs do")


def _typed(name: str, value: str) -> object:
    if name in _LISTS:
        return frozenset(word.strip() for word in value.split(",") if word.strip())
    if name == "quiet_hours":
        return read_quiet_hours(value)
    if name == "undo_window":
        return read_wait(value)
    return read_duration(value) if name in _DURATIONS else value


def find_pack(read: YamlFile, roots: Sequence[Path], mistakes: Mistakes) -> Pack | None:
    """The pack that a lines.yaml names; it is looked for before the file is read further, since it holds the nevers."""
    policy = read.tree.get("policy") if isinstance(read.tree, dict) else None
    default = PolicySection.model_fields["pack"].default
    name = policy.get("pack", default) if isinstance(policy, dict) else default
    files = {file.stem: file for root in reversed(roots) for file in (root / "packs").glob("*.yaml")}
    if not isinstance(name, str):
        return None  # the shape of the file says what is wrong with it
    if name in files:
        return read_pack(files[name], mistakes)
    mistakes.add(read.file, read.at("policy", "pack"), f"there is no policy pack {shown(name)}", near(name, files))
    return None


def refuse_nevers(read: YamlFile, pack: Pack, mistakes: Mistakes) -> None:
    """Notes settings that try to loosen a never, and takes them out of the tree: more need not be said of them."""
    tree = read.tree if isinstance(read.tree, dict) else {}
    lines = tree.get("lines")
    owners: list[tuple[tuple[str, ...], Tree]] = [((), tree)]
    owners += [(("lines", name), line) for name, line in (lines.items() if isinstance(lines, dict) else ())]
    for steps, owner in owners:
        section = owner.get("policy") if isinstance(owner, dict) else None
        for key in list(section) if isinstance(section, dict) else ():
            if key in pack.nevers and isinstance(section, dict):
                del section[key]
                what = f"{shown(key)} is a never and can't be overridden: {pack.nevers[key].rstrip('.')}"
                mistakes.add(read.file, read.at(*steps, "policy", key), what, "Take it out")
