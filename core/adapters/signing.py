"""Signs what goes to a system's endpoint, and checks such a signature as a receiver does."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

SIGNED = "X-Fleet-Signed"
"""The header: `t=SECONDS,v1=HEX`, an HMAC-SHA256 under the shared key over `SECONDS.BODY`."""
WINDOW = timedelta(minutes=5)
"""A receiver refuses what was signed longer ago, or later than now by as much: an old message can't be played again."""
_FORM = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


def signed(key: str, body: bytes, at: datetime) -> str:
    """The header's value."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_mac(key, seconds, body)}"


def is_genuine(key: str, header: str, body: bytes, now: datetime, window: timedelta = WINDOW) -> bool:
    """True when the body was signed with this key, about now."""
    found = _FORM.fullmatch(header)
    if found is None or abs(now.timestamp() - int(found[1])) > window.total_seconds():
        return False
    return hmac.compare_digest(found[2], _mac(key, int(found[1]), body))


def _mac(key: str, seconds: int, body: bytes) -> str:
    return hmac.new(key.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
