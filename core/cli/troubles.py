"""Every foreseen error in one line that says what to do; an unforeseen one with where its details were kept."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback

import click

from core.cli.speech import say
from core.cli.workshop import CannotServe
from core.domain.staff import NotAllowed
from core.flow.calm import NotCalm
from core.flow.connect import WrongIdentity
from core.flow.incidents import NoSuchIncident
from core.flow.opened_anew import NotAnew
from core.flow.pause import NothingToPause
from core.flow.renamed import NotRenamed
from core.flow.retract import NoSuchNotice
from core.flow.reviews import NoSuchProposal, ReviewRefused
from core.flow.settled_by_hand import NothingWaits, NotSeen
from core.flow.silences import CantSilence
from core.flow.staff import NoSuchToken
from core.flow.unlock import NotForeign
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred
from core.ports.copies import CannotCopy
from core.ports.secrets import KeyDestroyed, SecretsBroken
from core.ports.source import SourceDown
from core.ports.store import SealedAway, StoreBroken, StoreBusy
from core.settings.mistakes import SettingsWrong

FAILED, WRONG = 1, 2
_FORESEEN = (
    NotAllowed,
    NoSuchToken,
    NoSuchIncident,
    NoSuchNotice,
    NoSuchProposal,
    ReviewRefused,
    NothingToPause,
    CantSilence,
    NotCalm,
    NotAnew,
    NotForeign,
    NotRenamed,
    NothingWaits,
    NotSeen,
    WrongIdentity,
    LoginNeeded,
    PostDeferred,
    OutcomeUnknown,
    StoreBroken,
    StoreBusy,
    SealedAway,
    SecretsBroken,
    KeyDestroyed,
    CannotServe,
    CannotCopy,
    SourceDown,
)


class Trouble(Exception):
    """A command can't go on; the message is one line that says what to do."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def say_trouble(error: Exception) -> int:
    """Say an error on standard error; the exit code."""
    match error:
        case SettingsWrong():
            for mistake in error.mistakes:
                say(str(mistake), err=True)
            return WRONG
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.ctx.get_help(), err=True)
            return WRONG
        case click.ClickException():
            say(f"run_fleet.py: {' '.join(error.format_message().split())}{_help_of(error)}", err=True)
            return WRONG
        case Trouble():
            say(f"run_fleet.py: {error}", err=True)
            return error.exit_code
        case OSError() if error.filename is not None:
            say(f"run_fleet.py: {error.filename}: {(error.strerror or 'it failed').lower()}", err=True)
            return FAILED
    if isinstance(error, _FORESEEN):
        say(f"run_fleet.py: {' '.join(str(error).split())}", err=True)
        return FAILED
    return _say_unforeseen(error)


def _help_of(error: click.ClickException) -> str:
    """Where the way to write a call stands, after one that was written wrong."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f" (see: {context.command_path} --help)" if context is not None else ""


def _say_unforeseen(error: Exception) -> int:
    """One line; the details go into a file that only this user can read, since they may hold a record's words."""
    if os.environ.get("SUBWAY_FLEET_TRACEBACK"):
        traceback.print_exception(error, file=sys.stderr)
        return FAILED
    with tempfile.NamedTemporaryFile("w", prefix="subway-fleet-", suffix=".txt", delete=False) as file:
        traceback.print_exception(error, file=file)
    say(f"run_fleet.py: a fault of the program ({type(error).__name__}); please report it with {file.name}", err=True)
    return FAILED
