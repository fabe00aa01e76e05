"""Calls into the program's own log, for whatever watches that."""

from __future__ import annotations

import logging

from core.ports.pager import Call

log = logging.getLogger(__name__)


class LogPager:
    """The port Pager that needs nothing: one line for each call."""

    name = "log"

    def ring(self, call: Call) -> None:
        """Write the line."""
        log.error("CALL (%s) %s: %s. To do: %s [%s]", call.urgency.value, call.what, call.why, call.to_do, call.key)
