"""The command line: finds the command, says every foreseen error in one line, never a traceback."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from core.cli.session import Session
from core.cli.speech import printable
from core.cli.troubles import say_trouble
from core.cli.workshop import Workshop

VERSION = "0.1.0"
"""As pyproject.toml says; the program also runs from a folder that nobody installed."""
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("core.cli.demo:demo", "Show the fleet at work with made-up incidents; keeps nothing."),
    "run": ("core.cli.run:run_fleet", "Run the fleet until it is stopped."),
    "once": ("core.cli.run:once", "One pass over every source and bot, then deliver."),
    "check": ("core.cli.check:check", "All mistakes of lines.yaml and the environment, all at once."),
    "route": ("core.cli.route:route", "Which lines and handles an incident would reach, and why."),
    "preview": ("core.cli.preview:preview", "The exact posts per account, with their length and price."),
    "replay": ("core.cli.replay:replay", "What each handle would have said of recorded records."),
    "alerts": ("core.cli.alerts:alerts", "What each handle would say of a snapshot of the agency's alerts."),
    "status": ("core.cli.status:status", "How the fleet is, in one sentence and then in full."),
    "incident": ("core.cli.incident:incident", "Add, list, show, close, merge and split incidents."),
    "explain": ("core.cli.explain:explain", "Why a record was said, held or dropped, rule by rule."),
    "lines": ("core.cli.lines:lines", "The lines of the fleet, their routes and handles."),
    "init": ("core.cli.init:init", "Make a fleet for another agency from its static GTFS."),
    "stations": ("core.cli.stations:stations", "The stations and their lines: show, find, diff, import, report."),
    "accounts": ("core.cli.accounts:accounts", "The accounts on each platform; connect them."),
    "people": ("core.cli.people:people", "The staff: add people, renew and revoke their tokens."),
    "login": ("core.cli.people:login", "Keep your personal token on this machine."),
    "review": ("core.cli.review:review", "Held posts: look at them, approve, reject, edit, undo."),
    "retract": ("core.cli.retract:retract", "Take a notice back everywhere, and say so where it stood."),
    "correct": ("core.cli.correct:correct", "Say what is right about a notice that stands."),
    "pause": ("core.cli.pause:pause", "Stop an account, a line or everything at once."),
    "resume": ("core.cli.pause:resume", "End a pause."),
    "silence": ("core.cli.silence:silence", "Mute what matches for a while; see first what it would mute."),
    "calm": ("core.cli.calm:calm", "Nothing routine on a line or on all, for a while."),
    "partner": ("core.cli.partner:partner", "The agency's systems: what they fetched and acknowledged."),
    "audit": ("core.cli.audit:audit", "Check the log of who did what; take a copy of it."),
    "backup": ("core.cli.backup:backup", "Copy the store, without keys and secrets."),
    "restore": ("core.cli.backup:restore", "Put a backup in the store's place."),
    "catalogue": ("core.cli.catalogue:catalogue", "The words of each language; sign them once read."),
}
"""Command → where it stands and its line in the help. A command is imported only when it is used."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """An unknown command names the near one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"there is no command {args[0]!r}.{hint}", ctx if not near else None)
        return super().resolve_command(ctx, args)


def default_config() -> Path:
    """lines.yaml here, else the one beside the program."""
    here = Path("lines.yaml")
    return here if here.exists() else Path(__file__).resolve().parents[2] / "lines.yaml"


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-c",
    "--config",
    "config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="SUBWAY_FLEET_CONFIG",
    help="The fleet's lines.yaml. Default: lines.yaml here, else the one beside the program.",
)
@click.version_option(VERSION, prog_name="run_fleet.py", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, config: Path | None) -> None:
    """One bot per subway line: incident records and service alerts become posts on the line's handle.

    \b
    Begin with:
      run_fleet.py demo          see the fleet at work; needs no account and no key
      run_fleet.py check         is lines.yaml right?
      run_fleet.py status        how is the fleet?

    Exit codes: 0 well; 1 something failed or needs a person; 2 the call or lines.yaml is wrong.
    """
    workshop, environ = ctx.obj
    ctx.obj = Session(workshop, config or default_config(), environ)


class _OneLine(logging.Formatter):
    """A log line is one line, an exception only its kind: its words may hold what belongs in no log."""

    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0] if record.exc_info else None
        fault = f" ({kind.__name__})" if kind is not None else ""
        return f"{self.formatTime(record)} {record.levelname.lower()}: {_words(record)}{fault}"


def _words(record: logging.LogRecord) -> str:
    return printable(" ".join(record.getMessage().split()))


def _log_in_lines() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def run(workshop: Workshop, argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run one command; the exit code. Foreseen errors are one line on standard error."""
    _log_in_lines()
    try:
        result = cli.main(list(argv), prog_name="run_fleet.py", standalone_mode=False, obj=(workshop, environ))
    except (click.exceptions.Exit, click.exceptions.Abort) as ended:
        return ended.exit_code if isinstance(ended, click.exceptions.Exit) else 130
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - here every error becomes one line
        return say_trouble(error)
    return result if isinstance(result, int) else 0
