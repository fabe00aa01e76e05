"""Turns what pydantic found into mistakes: the place in the file, what is wrong, what to write instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.settings.durations import as_written
from core.settings.mistakes import Mistakes, near, shown
from core.settings.yaml_file import Tree, YamlFile

Model = TypeVar("Model", bound=BaseModel)
Schema = Mapping[str, Any]

_SHAPES = {
    "model_type": "a section (`key: value` lines)",
    "model_attributes_type": "a section (`key: value` lines)",
    "dict_type": "a section (`key: value` lines)",
    "tuple_type": "a list, like `[one, two]`",
    "list_type": "a list, like `[one, two]`",
    "frozen_set_type": "a list, like `[one, two]`",
    "string_type": "one value",
    "duration": "a length of time of at most ten years: `30s`, `15m`, `12h` or `3d`",
    "web_address": "an https address without name or password (http on this machine only)",
    "quiet_hours": 'quiet hours of routine, service, arrest, charge, conviction or digest: "23:00-06:00", or "none"',
    "time_parsing": 'a time of day: "19:00"',
    "time_type": 'a time of day: "19:00"',
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
}


def read_as(model: type[Model], read: YamlFile, mistakes: Mistakes) -> Model | None:
    """The file's tree as the model, or None; every fault is noted with its place."""
    before = len(mistakes.found)
    fitting = read_what_fits(model, read, mistakes)
    return fitting if len(mistakes.found) == before else None


def read_what_fits(model: type[Model], read: YamlFile, mistakes: Mistakes) -> Model | None:
    """The same, but the part that can be read is given even so: further checks find the rest of the mistakes."""
    if read.tree is None:
        mistakes.add(read.file, (1, 1), "the file holds nothing", "Begin with the sample that comes with the fleet")
        return None
    tree, told = read.tree, False
    while True:
        try:
            return model.model_validate(tree)
        except ValidationError as error:
            faults = error.errors(include_url=False)
        if not told:
            _note_all(faults, model.model_json_schema(), read, mistakes)
            tree, told = deepcopy(tree), True
        if not _take_out(tree, faults):
            return None


def _note_all(faults: Sequence[ErrorDetails], schema: Schema, read: YamlFile, mistakes: Mistakes) -> None:
    for fault in faults:
        what, instead = _explained(fault, schema)
        mistakes.add(read.file, read.at(*fault["loc"]), what, instead)


def _take_out(tree: Tree, faults: Sequence[ErrorDetails]) -> bool:
    """Takes the faulty parts out of the tree, the last first; False when it is the whole that is at fault."""
    wheres = {_steps_in(tree, fault["loc"]) for fault in faults}
    if () in wheres:
        return False
    for where in sorted(wheres, reverse=True):
        holder: Any = tree
        for step in where[:-1]:
            holder = holder[step]
        del holder[where[-1]]
    return True


def _steps_in(tree: Any, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The steps of a fault's place that the tree has: a union's tag and a missing key are not in it."""
    steps: tuple[str | int, ...] = ()
    for step in loc:
        inside = isinstance(tree, dict) and step in tree
        if inside or (isinstance(tree, list) and isinstance(step, int) and step < len(tree)):
            tree, steps = tree[step], (*steps, step)
    return steps


def _explained(fault: ErrorDetails, schema: Schema) -> tuple[str, str]:
    where, kind, ctx = fault["loc"], fault["type"], fault.get("ctx", {})
    if where and where[-1] == "[key]":
        owner = _path(_without_tags(schema, where[:-2]))
        return f"{shown(where[-2])} can't be a key of {shown(owner)}", _meaning(schema, where[:-2])
    named = _without_tags(schema, where)
    name, meaning = shown(_path(named)) if named else "the file", _meaning(schema, where)
    here, above = _schema_at(schema, where), _schema_at(schema, where[:-1])
    if kind == "extra_forbidden":
        inside = f" in {shown(_path(named[:-1]))}" if len(named) > 1 else ""
        return f"{shown(where[-1])} is no key that is known{inside}", near(str(where[-1]), above.get("properties", {}))
    if kind == "missing":
        return f"{name} is missing", f"Add {shown(f'{where[-1]}: …')}. {meaning}".strip()
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        tag = str(ctx["discriminator"]).strip("'")
        if kind == "union_tag_not_found":
            return f"{shown(tag)} is missing in {name}", f"Write one of: {_tags(here)}"
        return f"{shown(ctx['tag'])} is no {tag} of {name}", near(str(ctx["tag"]), _tags(here).split(", "))
    if fault["input"] is None:
        spare = "" if not where or where[-1] in above.get("required", ()) else ", or take the key out"
        return f"{name} is empty", f"Write {_SHAPES.get(kind, 'a value')}{spare}. {meaning}".strip()
    if kind == "string_pattern_mismatch" and here.get("examples"):
        meaning = f"Write it like {' or '.join(here['examples'])}. {meaning}"
    return _about_value(name, fault, meaning)


def _meaning(schema: Schema, where: tuple[str | int, ...]) -> str:
    """What the schema says of a value, else of what it stands in."""
    for length in range(len(where), -1, -1):
        said = _schema_at(schema, where[:length]).get("description")
        if said:
            return str(said)
    return ""


def _about_value(name: str, fault: ErrorDetails, meaning: str) -> tuple[str, str]:
    kind, value, ctx = fault["type"], fault["input"], fault.get("ctx", {})
    value = as_written(value) if isinstance(value, timedelta) else value
    given = shown(value) if isinstance(value, str) else "a section" if isinstance(value, dict) else "a list"
    if kind in ("enum", "literal_error"):
        choices = str(ctx["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f"{name}: {given} is not known", f"{near(str(value), choices)} {meaning}".strip()
    if kind in _SHAPES:
        return f"{name}: {given} does not fit", f"Write {_SHAPES[kind]}. {meaning}".strip()
    if kind in ("too_short", "string_too_short"):
        return f"{name} is too short", f"Write at least {ctx['min_length']}. {meaning}".strip()
    if kind == "string_too_long":
        return f"{name} is too long", f"Write at most {ctx['max_length']} characters. {meaning}".strip()
    if kind == "string_pattern_mismatch":
        return f"{name}: {given} has another form than it must", meaning or f"Its form is {ctx['pattern']}"
    bound = {"greater_than_equal": ("small", "at least", "ge"), "less_than_equal": ("big", "at most", "le")}.get(kind)
    if bound:
        return f"{name}: {given} is too {bound[0]}", f"Write {bound[1]} {ctx[bound[2]]}. {meaning}".strip()
    message = " ".join(fault["msg"].split())
    return f"{name}: {given} is wrong ({message})", meaning or "Look at the sample that comes with the fleet"


def _path(where: tuple[str | int, ...]) -> str:
    words = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in where]
    return "".join(words).lstrip(".")


def _without_tags(schema: Schema, where: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A fault's steps as the file has them: pydantic also counts which of several shapes it tried."""
    tagged = (
        _schema_at(schema, where[:index]).get("discriminator", {}).get("mapping", {}) for index in range(len(where))
    )
    return tuple(step for step, tags in zip(where, tagged, strict=True) if step not in tags)


def _tags(here: Schema) -> str:
    return ", ".join(here.get("discriminator", {}).get("mapping", {}))


def _schema_at(root: Schema, where: tuple[str | int, ...]) -> Schema:
    """The schema of the value that these steps lead to; what the schema does not know is an empty one."""
    here: Schema = root
    for step in where:
        here = _inner(root, here)
        mapping = here.get("discriminator", {}).get("mapping", {})
        if step in mapping:
            here = {"$ref": mapping[step]}
        elif isinstance(step, int):
            here = here.get("items", {})
        elif step in here.get("properties", {}):
            here = here["properties"][step]
        elif step != "[key]":
            extra = here.get("additionalProperties", {})
            extra = next(iter(here.get("patternProperties", {}).values()), extra)
            here = extra if isinstance(extra, Mapping) else {}
    return _inner(root, here)


def _inner(root: Schema, here: Schema) -> Schema:
    """Follows references, and steps into what may also be left out; keeps the outer description."""
    while "$ref" in here or "anyOf" in here:
        outer = {key: here[key] for key in ("description",) if key in here}
        if "$ref" in here:
            here = {**root["$defs"][here["$ref"].rsplit("/", 1)[-1]], **outer}
        else:
            real = [choice for choice in here["anyOf"] if choice.get("type") != "null"]
            here = {**real[0], **outer}
    return here
