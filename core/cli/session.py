"""What one call of the command line carries: where lines.yaml is, who acts, how to print."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from core.cli.troubles import Trouble
from core.cli.workshop import OpenFleet, Workshop
from core.domain.staff import Actor
from core.flow.knowledge import Knowledge
from core.settings.fleet_settings import Settings

TOKEN_VARIABLE = "SUBWAY_FLEET_TOKEN"  # noqa: S105 - the name of a variable, not a token


class Session:
    """One call: the workshop, the configuration and the caller's environment."""

    def __init__(self, workshop: Workshop, config: Path, environ: Mapping[str, str]) -> None:
        self.workshop = workshop
        self.config = config
        self._environ = environ

    @cached_property
    def settings(self) -> Settings:
        """The fleet's settings. Raises SettingsWrong."""
        return self.workshop.settings(self.config)

    @contextmanager
    def fleet(self) -> Iterator[OpenFleet]:
        """The fleet on its own store. Raises StoreBroken, SecretsBroken."""
        with self.workshop.open(self.settings) as fleet:
            yield fleet

    def actor(self, fleet: OpenFleet) -> Actor:
        """Who calls: the personal token of the environment or of `login`. Raises Trouble, NoSuchToken."""
        return self.workshop.actor(fleet, self.token())

    def token(self) -> str:
        """The personal token of the environment or of `login`. Raises Trouble."""
        token = self.token_of_environment or self.kept_token()
        if not token:
            raise Trouble(f"log in first: `login`, or set {TOKEN_VARIABLE} (an operator gives tokens: `people add`)")
        return token

    @property
    def token_of_environment(self) -> str | None:
        """The personal token that the environment gives."""
        return self._environ.get(TOKEN_VARIABLE) or None

    def where(self, url: str | None) -> str | None:
        """A receipt's link as a browser takes it: the local timeline's own holds only the path on our pages."""
        pages = self.settings.pages
        if url is None or not url.startswith("/"):
            return url
        if pages.port == 0:
            return f"{url} on the pages (`run` says where it serves them)"
        host = f"[{pages.host}]" if ":" in pages.host else pages.host
        return f"http://{host}:{pages.port}{url}"

    def secret_variables(self, names: Iterable[str]) -> str:
        """The environment variables that give these secrets."""
        return ", ".join(self.workshop.secret_variable(name) for name in names)

    @property
    def login_file(self) -> Path:
        """Where `login` keeps this user's token for this fleet."""
        home = self._environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        return Path(home) / "subway-fleet" / "login.json"

    def kept_token(self) -> str | None:
        """The token that `login` kept for this lines.yaml."""
        try:
            kept = json.loads(self.login_file.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        token = kept.get(str(self.config.resolve())) if isinstance(kept, dict) else None
        return token if isinstance(token, str) else None


pass_session = click.make_pass_decorator(Session)


def print_json(value: Any) -> None:
    """A value as JSON on standard output, for scripts."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    """Moments and days as ISO texts, sets as sorted lists, the rest as its text."""
    match value:
        case date():
            return value.isoformat()
        case set() | frozenset():
            return sorted(value)
        case _:
            return str(value)


def local_time(know: Knowledge, moment: datetime) -> str:
    """A moment as the agency's clocks show it, for a reader."""
    return f"{moment.astimezone(know.zone):%Y-%m-%d %H:%M %Z}"


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
