"""Mastodon as a channel. Importing it is light: Mastodon.py is loaded at the first call."""

from __future__ import annotations

from core.adapters.channels.mastodon.channel import MastodonChannel

__all__ = ["MastodonChannel"]
