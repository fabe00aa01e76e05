"""X as a channel. Importing it is light: tweepy is loaded at the first call."""

from __future__ import annotations

from core.adapters.channels.x.channel import XChannel

__all__ = ["XChannel"]
