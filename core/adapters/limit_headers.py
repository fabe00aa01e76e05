"""Reads one limit out of an answer's headers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from core.ports.channel import LimitKind, LimitSeen

_LONGEST_NUMBER = 12


def limit_in(
    headers: Mapping[str, str], prefix: str, now: datetime, *, name: str, kind: LimitKind, shared: bool
) -> LimitSeen | None:
    """The limit that `PREFIX-limit`, `-remaining` and `-reset` tell; None where remaining or reset can't be read.

    `headers` find their names in any case. The reset is in epoch seconds or a date; it is given by the fleet's clock
    (`now`), to which the answer's own date tells the difference.
    """
    remaining, reset = headers.get(f"{prefix}-remaining", ""), _instant(headers.get(f"{prefix}-reset", ""))
    if reset is None or not _is_number(remaining):
        return None
    limit = headers.get(f"{prefix}-limit", "")
    there = _date(headers.get("Date", ""))
    # An answer's date has whole seconds: less than that is no difference between two clocks.
    apart = there - now if there is not None and abs(there - now) > timedelta(seconds=1) else timedelta(0)
    return LimitSeen(
        name=name,
        kind=kind,
        shared=shared,
        limit=int(limit) if _is_number(limit) else None,
        remaining=int(remaining),
        resets_at=reset - apart,
    )


def _instant(text: str) -> datetime | None:
    """Epoch seconds, or a date with a zone."""
    try:
        found = datetime.fromtimestamp(int(text), UTC) if _is_number(text) else datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo is not None else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER


def _date(text: str) -> datetime | None:
    """An answer's own date (RFC 9110, 6.6.1)."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
