"""Writes docs/reference.md from the program itself: `python -m docs.make_reference`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from core.cli.app import cli
from core.cli.rule_words import RULES
from core.settings.known_channels import KNOWN_CHANNELS
from core.settings.schema import schema_json

REFERENCE = Path(__file__).with_name("reference.md")
_WIDTH = 100
HELP = ["-h", "--help"]

ENVIRONMENT = {
    "SUBWAY_FLEET_CONFIG": "The fleet's lines.yaml; `--config` goes before it.",
    "SUBWAY_FLEET_HOME": "Folder of the store, the keys and the secrets, instead of `state` in lines.yaml.",
    "SUBWAY_FLEET_STORE": "Address of the store, instead of `store`: `sqlite:///FILE` or "
    "`postgresql+psycopg://HOST/NAME`. The only place for a password.",
    "SUBWAY_FLEET_KEYS": "Address of the vault's keys; never that of the store: they would stand in its backups.",
    "SUBWAY_FLEET_SECRETS_KEY": "32 bytes in base 64: the file of secrets is encrypted by it.",
    "SUBWAY_FLEET_SECRET_": "With a secret's name in capitals behind it (`x:app_key` → "
    "`SUBWAY_FLEET_SECRET_X_APP_KEY`): that secret, instead of the one that is kept.",
    "SUBWAY_FLEET_TOKEN": "The personal token of whoever calls, instead of the one that `login` keeps.",
    "SUBWAY_FLEET_TRACEBACK": "Any value: a fault of the program is printed in full. It may show what a record says.",
    "XDG_CONFIG_HOME": "Where `login` keeps tokens, in subway-fleet/login.json; else ~/.config.",
}
"""Variable → what it does."""

_EXIT_CODES = {
    "0": "Well.",
    "1": "Something failed, or a person should act: a source is down, a record reaches no line, an account needs a "
    "login.",
    "2": "The call, lines.yaml or the environment is wrong.",
    "130": "Ctrl-C.",
}


def reference() -> str:
    """The whole page."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Reference"
    yield ""
    yield "Made from the program itself by `python -m docs.make_reference`: change the program's words, not this page."
    yield ""
    yield "[Settings](#settings) · [Commands](#commands) · [Environment variables](#environment-variables) ·"
    yield "[Rules](#rules) · [Channels](#channels) · [Exit codes](#exit-codes)"
    yield ""
    yield "## Settings"
    yield ""
    yield "The keys of `lines.yaml`. Durations are written `30s`, `15m`, `12h`, `3d`. An unknown key is a mistake;"
    yield "`check` names the near one."
    yield from _settings(json.loads(schema_json()))
    yield from ("", "## Commands")
    yield from _commands()
    yield from ("", "## Environment variables", "")
    yield from _table(("variable", "what it does"), ((f"`{name}`", says) for name, says in ENVIRONMENT.items()))
    yield from ("", "## Rules", "", "Every record that is said, held or dropped bears the name of the rule that ruled.")
    yield ""
    yield from _table(("rule", "what it says"), ((f"`{name}`", says) for name, says in sorted(RULES.items())))
    yield from ("", "## Channels", "")
    yield from _table(("channel", "a handle has", "secrets of a live account"), _channels())
    yield from ("", "## Exit codes", "")
    yield from _table(("code", "what it means"), _EXIT_CODES.items())


def _table(headings: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _settings(schema: dict[str, Any]) -> Iterator[str]:
    yield from _shape("lines.yaml", schema, schema["$defs"])
    for name, shape in schema["$defs"].items():
        if "properties" in shape:
            yield from _shape(name, shape, schema["$defs"])


def _shape(name: str, shape: dict[str, Any], defs: dict[str, Any]) -> Iterator[str]:
    yield from ("", f"### {name}", "", _one_line(shape.get("description", "")), "")
    needed = set(shape.get("required", ()))
    yield from _table(
        ("key", "what it says", "takes", "default"),
        (
            (f"`{key}`", _one_line(says.get("description", "")), _takes(says, defs), _default(says, key in needed))
            for key, says in shape["properties"].items()
        ),
    )


def _takes(says: dict[str, Any], defs: dict[str, Any]) -> str:
    """What a key takes: a type, a choice, or the section that describes it."""
    if "$ref" in says:
        name = str(says["$ref"]).rsplit("/", 1)[1]
        return name if "properties" in defs[name] else _takes(defs[name], defs)
    if "const" in says or "enum" in says:
        return ", ".join(f"`{one}`" for one in says.get("enum", [says.get("const")]))
    choices = [_takes(one, defs) for one in says.get("anyOf", says.get("oneOf", ())) if one.get("type") != "null"]
    if choices:
        return " or ".join(dict.fromkeys(choices))
    inner = says.get("items") or says.get("additionalProperties")
    inner = inner or next(iter(says.get("patternProperties", {}).values()), None)
    listed = f" of {_takes(inner, defs)}" if isinstance(inner, dict) and inner else ""
    kind = str(says.get("type", "any"))
    return {"array": "list", "object": "mapping"}.get(kind, kind) + listed


def _default(says: dict[str, Any], needed: bool) -> str:
    if needed:
        return "must be there"
    default = says.get("default")
    if default in (None, []) or isinstance(default, dict):
        return ""
    length = re.fullmatch(r"PT?(\d+)([SMHD])", default) if isinstance(default, str) else None
    return f"`{length[1]}{length[2].lower()}`" if length else f"`{json.dumps(default)}`"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _commands() -> Iterator[str]:
    for path, command in commands(cli, ("run_fleet.py",)):
        context = click.Context(
            command, help_option_names=HELP, info_name=" ".join(path), max_content_width=_WIDTH, terminal_width=_WIDTH
        )
        yield from ("", f"### {' '.join(path[1:]) or 'run_fleet.py'}", "", "```text")
        yield command.get_help(context).rstrip()
        yield "```"


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all below it, each with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, help_option_names=HELP)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from commands(below, (*path, name))


def _channels() -> Iterator[tuple[str, str, str]]:
    for name, rules in KNOWN_CHANNELS.items():
        yield f"`{name}`", rules.handle_words, ", ".join(f"`{secret}`" for secret in rules.secrets) or "none"


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
