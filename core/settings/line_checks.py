"""What a line's own facts must be beyond their form: routes that are its alone, a symbol that can be read."""

from __future__ import annotations

from core.settings.mistakes import Mistakes, shown
from core.settings.shapes import FleetFile
from core.settings.yaml_file import YamlFile

READABLE = 4.5
"""Least contrast of text (WCAG 2.1, success criterion 1.4.3)."""


def check_lines(fleet: FleetFile, read: YamlFile, mistakes: Mistakes) -> None:
    """Notes routes that two lines claim and symbols that can't be read on their bullet."""
    owner: dict[str, str] = {}
    for line_id, line in fleet.lines.items():
        for index, route in enumerate(line.routes):
            if route in owner:
                what = f"route {shown(route)} runs on line {owner[route]} already"
                mistakes.add(read.file, read.at("lines", line_id, "routes", index), what, "Leave it with one line")
            owner.setdefault(route, line_id)
        ratio = contrast(line.colour, line.text_colour)
        if ratio < READABLE:
            key = "text_colour" if ("lines", line_id, "text_colour") in read.places else "colour"
            better = max(("#000000", "#FFFFFF"), key=lambda colour: contrast(line.colour, colour))
            what = f"{line.text_colour} can't be read on {line.colour} (contrast {ratio:.1f} to 1)"
            mistakes.add(read.file, read.at("lines", line_id, key), what, f'Write text_colour: "{better}"')


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2.1 defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
