"""Reads another policy to compare with the fleet's own: a pack file, or a policy section as lines.yaml has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.domain.policy import Policy
from core.settings.explain import read_as
from core.settings.mistakes import Mistakes
from core.settings.policy_pack import find_pack, read_pack, refuse_nevers
from core.settings.shapes import PolicyOverrides, PolicySection
from core.settings.yaml_file import Tree, YamlFile, read_yaml


def read_other_policy(file: Path, roots: Sequence[Path], line_limits: Mapping[str, int | str]) -> Policy:
    """The policy of a file: `rules:` make it a pack; else it is a section (`pack` and numbers), alone or under
    `policy:`. Packs are looked for under `roots`. Raises SettingsWrong with every mistake."""
    mistakes = Mistakes()
    policy = _read(file, roots, line_limits, mistakes)
    mistakes.stop_if_any()
    if policy is None:
        mistakes.add(file, (1, 1), "holds no policy", "Write `pack: strict`, or a pack of rules")
        mistakes.stop_if_any()
        raise AssertionError("a noted mistake stops")
    return policy


def _read(file: Path, roots: Sequence[Path], line_limits: Mapping[str, int | str], mistakes: Mistakes) -> Policy | None:
    read = read_yaml(file, mistakes)
    if read is None:
        return None
    if isinstance(read.tree, dict) and "rules" in read.tree:
        pack = read_pack(file, mistakes)
        return None if pack is None else pack.policy(PolicyOverrides(), line_limits)
    wrapped, alone = _section(read)
    pack = find_pack(wrapped, roots, mistakes)
    if pack is None:
        return None
    refuse_nevers(wrapped, pack, mistakes)
    section = read_as(PolicySection, alone, mistakes)
    return None if section is None else pack.policy(section, line_limits)


def _section(read: YamlFile) -> tuple[YamlFile, YamlFile]:
    """The section under `policy` as lines.yaml has it, and alone, each with its places."""
    tree: Tree = read.tree
    if isinstance(tree, dict) and "policy" in tree:
        places = {steps[1:]: at for steps, at in read.places.items() if steps[:1] == ("policy",)}
        return read, YamlFile(read.file, tree["policy"], places)
    return YamlFile(read.file, {"policy": tree}, {("policy", *steps): at for steps, at in read.places.items()}), read
