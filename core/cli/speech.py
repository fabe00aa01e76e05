"""Every line that is printed for people: a record's words may stand in it, and never steer the terminal."""

from __future__ import annotations

import math
from typing import Any

import click

_INSTEAD = "\ufffd"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""Spaces that print as such, though Python doesn't count them as printable."""


def printable(text: str) -> str:
    """The text on one line, each character that doesn't print replaced by a mark that does; any space is a space."""
    return "".join(" " if one in _SPACES else one if one.isprintable() else _INSTEAD for one in text)


class Seconds(click.FloatRange):
    """A number of seconds within bounds; `nan` compares with none of them, and is refused here."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a number in the range."""
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value} is no number of seconds", param, ctx)
        return seconds


def some(count: int, what: str) -> str:
    """A count with its noun: 1 source, 2 sources."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def say(text: str = "", *, err: bool = False, nl: bool = True, **style: Any) -> None:
    """Print one line, with click's styles; line feeds at its beginning are empty lines above it.

    The style comes after the cleaning, so that only this program's own escapes reach a terminal.
    """
    line = text.lstrip("\n")
    click.secho("\n" * (len(text) - len(line)) + printable(line), err=err, nl=nl, **style)
