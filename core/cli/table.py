"""Rows in columns, as wide as what stands in them."""

from __future__ import annotations

from collections.abc import Sequence

from core.cli.speech import printable, say


def say_table(headings: Sequence[str], rows: Sequence[Sequence[str]], nothing: str, widest: int = 60) -> None:
    """Print rows under their headings, no cell wider than `widest`; `nothing` where there are none."""
    if not rows:
        say(nothing)
        return
    shown = [[_cut(printable(cell), widest) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in (headings, *shown)) for column in range(len(headings))]
    say(_line(headings, widths), bold=True)
    for row in shown:
        say(_line(row, widths))


def _cut(cell: str, widest: int) -> str:
    return cell if len(cell) <= widest else cell[: widest - 1] + "…"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
