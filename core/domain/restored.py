"""After a restore: what may have been posted without this store knowing."""

from __future__ import annotations

from datetime import timedelta

from pydantic import AwareDatetime

from core.domain.lines import Frozen
from core.domain.policy import Policy

SLACK = timedelta(minutes=10)
"""How far the fleet's and a platform's clock may differ."""
DIGEST_DAY = timedelta(days=1)


class LookFirst(Frozen):
    """Whatever was prepared before `until` is looked up before its first attempt: it may stand since `since`."""

    until: AwareDatetime
    since: AwareDatetime


class Manifest(Frozen):
    """What a backup says of itself. It holds no key and no secret."""

    version: int = 1
    schema_number: int
    store_id: str
    seq: int
    """Number of the last audit row."""
    mac: str
    taken_at: AwareDatetime
    sha256: str
    """Of the copy's bytes."""


def window_length(policy: Policy) -> timedelta:
    """How long after a restore a notice may still be prepared that was posted before it.

    What happened before the restore is said only while it is not too old, a digest a day later, and what was prepared
    then lives on for its life.
    """
    oldest = max(policy.too_old_happened, policy.too_old_known, policy.too_old_state)
    return oldest + DIGEST_DAY + policy.life
