"""The local timeline as a channel."""

from __future__ import annotations

from core.adapters.channels.local.channel import LIMIT, LocalChannel

__all__ = ["LIMIT", "LocalChannel"]
