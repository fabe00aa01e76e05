"""Rows in columns, as wide as what stands in them."""

from __future__ import annotations

from collections.abc import Sequence

import click


def say_table(headings: Sequence[str], rows: Sequence[Sequence[str]], nothing: str) -> None:
    """Print rows under their headings; `nothing` where there are none."""
    if not rows:
        click.echo(nothing)
        return
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    click.secho(_line(headings, widths), bold=True)
    for row in rows:
        click.echo(_line(row, widths))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
