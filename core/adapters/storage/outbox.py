"""The outbox: deliveries, leases, attempts and receipts; each verb stands in its own file."""

from __future__ import annotations

from core.adapters.storage.outbox_claim import Claims
from core.adapters.storage.outbox_look import LookUps
from core.adapters.storage.outbox_read import Readings
from core.adapters.storage.outbox_settle import Settlements


class SqlOutbox(Claims, Settlements, LookUps, Readings):
    """The port Outbox on one transaction."""
