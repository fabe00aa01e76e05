"""A length of time as an option: 30m, 3h, 2d."""

from __future__ import annotations

from datetime import timedelta

import click
from pydantic_core import PydanticCustomError

from core.settings.durations import read_duration


class LengthOfTime(click.ParamType[timedelta]):
    """As lines.yaml writes it."""

    name = "length"

    def convert(self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read `3h`."""
        try:
            return read_duration(value)
        except PydanticCustomError:
            self.fail(f"{value!r} is no length of time: write it like 30m, 3h or 2d", param, ctx)
